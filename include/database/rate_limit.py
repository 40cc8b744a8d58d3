"""The calls that all processes share on one account: a sliding log in PostgreSQL, one row an account.

The other side counts calls in any 60 seconds, so this side keeps the moments of its last N calls and gives the next
one a slot when the oldest of them is a window old. A full burst may go at once; never more than N in any window.
The window is one second longer than the other side's, because calls arrive with jitter.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

from include import clock
from include.database.connection import connect, passing_faults
from include.errors import TransientError

WINDOW = timedelta(seconds=61)
BEGINNING = datetime.min.replace(tzinfo=UTC)
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
        wait = self._reserve(str(lane))
        if wait > 0:
            time.sleep(wait)

    def back_off(self, seconds: float) -> None:
        """A refusal was seen: nobody calls for `seconds` of the clock's time."""
        with passing_faults(), self._open().transaction():
            row = self._lock()
            held = max(row["held_until"] or row["now"], row["now"] + timedelta(seconds=seconds))
            self._open().execute("UPDATE call_budget SET held_until = %s WHERE account = %s", [held, self._account])

    def close(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            self._connection.close()

    def _reserve(self, lane: str) -> float:
        with passing_faults(), self._open().transaction():
            row = self._lock()
            now: datetime = row["now"]
            slots: list[datetime] = row["slots"]
            slot = max(now, self._next_free(slots), row["held_until"] or now)
            wait = clock.real_seconds((slot - now).total_seconds())
            if lane == BULK and not self._is_free_for_bulk(slots, slot, now):
                raise self._too_far(max(wait, clock.real_seconds(WINDOW.total_seconds() / self._calls)))
            if wait > self._max_wait:
                raise self._too_far(wait)
            self._open().execute(
                "UPDATE call_budget SET slots = %s WHERE account = %s",
                [[*slots, slot][-self._calls :], self._account],
            )
        return wait

    def _next_free(self, slots: list[datetime]) -> datetime:
        return slots[-self._calls] + WINDOW if len(slots) >= self._calls else BEGINNING

    def _is_free_for_bulk(self, slots: list[datetime], slot: datetime, now: datetime) -> bool:
        in_window = sum(1 for each in slots if each > now - WINDOW)
        return slot <= now and in_window < self._calls - self._calls // KEPT_FOR_ACKNOWLEDGEMENTS

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
        return row | {"now": clock.at(moment["now"])}

    def _open(self) -> psycopg.Connection[dict[str, Any]]:
        if self._connection is None or self._connection.closed:
            self._connection = connect(self._dsn, autocommit=True)
        return self._connection
