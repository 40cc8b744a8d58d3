"""The 846, inventory advice: how much of which item the vendor can sell, as a whole or what changed of it.

Written and read again it is the same report to the minute, as far as the settings tell of a day of restocking. In the
hour that a clock repeats, the first is meant. Whether a report may leave is said by stock_report_rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import takewhile
from typing import TypeVar
from zoneinfo import ZoneInfo

from include.amazon.elements import Segment, element, first, loops, parse_date, parse_number
from include.amazon.parties import parse_party, write_party
from include.amazon.stock_reports import StockLevel, StockReport, StockReportSettings
from include.amazon.x12_855 import number
from include.errors import RejectedError
from include.identifiers import ItemIdentifier

FULL, CHANGES = "00", "25"  # BIA01
SHIP_FROM = "SF"  # N101

_Told = TypeVar("_Told")


def write_stock_report(report: StockReport, settings: StockReportSettings) -> list[list[str]]:
    """The segments between ST and SE; nothing of the report's rules is checked here."""
    at = report.written_at.astimezone(ZoneInfo(settings.zone))
    purpose = FULL if report.is_full else CHANGES
    segments = [["BIA", purpose, settings.report_type, report.feed_id, f"{at:%Y%m%d}", f"{at:%H%M}"]]
    segments += write_party(settings.vendor_entity, report.vendor)
    if report.ship_from is not None:
        segments += write_party(SHIP_FROM, report.ship_from)
    for place, level in enumerate(report.levels, 1):
        segments.append(["LIN", str(place), level.identifier.qualifier, level.identifier.value])
        if settings.restock_qualifier and level.restock_on:
            segments.append(["DTM", settings.restock_qualifier, f"{level.restock_on:%Y%m%d}"])
        segments.append(["QTY", settings.quantity_qualifier, number(level.quantity), level.unit])
    segments.append(["CTT", str(len(report.levels))])
    return segments


def parse_stock_report(
    segments: Sequence[Segment], settings: StockReportSettings, *, report_number: str = ""
) -> StockReport:
    """The report that an accepted 846 tells; RejectedError where something that every report needs is not told."""
    beginning = first(segments, "BIA")
    heading = list(takewhile(lambda segment: segment[0] != "LIN", segments))
    parties = {element(loop[0], 1): parse_party(loop) for loop in loops(heading, "N1")}
    return StockReport(
        report_number=report_number,
        feed_id=_told(element(beginning, 3) or None, "its feed id (BIA03)"),
        written_at=_parse_moment(beginning, settings.zone),
        is_full=_told({FULL: True, CHANGES: False}.get(element(beginning, 1)), "whether it is full (BIA01)"),
        levels=tuple(_parse_level(loop, settings) for loop in loops(segments, "LIN")),
        vendor=_told(parties.get(settings.vendor_entity), f"the vendor (N1 {settings.vendor_entity})"),
        ship_from=parties.get(SHIP_FROM),
    )


def _parse_moment(beginning: Segment, zone: str) -> datetime:
    try:
        local = datetime.strptime(element(beginning, 4) + element(beginning, 5), "%Y%m%d%H%M").replace(
            tzinfo=ZoneInfo(zone)
        )
    except ValueError:
        raise RejectedError("The stock report (846) does not tell when it was written (BIA04, BIA05).") from None
    return local.astimezone(UTC)


def _parse_level(loop: Sequence[Segment], settings: StockReportSettings) -> StockLevel:
    line = loop[0]
    dates = {element(each, 1): parse_date(element(each, 2)) for each in loop if each[0] == "DTM"}
    quantities = [each for each in loop if each[0] == "QTY" and element(each, 1) == settings.quantity_qualifier]
    quantity = quantities[0] if quantities else ()
    return StockLevel(
        identifier=ItemIdentifier(element(line, 2), element(line, 3)),
        quantity=_told(parse_number(element(quantity, 2)), f"how much there is of item {element(line, 1)} (QTY02)"),
        unit=element(quantity, 3),
        restock_on=dates.get(settings.restock_qualifier) if settings.restock_qualifier else None,
    )


def _told(value: _Told | None, what: str) -> _Told:
    if value is None:
        raise RejectedError(f"The stock report (846) does not tell {what}.")
    return value
