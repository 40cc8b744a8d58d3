"""Rules 846-01 to 846-08: what a stock report must be before it leaves, as a table.

A whole report is checked before it is split, since only then an item that stands twice is seen. Each fault of a level
names its item, so that the caller can leave that level out and send the others.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from include.amazon.stock_reports import StockReport, StockReportSettings
from include.identifiers import ItemIdentifier, as_asin, as_gtin_14

LONGEST_FEED_ID, LONGEST_ITEM, MOST = 30, 48, 10**15 - 1
CLOCKS_APART = timedelta(minutes=5)
ASIN, CODES = "BP", frozenset({"EN", "UK", "UP"})  # LIN02; codes are GTINs

Wrong = Iterator[tuple[ItemIdentifier | None, str]]  # the item, or None for the report, and the predicate


@dataclass(frozen=True, slots=True)
class FeedState:
    """What is known around a report: `standing` is the feed of the last full report that Amazon has not refused."""

    now: datetime
    standing: str | None = None
    used: Container[str] = ()


@dataclass(frozen=True, slots=True)
class StockReportRule:
    """One thing that a rule asks for, of which field."""

    rule: str
    field: str
    asks: str
    check: Callable[[StockReport, FeedState, StockReportSettings], Wrong]
    is_warning: bool = False


@dataclass(frozen=True, slots=True)
class StockReportFault:
    """A rule that a report breaks; `item` is the level that it concerns, None where it is the whole report."""

    rule: str
    field: str
    sentence: str
    item: ItemIdentifier | None = None
    is_warning: bool = False


def check_stock_report(
    report: StockReport, state: FeedState, settings: StockReportSettings
) -> tuple[StockReportFault, ...]:
    """Every rule that the report breaks; it may leave where all of them are warnings."""
    return tuple(
        StockReportFault(
            rule=each.rule,
            field=each.field,
            sentence=f"{f'Item {item}' if item else f'Stock report {report.report_number}'} {predicate}.",
            item=item,
            is_warning=each.is_warning or bool({each.rule, f"{each.rule} {each.field}"} & settings.warned),
        )
        for each in RULES
        for item, predicate in each.check(report, state, settings)
    )


def _feed_id(report: StockReport, state: FeedState, settings: StockReportSettings) -> Wrong:
    if not 1 <= len(report.feed_id) <= LONGEST_FEED_ID or not _can_stand(report.feed_id, settings):
        yield None, f"has the feed id {report.feed_id!r}, not 1 to {LONGEST_FEED_ID} characters without a delimiter"


def _written_at(report: StockReport, state: FeedState, settings: StockReportSettings) -> Wrong:
    if report.written_at.tzinfo is None:
        yield None, f"is written at {report.written_at}, which has no time zone"
    elif report.written_at > state.now + CLOCKS_APART:
        yield None, f"is written at {report.written_at}, which is still to come"


def _has_levels(report: StockReport, state: FeedState, settings: StockReportSettings) -> Wrong:
    if not report.levels:
        yield None, "tells no level" + (", which would erase every one that Amazon knows" if report.is_full else "")


def _item_once(report: StockReport, state: FeedState, settings: StockReportSettings) -> Wrong:
    seen: dict[str, ItemIdentifier] = {}
    for level in report.levels:
        before = seen.setdefault(_name(level.identifier), level.identifier)
        if before is not level.identifier:
            yield level.identifier, f"is told twice, before as {before}"


def _item_id(report: StockReport, state: FeedState, settings: StockReportSettings) -> Wrong:
    for level in report.levels:
        item = level.identifier
        if item.qualifier not in settings.item_qualifiers:
            yield (
                item,
                f"has the qualifier {item.qualifier!r}, not one of {', '.join(sorted(settings.item_qualifiers))}",
            )
        is_short = 1 <= len(item.value) <= LONGEST_ITEM
        if not is_short or item.value != item.value.strip() or not _can_stand(item.value, settings):
            yield item, f"is not 1 to {LONGEST_ITEM} characters without a delimiter or a blank at its ends"


def _item_code(report: StockReport, state: FeedState, settings: StockReportSettings) -> Wrong:
    for level in report.levels:
        item = level.identifier
        if item.qualifier == ASIN and as_asin(item.value) != item.value:
            yield item, "is no ASIN of ten capitals and digits"
        elif item.qualifier in CODES and as_gtin_14(item.value) is None:
            yield item, "is no UPC, EAN or GTIN, or its check digit is wrong"


def _quantity(report: StockReport, state: FeedState, settings: StockReportSettings) -> Wrong:
    for level in report.levels:
        quantity = level.quantity
        if not quantity.is_finite() or not 0 <= quantity <= MOST or quantity % 1:
            yield level.identifier, f"is told as {quantity} {level.unit}, not as a whole number of 0 or more"


def _unit(report: StockReport, state: FeedState, settings: StockReportSettings) -> Wrong:
    for level in report.levels:
        if level.unit not in settings.units:
            yield level.identifier, f"is told in {level.unit!r}, not in {' or '.join(sorted(settings.units))}"


def _feed(report: StockReport, state: FeedState, settings: StockReportSettings) -> Wrong:
    if report.is_full:
        if report.feed_id in state.used:
            yield None, f"is full and begins the feed {report.feed_id}, which was begun before"
    elif state.standing is None:
        yield None, "tells changes, but no full report stands"
    elif report.feed_id != state.standing:
        yield None, f"tells changes of the feed {report.feed_id}, but {state.standing} stands"


def _restock_day(report: StockReport, state: FeedState, settings: StockReportSettings) -> Wrong:
    today = state.now.astimezone(ZoneInfo(settings.zone)).date()
    for level in report.levels:
        if level.restock_on and level.restock_on < today:
            yield level.identifier, f"is expected on {level.restock_on}, which is past"


def _vendor(report: StockReport, state: FeedState, settings: StockReportSettings) -> Wrong:
    if not (report.vendor.qualifier and report.vendor.identifier):
        yield None, "does not say by which code Amazon knows the vendor"


RULES = (
    StockReportRule("846-01", "feed_id", "a feed id that BIA03 can hold", _feed_id),
    StockReportRule("846-01", "written_at", "a moment with its zone that is not still to come", _written_at),
    StockReportRule("846-02", "levels", "a level at least", _has_levels),
    StockReportRule("846-03", "identifier", "one level for each item, by whatever code", _item_once),
    StockReportRule("846-04", "identifier", "an id of a known kind that LIN03 can hold", _item_id),
    StockReportRule("846-04", "check_digit", "an ASIN, or a code whose check digit is right", _item_code),
    StockReportRule("846-05", "quantity", "a whole number, zero or more", _quantity),
    StockReportRule("846-05", "unit", "a unit that is agreed", _unit),
    StockReportRule("846-06", "feed_id", "a new feed for a full report, the standing one for changes", _feed),
    StockReportRule("846-07", "restock_on", "a day that is not past", _restock_day, is_warning=True),
    StockReportRule("846-08", "vendor", "the vendor's code", _vendor),
)


def _can_stand(text: str, settings: StockReportSettings) -> bool:
    return text.isprintable() and settings.delimiters.all.isdisjoint(text)


def _name(item: ItemIdentifier) -> str:
    """The same for every code of one product."""
    code = as_gtin_14(item.value) if item.qualifier in CODES else None
    return f"GTIN {code}" if code else str(item)
