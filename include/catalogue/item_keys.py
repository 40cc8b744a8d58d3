"""One spelling for each identifier, so that a UPC-12 and a GTIN-14 of one product, or b00… and B00…, compare equal.

Qualifiers are X12 element 235. A buyer's code that is no ASIN is kept too: other retailers use BP for theirs.
"""

from __future__ import annotations

import re

from include.identifiers import ItemIdentifier, as_gtin_14, check_digit, only_digits
from include.relationships.catalogue import ItemKey

BUYER, GTIN, VENDOR = "BP", "UK", "VN"
ISBN = "IB"
ISBN_10 = re.compile(r"[0-9]{9}[0-9X]\Z")
BOOKLAND = "978"  # the GS1 prefix that makes an ISBN-10 a GTIN-13

_KEYS = {
    **dict.fromkeys((BUYER, "IN"), ItemKey.ASIN),
    **dict.fromkeys(("UP", "EN", "EO", GTIN, "UA", "UI", "U2", ISBN), ItemKey.GTIN),
    **dict.fromkeys((VENDOR, "VP", "SK", "VC"), ItemKey.SKU),
}


def key_of(identifier: ItemIdentifier) -> ItemKey | None:
    """By which of a product's own identifiers this one is looked up."""
    return _KEYS.get(identifier.qualifier.upper())


def as_buyer_code(text: str) -> str | None:
    """An ASIN, or another buyer's code, trimmed and upper-cased."""
    return text.strip().upper() or None


def as_gtin(identifier: ItemIdentifier) -> str | None:
    """The identifier's GTIN-14; an ISBN-10 becomes the GTIN of its book. None where it is not valid."""
    digits = only_digits(identifier.value).upper()
    if identifier.qualifier.upper() == ISBN and _is_isbn_10(digits):
        digits = BOOKLAND + digits[:9]
        digits += check_digit(digits)
    return as_gtin_14(digits)


def as_skus(identifier: ItemIdentifier) -> tuple[str, ...]:
    """The SKUs that a vendor's item number may be, the likeliest first: as told, trimmed, in capitals."""
    trimmed = identifier.value.strip()
    return tuple(dict.fromkeys((identifier.value, trimmed, trimmed.upper())))


def normalise(identifier: ItemIdentifier) -> ItemIdentifier:
    """The identifier as links are kept by: `BP` with the code in capitals, `UK` with a GTIN-14, else only trimmed."""
    key = key_of(identifier)
    if key is ItemKey.ASIN:
        return ItemIdentifier(BUYER, as_buyer_code(identifier.value) or "")
    if key is ItemKey.GTIN and (gtin := as_gtin(identifier)):
        return ItemIdentifier(GTIN, gtin)
    return ItemIdentifier(identifier.qualifier.upper(), identifier.value.strip())


def parse_link_key(text: str) -> ItemIdentifier:
    """A key of a relationship's `items.links`, such as `BP B0EXAMPLE1`, normalised."""
    qualifier, _, value = text.strip().partition(" ")
    return normalise(ItemIdentifier(qualifier, value))


def _is_isbn_10(digits: str) -> bool:
    if not ISBN_10.match(digits):
        return False
    values = [10 if digit == "X" else int(digit) for digit in digits]
    return sum(weight * value for weight, value in zip(range(10, 0, -1), values, strict=True)) % 11 == 0
