"""What Amazon has against something it received."""

from __future__ import annotations

from dataclasses import dataclass

ELEMENTS_IN_ERROR, SEGMENT_MISSING, NOT_IN_SET, OUT_OF_PLACE = "8", "3", "6", "2"  # AK304
MISSING, BAD_CODE, BAD_VALUE, BAD_DAY = "1", "7", "6", "8"  # AK403


@dataclass(frozen=True, slots=True)
class Spot:
    """Where in a set the fault is: an AK3, and an AK4 where it is an element's."""

    segment: str
    position: int  # ST is 1
    error: str = ELEMENTS_IN_ERROR
    element: int = 0
    element_error: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """A sentence, and the law of the design that is broken where one is. A structural one is refused by a 997."""

    sentence: str
    law: int | None = None
    is_structural: bool = False
    spot: Spot | None = None
