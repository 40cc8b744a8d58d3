"""The product master as last read: whole at first, then by what changed, so that a tick costs one call."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any, Protocol

import psycopg

from include.database import queries
from include.identifiers import as_asin, as_gtin_14

Connection = psycopg.Connection[dict[str, Any]]

OVERLAP = timedelta(minutes=10)  # changes made while the last reading ran are read again
BATCH = 1_000

_queries = queries.load(__file__, "products.sql")


class MasterProduct(Protocol):
    """A product as the inventory system tells it."""

    @property
    def product_id(self) -> str: ...
    @property
    def sku(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def barcode(self) -> str | None: ...
    @property
    def status(self) -> str: ...
    @property
    def asin(self) -> str | None: ...
    @property
    def is_sellable(self) -> bool: ...
    @property
    def carton_quantity(self) -> Decimal | None: ...
    @property
    def prices(self) -> Mapping[str, Decimal]: ...
    @property
    def components(self) -> tuple[tuple[str, Decimal], ...]: ...


def refresh(
    connection: Connection,
    erp: str,
    fetch: Callable[[datetime | None], Iterable[MasterProduct]],
    now: datetime,
    *,
    max_age: timedelta,
) -> int:
    """Read the products that changed since the last reading, where that is older than `max_age`; all, the first time.

    Safe when two run at once: both write what they read, and the watermark never goes back.
    """
    name = f"{erp} products"
    known = _queries.load_watermark(connection, name=name)
    connection.commit()
    if known is not None and now - known["until"] < max_age:
        return 0
    saved = save_products(connection, erp, fetch(known["until"] - OVERLAP if known else None), now)
    _queries.save_watermark(connection, name=name, until=now)
    connection.commit()
    return saved


def save_products(connection: Connection, erp: str, products: Iterable[MasterProduct], read_at: datetime) -> int:
    """Write products by SKU, in batches of a transaction each; returns how many."""
    saved = 0
    rows = (_columns(erp, product, read_at) for product in products)
    while batch := list(islice(rows, BATCH)):
        _queries.save_product(connection, batch)
        connection.commit()
        saved += len(batch)
    return saved


def _columns(erp: str, product: MasterProduct, read_at: datetime) -> dict[str, Any]:
    base_sku, base_quantity = product.components[0] if len(product.components) == 1 else (None, None)
    return {
        "erp": erp,
        "sku": product.sku,
        "product_id": product.product_id,
        "name": product.name,
        "gtin": as_gtin_14(product.barcode or ""),
        "asin": as_asin(product.asin or ""),
        "status": product.status.upper(),
        "is_sellable": product.is_sellable,
        "carton_quantity": product.carton_quantity or None,
        "base_sku": base_sku,
        "base_quantity": base_quantity,
        "prices": json.dumps({tier: str(price) for tier, price in product.prices.items()}),
        "read_at": read_at,
    }


