"""The queue itself. All happens in the caller's transaction, so that a cause and its entry stand or fall together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import psycopg

from include.database import queries
from include.database.text import storable
from include.exceptions.kinds import Kind, owner_of
from include.money import Money

Connection = psycopg.Connection[dict[str, Any]]

THE_SYSTEM = "vendorlane"

_queries = queries.load(__file__, "queue.sql")


@dataclass(frozen=True, slots=True)
class NewException:
    """What cannot proceed. `subject` is what it is about: one entry is open for each relationship, kind and subject."""

    kind: Kind
    relationship: str
    subject: str
    what_happened: str
    next_step: str
    purchase_order_number: str | None = None
    line_number: str | None = None
    document_id: int | None = None
    deadline: datetime | None = None
    money: Money | None = None


@dataclass(frozen=True, slots=True)
class ExceptionEntry:
    """An entry of the queue, as a person sees it."""

    exception_id: int
    kind: Kind
    relationship: str
    subject: str
    purchase_order_number: str | None
    line_number: str | None
    owner_team: str
    deadline: datetime | None
    money: Money | None
    what_happened: str
    next_step: str
    state: str
    opened_at: datetime


def open_exception(connection: Connection, new: NewException, *, owners: dict[str, str], now: datetime) -> int:
    """Open an entry, or bring the open one up to date; a change of its words is kept in its history."""
    columns = _columns(new)
    found = _queries.find_open(connection, relationship=new.relationship, kind=new.kind, subject=columns["subject"])
    if found is None:
        inserted = _queries.insert_entry(connection, **columns, owner_team=owner_of(new.kind, owners), now=now)
        if inserted is None:  # another worker opened it this moment
            return open_exception(connection, new, owners=owners, now=now)
        exception_id, is_news = int(inserted["exception_id"]), True
    else:
        exception_id, is_news = int(found["exception_id"]), found["what_happened"] != columns["what_happened"]
        _queries.update_entry(connection, **columns, exception_id=exception_id, now=now)
    if is_news:
        what = columns["what_happened"]
        _queries.insert_event(connection, exception_id=exception_id, now=now, actor=THE_SYSTEM, what=what)
    return exception_id


def resolve(
    connection: Connection,
    relationship: str | None,
    kinds: Sequence[Kind],
    *,
    why: str,
    now: datetime,
    subject: str | None = None,
    purchase_order_number: str | None = None,
    actor: str = THE_SYSTEM,
) -> int:
    """Resolve the open entries of these kinds for a subject or an order; returns how many there were.

    Without a relationship, whosever they are: for a file, whose exceptions go to one relationship of its mailbox.
    """
    if subject is None and purchase_order_number is None:
        raise ValueError("Resolving needs a subject or a purchase order number.")
    resolved = list(
        _queries.resolve_entries(
            connection,
            relationship=relationship,
            kinds=[str(kind) for kind in kinds],
            subject=subject,
            purchase_order_number=purchase_order_number,
            actor=actor,
            now=now,
        )
    )
    for row in resolved:
        _queries.insert_event(connection, exception_id=row["exception_id"], now=now, actor=actor, what=why)
    return len(resolved)


def list_open(
    connection: Connection, relationship: str | None = None, purchase_order_number: str | None = None
) -> tuple[ExceptionEntry, ...]:
    """What is open, the most money first, then the soonest deadline."""
    rows = _queries.list_open(connection, relationship=relationship, purchase_order_number=purchase_order_number)
    return tuple(_from_row(row) for row in rows)


def _columns(new: NewException) -> dict[str, Any]:
    return {
        "kind": new.kind,
        "relationship": new.relationship,
        "subject": storable(new.subject),
        "purchase_order_number": new.purchase_order_number,
        "line_number": new.line_number,
        "document_id": new.document_id,
        "deadline": new.deadline,
        "money_at_stake": new.money.amount if new.money else None,
        "currency": new.money.currency if new.money else None,
        "what_happened": storable(new.what_happened),
        "next_step": new.next_step,
    }


def _from_row(row: dict[str, Any]) -> ExceptionEntry:
    money = Money(Decimal(row["money_at_stake"]), row["currency"]) if row["currency"] else None
    return ExceptionEntry(
        exception_id=row["exception_id"],
        kind=Kind(row["kind"]),
        relationship=row["relationship"],
        subject=row["subject"],
        purchase_order_number=row["purchase_order_number"],
        line_number=row["line_number"],
        owner_team=row["owner_team"],
        deadline=row["deadline"],
        money=money,
        what_happened=row["what_happened"],
        next_step=row["next_step"],
        state=row["state"],
        opened_at=row["opened_at"],
    )
