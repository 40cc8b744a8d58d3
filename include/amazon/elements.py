"""Segments in their loops, and their elements as values: text, date or number, None where it is none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise

Segment = Sequence[str]


def element(segment: Segment, position: int) -> str:
    """An element by its number, empty where the segment is shorter."""
    return segment[position] if len(segment) > position else ""


def first(segments: Sequence[Segment], kind: str) -> Segment:
    """The first segment of that kind, empty where there is none."""
    return next((segment for segment in segments if segment[0] == kind), ())


def loops(segments: Sequence[Segment], opener: str) -> list[Sequence[Segment]]:
    """Each segment of that kind with all that follows it, up to the next."""
    starts = [place for place, segment in enumerate(segments) if segment[0] == opener]
    return [segments[start:end] for start, end in pairwise([*starts, len(segments)])]


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
