"""X12 as far as Amazon reads it: interchanges with their groups and sets, and every fault of the envelopes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

ISA_LENGTH = 106
ISA_WIDTHS = (2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1)
NUMBER = re.compile(r"-?\d{1,15}(\.\d+)?\Z|-?\.\d+\Z")
Segment = tuple[str, ...]


class Unreadable(ValueError):
    """The bytes are no interchange."""


@dataclass(slots=True)
class TransactionSet:
    """ST to SE; `segments` are those between."""

    identifier: str
    control_number: str
    segments: list[Segment] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    is_closed: bool = False


@dataclass(slots=True)
class Group:
    """GS to GE."""

    header: Segment
    sets: list[TransactionSet] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    is_closed: bool = False

    @property
    def functional_identifier(self) -> str:
        return element(self.header, 1)

    @property
    def control_number(self) -> str:
        return element(self.header, 6)


@dataclass(slots=True)
class Interchange:
    """ISA to IEA."""

    header: Segment
    content: bytes = b""
    groups: list[Group] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def control_number(self) -> str:
        return element(self.header, 13)


def element(segment: Segment, position: int) -> str:
    """An element by its number, empty where the segment is shorter."""
    return segment[position] if len(segment) > position else ""


def read_number(text: str) -> Decimal | None:
    """An element of type R or N0; None where it is none."""
    return Decimal(text) if NUMBER.match(text) else None


def read_interchanges(content: bytes) -> tuple[Interchange, ...]:
    """All interchanges of a file; Unreadable where something in it is none."""
    found, rest = [], content.lstrip(b"\r\n")
    while rest:
        one, used = _read_one(rest)
        found.append(one)
        rest = rest[used:].lstrip(b"\r\n")
    if not found:
        raise Unreadable("the file is empty")
    return tuple(found)


def _read_one(content: bytes) -> tuple[Interchange, int]:
    header, terminator = _read_isa(content)
    one = Interchange(header)
    used = 0
    for segment, end in _segments(content, chr(content[3]), terminator):
        used = end
        if segment[0] == "IEA":
            _close_interchange(one, segment)
            break
        _take(one, segment)
    else:
        one.faults.append("the IEA is missing")
    one.faults += [f"group {each.control_number} has no GE" for each in one.groups if not each.is_closed]
    for group in one.groups:
        group.faults += [f"set {each.control_number} has no SE" for each in group.sets if not each.is_closed]
    one.content = content[:used]
    return one, used


def _read_isa(content: bytes) -> tuple[Segment, str]:
    head = content[:ISA_LENGTH].decode("latin-1")
    if not head.startswith("ISA") or len(head) < ISA_LENGTH:
        raise Unreadable(f"no ISA at {head[:12]!r}")
    elements = tuple(head[:-1].split(head[3]))
    if tuple(map(len, elements[1:])) != ISA_WIDTHS:
        raise Unreadable("the ISA's elements are not as wide as the standard has them")
    return elements, head[-1]


def _segments(content: bytes, separator: str, terminator: str) -> Iterator[tuple[Segment, int]]:
    """The segments behind the ISA, each with the offset behind it."""
    position = ISA_LENGTH
    end_mark = terminator.encode("latin-1")
    while (end := content.find(end_mark, position)) >= 0:
        text = content[position:end].decode("latin-1").strip("\r\n")
        position = end + 1
        if text:
            yield tuple(text.split(separator)), position
    if rest := content[position:].strip(b"\r\n"):
        yield (rest.decode("latin-1"),), len(content)


def _take(one: Interchange, segment: Segment) -> None:
    group = one.groups[-1] if one.groups else None
    match segment[0]:
        case "TA1":
            pass  # an interchange's acknowledgement; the 997 says all that is checked here
        case "GS":
            one.groups.append(Group(segment))
        case "ST" if group is not None:
            group.sets.append(TransactionSet(element(segment, 1), element(segment, 2)))
        case "SE" if group is not None and group.sets:
            _close_set(group.sets[-1], segment)
        case "GE" if group is not None:
            _close_group(group, segment)
        case name if group is None or not group.sets or group.sets[-1].is_closed:
            one.faults.append(f"a segment {name[:10]!r} stands outside of any transaction set")
        case _:
            assert group is not None
            group.sets[-1].segments.append(segment)


def _close_set(one: TransactionSet, segment: Segment) -> None:
    one.is_closed = True
    expected = (str(len(one.segments) + 2), one.control_number)
    if segment[1:] != expected:
        one.faults.append(f"SE is {'/'.join(segment[1:])} and should be {'/'.join(expected)}")


def _close_group(group: Group, segment: Segment) -> None:
    group.is_closed = True
    expected = (str(len(group.sets)), group.control_number)
    if segment[1:] != expected:
        group.faults.append(f"GE is {'/'.join(segment[1:])} and should be {'/'.join(expected)}")


def _close_interchange(one: Interchange, segment: Segment) -> None:
    expected = (str(len(one.groups)), one.control_number)
    if segment[1:] != expected:
        one.faults.append(f"IEA is {'/'.join(segment[1:])} and should be {'/'.join(expected)}")
