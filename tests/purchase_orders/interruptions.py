"""What may happen at any moment of a run: its process is killed, or another process does something.

A moment lies before and after every commit, before every statement, and before and after every call of Cin7.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg

from include.cin7.client import Cin7Client, Lane
from include.database.connection import connect
from include.orchestration.cin7_ledger import Cin7Ledger
from include.purchase_orders.desk import Desk
from tests.purchase_orders.trade import Trade, UnlimitedLimiter
from tests.sandbox.cin7_process import ACCOUNT, KEY

CALLS = ("read_availability", "list_changed", "find", "obstacles", "create", "authorise", "fetch", "undo", "void",
         "update_header")  # fmt: skip
BLOCKED = 0.25  # real seconds after which another process is taken to wait for the run's locks
LONGEST = 60.0


class Killed(BaseException):
    """The process is gone: nothing catches it."""


@dataclass(slots=True)
class Moments:
    """Counts moments and lets `event` happen once: at the `at`-th of them, or the first whose name holds `named`."""

    event: Callable[[], None]
    at: int = 0
    named: str = ""
    with_statements: bool = True
    passed: int = 0
    happened_at: str | None = None

    def pass_one(self, name: str) -> None:
        self.passed += 1
        if self.happened_at is None and (self.passed == self.at or (self.named and self.named in name)):
            self.happened_at = name
            self.event()


def kill() -> None:
    raise Killed


@dataclass(slots=True)
class Meanwhile:
    """Another process does something; where it has to wait for locks of the run, the run goes on."""

    what: Callable[[], object]
    faults: list[BaseException] = field(default_factory=list)
    thread: threading.Thread | None = None

    def __call__(self) -> None:
        self.thread = threading.Thread(target=self._do)
        self.thread.start()
        self.thread.join(BLOCKED)

    def finish(self) -> None:
        """Wait until it is done, and fail as it failed."""
        assert self.thread is not None, "it never began"
        self.thread.join(LONGEST)
        assert not self.thread.is_alive(), "it still waits"
        if self.faults:
            raise self.faults[0]

    def _do(self) -> None:
        try:
            self.what()
        except BaseException as fault:
            self.faults.append(fault)


@dataclass(slots=True)
class InterruptedTrade(Trade):
    """A trade whose steps pass moments while it has them."""

    moments: Moments | None = None

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        moments = self.moments
        if moments is None:
            with Trade.desk(self) as desk:
                yield desk
            return
        client = Cin7Client(self.cin7.url, ACCOUNT, KEY, UnlimitedLimiter(), lane=Lane.ACKNOWLEDGEMENT)
        with connect(self.database) as connection:
            interrupt_connection(connection, moments)
            ledger = _interrupted_ledger(moments)(client, self.relationship, connection)
            yield Desk(connection, self.relationship, self.address_book, ledger, self.now, self._wait)
        client.close()

    def beside(self) -> Trade:
        """Another process of the same trade, which nothing interrupts."""
        return Trade(
            self.database, self.cin7, self.folder, self.relationship, self.address_book, self.ahead, _ticks=1_000
        )


def interrupt_connection(connection: psycopg.Connection[Any], moments: Moments) -> None:
    class Cursor(psycopg.Cursor[Any]):
        def execute(self, query: Any, *words: Any, **named: Any) -> Any:
            moments.pass_one(f"before {query!r}")
            return super().execute(query, *words, **named)

    commit = connection.commit

    def commit_between_moments() -> None:
        moments.pass_one("before commit")
        commit()
        moments.pass_one("after commit")

    connection.commit = commit_between_moments  # type: ignore[method-assign]  # what a test interrupts
    if moments.with_statements:
        connection.cursor_factory = Cursor


def _interrupted_ledger(moments: Moments) -> type[Cin7Ledger]:
    def interrupted(name: str) -> Callable[..., Any]:
        def call(self: Cin7Ledger, *words: Any) -> Any:
            moments.pass_one(f"before {name}")
            answer = getattr(Cin7Ledger, name)(self, *words)
            answer = list(answer) if name == "list_changed" else answer
            moments.pass_one(f"after {name}")
            return answer

        return call

    return type("InterruptedLedger", (Cin7Ledger,), {name: interrupted(name) for name in CALLS})
