"""Products on their way into the database: by COPY, in batches of a transaction each, in one spelling."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import Any, Protocol

import psycopg

from include.catalogue.item_keys import as_buyer_code
from include.database import queries
from include.identifiers import as_gtin_14

Connection = psycopg.Connection[dict[str, Any]]

BATCH = 5_000
COLUMNS = (
    *("sku", "product_id", "name", "barcode", "gtin", "asin", "status", "is_sellable", "carton_quantity"),
    *("inner_quantity", "base_sku", "base_quantity", "prices", "tags"),
)
COPY = f"COPY told_product ({', '.join(COLUMNS)}) FROM STDIN"

_queries = queries.load(__file__, "product_rows.sql")


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
    def inner_quantity(self) -> Decimal | None: ...
    @property
    def tags(self) -> frozenset[str]: ...
    @property
    def prices(self) -> Mapping[str, Decimal]: ...
    @property
    def components(self) -> tuple[tuple[str, Decimal], ...]: ...


def save_products(connection: Connection, catalogue: str, products: Iterable[MasterProduct], read_at: datetime) -> int:
    """Write products by SKU, in batches of a transaction each; returns how many. A renamed SKU leaves no twin."""
    saved = 0
    rows = (_columns(product) for product in products if product.sku)
    while batch := {row["sku"]: row for row in islice(rows, BATCH)}:
        _queries.make_room(connection)
        _copy(connection, batch.values())
        _queries.tell_planner(connection)
        _queries.save_told(connection, catalogue=catalogue, read_at=read_at)
        _queries.forget_renamed(connection, catalogue=catalogue, read_at=read_at)
        connection.commit()
        saved += len(batch)
    return saved


def _copy(connection: Connection, rows: Iterable[dict[str, Any]]) -> None:
    with connection.cursor() as cursor, cursor.copy(COPY) as into:
        for row in rows:
            into.write_row([row[name] for name in COLUMNS])


def _columns(product: MasterProduct) -> dict[str, Any]:
    base_sku, base_quantity = _base(product)
    barcode = _storable(product.barcode or "").strip()
    return {
        "sku": product.sku,
        "product_id": product.product_id,
        "name": _storable(product.name),
        "barcode": barcode or None,
        "gtin": as_gtin_14(barcode),
        "asin": as_buyer_code(_storable(product.asin or "")),
        "status": product.status.upper(),
        "is_sellable": product.is_sellable,
        "carton_quantity": product.carton_quantity or None,
        "inner_quantity": product.inner_quantity or None,
        "base_sku": base_sku,
        "base_quantity": base_quantity,
        "prices": json.dumps({tier: str(price) for tier, price in product.prices.items()}),
        "tags": sorted(map(_storable, product.tags)),
    }


def _storable(text: str) -> str:
    """Without what PostgreSQL cannot keep: one such name must not stop the reading of all products."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def _base(product: MasterProduct) -> tuple[str | None, Decimal | None]:
    """The one component that makes a product another unit of it; a kit of several is a product of its own."""
    if len(product.components) != 1:
        return None, None
    sku, quantity = product.components[0]
    is_usable = bool(sku) and sku != product.sku and quantity > 0
    return (sku, quantity) if is_usable else (None, None)
