"""Identifiers of products and of what they are packed in: normalised once, so that UPC-12, EAN-13 and GTIN-14 of one
product compare equal, and an SSCC does however it is printed.

Sources: GS1 General Specifications (check digit modulo 10); Amazon's ASIN is ten characters, upper case.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_ASIN = re.compile(r"[A-Z0-9]{10}\Z")
_SEPARATORS = re.compile(r"[\s-]")
_GTIN_LENGTHS = (8, 12, 13, 14)
_SSCC_LENGTH = 18
_SSCC_LABEL = re.compile(r"\bSSCC(?:-18(?![0-9]))?(?![A-Z])[\s:#=.-]*", re.IGNORECASE)
_SSCC_NUMBER = re.compile(r"(?:\(00\)|\b)[0-9\s-]+\b")


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


class UnfitSsccError(ValueError):
    """What an SSCC was to be built of does not make one."""


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


def as_sscc(text: str) -> str | None:
    """The SSCC in `text` as its 18 digits; None where it is not one, or its check digit is wrong.

    It is the whole text, or what follows the word SSCC in it: a number that merely stands in free text is none. The
    application identifier (00) may come first. Several different ones are none, and neither are eighteen zeros.
    """
    if found := _whole_sscc(text):
        return found
    labels = list(_SSCC_LABEL.finditer(text))
    labelled = {sscc for label in labels if (sscc := _leading_sscc(text[label.end() :]))}
    return labelled.pop() if len(labelled) == 1 else None


def build_sscc(extension_digit: int, company_prefix: str, serial: int) -> str:
    """The SSCC of a GS1 company prefix (4 to 12 digits); its serial fills what the prefix leaves of sixteen digits."""
    if not 0 <= extension_digit <= 9:
        raise UnfitSsccError(f"The extension digit of an SSCC is 0 to 9, not {extension_digit}.")
    if not (company_prefix.isascii() and company_prefix.isdigit() and 4 <= len(company_prefix) <= 12):
        raise UnfitSsccError(f"A GS1 company prefix is 4 to 12 digits, not {company_prefix!r}.")
    room = _SSCC_LENGTH - 2 - len(company_prefix)
    if not 0 <= serial < 10**room:
        raise UnfitSsccError(f"The serial {serial} does not fit the {room} digits that {company_prefix} leaves.")
    body = f"{extension_digit}{company_prefix}{serial:0{room}}"
    return body + check_digit(body)


def _leading_sscc(text: str) -> str | None:
    """The SSCC that `text` begins with: digits in groups up to the first other sign, or the first group alone."""
    match = _SSCC_NUMBER.match(text)
    if match is None:
        return None
    return _whole_sscc(match[0]) or _whole_sscc(match[0].split()[0])


def _whole_sscc(text: str) -> str | None:
    digits = only_digits(text).removeprefix("(00)")
    if len(digits) == _SSCC_LENGTH + 2:
        digits = digits.removeprefix("00")
    if len(digits) != _SSCC_LENGTH or not digits.isascii() or not digits.isdigit() or not digits.strip("0"):
        return None
    return digits if check_digit(digits[:-1]) == digits[-1] else None


def check_digit(digits: str) -> str:
    """The GS1 modulo-10 check digit that follows `digits` (GTIN and SSCC alike)."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)
