"""Relationships that were not loaded: their mailboxes are not read and their orders not answered (law 13).

Each is told by the name of its file, which by custom is the relationship's.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import psycopg

from include.database import queries
from include.exceptions.kinds import Kind
from include.exceptions.queue import NewException, list_open, open_exception, resolve
from include.money import Money

Connection = psycopg.Connection[dict[str, Any]]

SUBJECT = "relationship "

_queries = queries.load(__file__, "unserved.sql")


def tell(connection: Connection, served: Collection[str], faulty: Mapping[str, str], now: datetime) -> int:
    """Open an exception for each, and resolve those whose cause is gone; returns how many are open.

    `served` are the relationships that were loaded, `faulty` says what is wrong by the name of the file.
    """
    waiting = {row["relationship"]: row for row in _queries.waiting(connection)}
    unknown = {name: f"no file defines {name}" for name in waiting if name not in served}
    unserved = unknown | dict(faulty)
    for name, why in unserved.items():
        open_exception(connection, _told(name, why, waiting.get(name)), owners={}, now=now)
    for entry in list_open(connection):
        name = entry.subject.removeprefix(SUBJECT)
        if entry.kind is Kind.CONFIGURATION and entry.subject.startswith(SUBJECT) and name not in unserved:
            resolve(connection, name, [entry.kind], subject=entry.subject, why="Nothing is wrong with it now.", now=now)
    return len(unserved)


def _told(name: str, why: str, waiting: Mapping[str, Any] | None) -> NewException:
    words = f" {waiting['orders']} orders of {name} wait for their acknowledgement (855)." if waiting else ""
    return NewException(
        Kind.CONFIGURATION,
        name,
        f"{SUBJECT}{name}",
        deadline=waiting["first_close"] if waiting else None,
        money=Money(waiting["money"], waiting["currency"]) if waiting else None,
        what_happened=f"What the folder of relationships says cannot be used: {why}.{words}",
        next_step=f"Correct {name}.yaml in the folder of relationships; every tick reads it again.",
    )
