"""The product master as last read: whole at first and now and then, else by what changed, which costs one call.

A product that a whole reading does not show may have shifted between two pages; it is gone once a second one lacks it.
"""

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
from include.errors import ConfigurationError
from include.identifiers import as_gtin_14
from include.relationships.model import Items, Relationship

Connection = psycopg.Connection[dict[str, Any]]
Fetch = Callable[[datetime | None], Iterable["MasterProduct"]]

OVERLAP = timedelta(minutes=10)  # changes made while the last reading ran are read again
BATCH = 5_000
ANALYSED = 1_000  # after so many new rows the planner's statistics mislead it
DEFAULT_ATTRIBUTE: str = Items().asin_attribute

FEW = 100  # products, of which most may go at once

COLUMNS = (
    *("sku", "product_id", "name", "barcode", "gtin", "asin", "status", "is_sellable", "carton_quantity"),
    *("inner_quantity", "base_sku", "base_quantity", "prices", "tags"),
)
COPY = f"COPY told_product ({', '.join(COLUMNS)}) FROM STDIN"

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
    def inner_quantity(self) -> Decimal | None: ...
    @property
    def tags(self) -> frozenset[str]: ...
    @property
    def prices(self) -> Mapping[str, Decimal]: ...
    @property
    def components(self) -> tuple[tuple[str, Decimal], ...]: ...


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
