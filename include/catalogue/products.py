"""The product master as last read: whole at first, then by what changed, so that a tick costs one call."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any, Protocol

import psycopg

from include.catalogue.item_keys import as_buyer_code
from include.database import queries
from include.database.connection import passing_faults
from include.identifiers import as_gtin_14
from include.relationships.model import Items, Relationship

Connection = psycopg.Connection[dict[str, Any]]
Fetch = Callable[[datetime | None], Iterable["MasterProduct"]]

OVERLAP = timedelta(minutes=10)  # changes made while the last reading ran are read again
BATCH = 1_000
DEFAULT_ATTRIBUTE: str = Items().asin_attribute

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


def catalogue_of(relationship: Relationship) -> str:
    """The name of the products as this relationship reads them: another ASIN attribute is another catalogue."""
    attribute = relationship.items.asin_attribute
    return relationship.erp if attribute == DEFAULT_ATTRIBUTE else f"{relationship.erp} by {attribute}"


def refresh(connection: Connection, relationship: Relationship, fetch: Fetch, now: datetime) -> int:
    """Read the products that changed since the last reading, where that is too old; all of them, the first time.

    Where two run at once one reads: the other goes on with what is known, or waits for the first reading of all.
    Returns how many were read. A reading that breaks off is begun anew by the next.
    """
    catalogue = catalogue_of(relationship)
    max_age = timedelta(minutes=relationship.items.refresh_minutes)
    if not is_stale(connection, catalogue, now, max_age):
        return 0
    with _alone(connection, catalogue, wait=_last_read(connection, catalogue) is None) as is_alone:
        if not is_alone or not is_stale(connection, catalogue, now, max_age):
            return 0
        last = _last_read(connection, catalogue)
        saved = save_products(connection, catalogue, fetch(min(last, now) - OVERLAP if last else None), now)
        _queries.save_watermark(connection, name=_watermark(catalogue), until=now)
        connection.commit()
    return saved


def was_read(connection: Connection, relationship: Relationship) -> bool:
    """Whether the products were ever read to the end."""
    return _queries.load_watermark(connection, name=_watermark(catalogue_of(relationship))) is not None


def is_stale(connection: Connection, catalogue: str, now: datetime, max_age: timedelta) -> bool:
    """Whether the products were read longer ago than `max_age`, never, or by a clock that was ahead of this one."""
    last = _last_read(connection, catalogue)
    return last is None or not timedelta(0) <= now - last < max_age


def save_products(connection: Connection, catalogue: str, products: Iterable[MasterProduct], read_at: datetime) -> int:
    """Write products by SKU, in batches of a transaction each; returns how many. A renamed SKU leaves no twin."""
    saved = 0
    rows = (_columns(product) for product in products if product.sku)
    while batch := {row["sku"]: row for row in islice(rows, BATCH)}:
        ids = [row["product_id"] for row in batch.values() if row["product_id"]]
        _queries.save_products(connection, catalogue=catalogue, rows=json.dumps(list(batch.values())), read_at=read_at)
        _queries.forget_renamed(connection, catalogue=catalogue, product_ids=ids, read_at=read_at)
        connection.commit()
        saved += len(batch)
    return saved


def _columns(product: MasterProduct) -> dict[str, Any]:
    base_sku, base_quantity = _base(product)
    return {
        "sku": product.sku,
        "product_id": product.product_id,
        "name": _storable(product.name),
        "gtin": as_gtin_14(product.barcode or ""),
        "asin": as_buyer_code(_storable(product.asin or "")),
        "status": product.status.upper(),
        "is_sellable": product.is_sellable,
        "carton_quantity": str(product.carton_quantity) if product.carton_quantity else None,
        "base_sku": base_sku,
        "base_quantity": base_quantity,
        "prices": {tier: str(price) for tier, price in product.prices.items()},
    }


def _storable(text: str) -> str:
    """Without what PostgreSQL cannot keep: one such name must not stop the reading of all products."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def _base(product: MasterProduct) -> tuple[str | None, str | None]:
    """The one component that makes a product another unit of it; a kit of several is a product of its own."""
    if len(product.components) != 1:
        return None, None
    sku, quantity = product.components[0]
    is_usable = bool(sku) and sku != product.sku and quantity > 0
    return (sku, str(quantity)) if is_usable else (None, None)


def _last_read(connection: Connection, catalogue: str) -> datetime | None:
    found = _queries.load_watermark(connection, name=_watermark(catalogue))
    connection.commit()
    return found["until"] if found else None


def _watermark(catalogue: str) -> str:
    return f"{catalogue} products"


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
