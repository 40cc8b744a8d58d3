"""What a sensor waits on: its clock, on which the triggerer stands. A worker is needed only when the time is over.

Hundreds of clocks cost one query a round, and a look at a clock of its own only at its shares and at its end.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from airflow.sdk import Connection
from airflow.triggers.base import BaseTrigger, TaskSuccessEvent, TriggerEvent

from include import clock
from include.errors import TransientError

if TYPE_CHECKING:
    from include.purchase_orders.clocks import Standing

log = logging.getLogger(__name__)

ROUND = 15.0  # real seconds between two looks
MOMENT = 1.0  # before what failed is tried again


class ClockTrigger(BaseTrigger):
    """Escalates at each share of a clock; ends the task well when the clock closes, and wakes it at `until`."""

    def __init__(self, kind: str, subject_id: int, database: str, look_at: datetime, until: datetime) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # the base class has no annotations
        self.kind = kind
        self.subject_id = subject_id
        self.database = database
        self.look_at = look_at
        self.until = until

    def serialize(self) -> tuple[str, dict[str, Any]]:
        return f"{type(self).__module__}.{type(self).__qualname__}", {
            "kind": self.kind,
            "subject_id": self.subject_id,
            "database": self.database,
            "look_at": self.look_at,
            "until": self.until,
        }

    async def run(self) -> AsyncIterator[TriggerEvent]:
        look_at = self.look_at
        while (left := _seconds_until(self.until)) > 0:
            is_open = await OpenSubjects.is_open(self.database, self.kind, self.subject_id)
            if not is_open or _seconds_until(look_at) <= 0:
                standing = await self._look()
                if standing is not None and standing.is_closed:
                    yield TaskSuccessEvent()
                    return
                if standing is not None and standing.is_over:
                    break
                look_at = look_at if standing is None else standing.next_share_at
            await asyncio.sleep(min(left, max(_seconds_until(look_at), MOMENT), ROUND))
        yield TriggerEvent({"subject_id": self.subject_id})

    async def _look(self) -> Standing | None:
        from include.orchestration.connections import dsn_of
        from include.purchase_orders import clocks
        from include.relationships import loading

        dsn = dsn_of(await Connection.async_get(self.database))
        try:
            relationships = (await asyncio.to_thread(loading.load_relationships)).relationships
            return await asyncio.to_thread(clocks.look, dsn, self.kind, self.subject_id, relationships, clock.now())
        except TransientError as fault:
            log.warning("The clock of %s %s cannot be looked at now: %s", self.kind, self.subject_id, fault)
            return None


def _seconds_until(moment: datetime) -> float:
    return clock.real_seconds((moment - clock.now()).total_seconds())


class OpenSubjects:
    """The ids still open, read once a round for all triggers of this process."""

    _rounds: ClassVar[dict[tuple[str, str], tuple[float, frozenset[int] | None]]] = {}
    _locks: ClassVar[dict[asyncio.AbstractEventLoop, asyncio.Lock]] = {}

    @classmethod
    async def is_open(cls, database: str, kind: str, subject_id: int) -> bool:
        """Whether the subject is open, as far as is known: a database that does not answer says nothing new."""
        lock = cls._locks.setdefault(asyncio.get_running_loop(), asyncio.Lock())
        async with lock:
            read_at, subjects = cls._rounds.get((database, kind), (-ROUND, None))
            if time.monotonic() - read_at > ROUND / 2:
                subjects = await cls._read(database, kind)
                cls._rounds[database, kind] = (time.monotonic(), subjects)
            return subjects is None or subject_id in subjects

    @staticmethod
    async def _read(database: str, kind: str) -> frozenset[int] | None:
        from include.orchestration.connections import dsn_of
        from include.purchase_orders import clocks

        dsn = dsn_of(await Connection.async_get(database))
        try:
            return await asyncio.to_thread(clocks.read_open_ids, dsn, kind)
        except TransientError as fault:
            log.warning("Which clocks of %s still run cannot be read now: %s", database, fault)
            return None
