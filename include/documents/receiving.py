"""Mailbox to ledger: claim, store, then remove, then interpret. Each step is a transaction, so a kill anywhere heals.

Law 1: the bytes are stored whole before anything reads them. One receiver serves a mailbox at a time. A file that
cannot be taken or interpreted is an exception of its own and tried again by the next receiver; the others go on.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import psycopg

from include import clock
from include.amazon.mailbox import Mailbox, RemoteFile
from include.database import queries
from include.database.connection import passing_faults
from include.documents import inbound_exceptions, stored_file
from include.documents.interpreting import Interpreted, interpret
from include.documents.stored_file import StoredFile
from include.errors import IntegrationError, RejectedError
from include.exceptions.kinds import Kind
from include.exceptions.queue import NewException, open_exception, resolve
from include.relationships.model import Relationship

Connection = psycopg.Connection[dict[str, Any]]
Now = Callable[[], datetime]

LARGEST = (
    256 * 1024 * 1024
)  # bytes of a file; PostgreSQL takes no value above a gigabyte, sent as text of twice the size
EMPTY_FILE_PATIENCE = timedelta(minutes=10)  # an empty file this young is one that its writer has just opened
PATIENCE = 3  # interpretations begun and never finished, before a person hears of it

log = logging.getLogger(__name__)

_queries = queries.load(__file__, "ledger.sql")


@dataclass(frozen=True, slots=True)
class ReceiveResult:
    """What one look into a mailbox brought, in counts; `failed` files are tried again."""

    files: int
    interchanges: int = 0
    documents: int = 0
    repeated: int = 0
    quarantined: int = 0
    unreadable: int = 0
    failed: int = 0


@passing_faults()
def receive_mailbox(
    connection: Connection, mailbox: Mailbox, mailbox_name: str, relationships: Sequence[Relationship], now: Now
) -> ReceiveResult:
    """Take in all that lies there, and whatever an earlier receiver stored and did not finish.

    Where the mailbox itself fails, what was stored is interpreted before its fault is raised.
    """
    with _only_receiver(connection, mailbox_name) as is_only:
        if not is_only:
            return ReceiveResult(0)
        taken, fault = _take_all(connection, mailbox, mailbox_name, relationships, now)
        found = _interpret_all(connection, mailbox_name, relationships, now)
    if fault is not None:
        raise fault
    return ReceiveResult(
        taken, found.interchanges, found.documents, found.repeated, found.quarantined, found.unreadable, found.failed
    )


@contextmanager
def _only_receiver(connection: Connection, mailbox_name: str) -> Iterator[bool]:
    """Hold the mailbox's lock, which ends with the session of whoever dies."""
    is_only: bool = _queries.lock_mailbox(connection, mailbox=mailbox_name)["locked"]
    connection.commit()
    try:
        yield is_only
    finally:
        if is_only and not connection.closed:
            connection.rollback()
            _queries.unlock_mailbox(connection, mailbox=mailbox_name)
            connection.commit()


def _take_all(
    connection: Connection, mailbox: Mailbox, mailbox_name: str, relationships: Sequence[Relationship], now: Now
) -> tuple[int, IntegrationError | None]:
    """How many files were taken in, and what is wrong with the mailbox."""
    taken = 0
    try:
        for file in mailbox.list_files():
            try:
                taken += _take(connection, mailbox, mailbox_name, file, now())
            except IntegrationError as fault:
                connection.rollback()
                if file.name not in {each.name for each in mailbox.list_files()}:  # raises where the mailbox fails
                    continue
                told = inbound_exceptions.untaken(relationships[0], file.name, fault)
                _open(connection, relationships, told, now())
                connection.commit()
    except IntegrationError as fault:
        return taken, fault
    return taken, None


