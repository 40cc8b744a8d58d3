"""Which product a person said an identifier means: before everything that the inventory system says."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import psycopg

from include.catalogue.item_keys import normalise
from include.database import queries
from include.identifiers import ItemIdentifier

Connection = psycopg.Connection[dict[str, Any]]

BY_HAND = "hand"

_queries = queries.load(__file__, "links.sql")


def save_link(
    connection: Connection, relationship: str, identifier: ItemIdentifier, sku: str, *, linked_by: str, now: datetime
) -> None:
    """Say that Amazon's identifier means this SKU, in place of an earlier link; in the caller's transaction."""
    normal = normalise(identifier)
    _queries.save_link(
        connection,
        relationship=relationship,
        qualifier=normal.qualifier,
        value=normal.value,
        sku=sku,
        origin=BY_HAND,
        linked_by=linked_by,
        now=now,
    )


def remove_link(connection: Connection, relationship: str, identifier: ItemIdentifier) -> bool:
    """Take a link back; False where there was none."""
    normal = normalise(identifier)
    return bool(
        _queries.remove_link(connection, relationship=relationship, qualifier=normal.qualifier, value=normal.value)
    )
