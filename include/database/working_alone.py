"""A lock of the session on a thing by its name, which ends with whoever dies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

LOCK = "SELECT pg_try_advisory_lock(hashtextextended(%s, 0)) AS locked"
UNLOCK = "SELECT pg_advisory_unlock(hashtextextended(%s, 0))"


@contextmanager
def worked_on_alone(connection: psycopg.Connection[dict[str, Any]], name: str) -> Iterator[bool]:
    """Whether no other process works on what is named so.

    Commits before and after; what was not committed in between is rolled back.
    """
    row = connection.execute(LOCK, [name]).fetchone()
    is_alone = bool(row and row["locked"])
    connection.commit()
    try:
        yield is_alone
    finally:
        if is_alone and not connection.closed:
            connection.rollback()
            connection.execute(UNLOCK, [name])
            connection.commit()
