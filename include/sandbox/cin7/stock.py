"""What lies where and what is promised. A case SKU with auto-assembly draws on its components' stock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_FLOOR, Decimal
from functools import lru_cache
from typing import Any

NOTHING = Decimal(0)
Components = tuple[tuple[str, Decimal], ...]
Place = tuple[str, str | None]  # location and bin


@dataclass(slots=True)
class StockRow:
    """Product by location by bin by batch."""

    sku: str
    location: str
    bin: str | None = None
    batch: str | None = None
    on_hand: Decimal = NOTHING
    allocated: Decimal = NOTHING
    expires_on: str | None = None

    def __reduce__(self) -> tuple[Any, ...]:  # a state file holds half a million
        return StockRow, (self.sku, self.location, self.bin, self.batch, self.on_hand, self.allocated, self.expires_on)

    @property
    def available(self) -> Decimal:
        """May be negative."""
        return self.on_hand - self.allocated


@dataclass(slots=True)
class Allocation:
    """Units of one row promised to one sale line; `per_unit` of them make one unit of the line's SKU."""

    row: StockRow
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Departure:
    """Units of one row that left for the sale line of a SKU; `was_promised` says whether the line had them."""

    sku: str
    row: StockRow
    quantity: Decimal
    was_promised: bool = True


