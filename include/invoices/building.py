"""From what was notified to the values of its 810: quantities from the notices, prices as acknowledged, the agreed
terms, and charges and tax as the inventory system's own invoices have them. Pure: nothing is saved here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from include.amazon.invoices import Charge, Invoice, InvoiceLine, Tax, Terms
from include.amazon.orders import Party
from include.amazon.x12_810 import InvoiceSettings, OrderPair
from include.identifiers import ItemIdentifier
from include.invoices.values import NOTHING, Goods, SaleInvoice, StoredInvoice, together
from include.relationships import billing
from include.relationships.model import Relationship
from include.ship_notices.building import CODE, party

NOBODY = Party("", "")
NO_ITEM = ItemIdentifier("", "")


def build(
    invoice: StoredInvoice,
    third: Sequence[SaleInvoice],
    relationship: Relationship,
    *,
    number: str,
    invoiced_on: date,
    ship_from: Party | None = None,
    ship_to: Party | None = None,
) -> Invoice:
    """The invoice by what is known of it now; what is missing is left empty, and the rules ask for it."""
    told = relationship.invoices
    one = invoice.orders[0] if len(invoice.orders) == 1 else None
    return Invoice(
        invoice_number=number,
        invoiced_on=invoiced_on,
        currency=invoice.currency,
        bill_to=billed(told.bill_to),
        remit_to=billed(told.remit_to),
        terms=terms(told.terms),
        lines=tuple(_line(each) for each in together(invoice.goods).values()),
        ordered_on=one.ordered_on if one else None,
        purchase_order_number=one.purchase_order_number if one else None,
        ship_from=ship_from,
        ship_to=ship_to,
        charges=_charges(third, told.charges),
        taxes=_taxes(third, told.tax_code),
    )


def settings_of(relationship: Relationship) -> InvoiceSettings:
    """What the relationship sets of the 810; its prices are per what those of its 855 are."""
    told = relationship.invoices
    return InvoiceSettings(
        currency=relationship.currency,
        price_basis=relationship.acknowledgement.price_basis,
        order_pair=OrderPair.ALWAYS if told.order_on_lines else OrderPair.NEVER,
        tax_types=frozenset({told.tax_code}),
    )


def billed(told: billing.Billed | None) -> Party:
    """A party exactly as it is stored; nobody where none is."""
    return party(told.code or "", told.name, told.address, CODE if told.code else "") if told else NOBODY


def terms(told: billing.Terms) -> Terms:
    """The terms as agreed."""
    return Terms(told.type_code, told.basis_code, told.net_days, told.discount_percent, told.discount_days)


def _line(goods: Sequence[Goods]) -> InvoiceLine:
    line = goods[0].line
    return InvoiceLine(
        line_number=line.line_number,
        purchase_order_number=line.order.purchase_order_number,
        identifier=line.identifier or NO_ITEM,
        quantity=sum((each.quantity for each in goods), NOTHING),
        unit=goods[0].unit,
        unit_price=line.price,
        priced_units=line.priced_units,
    )


def _charges(third: Sequence[SaleInvoice], codes: dict[str, str]) -> tuple[Charge, ...]:
    """One for each code, an allowance where it is below zero. A charge without a code is left to the match."""
    amounts: dict[str, Decimal] = defaultdict(Decimal)
    for each in third:
        for description, amount in each.told.charges:
            if description in codes:
                amounts[codes[description]] += amount
    return tuple(Charge(amount < 0, code, abs(amount)) for code, amount in amounts.items() if amount)


def _taxes(third: Sequence[SaleInvoice], code: str) -> tuple[Tax, ...]:
    amount = sum((each.told.tax for each in third), NOTHING)
    return (Tax(code, amount),) if amount else ()
