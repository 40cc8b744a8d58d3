"""What a listed product lacks that an order will need: pure rules over what the catalogue knows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from include.catalogue.item_keys import BUYER
from include.catalogue.matching import ItemFault, Match, Mismatch
from include.identifiers import ItemIdentifier, as_asin, only_digits
from include.relationships.model import PricePolicy, Relationship

ACTIVE = "ACTIVE"
SHORTEST_GTIN = 8


class Lack(StrEnum):
    """What merchandising has to mend; the first are what an order's line would meet."""

    UNMAPPED = ItemFault.UNMAPPED
    AMBIGUOUS = ItemFault.AMBIGUOUS
    NOT_SOLD = ItemFault.NOT_SOLD
    UNKNOWN_UNIT = ItemFault.UNKNOWN_UNIT
    NO_CASE_SIZE = ItemFault.NO_CASE_SIZE
    PACK_SIZE_CONFLICT = ItemFault.PACK_SIZE_CONFLICT
    BAD_ASIN = "bad_asin"
    NO_GTIN = "no_gtin"
    BAD_GTIN = "bad_gtin"
    HALF_SET_UP = "half_set_up"
    NOT_WRITTEN = "not_written"  # the inventory system could not be told its ASIN


@dataclass(frozen=True, slots=True)
class Details:
    """What matching does not need to know of a product. `lacks_base`: the SKU it is made of is not known."""

    sku: str
    name: str
    barcode: str | None
    gtin: str | None
    status: str
    inner_quantity: Decimal | None
    lacks_base: bool


def find_lacks(
    identifier: ItemIdentifier,
    found: Match | Mismatch,
    by_the_case: Match | Mismatch | None,
    details: Details | None,
    relationship: Relationship,
) -> Iterator[tuple[Lack, str]]:
    """Each lack with a sentence. `by_the_case` is what an order by the case would meet, where that matters."""
    if isinstance(found, Mismatch):
        yield Lack(found.fault), found.sentence
    if isinstance(found, Match) and isinstance(by_the_case, Mismatch):
        yield Lack(by_the_case.fault), by_the_case.sentence
    if identifier.qualifier == BUYER and relationship.guide == "amazon" and not as_asin(identifier.value):
        yield Lack.BAD_ASIN, f"{identifier.value} is no ASIN: it is not ten letters and digits."
    if isinstance(found, Match) and details is not None:
        yield from _lacks_of_product(found, details, relationship)
        yield from _lacks_of_packs(by_the_case or found, details)


def looks_like_gtin(barcode: str) -> bool:
    """Whether somebody meant a GTIN: digits alone, of its shortest length or more."""
    digits = only_digits(barcode)
    return digits.isascii() and digits.isdigit() and len(digits) >= SHORTEST_GTIN


def bad_gtin(sku: str, barcode: str) -> str:
    """The sentence on a barcode that is meant to be a GTIN and is none."""
    return f"The barcode {barcode} of {sku} is no GTIN: its length or its check digit is wrong."


def _lacks_of_product(match: Match, details: Details, relationship: Relationship) -> Iterator[tuple[Lack, str]]:
    if details.barcode and not details.gtin and looks_like_gtin(details.barcode):
        yield Lack.BAD_GTIN, bad_gtin(details.sku, details.barcode)
    elif relationship.catalogue.needs_gtin and not details.gtin:
        told = f"the barcode {details.barcode}, which is no GTIN" if details.barcode else "no barcode"
        yield Lack.NO_GTIN, f"{details.sku} has {told}."
    if reasons := list(_half_done(match, details, relationship)):
        yield Lack.HALF_SET_UP, f"{details.sku} is set up half: {', '.join(reasons)}."


def _half_done(match: Match, details: Details, relationship: Relationship) -> Iterator[str]:
    if details.status != ACTIVE:
        yield f"its status is {details.status.lower()}"
    if not details.name:
        yield "it has no name"
    if details.lacks_base:
        yield f"{match.stock_key}, which it is made of, is not known"
    if match.list_price is None and relationship.pricing.unlisted is not PricePolicy.ACCEPT:
        yield f"it has no price in {relationship.price_tier}"


def _lacks_of_packs(match: Match | Mismatch, details: Details) -> Iterator[tuple[Lack, str]]:
    inner = details.inner_quantity
    if isinstance(match, Match) and inner and match.eaches > 1 and match.eaches % inner:
        sizes = f"a case of {match.eaches.normalize():f} and inner packs of {inner.normalize():f}"
        yield Lack.PACK_SIZE_CONFLICT, f"{details.sku} has {sizes}, which do not fill it."
