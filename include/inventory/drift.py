"""What Amazon goes by beside what is so: what it was told, less what it ordered since, and the level that is right now.

A difference is none up to the units or up to the percent that the relationship sets, unless it is worth more than its
money.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from include.identifiers import ItemIdentifier
from include.inventory.values import NOTHING, Level, Told
from include.money import Money
from include.relationships import inventory

HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Drift:
    """One item, in Amazon's unit. `difference` is above zero where Amazon counts on more than there is."""

    sku: str
    identifier: ItemIdentifier
    unit: str
    told: Decimal
    ordered: Decimal
    now: Decimal
    difference: Decimal
    value: Money | None
    sentence: str


def measure(
    told: Iterable[Told],
    now: Mapping[ItemIdentifier, Level],
    ordered_since: Mapping[ItemIdentifier, Decimal],
    settings: inventory.Drift,
    currency: str,
) -> tuple[Drift, ...]:
    """The differences a person should hear of, the most valuable first, then the largest.

    `ordered_since`: what Amazon ordered after it was told, in the level's unit, accepted or not answered yet. What has
    no level now has nothing.
    """
    found = (_drift(each, now.get(each.identifier), ordered_since, currency) for each in told)
    return tuple(sorted(_beyond(found, settings), key=_by_weight))


def _drift(told: Told, level: Level | None, ordered_since: Mapping[ItemIdentifier, Decimal], currency: str) -> Drift:
    ordered = ordered_since.get(told.identifier, NOTHING)
    is_same_unit = level is None or level.unit == told.unit
    now = level.quantity if level and is_same_unit else NOTHING
    difference = max(told.believed - ordered, NOTHING) - now
    price = level.price if level and is_same_unit else told.price
    value = None if price is None else Money(abs(difference) * price, currency)
    sentence = _sentence(told, level, ordered, difference, value)
    return Drift(told.sku, told.identifier, told.unit, told.believed, ordered, now, difference, value, sentence)


def _beyond(found: Iterable[Drift], settings: inventory.Drift) -> Iterator[Drift]:
    for each in found:
        size = abs(each.difference)
        is_large = size > settings.units and size * HUNDRED > settings.percent * max(each.told, each.now)
        is_dear = settings.money is not None and each.value is not None and each.value.amount > settings.money
        if is_large or is_dear:
            yield each


def _by_weight(drift: Drift) -> tuple[object, ...]:
    value = drift.value.amount if drift.value else NOTHING
    return -value, -abs(drift.difference), drift.sku, str(drift.identifier)


def _sentence(told: Told, level: Level | None, ordered: Decimal, difference: Decimal, value: Money | None) -> str:
    there = f"{level.quantity:f} {level.unit} can be sold now" if level else "it is no longer listed"
    taken = f", has ordered {ordered:f} since" if ordered else ""
    worth = f", worth {value}" if value else ""
    side = "more than there is" if difference > 0 else "fewer than there are"
    return (
        f"Amazon goes by {told.believed:f} {told.unit} of {told.sku} ({told.identifier}){taken}, and {there}: "
        f"it counts on {abs(difference):f} {side}{worth}."
    )
