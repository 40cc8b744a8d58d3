"""What a sensor waits on: its subject closes, or a moment passes. Hundreds wait on one query a round."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any, ClassVar

from airflow.sdk import Connection
from airflow.triggers.base import BaseTrigger, TriggerEvent

from include import clock
from include.errors import TransientError

log = logging.getLogger(__name__)

ROUND = 15.0  # real seconds between two looks


class SubjectClosed(BaseTrigger):
    """Fires when the subject is no longer open, or at `until`, whichever comes first."""

    def __init__(self, kind: str, subject_id: int, database: str, until: datetime) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # the base class has no annotations
        self.kind = kind
        self.subject_id = subject_id
        self.database = database
        self.until = until

    def serialize(self) -> tuple[str, dict[str, Any]]:
        return f"{type(self).__module__}.{type(self).__qualname__}", {
            "kind": self.kind,
            "subject_id": self.subject_id,
            "database": self.database,
            "until": self.until,
        }

    async def run(self) -> AsyncIterator[TriggerEvent]:
        while (left := clock.real_seconds((self.until - clock.now()).total_seconds())) > 0:
            if not await OpenSubjects.is_open(self.database, self.kind, self.subject_id):
                break
            await asyncio.sleep(min(left, ROUND))
        yield TriggerEvent({"subject_id": self.subject_id})


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
