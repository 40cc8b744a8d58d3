"""The 860, purchase order change: the lines that it names, as they stand after it.

POC03 is the line's new quantity (X12 element 670 beside POC04, what is left to receive); a deleted line has none left.
What it says without a line's number or quantity is left to a person: read as zero it would cancel what stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from include.amazon import codes
from include.amazon.elements import Segment, element, parse_number
from include.amazon.heading import Heading
from include.amazon.orders import OrderLine, PurchaseOrder
from include.amazon.x12_850 import order_line

UNIT_WIDTH = 2  # POC05 is a composite that begins with its unit, element 355


def parse_order_change(segments: Sequence[Segment]) -> PurchaseOrder:
    """What an accepted 860 says of an order; lines that it does not name stay as they were."""
    heading, lines, unclear = Heading(), list[OrderLine](), list[str]()
    is_heading = True
    for segment in segments:
        if segment[0] == "POC":
            is_heading = False
            changed = _line(segment)
            if isinstance(changed, str):
                unclear.append(changed)
            else:
                lines.append(changed)
        elif is_heading:
            heading.take(segment)
    return heading.order(lines, unclear, is_complete=False)


def _line(segment: Segment) -> OrderLine | str:
    """The line, or a sentence on why it cannot be told."""
    number, change = element(segment, 1), element(segment, 2)
    quantity = Decimal(0) if change in codes.LINE_CANCELLED else parse_number(element(segment, 3))
    if not number:
        return f"A change ({change}) names no line."
    if quantity is None:
        return f"Line {number} is changed ({change}) without a quantity."
    line = order_line(segment, number, quantity, unit_at=5)
    return replace(line, unit=line.unit[:UNIT_WIDTH])
