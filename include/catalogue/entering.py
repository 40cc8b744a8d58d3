"""What a person enters about listings, all of it or nothing: in the form of catalogue_sync, or in the console."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

import psycopg

from include.catalogue import links
from include.catalogue.links import ListingState
from include.catalogue.products import catalogue_of
from include.errors import RejectedError
from include.identifiers import ItemIdentifier
from include.relationships.model import Relationship

Connection = psycopg.Connection[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Entries:
    """Identifiers are written as a qualifier, a blank and the value, such as `BP B000000MUG`; done in this order."""

    unlink: tuple[str, ...] = ()
    link: dict[str, str] = field(default_factory=dict)  # identifier → SKU
    merge: dict[str, str] = field(default_factory=dict)  # old identifier → the one that Amazon kept
    state: dict[str, ListingState] = field(default_factory=dict)  # identifier → listed, not_listed or cancelled


NAMES = frozenset(each.name for each in fields(Entries))


def enter(connection: Connection, relationship: Relationship, entries: Entries, *, actor: str, now: datetime) -> None:
    """Do it, in the caller's transaction; RejectedError names the first entry that cannot be done."""
    name = relationship.name
    for told in entries.unlink:
        if not links.remove_link(connection, name, parse_identifier(told), actor=actor, now=now):
            raise RejectedError(
                f"{told} was linked by nobody.",
                next_step="Where a product carries it, take it off there, link it to another, or set its state.",
            )
    for told, sku in entries.link.items():
        _check_product(connection, relationship, sku)
        links.save_link(connection, name, parse_identifier(told), sku, linked_by=actor, now=now)
    for old, new in entries.merge.items():
        links.merge_link(connection, name, parse_identifier(old), parse_identifier(new), actor=actor, now=now)
    for told, state in entries.state.items():
        links.set_state(connection, name, parse_identifier(told), state, actor=actor, now=now)


def parse_identifier(text: str) -> ItemIdentifier:
    """`BP B000000MUG` as an identifier."""
    qualifier, _, value = text.strip().partition(" ")
    if len(qualifier) != 2 or not value.strip():
        raise RejectedError(
            f"{text!r} is no identifier.", next_step="Write the qualifier, a blank and the value: BP B000000MUG."
        )
    return ItemIdentifier(qualifier.upper(), value.strip())


def _check_product(connection: Connection, relationship: Relationship, sku: str) -> None:
    if not links.is_product_known(connection, catalogue_of(relationship), sku):
        raise RejectedError(
            f"The inventory system has no product {sku}.",
            next_step="Correct the SKU; if the product is new, run catalogue_sync first.",
        )
