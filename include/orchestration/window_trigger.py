"""What a sensor waits on: its subject closes, or a moment passes. Hundreds wait on one query a round."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any, ClassVar

from airflow.sdk import Connection
from airflow.triggers.base import BaseTrigger, TriggerEvent

from include import clock

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
            if self.subject_id not in await OpenSubjects.of(self.database, self.kind):
                break
            await asyncio.sleep(min(left, ROUND))
        yield TriggerEvent({"subject_id": self.subject_id})


class OpenSubjects:
    """The ids still open, read once a round for all triggers of this process."""

    _rounds: ClassVar[dict[tuple[str, str], tuple[float, frozenset[int]]]] = {}
    _locks: ClassVar[dict[asyncio.AbstractEventLoop, asyncio.Lock]] = {}

    @classmethod
    async def of(cls, database: str, kind: str) -> frozenset[int]:
        lock = cls._locks.setdefault(asyncio.get_running_loop(), asyncio.Lock())
        async with lock:
            read_at, subjects = cls._rounds.get((database, kind), (0.0, frozenset()))
            if time.monotonic() - read_at > ROUND / 2:
                subjects = await cls._read(database, kind)
                cls._rounds[database, kind] = (time.monotonic(), subjects)
            return subjects

    @staticmethod
    async def _read(database: str, kind: str) -> frozenset[int]:
        from include.orchestration.connections import dsn_of
        from include.purchase_orders import clocks

        dsn = dsn_of(await Connection.async_get(database))
        return await asyncio.to_thread(clocks.read_open_ids, dsn, kind)
