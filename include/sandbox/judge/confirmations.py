"""One 855 beside Cin7's stock at the moment it was published: promised too much, refused too much, refused and kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from include.sandbox.judge.stock import NOTHING, Families, Replay
from include.sandbox.judge.told import ToldAnswer, ToldLine, ToldOrder


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Base units by base SKU; only what is above zero."""

    over_confirmed: Mapping[str, Decimal]
    under_confirmed: Mapping[str, Decimal]
    kept_though_refused: Mapping[str, Decimal]


def confirm(order: ToldOrder, number: int, replay: Replay) -> Confirmation:
    """Hold the order's answer of this number against the state that the replay has reached."""
    answer = order.answers[number]
    lines = order.revisions[answer.revision].lines
    accepted = _by_base(lines, answer.accepted, replay.families)
    promised = _added(accepted, _by_base(lines, answer.back_ordered, replay.families))
    sales = list(replay.standing(order.purchase_order_number))
    allocated, quantity = _added(*(each.allocated for each in sales)), _added(*(each.quantity for each in sales))
    before = next((each for each in reversed(order.answers[:number]) if each.is_accepted), None)
    return Confirmation(
        _excess(accepted, allocated),
        _under_confirmed(order, lines, answer, before, replay),
        _excess(quantity, promised),
    )


def _under_confirmed(
    order: ToldOrder, lines: Mapping[str, ToldLine], answer: ToldAnswer, before: ToldAnswer | None, replay: Replay
) -> dict[str, Decimal]:
    """What this answer refuses or puts off anew (an earlier one binds) though it was free, in whole Amazon units."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for number, line in lines.items():
        if line.fault is not None or line.sku is None:
            continue
        short = _lacking(answer, number) - (_lacking(before, number) if before else NOTHING)
        if short <= 0:
            continue
        base, _ = replay.families.base_of(line.sku)
        free = replay.free(line.sku, order.purchase_order_number) - found[base]
        found[base] += min(short, (free / line.eaches).to_integral_value(ROUND_FLOOR)) * line.eaches if free > 0 else 0
    return {base: units for base, units in found.items() if units > 0}


def _lacking(answer: ToldAnswer, number: str) -> Decimal:
    return answer.refused.get(number, NOTHING) + answer.back_ordered.get(number, NOTHING)


def _by_base(
    lines: Mapping[str, ToldLine], units: Mapping[str, Decimal], families: Families
) -> dict[str, Decimal]:  # what the lines' units are, in base units by base SKU
    found: dict[str, Decimal] = defaultdict(Decimal)
    for number, line in lines.items():
        if line.sku is not None:
            found[families.base_of(line.sku)[0]] += units.get(number, NOTHING) * line.eaches
    return found


def _added(*parts: Mapping[str, Decimal]) -> dict[str, Decimal]:
    total: dict[str, Decimal] = defaultdict(Decimal)
    for part in parts:
        for base, units in part.items():
            total[base] += units
    return total


def _excess(units: Mapping[str, Decimal], limit: Mapping[str, Decimal]) -> dict[str, Decimal]:
    beyond = {base: number - limit.get(base, NOTHING) for base, number in units.items()}
    return {base: number for base, number in beyond.items() if number > 0}
