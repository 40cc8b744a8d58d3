"""Identifiers of products: normalised once, so that UPC-12, EAN-13 and GTIN-14 of one product compare equal.

Sources: GS1 General Specifications (check digit modulo 10); Amazon's ASIN is ten characters, upper case.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_ASIN = re.compile(r"[A-Z0-9]{10}\Z")
_SEPARATORS = re.compile(r"[\s-]")
_GTIN_LENGTHS = (8, 12, 13, 14)


@dataclass(frozen=True, slots=True)
class ItemIdentifier:
    """An X12 product id pair: qualifier (element 235, such as BP, UP, EN, UK, VN) and value as received."""

    qualifier: str
    value: str

    def __str__(self) -> str:
        return f"{self.qualifier} {self.value}"


def as_asin(text: str) -> str | None:
    """The ASIN in `text`, trimmed and upper-cased; None where it is not one."""
    candidate = text.strip().upper()
    return candidate if _ASIN.match(candidate) else None


def only_digits(text: str) -> str:
    """`text` without the blanks and hyphens that people put between the digits; it may hold other signs still."""
    return _SEPARATORS.sub("", text)


def as_gtin_14(text: str) -> str | None:
    """`text` as a GTIN-14 with a valid check digit; None where it is not one."""
    digits = only_digits(text)
    if len(digits) not in _GTIN_LENGTHS or not digits.isascii() or not digits.isdigit():
        return None
    padded = digits.zfill(14)
    return padded if check_digit(padded[:-1]) == padded[-1] else None


def check_digit(digits: str) -> str:
    """The GS1 modulo-10 check digit that follows `digits` (GTIN and SSCC alike)."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)
