"""What this Cin7 Core does wrong, as set at start or while it runs; the defaults are a well-behaved day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Behaviour:
    """Every oddity that can be switched; seconds and minutes are on the test clock, latency is real."""

    limit_calls: int = 60
    limit_seconds: float = 60.0
    limit_answer: int = 429  # or 503 (no body), or 400 (the text in an array)
    retry_after_text: str = "60 Seconds"
    stranger_calls_per_minute: float = 0.0  # another integration of the same company, counted in the limit
    stale_minutes: float = 0.0  # how old an answer about availability may be
    search_lag_seconds: float = 0.0  # how long saleList does not see a new sale
    latency_ms: float = 0.0
    down: bool = False  # every connection is closed without an answer
    down_answer: int = 0  # 503 here: down is answered instead
    drop_answer_every: int = 0  # the n-th POST does its work, then the connection closes
    drop_answer_next: tuple[str, ...] = field(default=())  # "POST /sale": once each, in any order
    html_200_every: int = 0  # the n-th call is answered by a page with status 200 and does nothing
    error_in_200_every: int = 0  # the n-th call is answered by an array of errors with status 200 and does nothing
    undo_ignored: bool = False  # DELETE with Void=false answers 200 and does nothing
    void_ignored: bool = False  # the same for Void=true
    picked_delete: str = "refuse"  # or "ignore": DELETE of a sale that is picked
    unstable_pages: bool = False  # rows move between pages while a list is read
    refuse_zone_in_dates: bool = False  # UpdatedSince with a Z is refused
    location_required: bool = True
    stock_of_all_locations: bool = False  # what a sale may allocate: its own location's stock, or any

    def merged(self, changes: Mapping[str, Any]) -> Behaviour:
        """With the named switches changed; an unknown name is a ValueError."""
        known = {each.name for each in fields(self)}
        if unknown := sorted(set(changes) - known):
            raise ValueError(f"unknown behaviour: {', '.join(unknown)}")
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in changes.items()
        }
        return replace(self, **values)

    def as_json(self) -> dict[str, Any]:
        """All switches by name."""
        return asdict(self)
