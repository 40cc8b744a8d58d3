"""From rows of stock to what counts of each SKU at each location that counts.

`Available` is summed as it is told, over bins and batches. A row below zero always takes away from its location, even
one in quarantine: somebody was promised what is not there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from include.inventory.values import NOTHING, StockRow
from include.relationships.model import Relationship


@dataclass(slots=True)
class Tally:
    """A SKU at a location: what the rows say in all, and what of it does not count. `on_hand` is of rows that do."""

    available: Decimal = NOTHING
    quarantined: Decimal = NOTHING
    expired: Decimal = NOTHING
    on_hand: Decimal = NOTHING

    @property
    def counted(self) -> Decimal:
        return self.available - self.quarantined - self.expired


@dataclass(slots=True)
class Shelves:
    """A SKU by location that counts, in the relationship's order; `elsewhere` is all that lies at others."""

    tallies: dict[str, Tally] = field(default_factory=dict)
    elsewhere: Decimal = NOTHING


@dataclass(frozen=True, slots=True)
class Counting:
    """Which rows count: names as the inventory system has them, compared whatever their case."""

    locations: Mapping[str, str]  # in lower case → as the relationship spells it
    bins: frozenset[str]  # that never count, in lower case
    first_good_day: date | None  # a batch must last until then; None: expiry is no matter

    @classmethod
    def of(cls, relationship: Relationship, today: date) -> Counting:
        """By the relationship's settings; `today` in its zone."""
        settings = relationship.inventory
        days = settings.shelf_life_days
        return cls(
            {each.casefold(): each for each in relationship.stock_locations},
            frozenset(each.casefold() for each in settings.quarantine_bins),
            None if days is None else today + timedelta(days=days),
        )

    def is_in_quarantine(self, row: StockRow) -> bool:
        """Whether the row lies in a bin that never counts."""
        if row.bin is None or not self.bins:
            return False
        name = row.bin.casefold()
        return name in self.bins or f"{row.location.casefold()}: {name}" in self.bins

    def is_expired(self, row: StockRow) -> bool:
        """Whether the row's batch does not last as long as it must."""
        return self.first_good_day is not None and row.expires_on is not None and row.expires_on < self.first_good_day


def count(rows: Iterable[StockRow], counting: Counting, only: Collection[str] | None = None) -> dict[str, Shelves]:
    """What there is of each SKU that has a row; of `only` these where they are given. A SKU without a row has none."""
    found: dict[str, Shelves] = {}
    same: dict[Decimal, Decimal] = {}  # there are far fewer quantities than rows: each is kept once
    places: dict[str, str | None] = {}
    for row in rows:
        if only is not None and row.sku not in only:
            continue
        if row.location not in places:
            places[row.location] = counting.locations.get(row.location.casefold())
        shelves = found.get(row.sku)
        if shelves is None:
            shelves = found[row.sku] = Shelves()
        place = places[row.location]
        if place is None:
            shelves.elsewhere += row.available
        else:
            _add(shelves.tallies, place, row, counting, same)
    return found


def _add(
    tallies: dict[str, Tally], place: str, row: StockRow, counting: Counting, same: dict[Decimal, Decimal]
) -> None:
    tally = tallies.get(place)
    if tally is None:
        tally = tallies[place] = Tally()
    available = tally.available + row.available
    tally.available = same.setdefault(available, available)
    if counting.is_in_quarantine(row):
        tally.quarantined += max(row.available, NOTHING)
    elif counting.is_expired(row):
        tally.expired += max(row.available, NOTHING)
    else:
        on_hand = tally.on_hand + row.on_hand
        tally.on_hand = same.setdefault(on_hand, on_hand)