@dataclass(slots=True)
class Stock:
    """All rows, and those who are told which SKUs change."""

    components: dict[str, Components] = field(default_factory=dict)
    rows: dict[str, list[StockRow]] = field(default_factory=dict)
    watched: list[dict[str, None]] = field(default_factory=list)

    def watch(self) -> dict[str, None]:
        """The SKUs whose rows change from now on, in the order of their changes; who asked for it empties it."""
        self.watched.append({})
        return self.watched[-1]

    def touch(self, *skus: str) -> None:
        """Tell those who watch."""
        for each in self.watched:
            each.update(dict.fromkeys(skus))

    def available(self, sku: str, location: str | None) -> Decimal:
        """What one sale could have: the SKU's own rows and, for a case SKU, what its components would make."""
        return self._own(sku, location) + self._assemblable(sku, location)

    def derived(self, sku: str, location: str) -> Decimal:
        """What a case SKU's components would make at a location; 0 for any other SKU."""
        return self._assemblable(sku, location)

    def allocate(self, sku: str, location: str | None, quantity: Decimal) -> tuple[list[Allocation], Decimal]:
        """Promise what there is of `quantity`; answers the promises and how many units of the SKU they are."""
        taken = self._take(sku, location, quantity)
        got = sum((each.quantity for each in taken), NOTHING)
        owed = min(NOTHING, self._own(sku, location))  # a case SKU that is short already
        made = min((quantity - got).to_integral_value(ROUND_FLOOR), self._assemblable(sku, location) + owed)
        if made > 0:
            for component, factor in self.components[sku]:
                taken += self._take(component, location, made * factor)
            got += made
        return taken, got

    def release(self, allocations: Iterable[Allocation]) -> None:
        """Let go of what a sale had."""
        for each in allocations:
            each.row.allocated -= each.quantity
            self.touch(each.row.sku)

    def row_at(
        self, sku: str, location: str, bin_name: str | None, batch: str | None, expires_on: str | None
    ) -> StockRow:
        """The row of exactly that place and batch, made where there is none."""
        rows = self.rows.setdefault(sku, [])
        found = [each for each in rows if (each.location, each.bin, each.batch) == (location, bin_name, batch)]
        if not found:
            found = [StockRow(sku, location, bin_name, batch, expires_on=expires_on)]
            rows += found
        self.touch(sku)
        return found[0]

    def change(self, sku: str, location: str, bin_name: str | None, *, to: Decimal | None, by: Decimal) -> Decimal:
        """Set or move what is on hand (another channel sold, a delivery came); answers the change."""
        row = next((each for each in self.rows.get(sku, ()) if (each.location, each.bin) == (location, bin_name)), None)
        row = row or next((each for each in self.rows.get(sku, ()) if each.location == location), None)
        if row is None:
            row = StockRow(sku, location, bin_name)
            self.rows.setdefault(sku, []).append(row)
        before = row.on_hand
        row.on_hand = before + by if to is None else to
        self.touch(sku)
        return row.on_hand - before

    def send(self, sku: str, allocations: list[Allocation], quantity: Decimal, place: Place) -> list[Departure]:
        """Units leave: what was promised from that place, from any, what components make, and then what is others'."""
        own = [each for each in allocations if each.row.sku == sku]
        own.sort(key=lambda each: (each.row.location, each.row.bin) != place)
        gone = _send_promised(sku, own, quantity)
        left = quantity - _total(gone)
        for component, factor in self.components.get(sku, ()) if left > 0 else ():
            parts = [each for each in allocations if each.row.sku == component]
            sent = _send_promised(sku, parts, left * factor)
            gone += sent + self._send_beyond(sku, component, left * factor - _total(sent), place)
        if sku not in self.components:
            gone += self._send_beyond(sku, sku, left, place)
        self.touch(*(each.row.sku for each in gone))
        return gone

    def take_back(self, departures: Iterable[Departure], promises: Mapping[str, list[Allocation]]) -> None:
        """What left lies there again; lines named in `promises` hold again what they held."""
        for each in departures:
            each.row.on_hand += each.quantity
            if each.was_promised and each.sku in promises:
                each.row.allocated += each.quantity
                promises[each.sku].append(Allocation(each.row, each.quantity))
            self.touch(each.row.sku)

    def take_available(self, sku: str, location: str | None, quantity: Decimal) -> Decimal:
        """Another channel gets up to `quantity` of what is available; answers how much it got."""
        taken = self._take(sku, location, quantity)
        for each in taken:
            each.row.allocated -= each.quantity
            each.row.on_hand -= each.quantity
        return sum((each.quantity for each in taken), NOTHING)

    def _send_beyond(self, sku: str, of: str, quantity: Decimal, place: Place) -> list[Departure]:
        if quantity <= 0:
            return []
        rows = self.rows.setdefault(of, [])
        found = [each for each in rows if each.location == place[0]]
        found.sort(key=lambda each: (each.location, each.bin) != place)
        if not found:
            found = [StockRow(of, *place)]
            rows += found
        found[0].on_hand -= quantity
        return [Departure(sku, found[0], quantity, was_promised=False)]

    def _own(self, sku: str, location: str | None) -> Decimal:
        return sum((each.available for each in self._at(sku, location)), NOTHING)

    def _assemblable(self, sku: str, location: str | None) -> Decimal:
        parts = self.components.get(sku)
        if not parts:
            return NOTHING
        least = min(self._own(component, location) / factor for component, factor in parts)
        return max(NOTHING, least.to_integral_value(ROUND_FLOOR))

    def _take(self, sku: str, location: str | None, quantity: Decimal) -> list[Allocation]:
        wanted = min(quantity, max(NOTHING, self._own(sku, location)))
        taken = []
        for row in self._at(sku, location):
            part = min(wanted, max(NOTHING, row.available))
            if part > 0:
                row.allocated += part
                wanted -= part
                taken.append(Allocation(row, part))
        if taken:
            self.touch(sku)
        return taken

    def _at(self, sku: str, location: str | None) -> Iterable[StockRow]:
        return (each for each in self.rows.get(sku, ()) if location is None or each.location == location)


def _send_promised(sku: str, allocations: Iterable[Allocation], quantity: Decimal) -> list[Departure]:
    gone = []
    for each in allocations:
        part = min(quantity, each.quantity)
        if part > 0:
            each.quantity -= part
            each.row.allocated -= part
            each.row.on_hand -= part
            quantity -= part
            gone.append(Departure(sku, each.row, part))
    return gone


def _total(departures: Iterable[Departure]) -> Decimal:
    return sum((each.quantity for each in departures), NOTHING)


def load_stock(rows: Iterable[Mapping[str, object]], components: dict[str, Components]) -> Stock:
    """Stock from a catalogue file's rows; equal words and numbers are held once, since a company has many rows."""
    stock = Stock(components)
    number, word = lru_cache(4096)(_number), lru_cache(4096)(_word)
    for each in rows:
        row = StockRow(str(each["sku"]), str(word(each["location"])), word(each.get("bin")), word(each.get("batch")),
                       number(each["on_hand"]), expires_on=word(each.get("expires_on")))  # fmt: skip
        stock.rows.setdefault(row.sku, []).append(row)
    return stock


def _number(told: object) -> Decimal:
    return Decimal(str(told))


def _word(told: object) -> str | None:
    return str(told) if told else None
