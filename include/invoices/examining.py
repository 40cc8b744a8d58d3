"""An invoice as it would leave, beside its third side: what disagrees, and which rules it breaks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from include.amazon import invoice_rules
from include.amazon.invoices import Billable, Invoice
from include.amazon.orders import Party
from include.invoices import building, store
from include.invoices.building import NO_ITEM, build, settings_of
from include.invoices.desk import Desk
from include.invoices.matching import Known, Match, match
from include.invoices.store import named
from include.invoices.third_side import third_side, unmet
from include.invoices.values import NOTHING, Goods, Sale, SaleInvoice, StoredInvoice, together
from include.money import Money
from include.ship_notices.building import party, ship_to


@dataclass(frozen=True, slots=True)
class Examined:
    """An invoice with all that is known of it."""

    invoice: StoredInvoice
    third: tuple[SaleInvoice, ...]
    built: Invoice
    match: Match

    @property
    def unmet(self) -> tuple[Sale, ...]:
        """Sales that the inventory system has not invoiced."""
        return unmet(self.invoice, self.third)

    @property
    def may_leave(self) -> bool:
        """Whether all sides agree, or a person accepted exactly what does not."""
        return not self.unmet and (self.match.agrees or self.match.text == self.invoice.accepted_match)

    @property
    def worth(self) -> Money:
        """What Amazon would pay."""
        return Money(self.built.total, self.built.currency)


def examine(desk: Desk, invoice: StoredInvoice, *, number: str = "", invoiced_on: date | None = None) -> Examined:
    """The invoice as it would leave now."""
    third = third_side(invoice, store.load_erp_invoices(desk.connection, invoice.sales))
    has_tax = any(each.told.tax for each in third)
    built = build(
        invoice,
        third,
        desk.relationship,
        number=number,
        invoiced_on=invoiced_on or desk.today,
        ship_from=_ship_from(desk, invoice) if has_tax else None,
        ship_to=_ship_to(desk, invoice) if has_tax else None,
    )
    order_ids = [order.order_id for order in invoice.orders]
    charged = named.charged_before(desk.connection, invoice_id=invoice.invoice_id, order_ids=order_ids)
    known = Known(
        charged_before={row["code"] for row in charged},
        is_tax_confirmed=desk.relationship.line_total_confirmed,
        price_places=desk.relationship.pricing.places,
    )
    return Examined(invoice, third, built, match(built, invoice.goods, third, desk.relationship.invoices, known))


def broken_rules(desk: Desk, examined: Examined) -> tuple[invoice_rules.InvoiceFault, ...]:
    """Every rule that the invoice breaks, by itself and beside what was notified, acknowledged and billed before."""
    told, built = desk.relationship.invoices, examined.built
    by_line = together(examined.invoice.goods)
    return (
        *invoice_rules.check_invoice(
            built,
            today=desk.today,
            bill_to=building.billed(told.bill_to),
            terms=building.terms(told.terms),
            settings=settings_of(desk.relationship),
        ),
        *invoice_rules.check_against_notified(
            built,
            {key: _billable(parts[0]) for key, parts in by_line.items()},
            {key: parts[0].line.price for key, parts in by_line.items()},
            numbers_used=(),  # a number is taken in the table of all numbers, or not at all
        ),
    )


def missing_settings(desk: Desk) -> Iterator[str]:
    """What has to be set before any invoice can leave."""
    told = desk.relationship.invoices
    yield from (f"invoices.{name}" for name in ("bill_to", "remit_to") if getattr(told, name) is None)


def _billable(goods: Goods) -> Billable:
    still = max(goods.notified - goods.billed, NOTHING)
    return Billable(goods.line.identifier or NO_ITEM, still, goods.line.unit)


def _ship_from(desk: Desk, invoice: StoredInvoice) -> Party | None:
    told = desk.relationship.notices.leaves_from(invoice.orders[0].location) if invoice.orders else None
    return party(told.code, told.name, told.address) if told else None


def _ship_to(desk: Desk, invoice: StoredInvoice) -> Party | None:
    told = invoice.orders[0].ship_to if invoice.orders else None
    return ship_to(told, desk.address_book.resolve(told.qualifier, told.identifier)) if told else None
