"""Every listed product held against what an order will need, before one comes; merchandising is told what is missing.

What is found is kept product by product. The queue of exceptions gets one entry for each kind of lack, however many
products it is about: it names the first, counts the rest, and is closed when the last is mended.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import psycopg

from include.catalogue.listing import ListedCode, read_codes
from include.catalogue.matching import Match, WantedItem, match_lines
from include.catalogue.products import catalogue_of
from include.catalogue.readiness import Details, Lack, bad_gtin, find_lacks, looks_like_gtin
from include.database import queries
from include.exceptions.kinds import Kind
from include.exceptions.queue import NewException, open_exception, resolve
from include.identifiers import ItemIdentifier
from include.quantity import Unit
from include.relationships.catalogue import ItemKey
from include.relationships.model import Relationship

Connection = psycopg.Connection[dict[str, Any]]

NAMED = 20  # in an exception; all of them are kept
COPY = "COPY found_fault (fault, qualifier, value, sku, sentence) FROM STDIN"

_queries = queries.load(__file__, "examining.sql")

# What is wrong with so many listings, and what to do about it.
_WORDS = {
    Lack.UNMAPPED: ("mean no product", "Link them to their product in catalogue_sync, or cancel them there"),
    Lack.AMBIGUOUS: ("stand on several products", "Take the code off all but one, or link it to one in catalogue_sync"),
    Lack.NOT_SOLD: (
        "are of a product that is deprecated or not sold",
        "Sell the product again, link the code to its successor, or set the listing to cancelled in catalogue_sync",
    ),
    Lack.UNKNOWN_UNIT: ("are told in a unit that is not known", "Name the unit in the relationship's items.units"),
    Lack.NO_CASE_SIZE: (
        "have no case size",
        "Enter the carton quantity in the inventory system, or set items.case_sizes",
    ),
    Lack.PACK_SIZE_CONFLICT: (
        "have pack sizes that contradict each other",
        "Correct the carton or inner quantity of the product, or set items.case_sizes",
    ),
    Lack.BAD_ASIN: ("have an ASIN that is none", "Correct the ASIN on the product"),
    Lack.NO_GTIN: ("have no GTIN", "Enter the GTIN as the product's barcode"),
    Lack.BAD_GTIN: ("have a barcode that is no GTIN", "Correct the barcode: the last digit follows from the others"),
    Lack.HALF_SET_UP: ("are set up half", "Complete the product in the inventory system"),
    Lack.NOT_WRITTEN: (
        "have an ASIN that could not be put on the product",
        "Put it there by hand, or switch catalogue.write_asin off",
    ),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What one listing lacks, and since when."""

    lack: Lack
    identifier: ItemIdentifier
    sku: str
    sentence: str
    found_at: datetime


def examine(connection: Connection, relationship: Relationship, now: datetime) -> int:
    """Find, keep and tell what is missing, in the caller's transaction; returns how many lacks there are."""
    _queries.in_turn(connection, relationship=relationship.name)
    _queries.make_room(connection)
    with connection.cursor() as cursor:
        for rows in _find(connection, relationship):
            with cursor.copy(COPY) as into:
                for row in rows:
                    into.write_row(row)
    _queries.forget_mended(connection, relationship=relationship.name)
    _queries.save_found(connection, relationship=relationship.name, now=now)
    return _tell(connection, relationship, now)


def list_faults(connection: Connection, relationship: str, lack: Lack | None = None, *, limit: int) -> list[Fault]:
    """What is missing, product by product."""
    rows = _queries.list_faults(connection, relationship=relationship, fault=lack, limit=limit)
    return [
        Fault(
            Lack(row["fault"]),
            ItemIdentifier(row["qualifier"], row["value"]),
            row["sku"],
            row["sentence"],
            row["found_at"],
        )
        for row in rows
    ]


def count_faults(connection: Connection, relationship: Relationship) -> dict[str, int]:
    """How many listings have each lack."""
    rows = _queries.count_faults(connection, relationship=relationship.name)
    return {row["fault"]: row["count"] for row in rows}


