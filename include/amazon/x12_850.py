"""The 850, purchase order: Amazon's retail guide (4010) first, and what the plain base of X12 allows besides.

Values that a guide lets through and that still cannot be read become None; the business rules say what follows.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

from include.amazon import codes
from include.amazon.orders import OrderLine, OrderType, Party, PurchaseOrder
from include.identifiers import ItemIdentifier

Segment = Sequence[str]

_ORDER_TYPES = {kind.value: kind for kind in OrderType}


def parse_purchase_order(segments: Sequence[Segment]) -> PurchaseOrder:
    """The order that an accepted 850 tells; `segments` as the reader gives them, ST first."""
    head = OrderHead()
    lines: list[OrderLine] = []
    for segment in segments:
        if segment[0] == "PO1":
            lines.append(parse_line(segment, quantity_at=2))
        elif not lines:
            head.take(segment)
    beginning = head.beginning
    return PurchaseOrder(
        purchase_order_number=element(beginning, 3),
        order_type=_ORDER_TYPES.get(element(beginning, 2), OrderType.OTHER),
        ordered_on=parse_date(element(beginning, 5)) or date.min,
        vendor_code=head.references.get("CR"),
        deal=head.references.get("PD"),
        back_order_allowed=head.back_order_allowed,
        window_start=head.window(codes.WINDOW_STARTS),
        window_end=head.window(codes.WINDOW_ENDS),
        ship_to=head.ship_to,
        lines=tuple(lines),
        currency=head.currency,
        is_cancelled=element(beginning, 1) == codes.CANCELLED
        or (bool(lines) and all(line.quantity == 0 for line in lines)),
    )


class OrderHead:
    """What stands before the lines of an 850 or an 860, taken segment by segment."""

    def __init__(self) -> None:
        self.beginning: Segment = ()
        self.references: dict[str, str] = {}
        self.dates: dict[str, date | None] = {}
        self.back_order_allowed = False
        self.currency: str | None = None
        self.ship_to: Party | None = None
        self._party: list[Segment] = []

    def take(self, segment: Segment) -> None:
        """Take one segment of the heading."""
        kind = segment[0]
        if kind == "N1":
            self._party = [segment]
        elif kind in {"N2", "N3", "N4"}:
            self._party.append(segment)
        if kind in {"N1", "N2", "N3", "N4"} and self._party and element(self._party[0], 1) == codes.SHIP_TO:
            self.ship_to = _party(self._party)
        elif kind in {"BEG", "BCH"}:
            self.beginning = segment
        elif kind == "REF":
            self.references.setdefault(element(segment, 1), element(segment, 2))
        elif kind == "DTM":
            self.dates.setdefault(element(segment, 1), parse_date(element(segment, 2)))
        elif kind == "CSH":
            self.back_order_allowed = element(segment, 1) == "Y"
        elif kind == "CUR" and self.currency is None:
            self.currency = element(segment, 2) or None

    def window(self, qualifiers: Sequence[str]) -> date | None:
        """The first of these dates that stands in the heading."""
        return next((found for each in qualifiers if (found := self.dates.get(each))), None)


def parse_line(segment: Segment, *, quantity_at: int) -> OrderLine:
    """A PO1 or a POC: line number, quantity, unit, price, basis, then pairs of qualifier and id."""
    price_at = quantity_at + 2 if segment[0] == "PO1" else quantity_at + 3
    pairs = segment[price_at + 2 :]
    identifiers = tuple(
        ItemIdentifier(qualifier, value)
        for qualifier, value in zip(pairs[::2], pairs[1::2], strict=False)
        if qualifier and value
    )
    return OrderLine(
        line_number=element(segment, 1),
        quantity=parse_number(element(segment, quantity_at)) or Decimal(0),
        unit=element(segment, price_at - 1),
        unit_price=parse_number(element(segment, price_at)),
        price_basis=element(segment, price_at + 1) or None,
        identifiers=identifiers,
    )


def element(segment: Segment, position: int) -> str:
    """An element by its number, empty where the segment is shorter."""
    return segment[position] if len(segment) > position else ""


def parse_date(text: str) -> date | None:
    """CCYYMMDD, or None where it is no date."""
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8])) if len(text) == 8 else None
    except ValueError:
        return None


def parse_number(text: str) -> Decimal | None:
    """An element of type R, exact; None where it is empty or no number."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _party(segments: Sequence[Segment]) -> Party:
    first = segments[0]
    by_kind = {segment[0]: segment for segment in segments}
    place = by_kind.get("N4", ())
    return Party(
        qualifier=element(first, 3),
        identifier=element(first, 4),
        name=element(first, 2) or None,
        address_lines=tuple(part for part in by_kind.get("N3", ())[1:] if part),
        city=element(place, 1) or None,
        state=element(place, 2) or None,
        postal_code=element(place, 3) or None,
        country=element(place, 4) or None,
    )
