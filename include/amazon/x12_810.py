"""The 810, invoice: who bills whom for which lines of which orders, on what terms, and what it comes to.

Written and read again it is the same invoice, as far as the line's order stands in it (`OrderPair`). The segments are
those of Amazon's retail guide (4010) in its order; whether the invoice may leave is said by invoice_rules. Terms that
are deferred, due on a day of the month or by instalments, and charges on a line, have no place in the values.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import takewhile
from typing import TypeVar

from include.amazon.elements import Segment, element, first, loops, parse_date, parse_number
from include.amazon.invoices import Charge, Invoice, InvoiceLine, Tax, Terms
from include.amazon.orders import Party
from include.amazon.parties import parse_party, write_party
from include.amazon.x12_855 import number
from include.errors import RejectedError
from include.identifiers import ItemIdentifier

REMIT_TO, BILL_TO, SHIP_FROM, SHIP_TO = "RI", "BT", "SF", "ST"  # N101
ORDER_NUMBER = "PO"  # the qualifier of the pair that names a line's order
PER_EACH = "PE"  # IT105
ALLOWANCE, CHARGE = "A", "C"  # SAC01

_Told = TypeVar("_Told")


class OrderPair(StrEnum):
    """On which lines the order's number stands beside the item."""

    ALWAYS = "always"
    WHEN_SEVERAL = "when_several"  # wherever the heading does not say it for all lines
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class InvoiceSettings:
    """What a relationship sets of the 810."""

    currency: str = "USD"
    currency_entity: str = "SE"  # CUR01: SE, or BY
    price_basis: str | None = "NT"  # IT105; None leaves it out
    order_pair: OrderPair = OrderPair.ALWAYS
    is_one_order_each: bool = False
    tax_types: frozenset[str] = frozenset({"ST", "VA", "GS"})  # TXI01


def write_invoice(invoice: Invoice, settings: InvoiceSettings) -> list[list[str]]:
    """The segments between ST and SE; RejectedError where an amount is not of whole cents or the total not above zero.

    Nothing of the invoice's rules is checked here.
    """
    segments = [_beginning(invoice), ["CUR", settings.currency_entity, invoice.currency], *_parties(invoice)]
    segments.append(_terms(invoice.terms))
    has_pair = _has_order_pair(invoice, settings)
    for line in invoice.lines:
        segments += [_line(line, settings, has_pair=has_pair), *map(_tax, line.taxes)]
    segments.append(["TDS", _total(invoice)])
    segments += map(_tax, invoice.taxes)
    segments += map(_charge, invoice.charges)
    quantity = sum((line.quantity for line in invoice.lines), Decimal(0))
    segments.append(["CTT", str(len(invoice.lines)), number(quantity)])
    return segments


def parse_invoice(segments: Sequence[Segment]) -> Invoice:
    """The invoice that an accepted 810 tells; RejectedError where something that every invoice needs is not told."""
    heading, detail, summary = _parts(segments)
    beginning, currency, terms = (first(heading, kind) for kind in ("BIG", "CUR", "ITD"))
    parties = {element(loop[0], 1): parse_party(loop) for loop in loops(heading, "N1")}
    order = element(beginning, 4) or None
    return Invoice(
        invoice_number=element(beginning, 2),
        invoiced_on=_told(parse_date(element(beginning, 1)), "the date (BIG01)"),
        currency=element(currency, 2),
        bill_to=_told(parties.get(BILL_TO), "the bill-to (N1 BT)"),
        remit_to=_told(parties.get(REMIT_TO), "the remit-to (N1 RI)"),
        terms=_parse_terms(terms),
        lines=tuple(_parse_line(loop, order) for loop in loops(detail, "IT1")),
        ordered_on=parse_date(element(beginning, 3)),
        purchase_order_number=order,
        ship_from=parties.get(SHIP_FROM),
        ship_to=parties.get(SHIP_TO),
        charges=tuple(_parse_charge(segment) for segment in summary if segment[0] == "SAC"),
        taxes=_parse_taxes(summary),
    )


def stated_total(segments: Sequence[Segment]) -> Decimal:
    """What TDS01 says is to be paid."""
    return _told(_cents(element(first(segments, "TDS"), 1)), "the total (TDS01)")


def _beginning(invoice: Invoice) -> list[str]:
    ordered_on = f"{invoice.ordered_on:%Y%m%d}" if invoice.ordered_on else ""
    order = invoice.purchase_order_number or ""
    return ["BIG", f"{invoice.invoiced_on:%Y%m%d}", invoice.invoice_number, ordered_on, order]


def _parties(invoice: Invoice) -> Iterator[list[str]]:
    stands: list[tuple[str, Party | None]] = [
        (REMIT_TO, invoice.remit_to),
        (BILL_TO, invoice.bill_to),
        (SHIP_FROM, invoice.ship_from),
        (SHIP_TO, invoice.ship_to),
    ]
    for entity, party in stands:
        if party is not None:
            yield from write_party(entity, party)


