"""ASINs that a person linked, put on their products in the inventory system; only where the relationship allows it.

What stands on a product is never changed. A call whose answer was lost is looked up by the next attempt, which begins
with a reading as every attempt does.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Protocol

import psycopg

from include.catalogue.products import catalogue_of
from include.database import queries
from include.errors import RejectedError, UncertainOutcome
from include.relationships.model import Relationship

Connection = psycopg.Connection[dict[str, Any]]

AT_ONCE = 30  # of three calls each: the rest waits for the next run
AGAIN_AFTER = timedelta(days=1)

_queries = queries.load(__file__, "writing.sql")


class ProductCodes(Protocol):
    """The inventory system, as far as it can be told an ASIN."""

    def write_asin(self, product_id: str, sku: str, asin: str) -> None:
        """Put it there and see it there; RejectedError where it cannot stand there, or another one does."""


def write_codes(connection: Connection, relationship: Relationship, codes: ProductCodes, now: datetime) -> int:
    """Write what is due, each committed by itself; returns how many stand there now."""
    key = {"relationship": relationship.name, "catalogue": catalogue_of(relationship)}
    is_allowed = relationship.catalogue.write_asin
    _queries.forget_faults(connection, **key, is_allowed=is_allowed)
    connection.commit()
    if not is_allowed:
        return 0
    due = list(_queries.load_to_write(connection, **key, now=now, limit=AT_ONCE))
    connection.commit()
    return sum(_write(connection, relationship, codes, row, now) for row in due)


def _write(
    connection: Connection, relationship: Relationship, codes: ProductCodes, row: dict[str, Any], now: datetime
) -> bool:
    key = {"relationship": relationship.name, "value": row["value"]}
    try:
        codes.write_asin(row["product_id"], row["sku"], row["value"])
    except (RejectedError, UncertainOutcome) as fault:
        is_refused = isinstance(fault, RejectedError)
        _queries.save_fault(connection, **key, fault=str(fault), write_after=now + AGAIN_AFTER if is_refused else now)
        connection.commit()
        return False
    _queries.save_written(connection, **key, now=now)
    _queries.save_asin(connection, catalogue=catalogue_of(relationship), sku=row["sku"], value=row["value"])
    connection.commit()
    return True
