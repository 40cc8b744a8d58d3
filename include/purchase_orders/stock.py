"""What is free at a location: a reading that may be minutes old, less what our own sales took of it.

Whether the reading knew of a sale authorised shortly before it cannot be told. So there are two pools: `hopeful` takes
the reading to know them all, `cautious` to know none that the relationship's lag leaves in doubt.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import psycopg

from include.database import queries
from include.purchase_orders.allocation import NOTHING, Draw, Pool
from include.purchase_orders.ledger import StockReading

Connection = psycopg.Connection[dict[str, Any]]

_queries = queries.load(__file__, "stock.sql")


@dataclass(frozen=True, slots=True)
class Place:
    """Where stock lies: the connection of the inventory system, and a location there."""

    erp: str
    location: str


@dataclass(frozen=True, slots=True)
class FreeStock:
    """The two pools, and the SKUs of which an authorisation within the lag got less than it asked for."""

    hopeful: Pool
    cautious: Pool
    exhausted: frozenset[str]

    def may_hide(self, draw: Draw, step: Decimal) -> bool:
        """Whether there may be a step more of a SKU than the cautious pool says."""
        return self.hopeful.available(draw) >= step


@contextmanager
def in_turn(connection: Connection, erp: str) -> Iterator[None]:
    """One at a time reads stock and acts on it: nobody's newer reading shows what another is about to refuse.

    The turn is the session's: it outlives commits and ends with a process that dies.
    """
    list(_queries.wait_for_turn(connection, erp=erp))
    connection.commit()
    try:
        yield
    finally:
        if not connection.closed:
            connection.rollback()
            list(_queries.end_turn(connection, erp=erp))
            connection.commit()


def related(connection: Connection, place: Place, draws: Iterable[Draw]) -> tuple[Draw, ...]:
    """The other SKUs that our live sales draw from the same stock; they are read with these."""
    keys = sorted({draw.stock_key for draw in draws})
    rows = _queries.related(connection, erp=place.erp, location=place.location, stock_keys=keys)
    return tuple(Draw(row["sku"], row["stock_key"], row["stock_factor"], NOTHING) for row in rows)


def lock_and_count(
    connection: Connection, place: Place, reading: StockReading, draws: Collection[Draw], lag: timedelta
) -> FreeStock:
    """What is free for these draws, locked until the transaction ends; SKUs that share stock share their lock."""
    exhausted = _lock(connection, place, draws, reading.began_at - lag)
    hopeful, cautious = Pool.of(reading.available, draws), Pool.of(reading.available, draws)
    for row in _queries.taken(
        connection,
        erp=place.erp,
        location=place.location,
        stock_keys=sorted({draw.stock_key for draw in draws}),
        since=reading.began_at - lag,
    ):
        taken = Draw(row["sku"], row["stock_key"], row["stock_factor"], row["quantity"])
        cautious.take(taken)
        at = row["authorised_at"]
        if not row["is_under_way"] and (at is None or at > reading.ended_at):
            hopeful.take(taken)
    for draw in draws:
        if draw.sku in exhausted:
            cautious.empty(draw)
    return FreeStock(hopeful, cautious, exhausted)


def mark_exhausted(connection: Connection, place: Place, skus: Collection[str], now: datetime) -> None:
    """An authorisation got less of these than it asked for: nothing was left at that moment."""
    if skus:
        _queries.mark_exhausted(connection, erp=place.erp, location=place.location, skus=sorted(skus), now=now)


def _lock(connection: Connection, place: Place, draws: Collection[Draw], since: datetime) -> frozenset[str]:
    skus = sorted({draw.sku for draw in draws} | {draw.stock_key for draw in draws})
    _queries.ensure_rows(connection, erp=place.erp, location=place.location, skus=skus)
    rows = list(_queries.lock_rows(connection, erp=place.erp, location=place.location, skus=skus))
    return frozenset(row["sku"] for row in rows if row["exhausted_at"] and row["exhausted_at"] > since)
