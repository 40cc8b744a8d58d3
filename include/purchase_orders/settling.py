"""The last step of a run: clocks escalate, what happened is counted, and nothing stalls in silence (law 13)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import psycopg

from include.database import queries
from include.exceptions.kinds import Kind
from include.exceptions.queue import ExceptionEntry, list_open
from include.purchase_orders import clocks
from include.purchase_orders.registration import transaction_sets
from include.relationships.model import Relationship

Connection = psycopg.Connection[dict[str, Any]]

OVERDUE = timedelta(minutes=30)  # a few ticks after its next attempt
RECENT = timedelta(hours=24)

HOLDS_UP_ALL = (Kind.INVENTORY_SYSTEM_DOWN, Kind.CONFIGURATION)

_queries = queries.load(__file__, "settling.sql")


@dataclass(frozen=True, slots=True)
class Settled:
    """How many orders of the last day stand where, and what stands still."""

    orders_by_state: dict[str, int]
    unanswered: int
    escalated: int
    stalled: tuple[str, ...]
    exceptions: tuple[ExceptionEntry, ...]

    def summary(self) -> str:
        """One line for the run's note."""
        states = ", ".join(f"{count} {state}" for state, count in self.orders_by_state.items()) or "no orders"
        kinds = Counter(each.kind for each in self.exceptions)
        open_now = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())) or "none"
        return (
            f"{states}; {self.unanswered} unanswered, {self.escalated} escalated, {len(self.stalled)} stalled; "
            f"exceptions: {open_now}"
        )


def settle(connection: Connection, relationship: Relationship, now: datetime) -> Settled:
    """Escalate and count; in the caller's transaction."""
    escalated = clocks.escalate_all(connection, relationship, now)
    counts = list(_queries.counts(connection, relationship=relationship.name, since=now - RECENT))
    overdue = now - OVERDUE
    stalled = [
        *_queries.stalled_orders(connection, relationship=relationship.name, overdue=overdue, of_all=[*HOLDS_UP_ALL]),
        *_queries.stalled_documents(
            connection,
            relationship=relationship.name,
            transaction_sets=list(transaction_sets(relationship)),
            overdue=overdue,
        ),
    ]
    return Settled(
        {row["state"]: row["orders"] for row in counts},
        sum(row["unanswered"] for row in counts),
        escalated,
        tuple(row["name"] for row in stalled),
        list_open(connection, relationship.name),
    )
