"""Quantities carry their unit. A conversion is exact or refused: a case read as an each ruins stock and books."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Unit(StrEnum):
    """X12 element 355 codes that vendors and Amazon agree on; all else is an unknown unit."""

    EACH = "EA"
    CASE = "CA"
    UNIT = "UN"
    PIECE = "PE"


class InexactConversion(ValueError):
    """The quantity does not divide into whole units of the other kind."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount in one unit."""

    amount: Decimal
    unit: Unit

    def __str__(self) -> str:
        return f"{self.amount.normalize():f} {self.unit}"


def whole_units(eaches: Decimal, per_unit: Decimal) -> Decimal:
    """How many whole units of `per_unit` eaches fit into `eaches`, rounded down."""
    return eaches // per_unit


def exact_units(eaches: Decimal, per_unit: Decimal) -> Decimal:
    """`eaches` as units of `per_unit` eaches; raises InexactConversion where they do not divide."""
    units, rest = divmod(eaches, per_unit)
    if rest:
        raise InexactConversion(f"{eaches} eaches are not whole units of {per_unit}.")
    return units
