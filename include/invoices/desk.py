"""What every step of invoices works with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import psycopg

from include.exceptions.kinds import Kind
from include.exceptions.queue import NewException, open_exception, resolve
from include.invoices.ledger import InvoiceLedger
from include.invoices.values import StoredInvoice
from include.money import Money
from include.relationships.address_book import AddressBook
from include.relationships.model import Relationship

Connection = psycopg.Connection[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Desk:
    """A relationship's invoices beside our own tables."""

    connection: Connection
    relationship: Relationship
    address_book: AddressBook
    ledger: InvoiceLedger
    now: Callable[[], datetime]

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

    def raise_about(
        self,
        kind: Kind,
        subject: str,
        what_happened: str,
        next_step: str,
        *,
        purchase_order_number: str | None = None,
        money: Money | None = None,
    ) -> None:
        """Something that a person has to see about anything else."""
        open_exception(
            self.connection,
            NewException(
                kind,
                self.relationship.name,
                subject,
                what_happened,
                next_step,
                purchase_order_number=purchase_order_number,
                money=money,
            ),
            owners=self.relationship.owners,
            now=self.now(),
        )

    def settle_exception(self, kinds: tuple[Kind, ...], subject: str, why: str) -> None:
        """What it was about is gone."""
        resolve(self.connection, self.relationship.name, kinds, subject=subject, why=why, now=self.now())
