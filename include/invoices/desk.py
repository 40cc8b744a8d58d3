"""What every step of invoices works with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from include.exceptions.kinds import Kind
from include.invoices.ledger import InvoiceLedger
from include.invoices.values import StoredInvoice
from include.money import Money
from include.relationships import desk


@dataclass(frozen=True, slots=True)
class Desk(desk.Desk[InvoiceLedger]):
    """A relationship's invoices beside our own tables."""

    @property
    def today(self) -> date:
        """The day in the relationship's zone, which invoices are dated by."""
        return self.now().astimezone(self.relationship.time_zone).date()

    @property
    def hold(self) -> timedelta:
        """How long an invoice waits for the answer to a notice that was transmitted."""
        told = self.relationship.invoices
        return timedelta(hours=float(told.hold_hours)) if told.is_held_for_997 else timedelta(0)

    def raise_exception(
        self,
        kind: Kind,
        invoice: StoredInvoice,
        what_happened: str,
        next_step: str,
        *,
        money: Money | None = None,
    ) -> None:
        """Something that a person has to see about an invoice."""
        orders = invoice.orders
        number = orders[0].purchase_order_number if len(orders) == 1 else None
        self.raise_about(kind, invoice.subject, what_happened, next_step, purchase_order_number=number, money=money)
