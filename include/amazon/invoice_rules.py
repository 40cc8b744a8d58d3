"""Rules 810-01 to 810-05: what an invoice must be before it leaves, and what it must be beside the ledger.

Each check looks at values alone and returns all that it finds. `check_written` looks at the segments once more, since
no guide can multiply: that what they say to be paid is what their lines come to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal

from include.amazon.elements import Segment
from include.amazon.invoices import Billable, Invoice, InvoiceLine, LineKey, Terms
from include.amazon.orders import Party
from include.amazon.x12_810 import PER_EACH, InvoiceSettings, OrderPair, parse_invoice, stated_total
from include.money import CENT
from include.quantity import Unit
from include.x12.findings import Severity

UNITS = frozenset({Unit.EACH, Unit.CASE})

RULES: Mapping[str, Severity] = {
    "810-01": Severity.ERROR,  # a number never used before; a date not ahead and not before the order's
    "810-02": Severity.ERROR,  # lines only for what was notified and not billed, at the price acknowledged
    "810-03": Severity.ERROR,  # the total is above zero, and what lines, charges and taxes come to
    "810-04": Severity.ERROR,  # bill-to, terms and currency as agreed, byte for byte
    "810-05": Severity.ERROR,  # every line's order is told, and they are as many as may stand on one invoice
}


@dataclass(frozen=True, slots=True)
class InvoiceFault:
    """A rule that an invoice breaks: by which field of the values, of which line or invoice."""

    rule: str
    field: str
    subject: str
    sentence: str
    is_warning: bool = False


def check_invoice(
    invoice: Invoice, *, today: date, bill_to: Party, terms: Terms, settings: InvoiceSettings
) -> tuple[InvoiceFault, ...]:
    """Every rule that the invoice breaks by itself; `bill_to` and `terms` are what is stored of the relationship."""
    return (
        *_date_faults(invoice, today),
        *_line_faults(invoice, settings),
        *_total_faults(invoice, settings),
        *_agreement_faults(invoice, bill_to, terms, settings),
        *_order_faults(invoice, settings),
    )


def check_against_notified(
    invoice: Invoice,
    notified: Mapping[LineKey, Billable],
    acknowledged: Mapping[LineKey, Decimal],
    *,
    numbers_used: Container[str],
) -> tuple[InvoiceFault, ...]:
    """Every rule that the invoice breaks beside what was notified and not billed yet, and the prices acknowledged.

    `numbers_used` are those of other invoices; one that is sent again unchanged keeps its own.
    """
    faults = [fault for line in invoice.lines for fault in _notified_faults(line, notified.get(line.key))]
    faults += [fault for line in invoice.lines for fault in _price_faults(line, acknowledged.get(line.key))]
    if invoice.invoice_number in numbers_used:
        faults.append(_of(invoice, "810-01", "invoice_number", "Its number was used before."))
    return tuple(faults)


def check_written(
    segments: Sequence[Segment], priced_units: Mapping[LineKey, Decimal] | None = None
) -> tuple[InvoiceFault, ...]:
    """Whether TDS01 says to the cent what the segments' lines, charges and taxes come to.

    `priced_units` of lines are not on the wire: 1 for those that it does not name.
    """
    told, stated = parse_invoice(segments), stated_total(segments)
    of = priced_units or {}
    lines = tuple(replace(line, priced_units=of.get(line.key, line.priced_units)) for line in told.lines)
    invoice = replace(told, lines=lines)
    if stated == invoice.total:
        return ()
    return (_of(invoice, "810-03", "total", f"It says {stated} to be paid, but comes to {invoice.total}."),)


def _date_faults(invoice: Invoice, today: date) -> Iterator[InvoiceFault]:
    day, ordered_on = invoice.invoiced_on, invoice.ordered_on
    if day > today:
        yield _of(invoice, "810-01", "invoiced_on", f"It is dated {day}, after today, {today}.")
    if ordered_on is not None and day < ordered_on:
        yield _of(invoice, "810-01", "invoiced_on", f"It is dated {day}, before its order of {ordered_on}.")


def _line_faults(invoice: Invoice, settings: InvoiceSettings) -> Iterator[InvoiceFault]:
    if not invoice.lines:
        yield _of(invoice, "810-02", "lines", "It has no lines.")
    for line in invoice.lines:
        for field, sentence in _wrongs(line, settings):
            yield _at(line, "810-02", field, sentence)
    times = Counter(line.key for line in invoice.lines)
    for line in {line.key: line for line in invoice.lines}.values():
        if times[line.key] > 1:
            yield _at(line, "810-02", "line_number", f"stands {times[line.key]} times.")


def _wrongs(line: InvoiceLine, settings: InvoiceSettings) -> Iterator[tuple[str, str]]:
    if line.quantity <= 0:
        yield "quantity", f"bills a quantity of {line.quantity}."
    if line.unit not in UNITS:
        yield "unit", f"is in {line.unit or 'no unit'}, which Amazon is not billed in."
    if line.unit_price <= 0:
        yield "unit_price", f"has the price {line.unit_price}."
    if settings.price_basis == PER_EACH and line.unit != Unit.EACH and line.priced_units == 1:
        yield "unit", f"is in {line.unit}, but the relationship's price basis says that prices are per each."
    if not (line.identifier.qualifier and line.identifier.value):
        yield "identifier", "does not say by which id it was ordered."
    if not line.line_number:
        yield "line_number", "has no number."


def _total_faults(invoice: Invoice, settings: InvoiceSettings) -> Iterator[InvoiceFault]:
    if invoice.total <= 0:
        yield _of(invoice, "810-03", "total", f"It comes to {invoice.total}, which cannot be billed.")
    for charge in invoice.charges:
        if charge.amount <= 0 or not _is_whole_cents(charge.amount):
            sentence = f"The charge or allowance {charge.code} is {charge.amount}, not an amount of cents above zero."
            yield _of(invoice, "810-03", "charges", sentence)
    for tax in (*invoice.taxes, *(tax for line in invoice.lines for tax in line.taxes)):
        if tax.amount < 0 or not _is_whole_cents(tax.amount):
            yield _of(invoice, "810-03", "taxes", f"The tax {tax.type_code} is {tax.amount}, not an amount of cents.")
        if tax.type_code not in settings.tax_types:
            yield _of(invoice, "810-03", "taxes", f"The tax {tax.type_code} is not one that the relationship knows.")
    yield from _tax_sum_faults(invoice)


def _tax_sum_faults(invoice: Invoice) -> Iterator[InvoiceFault]:
    on_lines = [tax.amount for line in invoice.lines for tax in line.taxes]
    told = sum((tax.amount for tax in invoice.taxes), Decimal(0))
    if on_lines and told != sum(on_lines):
        sentence = f"Its tax is {told}, but that of its lines comes to {sum(on_lines)}."
        yield _of(invoice, "810-03", "taxes", sentence)


def _agreement_faults(
    invoice: Invoice, bill_to: Party, terms: Terms, settings: InvoiceSettings
) -> Iterator[InvoiceFault]:
    for what, told, agreed in (("bill_to", invoice.bill_to, bill_to), ("terms", invoice.terms, terms)):
        for field in fields(agreed):
            ours, theirs = getattr(told, field.name), getattr(agreed, field.name)
            if ours != theirs:
                sentence = f"Its {what}.{field.name} is {ours!r}, but {theirs!r} is agreed."
                yield _of(invoice, "810-04", f"{what}.{field.name}", sentence)
    if invoice.currency != settings.currency:
        sentence = f"It is in {invoice.currency}, but {settings.currency} is agreed."
        yield _of(invoice, "810-04", "currency", sentence)


def _order_faults(invoice: Invoice, settings: InvoiceSettings) -> Iterator[InvoiceFault]:
    orders = sorted({line.purchase_order_number for line in invoice.lines})
    named = invoice.purchase_order_number
    if settings.is_one_order_each and len(orders) > 1:
        yield _of(invoice, "810-05", "lines", f"It bills the orders {', '.join(orders)}, but only one is allowed.")
    if named is not None and orders and named not in orders:
        yield _of(invoice, "810-05", "purchase_order_number", f"It is said to be of {named}, but bills no line of it.")
    if settings.order_pair == OrderPair.NEVER and orders and orders != [named]:
        sentence = f"Its lines are of {', '.join(orders)}, which neither they nor the heading are to say."
        yield _of(invoice, "810-05", "purchase_order_number", sentence)
    if "" in orders:
        yield _of(invoice, "810-05", "lines", "A line does not say of which order it is.")


def _notified_faults(line: InvoiceLine, open_still: Billable | None) -> Iterator[InvoiceFault]:
    if open_still is None:
        yield _at(line, "810-02", "quantity", "was never notified, or is billed already.")
        return
    if line.unit != open_still.unit:
        yield _at(line, "810-02", "unit", f"is billed in {line.unit}, but was notified in {open_still.unit}.")
    elif line.quantity > open_still.quantity:
        sentence = f"bills {line.quantity} {line.unit}, but {open_still.quantity} were notified and not billed yet."
        yield _at(line, "810-02", "quantity", sentence)
    if line.identifier != open_still.identifier:
        sentence = f"names {line.identifier}, but {open_still.identifier} was notified."
        yield _at(line, "810-02", "identifier", sentence)


def _price_faults(line: InvoiceLine, price: Decimal | None) -> Iterator[InvoiceFault]:
    if price is None:
        yield _at(line, "810-02", "unit_price", "has no price that was acknowledged.")
    elif line.unit_price != price:
        yield _at(line, "810-02", "unit_price", f"has the price {line.unit_price}, but {price} was acknowledged.")


def _is_whole_cents(amount: Decimal) -> bool:
    return amount % CENT == 0


def _at(line: InvoiceLine, rule: str, field: str, sentence: str) -> InvoiceFault:
    name = f"{line.purchase_order_number} line {line.line_number}"
    return InvoiceFault(rule, f"lines.{field}", name, f"{name} {sentence}", _is_warning(rule))


def _of(invoice: Invoice, rule: str, field: str, sentence: str) -> InvoiceFault:
    return InvoiceFault(rule, field, f"invoice {invoice.invoice_number}", sentence, _is_warning(rule))


def _is_warning(rule: str) -> bool:
    return RULES[rule] is Severity.WARNING