def _take(connection: Connection, mailbox: Mailbox, mailbox_name: str, file: RemoteFile, now: datetime) -> bool:
    """Whether the file is in the ledger and out of the mailbox; one that is still being written waits."""
    modified_at = clock.at(file.modified_at) if file.modified_at else None
    if file.size == 0 and modified_at is not None and now - modified_at < EMPTY_FILE_PATIENCE:
        return False
    if file.size is not None and file.size > LARGEST:
        raise RejectedError(f"It is {file.size} bytes long, and at most {LARGEST} are taken in.")
    content = mailbox.fetch(file.name)
    if file.size not in {len(content), None}:
        return False
    transmission_id = _store(connection, mailbox_name, file.name, content, modified_at, now)
    if mailbox.remove(file):
        _queries.mark_removed(connection, transmission_id=transmission_id, now=now)
    subject = inbound_exceptions.untaken_subject(file.name)
    resolve(connection, None, [Kind.TRANSMISSION_FAILED], subject=subject, why="It was taken in.", now=now)
    connection.commit()
    return True


def _store(
    connection: Connection, mailbox_name: str, name: str, content: bytes, modified_at: datetime | None, now: datetime
) -> int:
    claim = _queries.find_claim(
        connection,
        mailbox=mailbox_name,
        file_name=name,
        sha256=sha256(content).digest(),
        remote_modified_at=modified_at,
    )
    if claim is not None and not claim["is_same"]:  # the name was used again before we noted the first one's removal
        _queries.mark_removed(connection, transmission_id=claim["transmission_id"], now=now)
        claim = None
    if claim is None:
        claim = _queries.store_inbound(
            connection, mailbox=mailbox_name, file_name=name, content=content, remote_modified_at=modified_at, now=now
        )
    connection.commit()
    return int(claim["transmission_id"])


def _interpret_all(
    connection: Connection, mailbox_name: str, relationships: Sequence[Relationship], now: Now
) -> Interpreted:
    _queries.reopen_misdirected(
        connection,
        mailbox=mailbox_name,
        sender_qualifiers=[each.partner.qualifier for each in relationships],
        sender_ids=[each.partner.id for each in relationships],
        receiver_qualifiers=[each.ours.qualifier for each in relationships],
        receiver_ids=[each.ours.id for each in relationships],
    )
    connection.commit()
    total = Interpreted()
    for row in list(_queries.uninterpreted(connection, mailbox=mailbox_name)):
        stored = _begin(connection, row["transmission_id"], relationships, now())
        if stored is not None:
            total.add(_interpret_one(connection, stored, relationships, now))
    return total


def _begin(
    connection: Connection, transmission_id: int, relationships: Sequence[Relationship], now: datetime
) -> StoredFile | None:
    """Count the attempt before it is made: what kills its process leaves no other trace."""
    row = _queries.count_attempt(connection, transmission_id=transmission_id)
    if row is None:
        return None
    stored = stored_file.from_row(row)
    if stored.attempts > PATIENCE:
        why = f"that was begun {stored.attempts - 1} times and never finished."
        _open(connection, relationships, inbound_exceptions.uninterpreted(relationships[0], stored, why), now)
    connection.commit()
    return stored


def _interpret_one(
    connection: Connection, stored: StoredFile, relationships: Sequence[Relationship], now: Now
) -> Interpreted:
    try:
        if _queries.lock_uninterpreted(connection, transmission_id=stored.transmission_id) is None:
            return Interpreted()
        found = interpret(connection, stored, relationships, now())
        _queries.mark_interpreted(connection, transmission_id=stored.transmission_id, now=now())
        if stored.attempts > 1:
            subject, why = stored.subject, "It was interpreted."
            resolve(connection, None, [Kind.UNREADABLE_FILE], subject=subject, why=why, now=now())
        connection.commit()
    except psycopg.OperationalError:  # the database's fault, not the file's
        raise
    except Exception as fault:  # whatever is in one file, those behind it must go on
        connection.rollback()
        log.exception("The file of transmission_id=%s could not be interpreted", stored.transmission_id)
        why = f"{type(fault).__name__}: {fault}"[:500]
        _open(connection, relationships, inbound_exceptions.uninterpreted(relationships[0], stored, why), now())
        connection.commit()
        return Interpreted(failed=1)
    return found


def _open(connection: Connection, relationships: Sequence[Relationship], new: NewException, now: datetime) -> None:
    """Enter what concerns a whole file, which is no relationship's more than another's."""
    open_exception(connection, new, owners=relationships[0].owners, now=now)
