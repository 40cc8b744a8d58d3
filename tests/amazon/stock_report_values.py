"""Stock reports for tests: one of two items to start from, one out of a golden file's JSON, and any that may leave."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from include.amazon.orders import Party
from include.amazon.stock_reports import StockLevel, StockReport, StockReportSettings
from include.identifiers import ItemIdentifier, check_digit
from tests.amazon.invoice_values import PARTIES

NOW = datetime(2026, 11, 25, 6, 0, tzinfo=UTC)
VENDOR = Party("92", "VNDR1", "Vendor Goods LLC")
SETTINGS = StockReportSettings()
WITH_DAYS = StockReportSettings(restock_qualifier="018")


def level(item="BP B0EXAMPLE1", quantity="12", unit="EA", restock_on=None) -> StockLevel:
    return StockLevel(ItemIdentifier(*item.split(" ", 1)), Decimal(quantity), unit, restock_on)


def report(*levels: StockLevel, **changed) -> StockReport:
    values: dict[str, Any] = {
        "report_number": "R-1",
        "feed_id": "FEED20261125",
        "written_at": NOW,
        "is_full": True,
        "levels": levels or (level(), level("BP B0EXAMPLE2", "0")),
        "vendor": VENDOR,
    }
    return StockReport(**{**values, **changed})


def as_report(told: dict[str, Any]) -> StockReport:
    return StockReport(
        **{
            **told,
            "written_at": datetime.fromisoformat(told["written_at"]),
            "levels": tuple(map(_level, told["levels"])),
            "vendor": Party(**told["vendor"]),
            "ship_from": Party(**told["ship_from"]) if "ship_from" in told else None,
        }
    )


def _level(told: dict[str, Any]) -> StockLevel:
    day = date.fromisoformat(told["restock_on"]) if "restock_on" in told else None
    return level(told["identifier"], told["quantity"], told["unit"], day)


def _code(digits: str) -> str:
    return digits + check_digit(digits)


IDENTIFIERS = (
    st.builds(ItemIdentifier, st.just("BP"), st.text("AB0129", min_size=10, max_size=10))
    | st.builds(ItemIdentifier, st.just("UP"), st.text("0123456789", min_size=11, max_size=11).map(_code))
    | st.builds(ItemIdentifier, st.just("UK"), st.text("123456789", min_size=13, max_size=13).map(_code))
    | st.builds(ItemIdentifier, st.just("VN"), st.text("ABC-/.é", min_size=1, max_size=48))
)
LEVELS = st.builds(
    StockLevel,
    IDENTIFIERS,
    st.integers(0, 10**15 - 1).map(Decimal),
    st.sampled_from(["EA", "CA"]),
    st.none() | st.dates(date(2026, 11, 25), date(2030, 1, 1)),
)
REPORTS = st.builds(
    StockReport,
    report_number=st.just("R-1"),
    feed_id=st.text("FED-0129", min_size=1, max_size=30),
    written_at=st.integers(0, 10**6).map(lambda minutes: NOW - timedelta(minutes=minutes)),
    is_full=st.just(True),
    levels=st.lists(LEVELS, min_size=1, max_size=6, unique_by=lambda each: each.identifier).map(tuple),
    vendor=PARTIES,
    ship_from=st.none() | PARTIES,
)
