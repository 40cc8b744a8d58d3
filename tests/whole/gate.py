"""A gate before every call to a trade's Cin7 Core, so that a test can stop a task between two calls of a sale.

Each call takes its slot from the account's row of the rate limiter: while that is locked, whoever wants to call waits.
"""

from __future__ import annotations

from datetime import datetime
from types import TracebackType
from typing import Self

import psycopg

from tests.purchase_orders.trade import Trade
from tests.sandbox.cin7_process import ACCOUNT


class Gate:
    """Open at first; at the end it is open."""

    def __init__(self, trade: Trade) -> None:
        self._trade = trade
        self._connection = psycopg.connect(trade.database)

    def __enter__(self) -> Self:
        with self._connection.transaction():
            self._connection.execute("INSERT INTO call_budget (account) VALUES (%s) ON CONFLICT DO NOTHING", [ACCOUNT])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def close(self) -> None:
        """Let no call go from now on."""
        self._connection.execute("SELECT FROM call_budget WHERE account = %s FOR UPDATE", [ACCOUNT])

    def open(self) -> None:
        """Let calls go."""
        self._connection.rollback()

    def open_late(self, seconds: float) -> None:
        """Let calls go, but not before so many seconds, as after a refusal: whoever stands there sleeps till then."""
        words = "UPDATE call_budget SET held_until = clock_timestamp() + make_interval(secs => %s) WHERE account = %s"
        self._connection.execute(words, [seconds, ACCOUNT])
        self._connection.commit()

    def forget(self) -> None:
        """Let calls go at once, whoever waits for his turn."""
        self._connection.execute("UPDATE call_budget SET slots = '{}', held_until = NULL WHERE account = %s", [ACCOUNT])
        self._connection.commit()

    def last_turn(self) -> datetime | None:
        """The moment that the last call which came through was given."""
        query = "SELECT slots[cardinality(slots)] AS last FROM call_budget WHERE account = %s"
        (row,) = self._trade.rows(query, ACCOUNT)
        return row["last"]
