"""What can be promised of each SKU at a location. A row that is not there is a zero; the answer may be minutes old.

Orders ask for what they need with `fetch_availability`. What a partner is told comes from `read_everything`: half a
million rows are five hundred calls, so they are read once and streamed, what may have slipped between two pages is
looked for with a fiftieth as many calls, and what is in doubt after that is named.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import chain
from typing import Any, NamedTuple

from include import clock
from include.cin7.page_borders import PAGES_AN_EXTRA_CALL, Border, Borders, Row
from include.cin7.paging import PAGE, Page, Reader, each_page, read_pages
from include.cin7.stock_rows import StockReading, StockRow
from include.cin7.values import AvailabilityRow
from include.errors import RejectedError

PATH, LIST_KEY = "/ref/productavailability", "ProductAvailabilityList"
KEY = ("SKU", "Location", "Bin", "Batch", "ExpiryDate")
FEW = 2  # SKUs that are asked one by one rather than with the whole list
FEW_MISSING = 10  # SKUs that the list left out and that are asked one by one after it


@dataclass(frozen=True, slots=True)
class AvailabilityReading:
    """The rows, and the instant at which reading them began."""

    read_at: datetime
    rows: tuple[AvailabilityRow, ...]


def fetch_availability(client: Reader, location: str | None, skus: Collection[str]) -> AvailabilityReading:
    """Read the list of a location (None: of all), or the SKUs one by one where they are few or the list has more pages
    than there are SKUs; filters that were ignored are applied.

    A list of several pages shifts while it is read, and a row that fell between two pages would be a zero: where few
    SKUs have none, they are asked again.
    """
    read_at = clock.now()
    wanted = set(skus)
    if len(wanted) <= FEW:
        return AvailabilityReading(read_at, _ask_for(client, location, wanted))
    pages = each_page(client, PATH, LIST_KEY, _where(location) | {"Limit": PAGE})
    first = next(pages)
    if first[1] is not None and first[1] > PAGE * (1 + len(wanted)):
        return AvailabilityReading(read_at, _ask_for(client, location, wanted))
    told = list(_read(client, location, {}, chain([first], pages)))
    rows = _chosen(told, location, wanted)
    missing = wanted - {row.sku for row in rows}
    if len(told) > PAGE and len(missing) <= FEW_MISSING:
        rows += _ask_for(client, location, missing)
    return AvailabilityReading(read_at, rows)


def available_by_sku(reading: AvailabilityReading, skus: Collection[str]) -> dict[str, Decimal]:
    """`Available` summed over bins and batches; zero for a SKU that has no row."""
    total = dict.fromkeys(skus, Decimal(0))
    for row in reading.rows:
        if row.sku in total:
            total[row.sku] += row.available
    return total


def read_everything(client: Reader, reading: StockReading, *, page_size: int = PAGE) -> Iterator[StockRow]:
    """Every row once, in no order that counts; `reading` says afterwards what is in doubt and what was wrong.

    Calls: the pages that the list has, and at most one more for each fifty of them.
    """
    borders, seen = Borders(), _Seen(reading)
    for told, total in each_page(client, PATH, LIST_KEY, {"Limit": page_size}):
        reading.calls += 1
        page = seen.sort(told)
        borders.turn(total, page.rows, page.fresh)
        yield from filter(None, map(reading.take, page.told))
    borders.over()
    reading.pages = borders.pages
    for border in borders.suspects()[: borders.pages // PAGES_AN_EXTRA_CALL]:
        if borders.is_suspect(border):
            page = _look_again(client, reading, borders, border, page_size, seen)
            yield from filter(None, map(reading.take, page.told))
    left = borders.suspects()
    reading.doubtful |= {row.sku for each in left for row in (each.before, each.after) if row}
    reading.is_all_doubtful = not borders.is_grouped and (borders.is_short or bool(left))


def read_of_skus(client: Reader, skus: Collection[str], reading: StockReading) -> Iterator[StockRow]:
    """The rows of these SKUs as they are now, one call for each; a SKU of which none comes has nothing."""
    for sku in sorted(skus):
        strange = 0
        reading.calls += 1
        for told in read_pages(client, PATH, LIST_KEY, {"Sku": sku}, _key):
            row = reading.take(told)
            if row and row.sku == sku:
                yield row
            elif (strange := strange + 1) >= PAGE:
                raise RejectedError(f"Cin7 does not heed the filter by SKU: asked for {sku}, it answers all products.")


class _Page(NamedTuple):
    """The rows of a page, and those of them that were not seen before: as borders know them, and as told."""

    rows: list[Row]
    fresh: list[Row]
    told: list[Mapping[str, Any]]


@dataclass(slots=True)
class _Seen:
    """The rows given, each by the hash of its key, with the hash of what was available: two numbers a row, not five
    texts. A row that comes again with another number is old where it was given, so its SKU is in doubt.
    """

    reading: StockReading
    available: dict[int, int] = field(default_factory=dict)

    def sort(self, told: Iterable[Mapping[str, Any]]) -> _Page:
        page = _Page([], [], [])
        for each in told:
            row, available = _hashed(each)
            page.rows.append(row)
            if row.key not in self.available:
                self.available[row.key] = available
                page.fresh.append(row)
                page.told.append(each)
            elif self.available[row.key] != available:
                self.reading.doubtful.add(row.sku)
        return page


def _look_again(
    client: Reader, reading: StockReading, borders: Borders, border: Border, page_size: int, seen: _Seen
) -> _Page:
    """Read across a border."""
    size, number = border.window(page_size)
    told = client.get(PATH, {"Limit": size, "Page": number}).get(LIST_KEY) or []
    reading.calls += 1
    page = seen.sort(told)
    borders.found(len(page.fresh))
    if border.is_within({row.key for row in page.rows}, is_last_page=len(told) < size):
        borders.close(border)
    return page


def _hashed(told: Mapping[str, Any]) -> tuple[Row, int]:
    try:
        return Row(hash(tuple(map(told.get, KEY))), str(told.get("SKU"))), hash(told.get("Available"))
    except (AttributeError, TypeError):  # no row of Cin7's at all; it is told as a finding
        return Row(hash(repr(told)), ""), 0


def _ask_for(client: Reader, location: str | None, skus: Collection[str]) -> tuple[AvailabilityRow, ...]:
    told = (row for sku in sorted(skus) for row in _read(client, location, {"Sku": sku}))
    return _chosen(told, location, skus)


def _read(
    client: Reader, location: str | None, query: dict[str, str], begun: Iterator[Page] | None = None
) -> Iterator[AvailabilityRow]:
    rows = read_pages(client, PATH, LIST_KEY, _where(location) | query, _key, begun=begun)
    return map(AvailabilityRow.from_json, rows)


def _where(location: str | None) -> dict[str, Any]:
    return {"Location": location} if location else {}


def _key(row: Mapping[str, Any]) -> object:
    return tuple(map(row.get, KEY))


def _chosen(
    rows: Iterable[AvailabilityRow], location: str | None, skus: Collection[str]
) -> tuple[AvailabilityRow, ...]:
    return tuple(row for row in rows if row.sku in skus and _is_at(row, location))


def _is_at(row: AvailabilityRow, location: str | None) -> bool:
    return location is None or row.location.casefold() == location.casefold()
