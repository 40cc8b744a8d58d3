"""What another process saw of a sale's shipping when it read the sale for reasons of its own: a call that is saved."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

import psycopg
from pydantic import TypeAdapter

from include.database import queries
from include.ship_notices.ledger import ShippedSale

Connection = psycopg.Connection[dict[str, Any]]

_queries = queries.load(__file__, "readings.sql")


def save(connection: Connection, erp: str, seen: ShippedSale, read_at: datetime) -> None:
    """Keep the latest reading of a sale; one that does not say when the sale was changed last is of no use."""
    if seen.modified_at is not None:
        _queries.save_reading(
            connection,
            erp=erp,
            erp_sale_id=seen.sale_id,
            modified_at=seen.modified_at,
            read_at=read_at,
            told=_adapter().dump_json(seen).decode(),
        )


def load(
    connection: Connection, erp: str, erp_sale_id: str, changed_at: datetime
) -> tuple[datetime, ShippedSale] | None:
    """When a sale was read, and how it stood, where that shows the change of that moment; both are by its own clock."""
    row = _queries.load_reading(connection, erp=erp, erp_sale_id=erp_sale_id, changed_at=changed_at)
    return (row["read_at"], _adapter().validate_python(row["told"])) if row else None


@cache
def _adapter() -> TypeAdapter[ShippedSale]:
    return TypeAdapter(ShippedSale)
