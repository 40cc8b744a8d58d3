"""Mailbox to ledger: claim, store, then remove, then interpret. Each step is a transaction, so a kill anywhere heals.

Law 1: the bytes are stored whole before anything reads them. One receiver serves a mailbox at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg

from include.amazon.mailbox import Mailbox, RemoteFile
from include.database import queries
from include.documents.interpreting import Interpreted, interpret
from include.relationships.model import Relationship

Connection = psycopg.Connection[dict[str, Any]]

_queries = queries.load(__file__, "ledger.sql")


@dataclass(frozen=True, slots=True)
class ReceiveResult:
    """What one look into a mailbox brought, in counts."""

    files: int
    interchanges: int = 0
    documents: int = 0
    repeated: int = 0
    quarantined: int = 0
    unreadable: int = 0


def receive_mailbox(
    connection: Connection,
    mailbox: Mailbox,
    mailbox_name: str,
    relationships: Sequence[Relationship],
    now: Callable[[], datetime],
) -> ReceiveResult:
    """Take in all that lies there, and whatever an earlier receiver stored and did not finish."""
    if not _queries.lock_mailbox(connection, mailbox=mailbox_name)["locked"]:
        return ReceiveResult(0)
    try:
        files = mailbox.list_files()
        for file in files:
            _take(connection, mailbox, mailbox_name, file, now())
        found = _interpret_all(connection, mailbox_name, relationships, now)
    finally:
        connection.rollback()
        _queries.unlock_mailbox(connection, mailbox=mailbox_name)
        connection.commit()
    return ReceiveResult(
        len(files), found.interchanges, found.documents, found.repeated, found.quarantined, found.unreadable
    )


def _take(connection: Connection, mailbox: Mailbox, mailbox_name: str, file: RemoteFile, now: datetime) -> None:
    content = mailbox.fetch(file.name)
    claim = _queries.find_claim(connection, mailbox=mailbox_name, file_name=file.name, content=content)
    if (
        claim is not None and not claim["is_same"]
    ):  # the name was used again after we stored it and before we removed it
        _queries.mark_removed(connection, transmission_id=claim["transmission_id"], now=now)
        claim = None
    if claim is None:
        claim = _queries.store_inbound(
            connection,
            mailbox=mailbox_name,
            file_name=file.name,
            content=content,
            remote_modified_at=file.modified_at,
            now=now,
        )
    connection.commit()
    mailbox.remove(file)
    _queries.mark_removed(connection, transmission_id=claim["transmission_id"], now=now)
    connection.commit()


def _interpret_all(
    connection: Connection,
    mailbox_name: str,
    relationships: Sequence[Relationship],
    now: Callable[[], datetime],
) -> Interpreted:
    total = Interpreted()
    waiting = [row["transmission_id"] for row in _queries.uninterpreted(connection, mailbox=mailbox_name)]
    for transmission_id in waiting:
        stored = _queries.lock_uninterpreted(connection, transmission_id=transmission_id)
        if stored is None:
            continue
        found = interpret(connection, stored, relationships, now())
        _queries.mark_interpreted(connection, transmission_id=transmission_id, now=now())
        connection.commit()
        for name in Interpreted.__slots__:
            setattr(total, name, getattr(total, name) + getattr(found, name))
    return total
