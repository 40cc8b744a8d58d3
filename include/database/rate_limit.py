"""The calls that all processes share on one account: a sliding log in PostgreSQL, one row an account.

The other side counts calls in any 60 seconds, so this side keeps the moments of its last calls and gives the next one
a slot when the Nth last of them is a window old. A full burst may go at once; never more than N in any window.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Any

import psycopg

from include import clock
from include.database.connection import connect, passing_faults
from include.errors import TransientError

WINDOW_SECONDS = 60.0
JITTER_SECONDS = 1.0  # calls arrive later than their slot, and not all equally
REAL_JITTER_SECONDS = 0.05  # what of it lasts as long however fast the clock runs
HORIZON_SECONDS = 3600.0  # real ones; what lies further ahead was written on a clock that ran ahead of this one
BULK = "bulk"
KEPT_FOR_ACKNOWLEDGEMENTS = 3  # bulk calls leave a third of the window free


class PostgresLimiter:
    """Hands out the moments at which calls may go, on the database's clock; a dead holder's slot lapses by itself."""

    def __init__(
        self, dsn: str, account: str, *, account_limit: int, calls_per_minute: int, max_wait_seconds: float
    ) -> None:
        self._dsn = dsn
        self._account = account
        self._calls = max(1, min(calls_per_minute, account_limit))
        self._max_wait = max_wait_seconds
        self._connection: psycopg.Connection[dict[str, Any]] | None = None

    def wait_for_slot(self, lane: str) -> None:
        """Block until this call may go. TransientError with `retry_after` where that is too far away.

        A bulk call never queues: it goes when it may go at once and leaves a third of the window to acknowledgements.
        """
        slot, wait = self._reserve(str(lane))
        while wait > 0:
            time.sleep(wait)
            if not self._is_held(slot):
                return
            slot, wait = self._reserve(str(lane))

    def back_off(self, seconds: float) -> None:
        """A refusal was seen: nobody calls for `seconds` of the clock's time, also who has a slot in it."""
        with passing_faults(), self._open().transaction():
            row = self._lock()
            wanted = row["now"] + timedelta(seconds=min(seconds, HORIZON_SECONDS))
            held = max(filter(None, [row["held_until"], wanted]))
            self._open().execute("UPDATE call_budget SET held_until = %s WHERE account = %s", [held, self._account])

    def close(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            self._connection.close()

    def _reserve(self, lane: str) -> tuple[datetime, float]:
        """The slot taken, and the real seconds until then."""
        with passing_faults(), self._open().transaction():
            row = self._lock()
            now: datetime = row["now"]
            slots: list[datetime] = row["slots"]
            slot = max([now, *self._bounds(slots), *filter(None, [row["held_until"]])])
            wait = clock.real_seconds((slot - now).total_seconds())
            if lane == BULK and not (slot == now and self._leaves_room(slots)):
                raise self._too_far(max(wait, clock.real_seconds(WINDOW_SECONDS / self._calls)))
            if wait > self._max_wait:
                raise self._too_far(wait)
            self._open().execute(
                "UPDATE call_budget SET slots = %s WHERE account = %s", [[*slots, slot], self._account]
            )
        return slot, wait

    def _bounds(self, slots: list[datetime]) -> list[datetime]:
        """What the next slot may not be before: the last one (another holder's share may be larger or smaller than
        ours, so that the log is in order for both), and a window after the Nth last."""
        bounds = slots[-1:]
        if len(slots) >= self._calls:
            bounds.append(slots[-self._calls] + _window())
        return bounds

    def _leaves_room(self, slots: list[datetime]) -> bool:
        return len(slots) < self._calls - self._calls // KEPT_FOR_ACKNOWLEDGEMENTS

    def _is_held(self, slot: datetime) -> bool:
        """Whether a refusal was seen while we waited, which makes the slot worthless."""
        with passing_faults():
            row = self._open().execute(
                "SELECT held_until > %s AS is_held FROM call_budget WHERE account = %s", [slot, self._account]
            ).fetchone()  # fmt: skip
        return bool(row and row["is_held"])

    def _too_far(self, wait: float) -> TransientError:
        return TransientError(
            f"The account's {self._calls} calls a minute are taken for the next {wait:.0f} seconds.",
            retry_after=wait,
            next_step="Nothing: the next tick goes on.",
        )

    def _lock(self) -> dict[str, Any]:
        connection = self._open()
        connection.execute("INSERT INTO call_budget (account) VALUES (%s) ON CONFLICT DO NOTHING", [self._account])
        row = connection.execute(
            "SELECT slots, held_until FROM call_budget WHERE account = %s FOR UPDATE", [self._account]
        ).fetchone()
        moment = connection.execute("SELECT clock_timestamp() AS now").fetchone()
        assert row is not None
        assert moment is not None
        now = clock.at(moment["now"])
        horizon = now + timedelta(seconds=HORIZON_SECONDS / clock.real_seconds(1))
        slots = [each for each in row["slots"] if now - _window() < each < horizon]
        held_until = row["held_until"] if row["held_until"] and row["held_until"] < horizon else None
        return {"now": now, "slots": slots, "held_until": held_until}

    def _open(self) -> psycopg.Connection[dict[str, Any]]:
        if self._connection is None or self._connection.closed:
            self._connection = connect(self._dsn, autocommit=True)
        return self._connection


def _window() -> timedelta:
    """How long a slot counts: the other side's window and what calls may be late by, in the clock's time."""
    return timedelta(seconds=WINDOW_SECONDS + max(JITTER_SECONDS, REAL_JITTER_SECONDS / clock.real_seconds(1)))
