"""Amazon's listings follow the products, in set steps: what a person confirmed, the ASIN, the GTIN, the SKU.

Only a person's word is kept against what the products say. An identifier that several sold products carry stays on the
one it was on; the matching refuses it, and merchandising is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg

from include.catalogue.item_keys import parse_link_key
from include.catalogue.products import catalogue_of
from include.database import queries
from include.exceptions.queue import THE_SYSTEM
from include.relationships.catalogue import ItemKey
from include.relationships.model import Relationship

Connection = psycopg.Connection[dict[str, Any]]

FILE = "relationship"  # the origin of what the relationship's file links
MANY = 1_000  # new rows of which the planner must hear before it joins them

_queries = queries.load(__file__, "listings.sql")


@dataclass(frozen=True, slots=True)
class Followed:
    """How many listings are new, moved to another product, and cancelled."""

    added: int
    moved: int
    cancelled: int


def follow(connection: Connection, relationship: Relationship, now: datetime) -> Followed:
    """Bring the listings up to the products as last read; in the caller's transaction, one at a time."""
    name = relationship.name
    listed = [FILE if key is ItemKey.LINK else str(key) for key in relationship.catalogue.listed_by]
    _queries.in_turn(connection, relationship=name)
    _collect(connection, relationship)
    words = {"relationship": name, "listed": listed, "system": THE_SYSTEM, "now": now}
    added = _queries.add_listings(connection, **words)
    if added >= MANY:
        _queries.tell_planner_of_listings(connection)
    moved = _queries.move_listings(connection, **words)
    _queries.set_states(connection, **words)
    _queries.forget_never_listed(connection, relationship=name, system=THE_SYSTEM)
    cancelled = _queries.cancel_listings(connection, relationship=name, system=THE_SYSTEM, now=now)
    moved += _queries.follow_merged(connection, relationship=name, now=now)
    return Followed(added, moved, cancelled)


def count_states(connection: Connection, relationship: Relationship) -> dict[str, int]:
    """How many listings are in each state."""
    rows = _queries.count_states(connection, relationship=relationship.name)
    return {row["state"]: row["count"] for row in rows}


def _collect(connection: Connection, relationship: Relationship) -> None:
    ways = set(relationship.items.identifier_order)
    told = relationship.items.links if ItemKey.LINK in ways else {}
    keys = [parse_link_key(text) for text in told]
    _queries.collect_codes(
        connection,
        relationship=relationship.name,
        catalogue=catalogue_of(relationship),
        by_asin=ItemKey.ASIN in ways,
        by_gtin=ItemKey.GTIN in ways,
        by_sku=ItemKey.SKU in ways,
        qualifiers=[key.qualifier for key in keys],
        values=[key.value for key in keys],
        skus=list(told.values()),
    )
    _queries.tell_planner(connection)
