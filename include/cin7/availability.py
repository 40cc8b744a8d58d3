"""What can be promised of each SKU at a location. A row that is not there is a zero; the answer may be minutes old."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from include import clock
from include.cin7.client import Cin7Client
from include.cin7.paging import read_pages
from include.cin7.values import AvailabilityRow

PATH = "/ref/productavailability"
FEW = 2  # SKUs that are asked one by one rather than with the whole list


@dataclass(frozen=True, slots=True)
class AvailabilityReading:
    """The rows, and the instant at which reading them began."""

    read_at: datetime
    rows: tuple[AvailabilityRow, ...]


def fetch_availability(client: Cin7Client, location: str | None, skus: Collection[str]) -> AvailabilityReading:
    """Read the list of a location (None: of all), or a few SKUs one by one; filters that were ignored are applied."""
    read_at = clock.now()
    queries = [{"Sku": sku} for sku in skus] if len(skus) <= FEW else [{}]
    rows = [
        AvailabilityRow.from_json(row)
        for query in queries
        for row in read_pages(
            client,
            PATH,
            "ProductAvailabilityList",
            ({"Location": location} if location else {}) | query,
            lambda row: (row.get("SKU"), row.get("Location"), row.get("Bin"), row.get("Batch")),
        )
    ]
    wanted = set(skus)
    return AvailabilityReading(
        read_at,
        tuple(row for row in rows if row.sku in wanted and _is_at(row, location)),
    )


def available_by_sku(reading: AvailabilityReading, skus: Collection[str]) -> dict[str, Decimal]:
    """`Available` summed over bins and batches; zero for a SKU that has no row."""
    total = dict.fromkeys(skus, Decimal(0))
    for row in reading.rows:
        total[row.sku] += row.available
    return total


def _is_at(row: AvailabilityRow, location: str | None) -> bool:
    return location is None or row.location.casefold() == location.casefold()
