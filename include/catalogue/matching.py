"""Which product an order line means, and how many of it one of the line's units is.

Steps in the relationship's order: a link made by hand, the ASIN attribute, the GTIN, the SKU. A constant number of
queries for any number of lines. Anything doubtful is a Mismatch with a sentence, never a guess.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

import psycopg

from include.catalogue.item_keys import as_gtin, key_of
from include.catalogue.pack_sizes import case_sizes, eaches_in
from include.catalogue.product_index import KnownProduct, ProductIndex, load_index
from include.catalogue.ratios import as_ratio
from include.identifiers import ItemIdentifier
from include.quantity import Unit
from include.relationships.catalogue import ItemKey
from include.relationships.model import Relationship

Connection = psycopg.Connection[dict[str, Any]]


class ItemFault(StrEnum):
    """Why a line's product cannot be used."""

    UNMAPPED = "unmapped"
    AMBIGUOUS = "ambiguous"
    NOT_SOLD = "not_sold"
    UNKNOWN_UNIT = "unknown_unit"
    NO_CASE_SIZE = "no_case_size"
    PACK_SIZE_CONFLICT = "pack_size_conflict"


@dataclass(frozen=True, slots=True)
class WantedItem:
    """A line to match: its identifiers in Amazon's order, and its unit code."""

    key: str
    identifiers: tuple[ItemIdentifier, ...]
    unit: str


@dataclass(frozen=True, slots=True)
class Match:
    """The product of a line.

    `sku_units`: units of the SKU in one unit of the line; convert with units.py alone, for it may be a third.
    `eaches`: Amazon's eaches in one unit of the line. `stock_key`: the SKU whose stock it draws on, `stock_factor`
    units of it for one of the SKU. `list_price`: per unit of the SKU; None where the price list has none.
    """

    sku: str
    product_id: str
    name: str
    sku_units: Decimal
    eaches: Decimal
    stock_key: str
    stock_factor: Decimal
    list_price: Decimal | None
    origin: ItemKey


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Why a line has no product, in a sentence for merchandising."""

    fault: ItemFault
    sentence: str


def match_lines(
    connection: Connection, relationship: Relationship, wanted: Sequence[WantedItem]
) -> dict[str, Match | Mismatch]:
    """The match or the mismatch of each line, by its key."""
    index = load_index(connection, relationship, (each for item in wanted for each in item.identifiers))
    return {item.key: _match(item, index, relationship) for item in wanted}


def _match(item: WantedItem, index: ProductIndex, relationship: Relationship) -> Match | Mismatch:
    unit = relationship.items.units.get(item.unit)
    if unit is None:
        return Mismatch(
            ItemFault.UNKNOWN_UNIT, f"The unit {item.unit!r} is not among the relationship's units (items.units)."
        )
    for key in relationship.items.identifier_order:
        for identifier in item.identifiers:
            found = _choose(identifier, key, index)
            if isinstance(found, Mismatch):
                return found
            if found is not None:
                return _with_units(found, unit, key, index, relationship)
    return _unmapped(item.identifiers)


def _choose(identifier: ItemIdentifier, key: ItemKey, index: ProductIndex) -> KnownProduct | Mismatch | None:
    candidates = index.find(identifier, key)
    if key is ItemKey.LINK and not candidates and (linked := index.linked_skus(identifier)):
        return Mismatch(
            ItemFault.UNMAPPED,
            f"{identifier} is linked to {', '.join(sorted(linked))}, which the inventory system does not know.",
        )
    sold = [product for product in candidates if product.is_sold]
    if len(sold) > 1:
        skus = ", ".join(sorted(product.sku for product in sold))
        return Mismatch(
            ItemFault.AMBIGUOUS, f"{identifier} stands on several products: {skus}. Link it to one, or correct them."
        )
    if candidates and not sold:
        skus = ", ".join(sorted(product.sku for product in candidates))
        return Mismatch(ItemFault.NOT_SOLD, f"{identifier} is {skus}, which is deprecated or not sold.")
    return sold[0] if sold else None


def _unmapped(identifiers: Sequence[ItemIdentifier]) -> Mismatch:
    if not identifiers:
        return Mismatch(ItemFault.UNMAPPED, "The line names no product.")
    invalid = [str(each) for each in identifiers if key_of(each) is ItemKey.GTIN and as_gtin(each) is None]
    reason = f" {', '.join(invalid)} is no GTIN: its length or its check digit is wrong." if invalid else ""
    return Mismatch(ItemFault.UNMAPPED, f"No product carries {', '.join(map(str, identifiers))}.{reason}")


def _with_units(
    product: KnownProduct, unit: Unit, origin: ItemKey, index: ProductIndex, relationship: Relationship
) -> Match | Mismatch:
    size = _eaches_in_line_unit(product, unit, index, relationship)
    if isinstance(size, Mismatch):
        return size
    base = index.bases.get(product.sku)
    price = Decimal(product.prices.get(relationship.price_tier, 0))
    return Match(
        sku=product.sku,
        product_id=product.product_id,
        name=product.name,
        sku_units=as_ratio(size, eaches_in(product, index, relationship.items)),
        eaches=size,
        stock_key=base.sku if base else product.sku,
        stock_factor=base.quantity if base else Decimal(1),
        list_price=price if price > 0 else None,
        origin=origin,
    )


def _eaches_in_line_unit(
    product: KnownProduct, unit: Unit, index: ProductIndex, relationship: Relationship
) -> Decimal | Mismatch:
    if unit is not Unit.CASE:
        return Decimal(1)
    sizes = case_sizes(product, index, relationship.items)
    if not sizes:
        return Mismatch(
            ItemFault.NO_CASE_SIZE, f"{product.sku} is ordered by the case and no case size is known for it."
        )
    if len(sizes) > 1:
        told = " and ".join(f"{size.normalize():f}" for size in sizes)
        return Mismatch(
            ItemFault.PACK_SIZE_CONFLICT,
            f"{product.sku} has case sizes {told}; set items.case_sizes or correct the product.",
        )
    return sizes[0]
