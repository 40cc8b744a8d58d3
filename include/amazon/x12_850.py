"""The 850, purchase order: Amazon's retail guide (4010) first, and what the plain base of X12 allows besides.

Values that a guide lets through and that still cannot be read become None; the business rules say what follows.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from include.amazon.elements import Segment, element, parse_number
from include.amazon.heading import Heading
from include.amazon.orders import OrderLine, PurchaseOrder
from include.identifiers import ItemIdentifier


def parse_purchase_order(segments: Sequence[Segment]) -> PurchaseOrder:
    """The order that an accepted 850 tells; `segments` as the reader gives them, ST first.

    A line without a number is called by its place; one without a quantity has none and is named in `unclear`.
    """
    heading, lines, unclear = Heading(), list[OrderLine](), list[str]()
    for segment in segments:
        if segment[0] == "PO1":
            number = element(segment, 1) or str(len(lines) + 1)
            quantity = parse_number(element(segment, 2))
            if quantity is None:
                unclear.append(f"Line {number} has no quantity.")
            lines.append(order_line(segment, number, quantity or Decimal(0), unit_at=3))
        elif not lines:
            heading.take(segment)
    return heading.order(lines, unclear, is_complete=True)


def order_line(segment: Segment, number: str, quantity: Decimal, *, unit_at: int) -> OrderLine:
    """A PO1 or a POC from its unit on: unit, price, basis, then pairs of qualifier and id."""
    pairs = segment[unit_at + 3 :]
    return OrderLine(
        line_number=number,
        quantity=quantity,
        unit=element(segment, unit_at),
        unit_price=parse_number(element(segment, unit_at + 1)),
        price_basis=element(segment, unit_at + 2) or None,
        identifiers=tuple(
            ItemIdentifier(qualifier, value)
            for qualifier, value in zip(pairs[::2], pairs[1::2], strict=False)
            if qualifier and value
        ),
    )
