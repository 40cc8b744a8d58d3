"""GET /ref/productavailability: product x location x bin x batch, rows of zeros left out, possibly minutes old.

A company has half a million rows: the snapshot is kept in the list's order and only what changed is made anew, so that
each page costs the same wherever it stands. Rows that come and go move all that follow, as in life.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

from include.sandbox.cin7.behaviour import Behaviour
from include.sandbox.cin7.events import Events
from include.sandbox.cin7.listing import is_last_page, page_of
from include.sandbox.cin7.stock import NOTHING, Stock, StockRow
from include.sandbox.cin7.tenant import Tenant

Json = dict[str, Any]
Served = dict[str, dict[str, Decimal]]


@dataclass(slots=True)
class Race:
    """After so many answers about a SKU, units of it go to another channel."""

    sku: str
    location: str
    quantity: Decimal
    after_readings: int


class Shown(NamedTuple):
    """A row as it was at the snapshot; `place` is its product's in the list."""

    place: int
    row: StockRow
    on_hand: Decimal
    allocated: Decimal
    available: Decimal


_place = itemgetter(0)


@dataclass(slots=True)
class AvailabilityDesk:
    """Answers readings from a snapshot that is never older than `stale_minutes`."""

    tenant: Tenant
    stock: Stock
    events: Events
    races: list[Race] = field(default_factory=list)
    as_of: datetime | None = None
    _rows: list[Shown] = field(default_factory=list)
    _by_location: dict[str, list[Shown]] = field(default_factory=dict)  # the same by lower-case location
    _places: dict[str, int] = field(default_factory=dict)  # by lower-case SKU
    _changed: dict[str, None] = field(init=False)

    def __post_init__(self) -> None:
        self._changed = self.stock.watch()
        self.stock.touch(*self.tenant.products)

    def __getstate__(self) -> tuple[Any, ...]:
        """Plain tuples, which are saved and read ten times as fast; the lists by location are made anew."""
        kept = self.tenant, self.stock, self.events, self.races, self.as_of, self._places, self._changed
        return (*kept, [tuple(each) for each in self._rows])

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        *kept, rows = state
        self.tenant, self.stock, self.events, self.races, self.as_of, self._places, self._changed = kept
        self._rows = [Shown._make(each) for each in rows]
        self._by_location = {}
        for each in self._rows:
            self._by_location.setdefault(each.row.location.lower(), []).append(each)

    def read(self, params: Mapping[str, str], now: datetime, behaviour: Behaviour) -> Json:
        """One page; what it said is an event, and races that waited for it happen right after."""
        self._refresh(now, behaviour)
        rows = self._chosen(params)
        chosen, page = page_of(rows, params, behaviour)
        is_told = behaviour.readings_in_events or bool(self.races)
        served = self._served(chosen, params, is_end=is_told and is_last_page(len(rows), params))
        if behaviour.readings_in_events:
            self.events.served(now, self.as_of or now, served)
        self._run_races(served, now)
        return {"Total": len(rows), "Page": page, "ProductAvailabilityList": [self._row_json(each) for each in chosen]}

    def news(self, skus: Mapping[str, None]) -> Iterator[Json]:
        """The rows of these products as they are now, in the shape of the stock-change event; those of zeros too."""
        for sku in self._with_cases(skus):
            rows = list(self._rows_of(sku, 0))
            for each in rows:
                told = self._row_json(each)
                kept = ("ID", "SKU", "Location", "Bin", "OnHand", "Allocated", "Available", "StockOnHand")
                category = self.tenant.products[sku]["Category"]
                yield {name: told[name] for name in kept} | {"Category": category, "MaxRows": len(rows)}

    def _refresh(self, now: datetime, behaviour: Behaviour) -> None:
        is_fresh = self.as_of is not None and now - self.as_of < timedelta(minutes=behaviour.stale_minutes)
        if is_fresh:
            return
        for sku in self._with_cases(self._changed):
            place = self._places.setdefault(sku.lower(), len(self._places))
            self._replace(place, [each for each in self._rows_of(sku, place) if any(each[2:])])
        self._changed.clear()
        self.as_of = now

    def _with_cases(self, skus: Mapping[str, None]) -> list[str]:
        """With the case SKUs that are assembled from them; SKUs that are no product have no rows."""
        if not skus:
            return []
        cases = {sku: None for sku, parts in self.stock.components.items() if any(part in skus for part, _ in parts)}
        return [sku for sku in {**skus, **cases} if sku in self.tenant.products]

    def _replace(self, place: int, rows: list[Shown]) -> None:
        before = _exchange(self._rows, place, rows)
        for location in {each.row.location.lower() for each in (*before, *rows)}:
            here = [each for each in rows if each.row.location.lower() == location]
            _exchange(self._by_location.setdefault(location, []), place, here)

    def _rows_of(self, sku: str, place: int) -> Iterator[Shown]:
        rows = list(self.stock.rows.get(sku, ()))
        if sku in self.stock.components:
            places = {row.location for part, _ in self.stock.components[sku] for row in self.stock.rows.get(part, ())}
            rows += [StockRow(sku, where) for where in sorted(places - {row.location for row in rows})]
        made_at = set()
        for row in rows:
            made = NOTHING if row.location in made_at else self.stock.derived(sku, row.location)
            made_at.add(row.location)
            available = row.available + made if row.allocated or made else row.on_hand
            yield Shown(place, row, row.on_hand, row.allocated, available)

    def _chosen(self, params: Mapping[str, str]) -> Sequence[Shown]:
        rows: Sequence[Shown] = self._rows
        if location := params.get("location"):
            rows = self._by_location.get(location.lower(), [])
        skus = [params["sku"]] if params.get("sku") else None
        if wanted := params.get("id", "").lower():
            skus = [sku for sku, each in self.tenant.products.items() if each["ID"] == wanted and
                    params.get("sku", sku).lower() == sku.lower()]  # fmt: skip
        if skus is not None:
            rows = [each for sku in skus for each in _of(rows, self._places.get(sku.lower(), -1))]
        if batch := params.get("batch"):
            rows = [each for each in rows if each.row.batch == batch]
        for name, fits in (("name", str.startswith), ("category", str.__eq__)):
            if wanted := params.get(name, "").lower():
                rows = [each for each in rows if fits(self._of_product(each, name.capitalize()).lower(), wanted)]
        return rows

    def _of_product(self, shown: Shown, name: str) -> str:
        return str(self.tenant.products[shown.row.sku][name] or "")

    def _row_json(self, shown: Shown) -> Json:
        row, product = shown.row, self.tenant.products[shown.row.sku]
        return {
            "ID": product["ID"], "SKU": row.sku, "Name": product["Name"], "Barcode": product["Barcode"] or None,
            "Location": row.location, "Bin": row.bin, "Batch": row.batch, "ExpiryDate": row.expires_on,
            "OnHand": _plain(shown.on_hand), "Allocated": _plain(shown.allocated),
            "Available": _plain(shown.available), "OnOrder": 0,
            "StockOnHand": _plain(shown.on_hand * Decimal(str(product["AverageCost"]))), "InTransit": 0,
            "NextDeliveryDate": None,
        }  # fmt: skip

    def _served(self, chosen: Sequence[Shown], params: Mapping[str, str], *, is_end: bool) -> Served:
        served: Served = {}
        for each in chosen:
            place = served.setdefault(each.row.location, {})
            place[each.row.sku] = place.get(each.row.sku, NOTHING) + each.available
        if is_end and not params.get("id") and not params.get("name"):
            self._say_zero(served, params)
        return served

    def _say_zero(self, served: Served, params: Mapping[str, str]) -> None:
        wanted = params.get("sku", "").lower()
        skus = [sku for sku in self.tenant.products if not wanted or sku.lower() == wanted]
        for place in self.tenant.locations:
            name = str(place["Name"])
            if name.lower() == params.get("location", name).lower():
                here = self._by_location.get(name.lower(), [])
                with_rows = {each.row.sku for each in (_of(here, self._places.get(wanted, -1)) if wanted else here)}
                zeros = {sku: NOTHING for sku in skus if sku not in with_rows}
                if zeros:
                    served[name] = zeros | served.get(name, {})

    def _run_races(self, served: Served, now: datetime) -> None:
        for race in [each for each in self.races if each.sku in served.get(each.location, {})]:
            race.after_readings -= 1
            if race.after_readings <= 0:
                self.races.remove(race)
                taken = self.stock.take_available(race.sku, race.location, race.quantity)
                self.events.stock(now, race.sku, race.location, -taken, "race")


def _of(rows: Sequence[Shown], place: int) -> Sequence[Shown]:
    """The rows of the product at a place of the list."""
    start = bisect_left(rows, place, key=_place)
    return rows[start : bisect_right(rows, place, lo=start, key=_place)]


def _exchange(rows: list[Shown], place: int, new: list[Shown]) -> list[Shown]:
    """Put a product's rows in the stead of those it has; answers those."""
    if not rows or rows[-1].place < place:
        rows += new
        return []
    start = bisect_left(rows, place, key=_place)
    end = bisect_right(rows, place, lo=start, key=_place)
    before = rows[start:end]
    rows[start:end] = new
    return before


@lru_cache(10_000)
def _plain(number: Decimal) -> int | float:
    return int(number) if number == number.to_integral_value() else float(number)
