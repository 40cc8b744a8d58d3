"""What is known of the products that a batch of lines may mean: four queries, however many lines there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import psycopg

from include.catalogue.item_keys import as_buyer_code, as_gtin, as_skus, key_of, normalise, parse_link_key
from include.catalogue.products import catalogue_of
from include.database import queries
from include.identifiers import ItemIdentifier
from include.relationships.catalogue import ItemKey
from include.relationships.model import Relationship

Connection = psycopg.Connection[dict[str, Any]]

DEPRECATED = "DEPRECATED"

_queries = queries.load(__file__, "product_index.sql")


@dataclass(frozen=True, slots=True)
class KnownProduct:
    """A product as last read. `prices` are per unit of the SKU, by the name of the tier."""

    sku: str
    product_id: str
    name: str
    gtin: str | None
    asin: str | None
    status: str
    is_sellable: bool
    carton_quantity: Decimal | None
    prices: Mapping[str, str]

    @property
    def is_sold(self) -> bool:
        return self.is_sellable and self.status != DEPRECATED


@dataclass(frozen=True, slots=True)
class Base:
    """What a linked product is made of: `quantity` units of `sku`, whose own carton holds `carton_quantity`."""

    sku: str
    quantity: Decimal
    carton_quantity: Decimal | None


@dataclass(slots=True)
class ProductIndex:
    """The products by each of their identifiers, the links, and how they contain one another."""

    by_asin: dict[str, list[KnownProduct]] = field(default_factory=dict)
    by_gtin: dict[str, list[KnownProduct]] = field(default_factory=dict)
    by_sku: dict[str, KnownProduct] = field(default_factory=dict)
    links: dict[ItemIdentifier, set[str]] = field(default_factory=dict)
    bases: dict[str, Base] = field(default_factory=dict)
    cases: dict[str, dict[str, Decimal]] = field(default_factory=dict)  # base SKU → its case SKUs and their sizes

    def linked_skus(self, identifier: ItemIdentifier) -> set[str]:
        """The SKUs that the identifier was linked to by hand; more than one only where somebody contradicts himself."""
        return self.links.get(normalise(identifier), set())

    def find(self, identifier: ItemIdentifier, key: ItemKey) -> list[KnownProduct]:
        """The products that carry the identifier, looked up one way; none where it is of another kind."""
        if key is ItemKey.LINK:
            return [self.by_sku[sku] for sku in sorted(self.linked_skus(identifier)) if sku in self.by_sku]
        if key is not key_of(identifier):
            return []
        if key is ItemKey.ASIN:
            return self.by_asin.get(as_buyer_code(identifier.value) or "", [])
        if key is ItemKey.GTIN:
            return self.by_gtin.get(as_gtin(identifier) or "", [])
        return [self.by_sku[sku] for sku in as_skus(identifier) if sku in self.by_sku][:1]


def load_index(
    connection: Connection, relationship: Relationship, identifiers: Iterable[ItemIdentifier]
) -> ProductIndex:
    """Everything that the identifiers may mean."""
    wanted = list(dict.fromkeys(identifiers))
    catalogue = catalogue_of(relationship)
    index = ProductIndex(links=_load_links(connection, relationship, wanted))
    skus = {sku for each in wanted if key_of(each) is ItemKey.SKU for sku in as_skus(each)}
    skus |= {sku for each in wanted for sku in index.linked_skus(each)}
    found = _queries.find_products(
        connection,
        catalogue=catalogue,
        asins=[code for each in wanted if key_of(each) is ItemKey.ASIN and (code := as_buyer_code(each.value))],
        gtins=[gtin for each in wanted if key_of(each) is ItemKey.GTIN and (gtin := as_gtin(each))],
        skus=list(skus),
    )
    for row in found:
        _add(index, KnownProduct(**row))
    _load_packs(connection, catalogue, index)
    return index


def _load_links(
    connection: Connection, relationship: Relationship, wanted: Sequence[ItemIdentifier]
) -> dict[ItemIdentifier, set[str]]:
    links: dict[ItemIdentifier, set[str]] = {}
    for text, sku in relationship.items.links.items():
        links.setdefault(parse_link_key(text), set()).add(sku)
    spellings = list(dict.fromkeys([*wanted, *map(normalise, wanted)]))
    rows = _queries.find_links(
        connection,
        relationship=relationship.name,
        qualifiers=[each.qualifier for each in spellings],
        values=[each.value for each in spellings],
    )
    from_table: dict[ItemIdentifier, set[str]] = {}
    for row in rows:
        from_table.setdefault(normalise(ItemIdentifier(row["qualifier"], row["value"])), set()).add(row["sku"])
    return links | from_table


def _add(index: ProductIndex, product: KnownProduct) -> None:
    index.by_sku[product.sku] = product
    if product.asin:
        index.by_asin.setdefault(product.asin, []).append(product)
    if product.gtin:
        index.by_gtin.setdefault(product.gtin, []).append(product)


def _load_packs(connection: Connection, catalogue: str, index: ProductIndex) -> None:
    for row in _queries.find_bases(connection, catalogue=catalogue, skus=list(index.by_sku)):
        index.bases[row["sku"]] = Base(row["base_sku"], row["base_quantity"], row["carton_quantity"])
    containers = [*index.by_sku, *(base.sku for base in index.bases.values())]
    for row in _queries.find_cases(connection, catalogue=catalogue, skus=containers):
        index.cases.setdefault(row["base_sku"], {})[row["sku"]] = row["base_quantity"]
