"""What Amazon believes that the vendor can sell: every 846 as it came, and the level of each item that they leave.

A full report begins a feed and erases what it leaves out; changes count only under the id of the feed that stands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from include.sandbox.amazon.account import NEVER, Every
from include.sandbox.amazon.faults import Fault
from include.sandbox.amazon.findings import KNOWN_PRODUCTS
from include.sandbox.amazon.goods_book import Handling, Receipt, handle, receipt_of
from include.sandbox.amazon.mailbox import Taken
from include.sandbox.amazon.reading import TransactionSet
from include.sandbox.amazon.stock_reports import Item, StockLevel, StockReport, read_stock_report

Json = dict[str, Any]
ASIN, ASIN_LENGTH, ID_LENGTHS = "BP", 10, {"UP": (12,), "EN": (8, 13), "UK": (14,)}


@dataclass(frozen=True, slots=True)
class TakenReport:
    """An 846 that came; its levels stand in the book."""

    number: int  # from 1, as they came
    receipt: Receipt
    is_full: bool
    feed_id: str
    levels: int


@dataclass(frozen=True, slots=True)
class Believed:
    """The level of an item, and which report told it when."""

    level: StockLevel
    at: datetime
    report: int


@dataclass(slots=True)
class StockBook:
    """`unknown` are items that no product of the vendor's stands behind; `version` rises with everything that comes."""

    every: Every = NEVER
    unknown: frozenset[Item] = frozenset()
    reports: list[TakenReport] = field(default_factory=list)
    levels: dict[Item, Believed] = field(default_factory=dict)
    feed_id: str | None = None  # the one that stands
    begun_by: int = 0  # the report that began it
    version: int = 0

    def take(
        self, one: TransactionSet, taken: Taken, control_number: str, envelope: tuple[Fault, ...]
    ) -> Handling:  # `envelope`: the faults of its envelopes
        """An 846 came."""
        report = read_stock_report(one)
        faults = (*envelope, *report.faults, *self._faults(report))
        number = len(self.reports) + 1
        handling = handle(one, faults, self.every, number)
        receipt = receipt_of(taken, control_number, faults, handling)
        self.reports.append(TakenReport(number, receipt, report.is_full, report.feed_id, len(report.levels)))
        self.version += 1
        if receipt.is_taken:
            self._believe(report, number, taken.at)
        return handling

    def told(self) -> Json:
        """The keys of the report."""
        return {
            "stock_reports": [self._report(each) for each in self.reports],
            "levels": {
                " ".join(item): {"quantity": f"{each.level.quantity:f}", "unit": each.level.unit,
                                 "told_at": each.at.isoformat(), "report": each.report}
                for item, each in self.levels.items()
            },
        }  # fmt: skip

    def _believe(self, report: StockReport, number: int, at: datetime) -> None:
        if report.is_full:
            self.levels.clear()
            self.feed_id, self.begun_by = report.feed_id, number
        for level in report.levels:
            self.levels[level.item] = Believed(level, at, number)

    def _faults(self, report: StockReport) -> Iterator[Fault]:
        if not report.is_full and report.feed_id != self.feed_id:
            known = any(each.is_full and each.feed_id == report.feed_id for each in self.reports)
            why = (
                f"which does not stand; {self.feed_id} does" if known and self.feed_id else "which Amazon does not know"
            )
            yield Fault(f"it changes the feed {report.feed_id!r}, {why}")
        for item, times in Counter(level.item for level in report.levels).items():
            name = " ".join(item)
            if times > 1:
                yield Fault(f"{name} is told {times} times")
            if not _is_well_formed(item):
                yield Fault(f"{name} is no id of its kind")
            if item in self.unknown:
                yield Fault(f"{name} is offered, which the vendor does not know", KNOWN_PRODUCTS)

    def _report(self, taken: TakenReport) -> Json:
        receipt = taken.receipt
        return {"number": taken.number} | receipt.told() | {
            "is_full": taken.is_full,
            "feed_id": taken.feed_id,
            "levels": taken.levels,
            "state": self._state(taken),
        }  # fmt: skip

    def _state(self, taken: TakenReport) -> str:
        if taken.receipt.is_refused:
            return "refused"
        if not taken.receipt.is_taken:
            return "without effect"
        return "in force" if taken.number >= self.begun_by else "replaced"


def _is_well_formed(item: Item) -> bool:
    kind, value = item
    if kind == ASIN:
        return len(value) == ASIN_LENGTH and value.isalnum() and value == value.upper()
    return kind not in ID_LENGTHS or (value.isdigit() and len(value) in ID_LENGTHS[kind])
