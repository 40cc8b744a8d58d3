"""An 810 as Amazon reads it (4010), with what the guide has against its structure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal

from include.sandbox.amazon.account import BY_BASIS, PER_EACH, Address
from include.sandbox.amazon.faults import Fault
from include.sandbox.amazon.reading import TransactionSet, read_number
from include.sandbox.amazon.segment_checks import Placed, SegmentChecks, read_day

KNOWN = {"BIG", "NTE", "CUR", "REF", "N1", "N2", "N3", "N4", "PER", "ITD", "DTM", "IT1", "TXI", "PID", "TDS", "SAC",
         "CTT"}  # fmt: skip
UNITS = {"EA", "CA"}
EACH_BASIS = "PE"
CENT = Decimal("0.01")
ANY_SIZE = Context(prec=60)  # two elements of fifteen digits may be multiplied
SIGNS = {"A": -1, "C": 1}  # SAC01


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """IT1; the order's number stands beside the item or in the heading."""

    line_number: str
    purchase_order_number: str
    item: tuple[str, str]
    quantity: Decimal
    unit: str
    price: Decimal
    basis: str

    def is_per_each(self, price_is_per: str) -> bool:
        """Whether the price is that of an each, not of the line's unit."""
        return price_is_per == PER_EACH or (price_is_per == BY_BASIS and self.basis == EACH_BASIS)


@dataclass(slots=True)
class Invoice:
    """One 810."""

    number: str = ""
    day: date | None = None
    ordered_on: date | None = None
    currency: str = ""
    parties: dict[str, Address] = field(default_factory=dict)  # by N101
    terms: tuple[str, ...] = ()  # ITD01, 02, 07, 03, 05
    lines: list[InvoiceLine] = field(default_factory=list)
    extras: Decimal = Decimal(0)  # charges and taxes, less allowances
    total: Decimal = Decimal(0)
    faults: list[Fault] = field(default_factory=list)


def read_invoice(one: TransactionSet) -> Invoice:
    """The invoice and all that is structurally wrong with it."""
    checks, invoice = SegmentChecks(one), Invoice()
    invoice.faults = checks.faults
    checks.check_frame("BIG", "CTT", KNOWN)
    found = list(checks.placed())
    order = _read_head(found, invoice, checks)
    invoice.parties = {loop[0].at(1): _address(loop) for loop in _party_loops(found)}
    for name in ("RI", "BT"):
        if name not in invoice.parties:
            checks.miss("N1", 3, f"there is no N1 {name}")
    invoice.lines = [line for each in found if each.segment[0] == "IT1" if (line := _line(each, order, checks))]
    if not invoice.lines:
        checks.miss("IT1", 3, "there is no IT1")
    _read_amounts(found, invoice, checks)
    return invoice


def to_cents(amount: Decimal) -> Decimal:
    """Half a cent is one."""
    return amount.quantize(CENT, ROUND_HALF_UP, ANY_SIZE)


def _read_head(found: Sequence[Placed], invoice: Invoice, checks: SegmentChecks) -> str:
    """The heading; answers the order that it names."""
    heads = {name: _first(found, name) for name in ("BIG", "CUR", "ITD")}
    for name, head in heads.items():
        if head is None and name != "BIG":
            checks.miss(name, 3, f"there is no {name}")
    if currency := heads["CUR"]:
        checks.need_code(currency, 1, {"SE", "BY"})
        invoice.currency = checks.need_text(currency, 2)
    if terms := heads["ITD"]:
        invoice.terms = tuple(terms.at(number) for number in (1, 2, 7, 3, 5))
    head = heads["BIG"]
    if head is None:
        return ""
    invoice.day, invoice.number = checks.need_day(head, 1), checks.need_text(head, 2)
    invoice.ordered_on = read_day(head.at(3))
    return head.at(4)


def _line(place: Placed, order: str, checks: SegmentChecks) -> InvoiceLine | None:
    pairs = {place.at(number): place.at(number + 1) for number in range(8, len(place.segment) - 1, 2)}
    quantity, price = checks.need_number(place, 2, above_zero=True), checks.need_number(place, 4, above_zero=True)
    unit = checks.need_code(place, 3, UNITS)
    item = (checks.need_text(place, 6), checks.need_text(place, 7))
    number = checks.need_text(place, 1)
    if not (named := pairs.get("PO", order)):
        checks.refuse_element(place, 9, "neither the line nor the heading names its order")
    if quantity is None or price is None:
        return None
    return InvoiceLine(number, named, item, quantity, unit, price, place.at(5))


def _read_amounts(found: Sequence[Placed], invoice: Invoice, checks: SegmentChecks) -> None:
    total, counts = _first(found, "TDS"), _first(found, "CTT")
    if total is None:
        checks.miss("TDS", len(found) + 1, "there is no TDS")
    elif (cents := checks.need_number(total, 1)) is not None:
        invoice.total = cents / 100
        if not cents or cents % 1:
            checks.refuse_element(total, 1, "element 1 is no amount in cents above zero")
    for each in found:
        if each.segment[0] == "SAC" and checks.need_code(each, 1, SIGNS):
            invoice.extras += SIGNS.get(each.at(1), 0) * (checks.need_number(each, 5) or Decimal(0)) / 100
    invoice.extras += _tax(found, behind=total.position if total else 0)
    if counts:
        lines = [each for each in found if each.segment[0] == "IT1"]
        checks.check_total(counts, 1, len(lines), "the count of IT1")
        if counts.at(2):
            units = sum((read_number(each.at(2)) or Decimal(0) for each in lines), Decimal(0))
            checks.check_total(counts, 2, units, "the sum of IT102")


def _tax(found: Sequence[Placed], behind: int) -> Decimal:
    """The invoice's own tax, which is the sum of its lines'; of the lines where it says none."""
    amounts = [(each.position, read_number(each.at(2)) or Decimal(0)) for each in found if each.segment[0] == "TXI"]
    own = [amount for position, amount in amounts if position > behind]
    return sum(own or [amount for _, amount in amounts], Decimal(0))


def _first(found: Sequence[Placed], name: str) -> Placed | None:
    return next((each for each in found if each.segment[0] == name), None)


def _party_loops(found: Sequence[Placed]) -> Iterator[list[Placed]]:
    loop: list[Placed] = []
    for each in found:
        if each.segment[0] == "N1":
            if loop:
                yield loop
            loop = [each]
        elif loop and each.segment[0] in {"N2", "N3", "N4", "PER", "REF"}:
            loop.append(each)
        elif loop:
            yield loop
            loop = []
    if loop:
        yield loop


def _address(loop: Sequence[Placed]) -> Address:
    head, place = loop[0], _first(loop, "N4")
    lines = tuple(text for each in loop if each.segment[0] == "N3" for text in each.segment[1:] if text)
    city, state, code, country = (place.at(number) for number in (1, 2, 3, 4)) if place else ("",) * 4
    return Address(head.at(2), lines, city, state, code, country, head.at(3), head.at(4))
