"""Publishing what is stored. A kill between publishing and noting it publishes the same bytes and name again.

That is no new document: while the file lies there it has no effect, and where the partner has taken it away it is the
same interchange under the same control number, which partners treat as a repetition.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import psycopg

from include.amazon.mailbox import Mailbox
from include.database import queries
from include.database.connection import passing_faults
from include.errors import ConfigurationError, IntegrationError, TransientError
from include.exceptions.kinds import Kind
from include.exceptions.queue import NewException, open_exception, resolve
from include.relationships.model import Relationship

Connection = psycopg.Connection[dict[str, Any]]

LEASE_SECONDS = 60.0  # real ones, for one file
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(minutes=10)
PATIENCE = 3  # attempts before a person hears of a passing fault
FAILURES_IN_A_ROW = 3  # after which it is the mailbox that fails, and the rest waits for the next tick

_queries = queries.load(__file__, "outbox.sql")


@dataclass(frozen=True, slots=True)
class PublishResult:
    """The documents now with the partner, and how many files failed."""

    published: tuple[int, ...]
    failed: int


@passing_faults()
def publish_due(
    connection: Connection,
    mailbox: Mailbox,
    mailbox_name: str,
    relationships: Sequence[Relationship],
    now: Callable[[], datetime],
    *,
    limit: int = 500,
) -> PublishResult:
    """Publish every file that is due, leased one by one; a failed one waits and the others go on.

    `relationships` say who owns an exception; files of others are published too.
    """
    owners = {each.name: each.owners for each in relationships}
    published: list[int] = []
    tried: list[int] = []
    failed = failed_in_a_row = 0
    while len(tried) < limit and failed_in_a_row < FAILURES_IN_A_ROW:
        row = _lease_next(connection, mailbox_name, tried, now())
        if row is None:
            break
        tried.append(row["transmission_id"])
        try:
            mailbox.publish(row["file_name"], bytes(row["content"]), rename=row["publish_by_rename"])
        except IntegrationError as fault:
            _note_failure(connection, row, fault, owners.get(row["relationship"], {}), now())
            failed, failed_in_a_row = failed + 1, failed_in_a_row + 1
            if isinstance(fault, ConfigurationError):
                break
        else:
            published += _note_success(connection, row, now())
            failed_in_a_row = 0
    return PublishResult(tuple(published), failed)


def _lease_next(
    connection: Connection, mailbox_name: str, tried: Sequence[int], now: datetime
) -> dict[str, Any] | None:
    row: dict[str, Any] | None = _queries.lease_next(
        connection, mailbox=mailbox_name, tried=list(tried), now=now, lease_seconds=LEASE_SECONDS
    )
    connection.commit()
    return row


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
    marked = list(_queries.mark_documents_published(connection, transmission_id=row["transmission_id"]))
    connection.commit()
    return [each["document_id"] for each in marked]


def _note_failure(
    connection: Connection, row: dict[str, Any], fault: IntegrationError, owners: dict[str, str], now: datetime
) -> None:
    wait = min(FIRST_WAIT * 2 ** min(row["attempts"] - 1, 10), LONGEST_WAIT) * random.uniform(0.5, 1)
    _queries.mark_failed(
        connection, transmission_id=row["transmission_id"], next_attempt_at=now + wait, fault=str(fault)
    )
    if row["attempts"] >= PATIENCE or not isinstance(fault, TransientError):
        new = NewException(
            Kind.TRANSMISSION_FAILED,
            row["relationship"],
            f"file {row['file_name']}",
            what_happened=f"{row['file_name']} could not be published: {fault}",
            next_step="Check the mailbox's connection; the file is tried again by itself.",
        )
        open_exception(connection, new, owners=owners, now=now)
    connection.commit()
