"""Rows, listed items and terms, to be changed by a test in what it is about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from include.catalogue.ratios import as_ratio
from include.identifiers import ItemIdentifier
from include.inventory.claims import Claims
from include.inventory.counting import Shelves, count
from include.inventory.leveling import levels
from include.inventory.sellable import StockGroup, Terms, offer
from include.inventory.values import Level, Sellable, StockRow, Told, ToldState
from include.purchase_orders.allocation import Draw
from tests.relationships.examples import relationship

MAIN, OTHER = "Main Warehouse", "Phoenix"
TODAY = date(2026, 11, 25)
TWO_PLACES: dict[str, Any] = {"locations": {"PHX6": OTHER}}


@dataclass(frozen=True, slots=True)
class Item:
    """What the catalogue lists."""

    sku: str
    identifier: ItemIdentifier
    unit: str
    sku_units: Decimal
    stock_key: str
    stock_factor: Decimal
    tags: frozenset[str]
    list_price: Decimal | None


def asin(number: int = 0) -> ItemIdentifier:
    return ItemIdentifier("BP", f"B{number:09}")


def item(sku: str = "MUG", number: int = 0, **changes: Any) -> Item:
    """An each of a SKU that is its own stock; `of` says what a unit of it is made of: (SKU, how many)."""
    of, many = changes.pop("of", (sku, 1))
    size, per = changes.pop("units", (1, 1))
    fields: dict[str, Any] = {"unit": "EA", "tags": frozenset(), "list_price": None}
    return Item(sku, asin(number), sku_units=as_ratio(Decimal(size), Decimal(per)), stock_key=of,
                stock_factor=Decimal(many), **fields | changes)  # fmt: skip


def row(available: int | str, sku: str = "MUG", **changes: Any) -> StockRow:
    """Units in no bin or batch, all on hand that are not below zero."""
    quantity = Decimal(available)
    fields: dict[str, Any] = {
        "location": MAIN, "bin": None, "batch": None, "expires_on": None,
        "on_hand": max(quantity, Decimal(0)), "allocated": Decimal(0)}  # fmt: skip
    return StockRow(sku=sku, available=quantity, **fields | changes)


def terms(inventory: dict[str, Any] | None = None, **changes: Any) -> Terms:
    return Terms.of(relationship(inventory=inventory or {}, **changes), TODAY)


def counted(rows: Iterable[StockRow], by: Terms) -> dict[str, Shelves]:
    return count(rows, by.counting)


def sellable(rows: Iterable[StockRow], by: Terms, sku: str = "MUG", *tags: str) -> Sellable:
    """Of one SKU that nothing is made of."""
    return offer(StockGroup(sku, {}, {sku: frozenset(tags)}), counted(rows, by), by, Claims())[sku]


def leveled(
    items: Iterable[Item],
    rows: Iterable[StockRow],
    by: Terms,
    sold: Iterable[Draw] = (),
    promised: Iterable[Draw] = (),
) -> list[Level]:
    return list(levels(items, counted(rows, by), by, Claims.of(sold, promised)))


def drawn(quantity: Decimal | int, sku: str = "MUG", factor: Decimal | int = 1) -> Draw:
    """So many units of a SKU, made of that many mugs each."""
    return Draw(sku, "MUG", Decimal(factor), Decimal(quantity))


def quantities(found: Iterable[Level]) -> dict[str, int]:
    return {level.sku: int(level.quantity) for level in found}


def level(quantity: int, number: int = 0, **changes: Any) -> Level:
    fields: dict[str, Any] = {"sku": "MUG", "unit": "EA", "steps": (), "stock_key": "MUG"}
    return Level(identifier=asin(number), quantity=Decimal(quantity), **fields | changes)


def told(quantity: int, number: int = 0, state: ToldState = ToldState.ACCEPTED, **changes: Any) -> Told:
    fields: dict[str, Any] = {"sku": "MUG", "unit": "EA"}
    return Told(identifier=asin(number), quantity=Decimal(quantity), state=state, **fields | changes)
