"""Which product an order line means, and how many of it one of the line's units is.

Steps in the relationship's order: a link made by hand, the ASIN attribute, the GTIN, the SKU. A constant number of
queries for any number of lines. Anything doubtful is a Mismatch with a sentence, never a guess.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

import psycopg

from include.database import queries
from include.identifiers import ItemIdentifier, as_asin, as_gtin_14
from include.quantity import Unit
from include.relationships.model import ItemKey, Relationship

Connection = psycopg.Connection[dict[str, Any]]

ASIN_QUALIFIERS = {"BP"}
GTIN_QUALIFIERS = {"UP", "EN", "UK", "UA", "UI", "U2"}
SKU_QUALIFIERS = {"VN", "VP", "SK", "VC"}
DEPRECATED = "DEPRECATED"

_queries = queries.load(__file__, "matching.sql")


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

    `sku_units`: units of the SKU in one unit of the line. `eaches`: eaches in one unit of the line. `stock_key`: the
    SKU whose stock it draws on, `stock_factor` units of it for one of the SKU. `list_price`: per unit of the SKU.
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


@dataclass(slots=True)
class _Index:
    """What the queries found for a batch of lines."""

    by_asin: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    by_gtin: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    by_sku: dict[str, dict[str, Any]] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    case_sizes: dict[str, list[Decimal]] = field(default_factory=dict)


def match_lines(
    connection: Connection, relationship: Relationship, wanted: Sequence[WantedItem]
) -> dict[str, Match | Mismatch]:
    """The match or the mismatch of each line, by its key."""
    index = _load_index(connection, relationship, wanted)
    return {item.key: _match(item, index, relationship) for item in wanted}


def _load_index(connection: Connection, relationship: Relationship, wanted: Sequence[WantedItem]) -> _Index:
    identifiers = {identifier for item in wanted for identifier in item.identifiers}
    index = _Index(links=dict(relationship.items.links))
    for row in _queries.links(connection, relationship=relationship.name, values=[str(each) for each in identifiers]):
        index.links[f"{row['qualifier']} {row['value']}"] = row["sku"]
    asins = [asin for each in identifiers if each.qualifier in ASIN_QUALIFIERS and (asin := as_asin(each.value))]
    gtins = [gtin for each in identifiers if each.qualifier in GTIN_QUALIFIERS and (gtin := as_gtin_14(each.value))]
    skus = [each.value for each in identifiers if each.qualifier in SKU_QUALIFIERS] + list(index.links.values())
    erp = relationship.erp
    for row in _queries.products_by_asin(connection, erp=erp, values=asins):
        index.by_asin.setdefault(row["asin"], []).append(row)
    for row in _queries.products_by_gtin(connection, erp=erp, values=gtins):
        index.by_gtin.setdefault(row["gtin"], []).append(row)
    for row in _queries.products_by_sku(connection, erp=erp, values=skus):
        index.by_sku[row["sku"]] = row
    found = [*(row["sku"] for rows in (*index.by_asin.values(), *index.by_gtin.values()) for row in rows), *index.by_sku]
    for row in _queries.case_skus(connection, erp=erp, values=found):
        index.case_sizes.setdefault(row["base_sku"], []).append(row["base_quantity"])
    return index


def _match(item: WantedItem, index: _Index, relationship: Relationship) -> Match | Mismatch:
    unit = relationship.items.units.get(item.unit)
    if unit is None:
        return Mismatch(
            ItemFault.UNKNOWN_UNIT, f"The unit {item.unit!r} is not among the relationship's units (items.units)."
        )
    for key in relationship.items.identifier_order:
        candidates = _candidates(item.identifiers, key, index)
        usable = [row for row in candidates if row["status"] != DEPRECATED and row["is_sellable"]]
        if len(usable) > 1:
            skus = ", ".join(sorted(row["sku"] for row in usable))
            return Mismatch(ItemFault.AMBIGUOUS, f"{item.identifiers[0]} stands on several products: {skus}.")
        if usable:
            return _with_units(usable[0], unit, key, index, relationship)
        if candidates:
            return Mismatch(
                ItemFault.NOT_SOLD, f"{item.identifiers[0]} is {candidates[0]['sku']}, which is deprecated or not sold."
            )
    names = ", ".join(str(identifier) for identifier in item.identifiers)
    return Mismatch(ItemFault.UNMAPPED, f"No product carries {names}.")


def _candidates(identifiers: Iterable[ItemIdentifier], key: ItemKey, index: _Index) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for identifier in identifiers:
        for row in _lookup(identifier, key, index):
            found[row["sku"]] = row
        if found:
            break
    return list(found.values())


def _lookup(identifier: ItemIdentifier, key: ItemKey, index: _Index) -> list[dict[str, Any]]:
    if key is ItemKey.LINK:
        linked = index.by_sku.get(index.links.get(str(identifier), ""))
        return [linked] if linked else []
    if key is ItemKey.ASIN and identifier.qualifier in ASIN_QUALIFIERS:
        return index.by_asin.get(as_asin(identifier.value) or "", [])
    if key is ItemKey.GTIN and identifier.qualifier in GTIN_QUALIFIERS:
        return index.by_gtin.get(as_gtin_14(identifier.value) or "", [])
    if key is ItemKey.SKU and identifier.qualifier in SKU_QUALIFIERS:
        direct = index.by_sku.get(identifier.value)
        return [direct] if direct else []
    return []


def _with_units(
    row: dict[str, Any], unit: Unit, origin: ItemKey, index: _Index, relationship: Relationship
) -> Match | Mismatch:
    eaches_in_sku = row["base_quantity"] or Decimal(1)
    size = _case_size(row, index, relationship) if unit is Unit.CASE else Decimal(1)
    if isinstance(size, Mismatch):
        return size
    price = row["prices"].get(relationship.price_tier)
    return Match(
        sku=row["sku"],
        product_id=row["product_id"],
        name=row["name"],
        sku_units=size / eaches_in_sku,
        eaches=size,
        stock_key=row["base_sku"] or row["sku"],
        stock_factor=eaches_in_sku,
        list_price=Decimal(price) if price is not None else None,
        origin=origin,
    )


def _case_size(row: dict[str, Any], index: _Index, relationship: Relationship) -> Decimal | Mismatch:
    """Eaches in Amazon's case: by hand, else the linked case SKU, else the carton; disagreement is for a person."""
    by_hand = relationship.items.case_sizes.get(row["sku"])
    if by_hand:
        return Decimal(by_hand)
    if row["base_quantity"]:  # the product is itself a case
        linked = {row["base_quantity"]}
    else:
        linked = set(index.case_sizes.get(row["sku"], ()))
    told = linked | ({row["carton_quantity"]} if row["carton_quantity"] and not row["base_quantity"] else set())
    if len(told) > 1:
        sizes = " and ".join(f"{size.normalize():f}" for size in sorted(told))
        return Mismatch(
            ItemFault.PACK_SIZE_CONFLICT,
            f"{row['sku']} has case sizes {sizes}; set items.case_sizes or correct the product.",
        )
    if not told:
        return Mismatch(
            ItemFault.NO_CASE_SIZE, f"{row['sku']} is ordered by the case and no case size is known for it."
        )
    return Decimal(told.pop())
