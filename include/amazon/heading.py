"""What stands before the lines of an 850 or an 860, taken segment by segment and made an order at their end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from include.amazon import codes
from include.amazon.elements import Segment, element, parse_date
from include.amazon.orders import OrderLine, OrderType, PurchaseOrder
from include.amazon.parties import parse_party

_ORDER_TYPES = {kind.value: kind for kind in OrderType}

# The loops of the heading, and what in them only looks like the order's own.
_LOOPS: dict[str, frozenset[str]] = {
    "SAC": frozenset({"CUR"}),
    "LDT": frozenset({"REF"}),
    "AMT": frozenset({"REF", "DTM"}),
    "N9": frozenset({"DTM"}),
    "N1": frozenset({"REF"}),
    "LM": frozenset(),
    "SPI": frozenset({"REF", "DTM", "N1", "N3", "N4"}),
    "ADV": frozenset({"DTM"}),
}


class Heading:
    """The order so far. Where something is said twice, the first holds."""

    def __init__(self) -> None:
        self._beginning: Segment = ()
        self._references: dict[str, str] = {}
        self._dates: dict[str, date | None] = {}
        self._back_order_allowed: bool | None = None
        self._currency: str | None = None
        self._ship_to: list[Segment] = []
        self._is_in_ship_to = False
        self._of_loop: frozenset[str] = frozenset()

    def take(self, segment: Segment) -> None:
        """Take one segment of the heading."""
        kind = segment[0]
        if kind in self._of_loop:
            return
        self._of_loop = _LOOPS.get(kind, self._of_loop)
        match kind:
            case "BEG" | "BCH":
                self._beginning = segment
            case "REF":
                self._references.setdefault(element(segment, 1), element(segment, 2))
            case "DTM":
                self._dates.setdefault(element(segment, 1), parse_date(element(segment, 2)))
            case "CSH" if self._back_order_allowed is None:
                self._back_order_allowed = element(segment, 1) == "Y"
            case "CUR" if self._currency is None:
                self._currency = element(segment, 2) or None
            case "N1":
                self._is_in_ship_to = element(segment, 1) == codes.SHIP_TO and not self._ship_to
                if self._is_in_ship_to:
                    self._ship_to.append(segment)
            case "N3" | "N4" if self._is_in_ship_to:
                self._ship_to.append(segment)
            case _:
                pass

    def order(self, lines: Sequence[OrderLine], unclear: Sequence[str], *, is_complete: bool) -> PurchaseOrder:
        """The order with these lines; the date stands in BEG05 or BCH06."""
        beginning = self._beginning
        back_order_allowed = self._back_order_allowed
        is_cancelled = element(beginning, 1) == codes.CANCELLED
        if is_complete:
            back_order_allowed = bool(back_order_allowed)
            is_cancelled = is_cancelled or (bool(lines) and not unclear and not any(line.quantity for line in lines))
        return PurchaseOrder(
            purchase_order_number=element(beginning, 3),
            order_type=_ORDER_TYPES.get(element(beginning, 2), OrderType.OTHER),
            ordered_on=parse_date(element(beginning, 5 if element(beginning, 0) == "BEG" else 6)) or date.min,
            vendor_code=self._references.get("CR") or None,
            deal=self._references.get("PD") or None,
            back_order_allowed=back_order_allowed,
            window_start=self._window(codes.WINDOW_STARTS),
            window_end=self._window(codes.WINDOW_ENDS),
            ship_to=parse_party(self._ship_to) if self._ship_to else None,
            lines=tuple(lines),
            currency=self._currency,
            is_complete=is_complete,
            is_cancelled=is_cancelled,
            unclear=tuple(unclear),
        )

    def _window(self, qualifiers: Sequence[str]) -> date | None:
        return next((found for each in qualifiers if (found := self._dates.get(each))), None)
