"""The limit of calls in a sliding window, and the record of every call."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from include.sandbox.cin7.behaviour import Behaviour

KEPT = 100_000


@dataclass(frozen=True, slots=True)
class Call:
    """One call as it was answered; `at` on the test clock, `real` on the machine's."""

    at: datetime
    real: datetime
    method: str
    path: str
    query: str
    status: int  # 0: the connection was closed
    refused: bool

    def as_json(self) -> dict[str, Any]:
        """For /_sandbox/log."""
        return {"at": self.at.isoformat(), "real": self.real.isoformat(), "method": self.method, "path": self.path,
                "query": self.query, "status": self.status, "refused": self.refused}  # fmt: skip


@dataclass(slots=True)
class Calls:
    """All calls of the account; those refused do not use up the window."""

    window: deque[datetime] = field(default_factory=deque)
    log: deque[Call] = field(default_factory=lambda: deque(maxlen=KEPT))
    number: int = 0
    posts: int = 0
    refused: int = 0
    most_in_window: int = 0
    by_kind: Counter[str] = field(default_factory=Counter)
    first: Call | None = None
    last: Call | None = None

    def is_allowed(self, now: datetime, behaviour: Behaviour) -> bool:
        """Whether this call still fits into the window; if so it is counted in it."""
        while self.window and now - self.window[0] >= timedelta(seconds=behaviour.limit_seconds):
            self.window.popleft()
        strangers = behaviour.stranger_calls_per_minute * behaviour.limit_seconds / 60
        if len(self.window) + strangers >= behaviour.limit_calls:
            return False
        self.window.append(now)
        self.most_in_window = max(self.most_in_window, len(self.window))
        return True

    def record(self, call: Call) -> None:
        """Keep a call; the counters go on where the log is cut."""
        self.log.append(call)
        self.refused += call.refused
        self.by_kind[f"{call.method} {call.path}"] += 1
        self.first = self.first or call
        self.last = call

    def counts(self) -> dict[str, Any]:
        """For /_sandbox/counts."""
        return {
            "calls": sum(self.by_kind.values()),
            "refused": self.refused,
            "most_in_window": self.most_in_window,
            "by_kind": dict(self.by_kind),
            "first_call": self.first.as_json() if self.first else None,
            "last_call": self.last.as_json() if self.last else None,
        }
