"""What Amazon is told stock of: one item an alias, by the very matching that its orders meet.

A listing that an order could not be filled by (two products carry it, none is sold, its case size is not known) is no
item; merchandising is told of it by examining.py. Read in batches, so that memory stays flat whatever the catalogue.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import psycopg

from include.catalogue.matching import Match, WantedItem, match_lines
from include.catalogue.products import catalogue_of
from include.catalogue.ratios import as_decimal, exact
from include.database import queries
from include.identifiers import ItemIdentifier
from include.relationships.model import Relationship

Connection = psycopg.Connection[dict[str, Any]]

BATCH = 2_000

_queries = queries.load(__file__, "listing.sql")


@dataclass(frozen=True, slots=True)
class ListedItem:
    """A product under one identifier, in the unit that Amazon is told its stock in.

    `unit`: the code (PO103). `eaches`: Amazon's eaches in one unit. `sku_units`: units of the SKU in one unit, which
    may be a third. `stock_key`: the SKU whose stock it draws on, `stock_factor` units of it for one of the SKU.
    `list_price`: per unit of the SKU.
    """

    sku: str
    identifier: ItemIdentifier
    vendor_code: str | None
    unit: str
    eaches: Decimal
    sku_units: Decimal
    stock_key: str
    stock_factor: Decimal
    tags: frozenset[str]
    list_price: Decimal | None

    @property
    def stock_per_unit(self) -> Decimal:
        """Units of the stock SKU that one unit of Amazon's takes."""
        return as_decimal(exact(self.sku_units) * exact(self.stock_factor))

    @property
    def multiple(self) -> Decimal:
        """Amazon's units that make whole units of the SKU: an order of any other number is no whole product."""
        return Decimal(exact(self.sku_units).denominator)


@dataclass(frozen=True, slots=True)
class ListedCode:
    """An identifier that is listed, and why the inventory system could not be told it."""

    identifier: ItemIdentifier
    sku: str
    write_fault: str | None


def load_listed(connection: Connection, relationship: Relationship) -> Iterator[ListedItem]:
    """Every listed identifier that an order would be filled by, in their order. The caller may commit in between."""
    for codes in read_codes(connection, relationship):
        wanted = [
            WantedItem(str(place), (code.identifier,), relationship.told_unit(code.sku))
            for place, code in enumerate(codes)
        ]
        found = match_lines(connection, relationship, wanted)
        tags = _tags(connection, relationship, [each.sku for each in found.values() if isinstance(each, Match)])
        for item in wanted:
            match = found[item.key]
            if isinstance(match, Match):
                yield _listed(item, match, relationship, tags.get(match.sku, frozenset()))


def read_codes(connection: Connection, relationship: Relationship) -> Iterator[Sequence[ListedCode]]:
    """The listed identifiers, a batch at a time."""
    last = ItemIdentifier("", "")
    while rows := list(
        _queries.next_listed(
            connection, relationship=relationship.name, qualifier=last.qualifier, value=last.value, size=BATCH
        )
    ):
        codes = [
            ListedCode(ItemIdentifier(row["qualifier"], row["value"]), row["sku"], row["write_fault"]) for row in rows
        ]
        last = codes[-1].identifier
        yield codes


def _listed(item: WantedItem, match: Match, relationship: Relationship, tags: frozenset[str]) -> ListedItem:
    (identifier,) = item.identifiers
    return ListedItem(
        sku=match.sku,
        identifier=identifier,
        vendor_code=relationship.vendor_code,
        unit=item.unit,
        eaches=match.eaches,
        sku_units=match.sku_units,
        stock_key=match.stock_key,
        stock_factor=match.stock_factor,
        tags=tags,
        list_price=match.list_price,
    )


def _tags(connection: Connection, relationship: Relationship, skus: list[str]) -> dict[str, frozenset[str]]:
    rows = _queries.find_tags(connection, catalogue=catalogue_of(relationship), skus=skus)
    return {row["sku"]: frozenset(row["tags"]) for row in rows}
