"""An 846 as Amazon reads it (4010): the levels that it tells, with what the guide has against its structure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from include.sandbox.amazon.faults import OUT_OF_PLACE, Fault
from include.sandbox.amazon.reading import TransactionSet
from include.sandbox.amazon.segment_checks import Placed, SegmentChecks

KNOWN = {"BIA", "DTM", "REF", "N1", "N2", "N3", "N4", "PER", "LIN", "PID", "CTP", "QTY", "CTT"}
FULL, CHANGES = "00", "25"  # BIA01
RETAIL = {"IP"}  # BIA02
ITEM_QUALIFIERS = {"BP", "EN", "UK", "UP", "VN"}
AVAILABLE = {"33"}  # QTY01
UNITS = {"CA", "EA"}
MOST_ITEMS, TOO_MANY_LOOPS = 10_000, "4"
LONGEST_FEED_ID = 30
TIME = re.compile(r"([01]\d|2[0-3])[0-5]\d([0-5]\d)?\Z")

Item = tuple[str, str]  # LIN02 and LIN03


@dataclass(frozen=True, slots=True)
class StockLevel:
    """LIN with its QTY."""

    item: Item
    quantity: Decimal
    unit: str


@dataclass(slots=True)
class StockReport:
    """One 846."""

    is_full: bool = False
    feed_id: str = ""
    written: str = ""  # BIA04 and 05
    levels: list[StockLevel] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def read_stock_report(one: TransactionSet) -> StockReport:
    """The report and all that is structurally wrong with it."""
    checks, report = SegmentChecks(one), StockReport()
    report.faults = checks.faults
    checks.check_frame("BIA", "CTT", KNOWN)
    places = list(checks.placed())
    lines = [each for each in places if each.segment[0] == "LIN"]
    _read_head(places, report, checks)
    if not lines:
        checks.miss("LIN", len(places) + 1, "there is no LIN")
    for each in lines[MOST_ITEMS:]:
        checks.refuse(each, f"{each.text} is more than the {MOST_ITEMS} items that a set may hold", TOO_MANY_LOOPS)
    report.levels = list(_read_levels(places, checks))
    for each in places:
        if each.segment[0] == "CTT":
            checks.check_total(each, 1, len(lines), "the count of LIN")
    return report


def _read_head(places: list[Placed], report: StockReport, checks: SegmentChecks) -> None:
    for head in (each for each in places if each.segment[0] == "BIA"):
        report.is_full = checks.need_code(head, 1, {FULL, CHANGES}) == FULL
        checks.need_code(head, 2, RETAIL)
        report.feed_id = checks.need_text(head, 3)
        if len(report.feed_id) > LONGEST_FEED_ID:
            checks.refuse_element(head, 3, f"element 3 is longer than {LONGEST_FEED_ID}")
        checks.need_day(head, 4)
        if not TIME.match(head.at(5)):
            checks.refuse_element(head, 5, "element 5 is no time")
        report.written = f"{head.at(4)} {head.at(5)}"
    names = [each for each in places if each.segment[0] == "N1"]
    if not any(each.at(1) == "VN" for each in names):
        checks.miss("N1", 3, "there is no N1 VN")
    for each in names:
        checks.need_text(each, 4)


def _read_levels(places: list[Placed], checks: SegmentChecks) -> Iterator[StockLevel]:
    """One for every LIN that has its QTY."""
    line: Placed | None = None
    for place in places:
        match place.segment[0]:
            case "QTY" if line is not None:
                if level := _read_level(line, place, checks):
                    yield level
                line = None
            case "QTY":
                checks.refuse(place, f"{place.text} belongs to no LIN", OUT_OF_PLACE)
            case "LIN" | "CTT":
                if line is not None:
                    checks.miss("QTY", place.position, f"{line.text} has no QTY")
                line = place if place.segment[0] == "LIN" else None
            case _:
                pass


def _read_level(line: Placed, told: Placed, checks: SegmentChecks) -> StockLevel | None:
    item = (checks.need_code(line, 2, ITEM_QUALIFIERS), checks.need_text(line, 3))
    checks.need_code(told, 1, AVAILABLE)
    unit, quantity = checks.need_code(told, 3, UNITS), checks.need_number(told, 2)
    if quantity is None:
        return None
    if quantity < 0 or quantity % 1:
        checks.refuse_element(told, 2, "element 2 is no whole quantity")
        return None
    return StockLevel(item, quantity, unit)
