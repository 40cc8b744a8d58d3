"""The clocks that sensors stand on: an order's acknowledgement window, and the time a sent document has for its 997.

Whoever reaches a share of a window first raises its exception, once: a sensor, or the `settle` of an intake run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

import psycopg

from include import clock
from include.database import queries
from include.database.connection import connect, passing_faults
from include.exceptions.kinds import Kind
from include.exceptions.queue import NewException, open_exception
from include.money import Money
from include.relationships.model import Relationship

Connection = psycopg.Connection[dict[str, Any]]

WATCH_GRACE = timedelta(minutes=10)  # of real time beyond the moment at which a run comes back, else it is dead
NO_LIMIT = 1_000_000

_queries = queries.load(__file__, "clocks.sql")


class ClockKind(StrEnum):
    """What a clock runs on."""

    ORDER = "order"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True)
class Subject:
    """An order or a document whose clock runs."""

    kind: ClockKind
    subject_id: int
    relationship: str
    label: str
    purchase_order_number: str | None
    started_at: datetime
    due_at: datetime
    money: Money | None
    last_fault: str | None

    def moment(self, share: Decimal) -> datetime:
        """The instant at which a share of the window is over."""
        return self.started_at + (self.due_at - self.started_at) * float(share)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a clock stands: `is_closed` (answered), `is_over` (too late), else when to look again."""

    is_closed: bool
    is_over: bool
    next_share_at: datetime
    due_at: datetime


def read_open(
    connection: Connection,
    kind: ClockKind,
    *,
    subject_id: int | None = None,
    relationship: str | None = None,
    limit: int = NO_LIMIT,
) -> tuple[Subject, ...]:
    """The subjects whose clock runs, the soonest due first."""
    query = _queries.open_orders if kind is ClockKind.ORDER else _queries.open_documents
    rows = query(connection, subject_id=subject_id, relationship=relationship, limit=limit)
    return tuple(_from_row(kind, row) for row in rows)


def read_open_ids(dsn: str, kind: str) -> frozenset[int]:
    """The ids of all subjects whose clock runs; opens its own connection, for the triggerer."""
    with passing_faults(), connect(dsn) as connection:
        return frozenset(each.subject_id for each in read_open(connection, ClockKind(kind)))


def claim(connection: Connection, kind: ClockKind, run_id: str, now: datetime, *, limit: int) -> tuple[Subject, ...]:
    """The running clocks that no live run stands on, now this run's; cleared and run again it finds the same ones.

    A clock that a run has stood on to its close is not taken again: it turned red once, and its exception stays.
    """
    claimed: list[Subject] = []
    for subject in read_open(connection, kind):
        if len(claimed) == limit:
            break
        columns = {"kind": kind, "subject_id": subject.subject_id, "run_id": run_id, "due_at": subject.due_at}
        if _queries.claim_watch(connection, **columns, until=now + _grace(), now=now):
            claimed.append(subject)
    return tuple(claimed)


def stand(
    connection: Connection,
    kind: ClockKind,
    subject_id: int,
    relationships: Sequence[Relationship],
    now: datetime,
) -> Standing:
    """Look at one clock: raise what its shares ask for, and say when to look again."""
    found = read_open(connection, kind, subject_id=subject_id, limit=1)
    if not found:
        _queries.end_watch(connection, kind=kind, subject_id=subject_id)
        return Standing(is_closed=True, is_over=False, next_share_at=now, due_at=now)
    subject = found[0]
    relationship = next((each for each in relationships if each.name == subject.relationship), None)
    shares = relationship.acknowledgement.escalation_shares if relationship else ()
    owners = relationship.owners if relationship else {}
    escalate(connection, subject, shares, owners, now)
    if now >= subject.due_at:
        _queries.extend_watch(connection, kind=kind, subject_id=subject_id, until=subject.due_at)
        return Standing(is_closed=False, is_over=True, next_share_at=now, due_at=subject.due_at)
    next_share_at = min([moment for share in shares if (moment := subject.moment(share)) > now], default=subject.due_at)
    _queries.extend_watch(connection, kind=kind, subject_id=subject_id, until=next_share_at + _grace())
    return Standing(is_closed=False, is_over=False, next_share_at=next_share_at, due_at=subject.due_at)


