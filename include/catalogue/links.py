"""Which product a person said an identifier means: before everything that the inventory system says.

Each row is also a listing, whose state says whether Amazon is told the product's stock under that identifier; a listing
that is cancelled is still understood in an order. Every change by a person is kept as an event.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import psycopg

from include.catalogue.item_keys import normalise
from include.database import queries
from include.errors import RejectedError
from include.identifiers import ItemIdentifier

Connection = psycopg.Connection[dict[str, Any]]

BY_HAND = "hand"

_queries = queries.load(__file__, "links.sql")


class ListingState(StrEnum):
    """Whether Amazon is told stock under an identifier."""

    NOT_LISTED = "not_listed"
    LISTED = "listed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Listing:
    """One identifier that Amazon may use. `origin`: hand, relationship, asin, gtin or sku."""

    identifier: ItemIdentifier
    sku: str
    origin: str
    state: ListingState
    linked_by: str
    linked_at: datetime
    confirmed_by: str | None
    confirmed_at: datetime | None
    merged_into: str | None

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Listing:
        return cls(
            identifier=ItemIdentifier(row["qualifier"], row["value"]),
            sku=row["sku"],
            origin=row["origin"],
            state=ListingState(row["state"]),
            linked_by=row["linked_by"],
            linked_at=row["linked_at"],
            confirmed_by=row["confirmed_by"],
            confirmed_at=row["confirmed_at"],
            merged_into=row["merged_into"],
        )


def save_link(
    connection: Connection, relationship: str, identifier: ItemIdentifier, sku: str, *, linked_by: str, now: datetime
) -> None:
    """Say or confirm that Amazon's identifier means this SKU, in place of an earlier link; in the caller's transaction.

    Where the products said so already, only who confirmed it is new.
    """
    before = find_link(connection, relationship, identifier)
    _queries.save_link(connection, **_key(relationship, identifier), sku=sku, origin=BY_HAND, actor=linked_by, now=now)
    was = f", before {before.sku}" if before and before.sku != sku else ""
    _tell(connection, relationship, identifier, linked_by, f"Linked to {sku}{was}.", now)


def remove_link(
    connection: Connection, relationship: str, identifier: ItemIdentifier, *, actor: str, now: datetime
) -> bool:
    """Take a person's word back, so that only what the products say counts; False where there was none."""
    was_there = bool(_queries.remove_link(connection, **_key(relationship, identifier)))
    if was_there:
        _tell(connection, relationship, identifier, actor, "Unlinked.", now)
    return was_there


def merge_link(
    connection: Connection, relationship: str, old: ItemIdentifier, new: ItemIdentifier, *, actor: str, now: datetime
) -> str:
    """Amazon merged one code into another: both mean the new one's product, and stock is told under the new one alone.

    Returns the SKU. The old code stays as an alias, since orders may still name it.
    """
    kept, gone = normalise(new), normalise(old)
    if kept == gone:
        raise RejectedError(f"{old} cannot be merged into itself.", next_step="Name the code that Amazon kept.")
    found = find_link(connection, relationship, new)
    if found is None:
        raise RejectedError(f"{new} is no listing.", next_step=f"Link {new} to its product first.")
    save_link(connection, relationship, old, found.sku, linked_by=actor, now=now)
    _queries.retire(connection, **_key(relationship, old), into=str(kept))
    _tell(connection, relationship, old, actor, f"Merged into {kept}.", now)
    return found.sku


def set_state(
    connection: Connection,
    relationship: str,
    identifier: ItemIdentifier,
    state: ListingState,
    *,
    actor: str,
    now: datetime,
) -> None:
    """Say whether Amazon lists it; what a person lists he also confirms. RejectedError where there is no such row."""
    if not _queries.set_state(connection, **_key(relationship, identifier), state=state, actor=actor, now=now):
        raise RejectedError(f"{identifier} is no listing.", next_step="Link it to its product first.")
    _tell(connection, relationship, identifier, actor, f"Set to {state.replace('_', ' ')}.", now)


def find_link(connection: Connection, relationship: str, identifier: ItemIdentifier) -> Listing | None:
    """What is kept of one identifier."""
    row = _queries.find_link(connection, **_key(relationship, identifier))
    return Listing.from_row(row) if row else None


def list_aliases(connection: Connection, relationship: str, sku: str) -> tuple[Listing, ...]:
    """All identifiers of a product."""
    rows = _queries.list_aliases(connection, relationship=relationship, sku=sku)
    return tuple(Listing.from_row(row) for row in rows)


def is_product_known(connection: Connection, catalogue: str, sku: str) -> bool:
    """Whether the inventory system has this SKU, as last read."""
    return _queries.is_product_known(connection, catalogue=catalogue, sku=sku) is not None


def _key(relationship: str, identifier: ItemIdentifier) -> dict[str, str]:
    normal = normalise(identifier)
    return {"relationship": relationship, "qualifier": normal.qualifier, "value": normal.value}


def _tell(
    connection: Connection, relationship: str, identifier: ItemIdentifier, actor: str, what: str, now: datetime
) -> None:
    _queries.insert_event(connection, **_key(relationship, identifier), actor=actor, what=what, now=now)
