"""Amazon's report as values, in base units: a case of six eaches is six, whichever SKU serves it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ToldLine:
    """A line of the order as it stood; `fault` says why it may be refused whatever the stock."""

    line_number: str
    quantity: Decimal
    sku: str | None
    eaches: Decimal
    fault: str | None


@dataclass(frozen=True, slots=True)
class ToldRevision:
    """A state of the order."""

    dropped_at: datetime
    fetched_at: datetime | None
    wants_answer: bool
    acknowledge_by: datetime
    answered_at: datetime | None
    withdrawn_at: datetime | None
    lines: Mapping[str, ToldLine]


@dataclass(frozen=True, slots=True)
class ToldAnswer:
    """An 855: by line number what it accepts, back-orders and refuses, in the line's unit."""

    at: datetime
    revision: int
    is_accepted: bool
    accepted: Mapping[str, Decimal]
    back_ordered: Mapping[str, Decimal]
    refused: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class ToldOrder:
    """An order."""

    purchase_order_number: str
    is_cancelled: bool
    is_acknowledged: bool
    resent_at: tuple[datetime, ...]
    revisions: tuple[ToldRevision, ...]
    answers: tuple[ToldAnswer, ...]


def read_order(told: Json) -> ToldOrder:
    """An order of the report."""
    return ToldOrder(
        told["purchase_order_number"],
        bool(told.get("is_cancelled")),
        told["acknowledged_at"] is not None,
        tuple(map(datetime.fromisoformat, told.get("resent_at", ()))),
        tuple(_revision(each) for each in told["revisions"]),
        tuple(_answer(each) for each in told["answers"]),
    )


def _revision(told: Json) -> ToldRevision:
    return ToldRevision(
        datetime.fromisoformat(told["dropped_at"]),
        _moment(told.get("fetched_at")),
        told["wants_answer"],
        datetime.fromisoformat(told["acknowledge_by"]),
        _moment(told.get("answered_at")),
        _moment(told.get("withdrawn_at")),
        {each["line_number"]: _line(each) for each in told["lines"]},
    )


def _line(told: Json) -> ToldLine:
    quantity, eaches = Decimal(str(told["quantity"])), Decimal(str(told["eaches"]))
    return ToldLine(told["line_number"], quantity, told["sku"], eaches, told.get("fault"))


def _answer(told: Json) -> ToldAnswer:
    said = {name: {each["line_number"]: Decimal(str(each[name])) for each in told["lines"]}
            for name in ("accepted", "back_ordered", "refused")}  # fmt: skip
    return ToldAnswer(datetime.fromisoformat(told["at"]), told["revision"], told["is_accepted"], **said)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
