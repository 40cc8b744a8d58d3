"""The segments of a set as Amazon checks them one by one; each fault knows its place, for AK3 and AK4."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from include.sandbox.amazon.faults import (
    BAD_CODE,
    BAD_DAY,
    BAD_VALUE,
    MISSING,
    NOT_IN_SET,
    OUT_OF_PLACE,
    SEGMENT_MISSING,
    Fault,
    Spot,
)
from include.sandbox.amazon.reading import Segment, TransactionSet, element, read_number


@dataclass(frozen=True, slots=True)
class Placed:
    """A segment and its position in the set."""

    position: int
    segment: Segment

    def at(self, number: int) -> str:
        """An element."""
        return element(self.segment, number)

    @property
    def text(self) -> str:
        return "*".join(self.segment)


@dataclass(slots=True)
class SegmentChecks:
    """Gathers the structural faults of one set while it is read."""

    one: TransactionSet
    faults: list[Fault] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.faults += [Fault(sentence, is_structural=True) for sentence in self.one.faults]

    def placed(self) -> Iterator[Placed]:
        """Every segment between ST and SE."""
        return (Placed(position, segment) for position, segment in enumerate(self.one.segments, 2))

    def check_frame(self, first: str, last: str, known: Collection[str]) -> None:
        """The set opens with `first`, ends with `last`, both once, and holds nothing that is not known."""
        names = [segment[0] for segment in self.one.segments]
        for place in self.placed():
            if place.segment[0] not in known:
                self.refuse(place, f"a segment {place.segment[0]} has no place in an {self.one.identifier}", NOT_IN_SET)
        for name, position in ((first, 0), (last, -1)):
            if names.count(name) != 1 or names[position] != name:
                spot = Spot(name, len(names) + 1 if position else 2, OUT_OF_PLACE if name in names else SEGMENT_MISSING)
                where = "last" if position else "first"
                self.faults.append(Fault(f"{name} must stand once and {where}", is_structural=True, spot=spot))

    def refuse(self, place: Placed, sentence: str, error: str) -> None:
        """The segment itself is wrong."""
        self.faults.append(Fault(sentence, is_structural=True, spot=Spot(place.segment[0], place.position, error)))

    def miss(self, name: str, position: int, sentence: str) -> None:
        """A segment that must stand there does not."""
        spot = Spot(name, position, SEGMENT_MISSING)
        self.faults.append(Fault(sentence, is_structural=True, spot=spot))

    def refuse_element(self, place: Placed, number: int, sentence: str, error: str = BAD_VALUE) -> None:
        """One of its elements is wrong."""
        value = place.at(number)
        spot = Spot(place.segment[0], place.position, element=number, value=value,
                    element_error=error if value else MISSING)  # fmt: skip
        self.faults.append(Fault(f"{place.text}: {sentence}", is_structural=True, spot=spot))

    def need_text(self, place: Placed, number: int) -> str:
        """An element that must be there."""
        if not place.at(number):
            self.refuse_element(place, number, f"element {number} is missing", MISSING)
        return place.at(number)

    def need_code(self, place: Placed, number: int, codes: Collection[str]) -> str:
        """An element that must be one of these."""
        if place.at(number) not in codes:
            self.refuse_element(place, number, f"element {number} must be one of {' '.join(sorted(codes))}", BAD_CODE)
        return place.at(number)

    def need_number(self, place: Placed, number: int, *, above_zero: bool = False) -> Decimal | None:
        """An element that must be a number."""
        value = read_number(place.at(number))
        if value is None or (above_zero and value <= 0):
            self.refuse_element(place, number, f"element {number} is no {'quantity' if above_zero else 'number'}")
            return None
        return value

    def need_day(self, place: Placed, number: int) -> date | None:
        """An element that must be a day, as CCYYMMDD."""
        day = read_day(place.at(number))
        if day is None:
            self.refuse_element(place, number, f"element {number} is no day", BAD_DAY)
        return day

    def check_total(self, place: Placed, number: int, counted: Decimal | int, what: str) -> None:
        """An element that repeats what can be counted."""
        if read_number(place.at(number)) != counted:
            self.refuse_element(place, number, f"element {number} should be {counted}, {what}")


def read_day(text: str) -> date | None:
    """An element of type DT with its century; None where it is none."""
    if len(text) != 8 or not text.isdigit():
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def spots_of(faults: Sequence[Fault]) -> tuple[Spot, ...]:
    """The places of those that have one, in the order of the set."""
    return tuple(sorted((each.spot for each in faults if each.spot), key=lambda each: each.position))
