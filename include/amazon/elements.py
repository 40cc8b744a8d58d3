"""The elements of a segment as values: text, date or number, and None where it cannot be read as one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

Segment = Sequence[str]


def element(segment: Segment, position: int) -> str:
    """An element by its number, empty where the segment is shorter."""
    return segment[position] if len(segment) > position else ""


def parse_date(text: str) -> date | None:
    """CCYYMMDD, or None where it is no date."""
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8])) if len(text) == 8 else None
    except ValueError:
        return None


def parse_number(text: str) -> Decimal | None:
    """An element of type R, exact; None where it is empty or no number."""
    try:
        number = Decimal(text)
    except ArithmeticError:
        return None
    return number if number.is_finite() else None
