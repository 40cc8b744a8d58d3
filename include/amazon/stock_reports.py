"""The values of a stock report (846): how much of each item the vendor can sell, in Amazon's own units.

A full report erases all that was told before; changes build on the last full one, whose feed id they bear. BIA04/05
tell no more than the minute: nothing but the order in which they are sent tells the parts of a report apart.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from include.amazon.orders import Party
from include.identifiers import ItemIdentifier
from include.quantity import Unit
from include.x12.delimiters import STANDARD, Delimiters

LARGEST = 10_000  # items in a set, by the standard


@dataclass(frozen=True, slots=True)
class StockLevel:
    """A LIN with its QTY; `quantity` in `unit` (EA or CA), `restock_on` where more is expected."""

    identifier: ItemIdentifier
    quantity: Decimal
    unit: str
    restock_on: date | None = None


@dataclass(frozen=True, slots=True)
class StockReport:
    """An 846 before its bytes; `is_full` (BIA01 00) replaces everything, else it tells changes only (25).

    `report_number` is our own name for it, and does not stand on the wire.
    """

    report_number: str
    feed_id: str  # BIA03; that of the full report in changes
    written_at: datetime
    is_full: bool
    levels: tuple[StockLevel, ...]
    vendor: Party
    ship_from: Party | None = None


@dataclass(frozen=True, slots=True)
class StockReportSettings:
    """What a relationship sets of the 846; a rule's id among `warned`, or with its field, makes it a warning."""

    report_type: str = "IP"  # BIA02: IP retail, DD direct fulfillment
    vendor_entity: str = "VN"  # N101
    quantity_qualifier: str = "33"  # QTY01
    restock_qualifier: str | None = None  # DTM01; None leaves the day out
    zone: str = "UTC"  # of BIA04/05
    item_qualifiers: frozenset[str] = frozenset({"BP", "EN", "UK", "UP", "VN"})
    units: frozenset[str] = frozenset({Unit.EACH, Unit.CASE})
    delimiters: Delimiters = STANDARD
    warned: frozenset[str] = frozenset()


def split(report: StockReport, largest: int = LARGEST) -> tuple[StockReport, ...]:
    """Parts of no more than `largest` levels, to be sent in this order; each has a number of its own.

    The first of a full report is full, the others are changes under its feed id: a second full one would erase it.
    Until all are there Amazon knows a part, and one that is refused has to be told again.
    """
    if largest < 1:
        raise ValueError(f"A part holds one level at least, not {largest}.")
    if len(report.levels) <= largest:
        return (report,)
    starts = range(0, len(report.levels), largest)
    return tuple(
        replace(
            report,
            report_number=f"{report.report_number}.{place}",
            is_full=report.is_full and place == 1,
            levels=report.levels[start : start + largest],
        )
        for place, start in enumerate(starts, 1)
    )