def _find(connection: Connection, relationship: Relationship) -> Iterator[list[tuple[str, ...]]]:
    for codes in read_codes(connection, relationship):
        yield list(_examine_batch(connection, relationship, codes))
    if ItemKey.GTIN in relationship.catalogue.listed_by:
        rows = _queries.find_unlisted_barcodes(
            connection, catalogue=catalogue_of(relationship), relationship=relationship.name
        )
        yield [
            (Lack.BAD_GTIN, "VN", row["sku"], row["sku"], bad_gtin(row["sku"], row["barcode"]))
            for row in rows
            if looks_like_gtin(row["barcode"])
        ]


def _examine_batch(
    connection: Connection, relationship: Relationship, codes: Sequence[ListedCode]
) -> Iterator[tuple[str, ...]]:
    found = match_lines(connection, relationship, list(_wanted(relationship, codes)))
    matched = [each.sku for each in found.values() if isinstance(each, Match)]
    details = _load_details(connection, relationship, matched)
    for place, code in enumerate(codes):
        told = found[str(place)]
        sku = told.sku if isinstance(told, Match) else code.sku
        lacks = list(find_lacks(code.identifier, told, found.get(_by_the_case(place)), details.get(sku), relationship))
        if code.write_fault:
            lacks.append((Lack.NOT_WRITTEN, code.write_fault))
        for lack, sentence in lacks:
            yield lack, code.identifier.qualifier, code.identifier.value, sku, sentence


def _wanted(relationship: Relationship, codes: Sequence[ListedCode]) -> Iterator[WantedItem]:
    case = next((code for code, unit in relationship.items.units.items() if unit is Unit.CASE), None)
    for place, code in enumerate(codes):
        yield WantedItem(str(place), (code.identifier,), relationship.told_unit(code.sku))
        if relationship.catalogue.needs_case_size and case:
            yield WantedItem(_by_the_case(place), (code.identifier,), case)


def _by_the_case(place: int) -> str:
    return f"{place} by the case"


def _load_details(connection: Connection, relationship: Relationship, skus: list[str]) -> dict[str, Details]:
    rows = _queries.find_details(connection, catalogue=catalogue_of(relationship), skus=skus)
    return {row["sku"]: Details(**row) for row in rows}


def _tell(connection: Connection, relationship: Relationship, now: datetime) -> int:
    known = {row["fault"]: row for row in _queries.count_faults(connection, relationship=relationship.name)}
    for lack in Lack:
        if lack in known:
            row = known[lack]
            deadline = row["since"] + timedelta(days=relationship.catalogue.mend_days)
            open_exception(
                connection,
                _exception(connection, relationship, lack, row["count"], deadline),
                owners=relationship.owners,
                now=now,
            )
        else:
            resolve(
                connection,
                relationship.name,
                [Kind.PRODUCT_NOT_READY],
                subject=subject(lack),
                why="No listing lacks it any more.",
                now=now,
            )
    return sum(row["count"] for row in known.values())


def subject(lack: Lack) -> str:
    """What the one exception on a lack is about."""
    return f"catalogue {lack}"


def _exception(
    connection: Connection, relationship: Relationship, lack: Lack, count: int, deadline: datetime
) -> NewException:
    what, next_step = _WORDS[lack]
    first = list(_queries.first_faults(connection, relationship=relationship.name, fault=lack, limit=NAMED))
    return NewException(
        Kind.PRODUCT_NOT_READY,
        relationship.name,
        subject(lack),
        what_happened=_sentence(first, count, what),
        next_step=f"{next_step}; until then an order for them is held, and refused at its share of the window.",
        deadline=deadline,
    )


def _sentence(first: Iterable[dict[str, Any]], count: int, what: str) -> str:
    sentences = " ".join(row["sentence"] for row in first)
    more = f" And {count - NAMED:,} more." if count > NAMED else ""
    return f"Listings that {what}: {count:,}. {sentences}{more}"