def look(dsn: str, kind: str, subject_id: int, relationships: Sequence[Relationship], now: datetime) -> Standing:
    """`stand` on a connection of its own, for sensors and the triggerer."""
    with passing_faults(), connect(dsn) as connection:
        standing = stand(connection, ClockKind(kind), subject_id, relationships, now)
        connection.commit()
    return standing


def restart(connection: Connection, order_id: int) -> None:
    """Amazon asked anew: every share of the new window is escalated, whatever was of the one before."""
    _queries.forget_escalations(connection, kind=ClockKind.ORDER, subject_id=order_id)


def escalate_all(connection: Connection, relationship: Relationship, now: datetime) -> int:
    """Raise what the shares of all running clocks of a relationship ask for; returns how many were raised."""
    settings = relationship.acknowledgement
    return sum(
        escalate(connection, subject, settings.escalation_shares, relationship.owners, now)
        for kind in ClockKind
        for subject in read_open(connection, kind, relationship=relationship.name)
    )


def escalate(
    connection: Connection,
    subject: Subject,
    shares: Sequence[Decimal],
    owners: dict[str, str],
    now: datetime,
) -> bool:
    """Raise the subject's exception if a share (or the end) was reached that nobody has escalated yet."""
    reached = [share for share in sorted({*shares, Decimal(1)}) if subject.moment(share) <= now]
    fresh = [share for share in reached if _escalate_once(connection, subject, share, now)]
    if not fresh:
        return False
    open_exception(connection, _exception(subject, fresh[-1]), owners=owners, now=now)
    return True


def _escalate_once(connection: Connection, subject: Subject, share: Decimal, now: datetime) -> bool:
    row = _queries.escalate_once(
        connection,
        kind=subject.kind,
        subject_id=subject.subject_id,
        share=share,
        started_at=subject.started_at,
        now=now,
    )
    return row is not None


def _grace() -> timedelta:
    return WATCH_GRACE / clock.real_seconds(1)


def _exception(subject: Subject, share: Decimal) -> NewException:
    is_over = share >= 1
    if subject.kind is ClockKind.DOCUMENT:
        kind, waits_for = Kind.MISSING_997, "the partner's functional acknowledgement (997)"
        next_step = "Ask the partner whether the file arrived; send the same file again if it did not."
    else:
        kind = Kind.ACKNOWLEDGEMENT_LATE if is_over else Kind.ACKNOWLEDGEMENT_AT_RISK
        waits_for = "its acknowledgement (855)"
        next_step = "Mend what its other exceptions name, or run po_intake for it with `answer now`."
    state = "is over" if is_over else f"is {share * 100:.0f} % over"
    because = f" Last fault: {subject.last_fault}" if subject.last_fault else ""
    return NewException(
        kind=kind,
        relationship=subject.relationship,
        subject=f"{subject.kind} {subject.subject_id}",
        purchase_order_number=subject.purchase_order_number,
        document_id=subject.subject_id if subject.kind is ClockKind.DOCUMENT else None,
        what_happened=(
            f"{subject.label} waits for {waits_for}; the time {state}, it closes at "
            f"{subject.due_at:%Y-%m-%d %H:%M} UTC.{because}"
        ),
        next_step=next_step,
        deadline=subject.due_at,
        money=subject.money,
    )


def _from_row(kind: ClockKind, row: dict[str, Any]) -> Subject:
    return Subject(
        kind=kind,
        subject_id=row["subject_id"],
        relationship=row["relationship"],
        label=row["label"],
        purchase_order_number=row["purchase_order_number"],
        started_at=row["started_at"],
        due_at=row["due_at"],
        money=Money(row["money"], row["currency"]) if row["currency"] else None,
        last_fault=row["last_fault"],
    )
