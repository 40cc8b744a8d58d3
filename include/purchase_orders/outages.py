"""The inventory system does not answer: one exception for all that waits for it, gone when it answers again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import psycopg

from include.database import queries
from include.errors import ConfigurationError, IntegrationError, TransientError
from include.exceptions.kinds import Kind
from include.exceptions.queue import NewException, open_exception, resolve
from include.money import Money
from include.purchase_orders.desk import Desk
from include.purchase_orders.registration import transaction_sets
from include.relationships.model import Relationship

Connection = psycopg.Connection[dict[str, Any]]

_queries = queries.load(__file__, "outages.sql")


@contextmanager
def watched(desk: Desk) -> Iterator[None]:
    """Around work with the inventory system: tell when it does not answer, and when it does again."""
    try:
        yield
    except (TransientError, ConfigurationError) as fault:
        desk.connection.rollback()
        tell(desk.connection, desk.relationship, fault, desk.now())
        raise
    _end(desk.connection, desk.relationship, desk.now())


def tell(connection: Connection, relationship: Relationship, fault: IntegrationError, now: datetime) -> None:
    """Say what waits, how much it is worth and when the first window closes; nothing where nothing waits. Commits."""
    waiting = _queries.waiting(
        connection,
        relationship=relationship.name,
        transaction_sets=list(transaction_sets(relationship)),
        window_hours=relationship.acknowledgement.window_hours,
    )
    if waiting["orders"] == 0:
        connection.commit()
        return
    open_exception(
        connection,
        NewException(
            Kind.INVENTORY_SYSTEM_DOWN,
            relationship.name,
            relationship.erp,
            deadline=waiting["first_close"],
            money=Money(waiting["money"], relationship.currency),
            what_happened=f"{waiting['orders']} orders wait for the inventory system. {fault.what}",
            next_step=f"Check the connection {relationship.erp} and the system itself; every tick tries again.",
        ),
        owners=relationship.owners,
        now=now,
    )
    connection.commit()


def _end(connection: Connection, relationship: Relationship, now: datetime) -> None:
    """It answered. Commits."""
    resolve(
        connection,
        relationship.name,
        [Kind.INVENTORY_SYSTEM_DOWN],
        subject=relationship.erp,
        why="The inventory system answered.",
        now=now,
    )
    connection.commit()
