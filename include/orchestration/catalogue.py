"""The steps of catalogue_sync, one function a task: open what the use case needs, run it, return counts only."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from include import clock
from include.errors import RejectedError
from include.orchestration import connections, run_notes
from include.orchestration.fulfilment import for_each
from include.orchestration.intake import chosen
from include.relationships.model import Relationship

if TYPE_CHECKING:
    import psycopg

    from include.catalogue.entering import Entries
    from include.orchestration.cin7_catalogue import Cin7Catalogue

AT_ONCE = timedelta(0)

log = logging.getLogger(__name__)


def enter(names: Sequence[str], entries: dict[str, Any], actor: str | None) -> None:
    """What a person enters about the listings of the one relationship that is named; nothing where nothing is."""
    if not entries:
        return
    if len(names) != 1:
        raise RejectedError("Entries are for one relationship.", next_step="Name it, and trigger catalogue_sync again.")
    from include.catalogue import entering

    checked = _checked(entries)
    ((relationship, _),) = chosen(names)
    with connections.database(relationship.database) as connection:
        entering.enter(connection, relationship, checked, actor=actor or "somebody", now=clock.now())
        connection.commit()


def masters(names: Sequence[str]) -> list[str]:
    """One relationship for each product master: those who share an account and an attribute read it once."""
    from include.catalogue.products import catalogue_of

    found = {(each.database, catalogue_of(each)): each.name for each, _ in reversed(chosen(names))}
    return sorted(found.values())


def read_products(name: str, *, whole: bool) -> dict[str, int]:
    """Read what changed in a relationship's product master, or all of it where that is due or asked for."""
    from include.catalogue import products

    ((relationship, _),) = chosen([name])
    with _opened(relationship) as (connection, cin7):
        now = clock.now()
        is_whole = whole or products.is_whole_due(connection, relationship, now)
        read = products.refresh(connection, relationship, cin7.fetch, now, max_age=AT_ONCE, whole=is_whole)
    return {"products": read}


def follow_products(names: Sequence[str]) -> dict[str, int]:
    """Bring the listings up to the products."""
    counts = {"added": 0, "moved": 0, "cancelled": 0}

    def follow(relationship: Relationship) -> None:
        from include.catalogue import listings, products

        with connections.database(relationship.database) as connection:
            if not products.was_read(connection, relationship):
                return
            followed = listings.follow(connection, relationship, clock.now())
            connection.commit()
        counts["added"] += followed.added
        counts["moved"] += followed.moved
        counts["cancelled"] += followed.cancelled

    for_each(names, follow)
    return counts


def write_codes(names: Sequence[str]) -> dict[str, int]:
    """Put ASINs that persons linked on their products, where the relationship allows it."""
    counts = {"written": 0}

    def write(relationship: Relationship) -> None:
        from include.catalogue import writing

        with _opened(relationship) as (connection, cin7):
            counts["written"] += writing.write_codes(connection, relationship, cin7, clock.now())

    for_each(names, write)
    return counts


def examine(names: Sequence[str]) -> dict[str, int]:
    """Tell merchandising what listed products lack."""
    counts = {"lacks": 0}

    def find(relationship: Relationship) -> None:
        from include.catalogue import examining, products

        with connections.database(relationship.database) as connection:
            if not products.was_read(connection, relationship):
                return
            counts["lacks"] += examining.examine(connection, relationship, clock.now())
            connection.commit()

    for_each(names, find)
    return counts


def settle(names: Sequence[str], task_instance: Any) -> None:
    """Write how many listings there are and what they lack into the run's note; fail where nothing was ever read."""
    notes: list[str] = []
    unread: list[str] = []

    def count(relationship: Relationship) -> None:
        from include.catalogue import examining, listings, products

        with connections.database(relationship.database) as connection:
            states = listings.count_states(connection, relationship)
            lacks = examining.count_faults(connection, relationship)
            if not products.was_read(connection, relationship):
                unread.append(relationship.name)
        notes.append(f"{relationship.name}: {_told(states) or 'no listings'}; {_told(lacks) or 'nothing lacks'}")

    try:
        for_each(names, count)
    finally:
        task_instance.xcom_push(key=run_notes.NOTE_KEY, value="\n".join(notes))
    if unread:
        raise RejectedError(
            f"The products of {', '.join(unread)} were never read to the end.",
            next_step="See why `read_products` fails, then trigger catalogue_sync.",
        )


@contextmanager
def _opened(relationship: Relationship) -> Iterator[tuple[psycopg.Connection[dict[str, Any]], Cin7Catalogue]]:
    """The database and the product master; the account is opened by the first call."""
    from include.cin7.client import Cin7Client, Lane
    from include.orchestration.cin7_catalogue import Cin7Catalogue

    with ExitStack() as opened:
        connection = opened.enter_context(connections.database(relationship.database))

        def client() -> Cin7Client:
            return opened.enter_context(connections.cin7(relationship.erp, relationship.database, Lane.BULK))

        yield connection, Cin7Catalogue(client, relationship)


def _checked(entries: dict[str, Any]) -> Entries:
    from pydantic import TypeAdapter, ValidationError

    from include.catalogue.entering import NAMES, Entries

    if unknown := sorted(set(entries) - NAMES):
        raise RejectedError(f"There is no entry {', '.join(unknown)}; there are {', '.join(sorted(NAMES))}.")
    try:
        return TypeAdapter(Entries).validate_python(entries)
    except ValidationError as invalid:
        raise RejectedError(f"The entries cannot be used: {invalid}") from invalid


def _told(counts: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in sorted(counts.items()))
