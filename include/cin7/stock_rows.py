"""Rows of availability with all their quantities, and what is wrong with some of them: a fault of one is told as a
finding, and the rest is read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any

from include import clock
from include.cin7.values import day, number
from include.errors import RejectedError

Json = Mapping[str, Any]

FINDINGS_KEPT = 1_000  # of one reading; all are counted

# A company has half a million rows of a few thousand different numbers and days: each is read and held once.
_number = lru_cache(20_000)(number)
_day = lru_cache(5_000)(day)


@dataclass(frozen=True, slots=True)
class StockRow:
    """One product at one location, bin and batch, as Cin7 tells it. `available` may be negative, and for a case SKU it
    is what its parts would make, so that it is not `on_hand` less `allocated`.
    """

    sku: str
    location: str
    bin: str | None
    batch: str | None
    expires_on: date | None
    on_hand: Decimal
    allocated: Decimal
    available: Decimal

    @classmethod
    def from_json(cls, told: Json) -> StockRow:
        return cls(
            str(told.get("SKU") or ""),
            str(told.get("Location") or ""),
            told.get("Bin") or None,
            told.get("Batch") or None,
            _day(told.get("ExpiryDate")),
            _number(told.get("OnHand")),
            _number(told.get("Allocated")),
            _number(told.get("Available")),
        )


class RowFault(StrEnum):
    """What is wrong with a row."""

    NO_SKU = "no_sku"
    UNREADABLE = "unreadable"
    UNKNOWN_LOCATION = "unknown_location"
    NEGATIVE = "negative"


@dataclass(frozen=True, slots=True)
class RowFinding:
    """A fault of a row, told to a person. A negative row counts all the same; the others were left out."""

    fault: RowFault
    sku: str
    location: str
    text: str


@dataclass(slots=True)
class StockReading:
    """What is to be known of a reading besides its rows; complete when its last row was given.

    `locations` are those of the tenant: a row of another is left out; None where that is not to be checked.
    """

    locations: Collection[str] | None = None
    read_at: datetime = field(default_factory=clock.now)
    pages: int = 0
    calls: int = 0
    findings: list[RowFinding] = field(default_factory=list)
    counts: Counter[RowFault] = field(default_factory=Counter)
    doubtful: set[str] = field(default_factory=set)  # SKUs of which rows may be missing or old
    is_all_doubtful: bool = False  # rows are missing, and of which SKUs cannot be told
    _known: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self._known = frozenset(name.casefold() for name in self.locations or ())

    def is_sure(self, sku: str) -> bool:
        """Whether all rows of a SKU were given, as far as can be told; of another no more may be told than before."""
        return not self.is_all_doubtful and sku not in self.doubtful

    def take(self, told: Any) -> StockRow | None:
        """The row, or None where it is left out; what is wrong with it becomes a finding."""
        try:
            row = StockRow.from_json(told)
        except (RejectedError, AttributeError, TypeError) as fault:
            self._leave_out(RowFault.UNREADABLE, told, f"A row of availability cannot be read: {fault}")
            return None
        if not row.sku.strip():
            self._leave_out(RowFault.NO_SKU, told, "A row of availability names no SKU.")
            return None
        if self.locations is not None and row.location.casefold() not in self._known:
            text = f"{row.sku} lies at {row.location!r}, which is no location of the account."
            self._note(RowFault.UNKNOWN_LOCATION, row.sku, row.location, text)
            return None
        if row.available < 0:
            text = f"{row.sku} has {row.available} available at {row.location}, bin {row.bin or '(none)'}."
            self._note(RowFault.NEGATIVE, row.sku, row.location, text)
        return row

    def _leave_out(self, fault: RowFault, told: Any, text: str) -> None:
        """A SKU whose row cannot be read may have less than its other rows say."""
        fields = told if isinstance(told, Mapping) else {}
        sku = str(fields.get("SKU") or "")
        if sku:
            self.doubtful.add(sku)
        self._note(fault, sku, str(fields.get("Location") or ""), text)

    def _note(self, fault: RowFault, sku: str, location: str, text: str) -> None:
        self.counts[fault] += 1
        if len(self.findings) < FINDINGS_KEPT:
            self.findings.append(RowFinding(fault, sku, location, text))
