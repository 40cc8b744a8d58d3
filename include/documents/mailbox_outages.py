"""A mailbox that cannot be reached: one exception, gone when it answers. What lies in it, nobody knows meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import psycopg

from include.errors import ConfigurationError, IntegrationError, TransientError
from include.exceptions.kinds import Kind
from include.exceptions.queue import NewException, open_exception, resolve
from include.relationships.model import Relationship

Connection = psycopg.Connection[dict[str, Any]]


@contextmanager
def watched(connection: Connection, relationship: Relationship, now: Callable[[], datetime]) -> Iterator[None]:
    """Around work with the relationship's mailbox: tell when it does not answer, and when it does again. Commits."""
    try:
        yield
    except (TransientError, ConfigurationError) as fault:
        connection.rollback()
        open_exception(connection, _told(relationship, fault), owners=relationship.owners, now=now())
        connection.commit()
        raise
    subject, why = _subject(relationship), "The mailbox answered."
    resolve(connection, relationship.name, [Kind.TRANSMISSION_FAILED], subject=subject, why=why, now=now())
    connection.commit()


def _told(relationship: Relationship, fault: IntegrationError) -> NewException:
    return NewException(
        Kind.TRANSMISSION_FAILED,
        relationship.name,
        _subject(relationship),
        what_happened=f"Nothing is taken from the mailbox {relationship.mailbox} or laid into it. {fault.what}",
        next_step=f"Check the connection {relationship.mailbox} and the server itself; every tick tries again.",
    )


def _subject(relationship: Relationship) -> str:
    return f"mailbox {relationship.mailbox}"
