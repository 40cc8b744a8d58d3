"""Lists as Cin7 answers them: a page of rows in an envelope, and silence about filters it does not know."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from include.sandbox.cin7.behaviour import Behaviour
from include.sandbox.cin7.refusal import Refused

Json = dict[str, Any]
Row = TypeVar("Row", bound=Json)
LONGEST_SHIFT = 2
_random = random.Random(1)


def page_of(rows: Sequence[Any], params: Mapping[str, str], behaviour: Behaviour) -> tuple[Sequence[Any], int]:
    """The rows of the page asked for, and its number. Where pages are unstable, a row may come twice or not at all."""
    page, limit = _whole(params, "page", 1), min(1000, _whole(params, "limit", 100))
    start = (page - 1) * limit
    if behaviour.unstable_pages and page > 1:
        start -= _random.randint(0, LONGEST_SHIFT)
    return rows[start : start + limit], page


def envelope(key: str, rows: Sequence[Any], params: Mapping[str, str], behaviour: Behaviour) -> Json:
    """`{Total, Page, <key>}`."""
    chosen, page = page_of(rows, params, behaviour)
    return {"Total": len(rows), "Page": page, key: chosen}


def is_last_page(total: int, params: Mapping[str, str]) -> bool:
    """Whether this page ends the list."""
    return _whole(params, "page", 1) * min(1000, _whole(params, "limit", 100)) >= total


def starting(rows: Iterable[Row], field: str, wanted: str | None) -> list[Row]:
    """The rows whose field starts so, case aside."""
    if not wanted:
        return list(rows)
    return [each for each in rows if _text(each, field).startswith(wanted.lower())]


def same(rows: Iterable[Row], field: str, wanted: str | None) -> list[Row]:
    """The rows whose field is exactly so, case aside."""
    if not wanted:
        return list(rows)
    return [each for each in rows if _text(each, field) == wanted.lower()]


def instant(params: Mapping[str, str], name: str, behaviour: Behaviour) -> datetime | None:
    """A moment asked for, UTC."""
    text = params.get(name)
    if not text:
        return None
    if behaviour.refuse_zone_in_dates and text.upper().endswith("Z"):
        raise Refused(f"{name} is not a valid date")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as fault:
        raise Refused(f"{name} is not a valid date") from fault
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def flag(params: Mapping[str, str], name: str) -> bool:
    """A boolean asked for; false when left out."""
    return params.get(name, "").lower() in {"true", "1"}


def _text(row: Json, field: str) -> str:
    return str(row.get(field) or "").lower()


def _whole(params: Mapping[str, str], name: str, otherwise: int) -> int:
    text = params.get(name) or str(otherwise)
    if not text.isdigit() or int(text) < 1:
        raise Refused(f"{name} must be a whole number above 0")
    return int(text)
