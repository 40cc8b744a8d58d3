"""Units of measure. A conversion between them is exact or refused: a case read as an each ruins stock and books."""

from __future__ import annotations

from enum import StrEnum


class Unit(StrEnum):
    """X12 element 355 codes that vendors and Amazon agree on; all else is an unknown unit."""

    EACH = "EA"
    CASE = "CA"
    UNIT = "UN"
    PIECE = "PE"


class InexactConversion(ValueError):
    """The quantity does not divide into whole units of the other kind."""
