"""Which zeros are sent, which are held and told, and which a person is asked about first."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from include.identifiers import ItemIdentifier
from include.inventory.values import Level
from include.relationships.inventory import ZeroPolicy, Zeros


@dataclass(frozen=True, slots=True)
class Sorted:
    """Levels by what may happen to them."""

    sent: tuple[Level, ...]
    asked: tuple[Level, ...]
    held: tuple[Level, ...]

    @property
    def is_zero_held(self) -> bool:
        """Whether a full report would erase what must stand."""
        return bool(self.asked or self.held)


def sort_zeros(levels: Iterable[Level], settings: Zeros, approved: Collection[ItemIdentifier] = frozenset()) -> Sorted:
    """By the policy of each zero; every other level is sent, and so is a zero that a person approved."""
    found: dict[ZeroPolicy, list[Level]] = {policy: [] for policy in ZeroPolicy}
    for level in levels:
        is_free = level.quantity > 0 or level.identifier in approved
        found[ZeroPolicy.SEND if is_free else settings.of(level.sku, level.tags)].append(level)
    return Sorted(*(tuple(found[policy]) for policy in (ZeroPolicy.SEND, ZeroPolicy.ASK, ZeroPolicy.HOLD)))
