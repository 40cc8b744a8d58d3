"""What can be promised of each SKU at a location. A row that is not there is a zero; the answer may be minutes old."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from include import clock
from include.cin7.client import Cin7Client
from include.cin7.paging import PAGE, read_pages
from include.cin7.values import AvailabilityRow

PATH = "/ref/productavailability"
FEW = 2  # SKUs that are asked one by one rather than with the whole list
FEW_MISSING = 10  # SKUs that the list left out and that are asked one by one after it


@dataclass(frozen=True, slots=True)
class AvailabilityReading:
    """The rows, and the instant at which reading them began."""

    read_at: datetime
    rows: tuple[AvailabilityRow, ...]


def fetch_availability(client: Cin7Client, location: str | None, skus: Collection[str]) -> AvailabilityReading:
    """Read the list of a location (None: of all), or a few SKUs one by one; filters that were ignored are applied.

    A list of several pages shifts while it is read, and a row that fell between two pages would be a zero: where few
    SKUs have none, they are asked again.
    """
    read_at = clock.now()
    wanted = set(skus)
    if len(wanted) <= FEW:
        return AvailabilityReading(read_at, _ask_for(client, location, wanted))
    told = list(_read(client, location, {}))
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


def _ask_for(client: Cin7Client, location: str | None, skus: Collection[str]) -> tuple[AvailabilityRow, ...]:
    told = (row for sku in sorted(skus) for row in _read(client, location, {"Sku": sku}))
    return _chosen(told, location, skus)


def _read(client: Cin7Client, location: str | None, query: dict[str, str]) -> Iterator[AvailabilityRow]:
    where = {"Location": location} if location else {}
    return map(AvailabilityRow.from_json, read_pages(client, PATH, "ProductAvailabilityList", where | query, _key))


def _key(row: Mapping[str, Any]) -> object:
    return tuple(row.get(name) for name in ("SKU", "Location", "Bin", "Batch", "ExpiryDate"))


def _chosen(
    rows: Iterable[AvailabilityRow], location: str | None, skus: Collection[str]
) -> tuple[AvailabilityRow, ...]:
    return tuple(row for row in rows if row.sku in skus and _is_at(row, location))


def _is_at(row: AvailabilityRow, location: str | None) -> bool:
    return location is None or row.location.casefold() == location.casefold()
