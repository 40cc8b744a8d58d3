"""Publishing what is stored. A kill between publishing and noting it publishes the same bytes and name again.

That is no new document: while the file lies there it has no effect, and where the partner has taken it away it is the
same interchange under the same control number, which partners treat as a repetition.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import psycopg

from include.amazon.mailbox import Mailbox
from include.database import queries
from include.errors import IntegrationError
from include.exceptions.kinds import Kind
from include.exceptions.queue import NewException, open_exception, resolve

Connection = psycopg.Connection[dict[str, Any]]

LEASE = timedelta(minutes=5)
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(minutes=10)
PATIENCE = 3  # attempts before a person hears of it

_queries = queries.load(__file__, "outbox.sql")


@dataclass(frozen=True, slots=True)
class PublishResult:
    """The documents now with the partner, and how many files failed."""

    published: tuple[int, ...]
    failed: int


def publish_due(
    connection: Connection, mailbox: Mailbox, mailbox_name: str, *, now: datetime, limit: int = 500
) -> PublishResult:
    """Publish every file that is due, a transaction each; a failed one waits and the others go on."""
    leased = list(_queries.lease_due(connection, mailbox=mailbox_name, now=now, leased_until=now + LEASE, limit=limit))
    connection.commit()
    published: list[int] = []
    failed = 0
    for row in sorted(leased, key=lambda row: int(row["transmission_id"])):
        content = bytes(_queries.load_outgoing(connection, transmission_id=row["transmission_id"]))
        try:
            mailbox.publish(row["file_name"], content, rename=row["publish_by_rename"])
        except IntegrationError as fault:
            failed += 1
            _note_failure(connection, row, fault, now)
        else:
            published += _note_success(connection, row, now)
        connection.commit()
    return PublishResult(tuple(published), failed)


def _note_success(connection: Connection, row: dict[str, Any], now: datetime) -> list[int]:
    _queries.mark_published(connection, transmission_id=row["transmission_id"], now=now)
    resolve(
        connection,
        row["relationship"],
        [Kind.TRANSMISSION_FAILED],
        subject=f"file {row['file_name']}",
        why="It was published.",
        now=now,
    )
    marked = _queries.mark_documents_published(connection, transmission_id=row["transmission_id"])
    return [each["document_id"] for each in marked]


def _note_failure(connection: Connection, row: dict[str, Any], fault: IntegrationError, now: datetime) -> None:
    wait = min(FIRST_WAIT * 2 ** (row["attempts"] - 1), LONGEST_WAIT) * random.uniform(0.5, 1)
    _queries.mark_failed(
        connection, transmission_id=row["transmission_id"], next_attempt_at=now + wait, fault=str(fault)
    )
    if row["attempts"] < PATIENCE:
        return
    open_exception(
        connection,
        NewException(
            Kind.TRANSMISSION_FAILED,
            row["relationship"],
            f"file {row['file_name']}",
            what_happened=f"{row['file_name']} could not be published in {row['attempts']} attempts: {fault}",
            next_step="Check the mailbox's connection; the file is tried again by itself.",
        ),
        owners={},
        now=now,
    )
