"""A full report or changes, and in how many documents.

A full 846 (BIA01 00) erases whatever it leaves out: there is exactly one, then changes (25) under its feed id, and none
while any zero is held.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from include.inventory.values import Level
from include.relationships.inventory import Inventory


@dataclass(frozen=True, slots=True)
class Part:
    """What one transaction set says."""

    is_full: bool
    levels: tuple[Level, ...]


def is_full_due(settings: Inventory, last_full_at: datetime | None, *, is_zero_held: bool, now: datetime) -> bool:
    """Whether this report replaces all before it; `last_full_at`: of the last full one that was not rejected."""
    if is_zero_held:
        return False
    if last_full_at is None:
        return True
    return settings.full_every_days is not None and now - last_full_at >= timedelta(days=settings.full_every_days)


def in_parts(levels: Sequence[Level], largest: int, *, is_full: bool) -> Iterator[Part]:
    """Documents of at most `largest` levels, in the order in which they must be read.

    Only the first of a full report is full: a second one would erase it.
    """
    rest = iter(levels)
    while part := tuple(islice(rest, largest)):
        yield Part(is_full, part)
        is_full = False
