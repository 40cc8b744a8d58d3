"""Which levels Amazon is told anew: those that changed, and those whose document was rejected.

A row that the inventory system leaves out means zero, but its pages shift while they are read: a zero that Amazon was
not told before counts only once its SKU was read by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from include.identifiers import ItemIdentifier
from include.inventory.values import NOTHING, Level, Rule, Step, Told, ToldState

NOT_LISTED = (Step(Rule.NOT_LISTED, NOTHING, "no longer a product that Amazon is told stock of"),)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every level stands in one of the three."""

    changed: tuple[Level, ...]
    first_zeros: tuple[Level, ...]  # to be read again by SKU, then compared again
    unchanged: tuple[Level, ...]


def compare(
    levels: Iterable[Level],
    told: Mapping[ItemIdentifier, Told],
    read_by_sku: Collection[ItemIdentifier] = frozenset(),
) -> Comparison:
    """Hold the levels against what was told last; zeros of `read_by_sku` were read again and count."""
    changed, first_zeros, unchanged = [], [], []
    for level in levels:
        before = told.get(level.identifier)
        if before is not None and not _differs(level, before):
            unchanged.append(level)
        elif level.quantity == 0 and not _was_zero(before) and level.identifier not in read_by_sku:
            first_zeros.append(level)
        else:
            changed.append(level)
    return Comparison(tuple(changed), tuple(first_zeros), tuple(unchanged))


def gone(told: Iterable[Told], listed: Collection[ItemIdentifier]) -> tuple[Level, ...]:
    """Zeros for what Amazon still believes to be there and is listed no more; only where all that is listed is known.

    A report of changes must say it; a full one says it by leaving the item out, which is a zero all the same.
    """
    return tuple(
        Level(each.sku, each.identifier, each.unit, NOTHING, NOT_LISTED, each.sku, each.tags, each.price)
        for each in told
        if each.identifier not in listed and each.believed > 0
    )


def _differs(level: Level, before: Told) -> bool:
    if before.state is ToldState.REJECTED:
        return True
    return level.quantity != before.quantity or level.unit != before.unit


def _was_zero(before: Told | None) -> bool:
    return before is not None and before.quantity == 0
