"""Goods into boxes, and what is written on each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from include.sandbox.cin7.fulfilment import GoodsLine
from include.sandbox.cin7.stock import NOTHING
from include.sandbox.cin7.warehouse_plan import Intent

LONG = 200
ON_A_PALLET = 8
SERIAL_DIGITS = 16  # with the company prefix, between the extension digit and the check digit


@dataclass(slots=True)
class Names:
    """What boxes are called; SSCCs go on counting for the whole house."""

    serial: int = 0
    used: list[str] = field(default_factory=list)

    def name(self, intent: Intent, number: int) -> tuple[str, str]:
        """A name for the n-th box of a fulfilment, and which fault it is, if any."""
        style, is_first = intent.box_name, number == 1
        if "no_box_names" in intent.faults:
            return "", "no_box_names"
        if "long_box_name" in intent.faults and is_first:
            return _long(intent, number), "long_box_name"
        if "sscc_again" in intent.faults and is_first and self.used:
            return self.used[0], "sscc_again"
        if "wrong_check_digit" in intent.faults and is_first:
            sscc = self._sscc(intent)
            return sscc[:-1] + str((int(sscc[-1]) + 1) % 10), "wrong_check_digit"
        if style == "sscc":
            self.used.append(self._sscc(intent))
            return self.used[-1], ""
        pallet = f"P{(number - 1) // ON_A_PALLET + 1}/Box {number}"
        return {"long": _long(intent, number), "none": "", "pallet": pallet}.get(style, f"Box {number}"), ""

    def _sscc(self, intent: Intent) -> str:
        self.serial += 1
        prefix = intent.plan.company_prefix
        digits = f"0{prefix}{self.serial:0{SERIAL_DIGITS - len(prefix)}d}"
        total = sum(int(digit) * (1 if place % 2 else 3) for place, digit in enumerate(reversed(digits)))
        return digits + str(-total % 10)


def into_boxes(lines: Sequence[GoodsLine], units: Mapping[str, int], *, is_mixed: bool) -> list[list[GoodsLine]]:
    """Full boxes of one SKU each; the rests each in one of their own, or all together as far as a box goes."""
    full: list[list[GoodsLine]] = []
    rests: list[list[GoodsLine]] = []
    for sku in dict.fromkeys(each.sku for each in lines):
        for box in _filled([each for each in lines if each.sku == sku], units[sku]):
            is_full = sum((each.quantity for each in box), NOTHING) == units[sku]
            (full if is_full else rests).append(box)
    if not is_mixed:
        return full + rests
    together = [line for rest in rests for line in rest]
    return full + list(_filled(together, max(units.values(), default=1)))


def _filled(lines: Sequence[GoodsLine], size: int) -> Iterator[list[GoodsLine]]:
    box: list[GoodsLine] = []
    room = Decimal(size)
    for line in lines:
        left = line.quantity
        while left > 0:
            part = min(left, room)
            box.append(replace(line, quantity=part))
            left, room = left - part, room - part
            if room <= 0:
                yield box
                box, room = [], Decimal(size)
    if box:
        yield box


def _long(intent: Intent, number: int) -> str:
    return f"Carton {number} of {intent.key} as it stands on the pallet ".ljust(LONG, "x")[:LONG]
