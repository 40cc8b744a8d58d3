"""The product master as last read: whole at first and now and then, else by what changed, which costs one call.

A product that a whole reading does not show may have shifted between two pages; it is gone once a second one lacks it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import psycopg

from include.catalogue.product_rows import MasterProduct, save_products
from include.database import queries
from include.database.connection import passing_faults
from include.errors import ConfigurationError
from include.relationships.model import Items, Relationship

Connection = psycopg.Connection[dict[str, Any]]
Fetch = Callable[[datetime | None], Iterable[MasterProduct]]

OVERLAP = timedelta(minutes=10)  # changes made while the last reading ran are read again
ANALYSED = 1_000  # after so many new rows the planner's statistics mislead it
FEW = 100  # products, of which most may go at once
DEFAULT_ATTRIBUTE: str = Items().asin_attribute

_queries = queries.load(__file__, "products.sql")


def catalogue_of(relationship: Relationship) -> str:
    """The name of the products as this relationship reads them: another ASIN attribute is another catalogue."""
    attribute = relationship.items.asin_attribute
    return relationship.erp if attribute == DEFAULT_ATTRIBUTE else f"{relationship.erp} by {attribute}"


def refresh(
    connection: Connection,
    relationship: Relationship,
    fetch: Fetch,
    now: datetime,
    *,
    max_age: timedelta | None = None,
    whole: bool = False,
) -> int:
    """Read the products that changed since the last reading, where that is too old; all of them, the first time.

    `max_age` is the relationship's own unless given; `whole` reads all of them again. Where two run at once one reads:
    the other goes on with what is known, or waits for the first reading of all. Returns how many were read. A reading
    that breaks off is begun anew by the next.
    """
    catalogue = catalogue_of(relationship)
    age = timedelta(minutes=relationship.items.refresh_minutes) if max_age is None else max_age
    if not is_stale(connection, catalogue, now, age):
        return 0
    is_first = _last_read(connection, _watermark(catalogue)) is None
    with _alone(connection, catalogue, wait=is_first) as is_alone:
        last = _last_read(connection, _watermark(catalogue))
        if not is_alone or (is_first and last) or not is_stale(connection, catalogue, now, age):
            return 0
        since = min(last, now) - OVERLAP if last and not whole else None
        saved = save_products(connection, catalogue, fetch(since), now)
        _finish(connection, catalogue, now, was_whole=since is None, saved=saved)
    return saved


def _finish(connection: Connection, catalogue: str, now: datetime, *, was_whole: bool, saved: int) -> None:
    if was_whole:
        _doubt(connection, catalogue, now)
        _queries.forget_missed(connection, catalogue=catalogue, began=now)
        _queries.count_missed(connection, catalogue=catalogue, began=now)
        _queries.save_watermark(connection, name=_whole_watermark(catalogue), until=now)
    _queries.save_watermark(connection, name=_watermark(catalogue), until=now)
    if saved >= ANALYSED:
        _queries.refresh_statistics(connection)
    connection.commit()


def _doubt(connection: Connection, catalogue: str, now: datetime) -> None:
    """Products are deprecated, hardly ever deleted: a reading that lacks most of the last is of another account."""
    if _last_read(connection, _whole_watermark(catalogue)) is None:
        return
    shown = _queries.count_shown(connection, catalogue=catalogue, began=now)
    if shown["missing"] > max(FEW, shown["known"] / 2):
        raise ConfigurationError(
            f"A reading of all products did not show {shown['missing']:,} of {shown['known']:,}; none is forgotten.",
            setting=f"the connection of {catalogue}",
            next_step="See whether it names the right account, then run catalogue_sync for all products.",
        )


def is_whole_due(connection: Connection, relationship: Relationship, now: datetime) -> bool:
    """Whether changes alone were read for as long as the relationship trusts them."""
    last = _last_read(connection, _whole_watermark(catalogue_of(relationship)))
    return last is None or not timedelta(0) <= now - last < timedelta(hours=relationship.catalogue.whole_hours)


def was_read(connection: Connection, relationship: Relationship) -> bool:
    """Whether the products were ever read to the end."""
    return _queries.load_watermark(connection, name=_watermark(catalogue_of(relationship))) is not None


def is_stale(connection: Connection, catalogue: str, now: datetime, max_age: timedelta) -> bool:
    """Whether the products were read longer ago than `max_age`, never, or by a clock that was ahead of this one."""
    last = _last_read(connection, _watermark(catalogue))
    return last is None or not timedelta(0) <= now - last < max_age


def _last_read(connection: Connection, name: str) -> datetime | None:
    found = _queries.load_watermark(connection, name=name)
    connection.commit()
    return found["until"] if found else None


def _watermark(catalogue: str) -> str:
    return f"{catalogue} products"


def _whole_watermark(catalogue: str) -> str:
    return f"{catalogue} products whole"


@contextmanager
def _alone(connection: Connection, catalogue: str, *, wait: bool) -> Iterator[bool]:
    """Whether this session is the only one to read the catalogue; `wait` for the other rather than be told no."""
    name = _watermark(catalogue)
    is_alone = True
    try:
        with passing_faults():
            if wait:
                _queries.wait_for_lock(connection, name=name)
            else:
                is_alone = bool(_queries.try_lock(connection, name=name)["is_alone"])
    finally:
        connection.rollback()  # the lock is the session's and stays
    try:
        yield is_alone
    finally:
        if is_alone and not connection.closed:
            connection.rollback()
            _queries.unlock(connection, name=name)
            connection.commit()
