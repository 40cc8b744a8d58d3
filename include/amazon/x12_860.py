"""The 860, purchase order change: the lines that it names, as they stand after it.

POC03 is the line's new quantity (X12 element 670 beside POC04, what is left to receive); a deleted line has none left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from include.amazon import codes
from include.amazon.orders import OrderLine, OrderType, PurchaseOrder
from include.amazon.x12_850 import OrderHead, Segment, element, parse_date, parse_line


def parse_order_change(segments: Sequence[Segment]) -> PurchaseOrder:
    """What an accepted 860 says of an order; `is_complete` is False, lines it does not name stay as they were."""
    head = OrderHead()
    lines: list[OrderLine] = []
    for segment in segments:
        if segment[0] == "POC":
            lines.append(_line(segment))
        elif not lines:
            head.take(segment)
    beginning = head.beginning
    return PurchaseOrder(
        purchase_order_number=element(beginning, 3),
        order_type=OrderType.OTHER,
        ordered_on=parse_date(element(beginning, 6)) or date.min,
        vendor_code=head.references.get("CR"),
        deal=head.references.get("PD"),
        back_order_allowed=head.back_order_allowed,
        window_start=head.window(codes.WINDOW_STARTS),
        window_end=head.window(codes.WINDOW_ENDS),
        ship_to=head.ship_to,
        lines=tuple(lines),
        currency=head.currency,
        is_complete=False,
        is_cancelled=element(beginning, 1) == codes.CANCELLED,
    )


def _line(segment: Segment) -> OrderLine:
    line = parse_line(segment, quantity_at=3)
    return replace(line, quantity=Decimal(0)) if element(segment, 2) in codes.LINE_CANCELLED else line