def _terms(terms: Terms) -> list[str]:
    percent = "" if terms.discount_percent is None else number(terms.discount_percent)
    days = "" if terms.discount_days is None else str(terms.discount_days)
    return ["ITD", terms.type_code, terms.basis_code, percent, "", days, "", str(terms.net_days)]


def _has_order_pair(invoice: Invoice, settings: InvoiceSettings) -> bool:
    if settings.order_pair == OrderPair.WHEN_SEVERAL:
        return any(line.purchase_order_number != invoice.purchase_order_number for line in invoice.lines)
    return settings.order_pair == OrderPair.ALWAYS


def _line(line: InvoiceLine, settings: InvoiceSettings, *, has_pair: bool) -> list[str]:
    item = line.identifier
    segment = ["IT1", line.line_number, number(line.quantity), line.unit, number(line.unit_price)]
    basis = PER_EACH if line.priced_units != 1 else settings.price_basis or ""
    segment += [basis, item.qualifier, item.value]
    return [*segment, ORDER_NUMBER, line.purchase_order_number] if has_pair else segment


def _tax(tax: Tax) -> list[str]:
    return ["TXI", tax.type_code, number(tax.amount), "" if tax.rate is None else number(tax.rate)]


def _charge(charge: Charge) -> list[str]:
    indicator = ALLOWANCE if charge.is_allowance else CHARGE
    segment = ["SAC", indicator, charge.code, "", "", _as_cents(charge.amount)]
    return [*segment, *[""] * 9, charge.description] if charge.description else segment


def _total(invoice: Invoice) -> str:
    if invoice.total <= 0:
        raise RejectedError(f"The total of {invoice.total} cannot be billed.", document=invoice.invoice_number)
    return _as_cents(invoice.total)


def _as_cents(amount: Decimal) -> str:
    """An element of type N2: no decimal point."""
    cents = amount.scaleb(2)
    if cents != cents.to_integral_value():
        raise RejectedError(f"The amount {amount} is not of whole cents, which an 810 cannot say.")
    return f"{int(cents)}"


def _cents(text: str) -> Decimal | None:
    cents = parse_number(text)
    return None if cents is None else cents.scaleb(-2)


def _parts(segments: Sequence[Segment]) -> tuple[Sequence[Segment], Sequence[Segment], Sequence[Segment]]:
    """Heading, lines and summary."""
    names = [segment[0] for segment in segments]
    end = names.index("TDS") if "TDS" in names else len(names)
    start = names.index("IT1") if "IT1" in names[:end] else end
    return segments[:start], segments[start:end], segments[end:]


def _parse_terms(segment: Segment) -> Terms:
    net_days = _told(parse_number(element(segment, 7)), "the days to pay in (ITD07)")
    discount_days = parse_number(element(segment, 5))
    return Terms(
        type_code=element(segment, 1),
        basis_code=element(segment, 2),
        net_days=int(net_days),
        discount_percent=parse_number(element(segment, 3)),
        discount_days=None if discount_days is None else int(discount_days),
    )


def _parse_line(loop: Sequence[Segment], order: str | None) -> InvoiceLine:
    segment = loop[0]
    line = element(segment, 1)
    pairs = dict(zip(segment[8::2], segment[9::2], strict=False))
    return InvoiceLine(
        line_number=line,
        purchase_order_number=_told(pairs.get(ORDER_NUMBER) or order, f"the order of line {line} (IT109 or BIG04)"),
        identifier=ItemIdentifier(element(segment, 6), element(segment, 7)),
        quantity=_told(parse_number(element(segment, 2)), f"the quantity of line {line} (IT102)"),
        unit=element(segment, 3),
        unit_price=_told(parse_number(element(segment, 4)), f"the price of line {line} (IT104)"),
        taxes=_parse_taxes(loop),
    )


def _parse_taxes(segments: Sequence[Segment]) -> tuple[Tax, ...]:
    """The taxes that are not a charge's or a component's own."""
    own = takewhile(lambda segment: segment[0] not in ("SAC", "SLN"), segments)
    return tuple(
        Tax(
            type_code=element(segment, 1),
            amount=_told(parse_number(element(segment, 2)), "the amount of a tax (TXI02)"),
            rate=parse_number(element(segment, 3)),
        )
        for segment in own
        if segment[0] == "TXI"
    )


def _parse_charge(segment: Segment) -> Charge:
    return Charge(
        is_allowance=element(segment, 1) == ALLOWANCE,
        code=element(segment, 2),
        amount=_told(_cents(element(segment, 5)), "the amount of a charge (SAC05)"),
        description=element(segment, 15) or None,
    )


def _told(value: _Told | None, what: str) -> _Told:
    if value is None:
        raise RejectedError(f"The invoice (810) does not tell {what}.")
    return value
