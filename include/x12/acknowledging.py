"""Writes the 997 (and TA1) that answers a received interchange, from the events of reading it.

Each received group gets a 997 in a group of its own, of the version in which it came; the envelope mirrors the
received one with the ids exchanged. A 997 is never answered. An interchange that is refused as a whole gets a TA1, and
every group of it is refused too, so that a partner who takes no TA1 learns it as well. Whatever the received envelope
says that an answer may not (an illegal number, delimiter or id) is brought into a legal form, so that there is one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from include.x12 import delimiters as delimiter_rules
from include.x12.delimiters import STANDARD, Delimiters
from include.x12.envelope import Event, GroupEnd, GroupHeader, InterchangeEnd, InterchangeHeader, TransactionSet
from include.x12.findings import Finding, Level
from include.x12.guides import BASE, find_guide
from include.x12.interchange_acknowledgement import write_ta1
from include.x12.numbers import is_number
from include.x12.rules import Guide
from include.x12.writing import OutgoingGroup, OutgoingInterchange, OutgoingSet, printable, write_interchange

FUNCTIONAL_ACKNOWLEDGEMENT = "FA"
_CODES_MOST = 5  # AK502 to AK506, AK905 to AK909
_COUNT_MOST = 999_999
LISTED_MOST = 5_000  # a group of more sets than this has only those listed that have findings, as AK2 is optional
EXPLAINED_MOST = 1_000  # sets beyond this many with findings have their verdict alone (AK3 and AK4 are optional)


@dataclass(slots=True)
class _AnsweredGroup:
    header: GroupHeader
    sets: int = 0
    listed: list[str] = field(default_factory=list)
    with_findings: list[str] = field(default_factory=list)
    end: GroupEnd | None = None

    def add(self, received: TransactionSet, delimiters: Delimiters) -> None:
        self.sets += 1
        lines = _set_lines(received, delimiters, is_explained=len(self.with_findings) < EXPLAINED_MOST)
        if self.sets <= LISTED_MOST:
            self.listed.append(lines)
        elif self.listed:
            self.listed.clear()
        if received.findings:
            self.with_findings.append(lines)

    @property
    def lines(self) -> str:
        named = self.listed or self.with_findings
        if self.end is not None and self.end.verdict == "R":
            named = named[:LISTED_MOST]  # those not named share the group's verdict
        return "".join(named)


class Acknowledger:
    """Collects what a 997 says while an interchange is read: `add` every event of it, then `write` once.

    One interchange each; what it keeps of an accepted set is a few bytes.
    """

    def __init__(self, header: InterchangeHeader) -> None:
        self._header = header
        self._delimiters = header.delimiters
        if delimiter_rules.faults(header.delimiters) or not header.delimiters.are_ascii:
            self._delimiters = STANDARD
        self._groups: list[_AnsweredGroup] = []
        self._end: InterchangeEnd | None = None

    def add(self, event: Event) -> None:
        match event:
            case TransactionSet():
                self._groups[-1].add(event, self._delimiters)
            case GroupHeader():
                self._groups.append(_AnsweredGroup(event))
            case GroupEnd():
                self._groups[-1].end = event
            case InterchangeEnd():
                self._end = event
            case _:
                pass

    def write(
        self,
        *,
        control_number: int,
        group_control_numbers: Iterable[int],
        written_at: datetime,
    ) -> bytes | None:
        """The answer, or None where there is none to give (an interchange of 997s, and no fault in its envelope).

        Takes as many group control numbers as there are groups to answer (`group_count`). A TA1 is written where the
        envelope has a fault or the ISA asks for one.
        """
        end = self._end
        if end is None:
            raise ValueError("the InterchangeEnd has not been added")
        has_fault = end.verdict != "A"
        answered = [group for group in self._groups if group.header.functional_identifier != FUNCTIONAL_ACKNOWLEDGEMENT]
        if not answered and not has_fault:
            return None
        numbers = iter(group_control_numbers)
        return write_interchange(
            self._envelope(control_number, written_at),
            [self._group(group, next(numbers), end) for group in answered],
            guide_for=_guide,
            interchange_acknowledgements=[write_ta1(end)] if has_fault or self._header.acknowledgment_requested else (),
        )

    @property
    def group_count(self) -> int:
        """How many group control numbers `write` takes."""
        return sum(group.header.functional_identifier != FUNCTIONAL_ACKNOWLEDGEMENT for group in self._groups)

    def _envelope(self, control_number: int, written_at: datetime) -> OutgoingInterchange:
        header = self._header
        return OutgoingInterchange(
            sender_qualifier=_fit(header.receiver_qualifier, 2, 2, "ZZ", self._delimiters),
            sender_id=_fit(header.receiver_id, 1, 15, "UNKNOWN", self._delimiters),
            receiver_qualifier=_fit(header.sender_qualifier, 2, 2, "ZZ", self._delimiters),
            receiver_id=_fit(header.sender_id, 1, 15, "UNKNOWN", self._delimiters),
            written_at=written_at,
            control_number=control_number,
            release=header.release if is_number(header.release) and len(header.release) == 5 else "00401",
            usage_indicator=header.usage_indicator if header.usage_indicator in ("P", "T", "I") else "P",
            delimiters=self._delimiters,
        )

    def _group(self, group: _AnsweredGroup, control_number: int, end: InterchangeEnd) -> OutgoingGroup:
        header = group.header
        lines = group.lines.split(self._delimiters.segment)
        body = [line.split(self._delimiters.element) for line in lines if line]
        version = header.version
        if not (version.isalnum() and is_number(version[:6]) and version.isascii() and 6 <= len(version) <= 12):
            version = "005010" if self._header.release > "00402" else "004010"
        number = header.control_number
        number = number if is_number(number) and len(number) <= 9 else "0"
        first = ["AK1", _fit(header.functional_identifier, 2, 2, "XX", self._delimiters), number]
        if version >= "005010":
            first.append(version)
        segments = [first, *body, _ak9(group.end, is_refused=end.verdict == "R")]
        return OutgoingGroup(
            functional_identifier=FUNCTIONAL_ACKNOWLEDGEMENT,
            sender=self._application(header.receiver, self._header.receiver_id),
            receiver=self._application(header.sender, self._header.sender_id),
            control_number=control_number,
            version=version,
            sets=(OutgoingSet("997", "0001", segments),),
        )

    def _application(self, code: str, interchange_id: str) -> str:
        return _fit(code, 2, 15, _fit(interchange_id, 2, 15, "UNKNOWN", self._delimiters), self._delimiters)


def _guide(interchange: InterchangeHeader, group: GroupHeader, set_identifier: str) -> Guide | None:
    """The 997 has hardly changed: a release without guides is answered by the nearest that has them."""
    return find_guide(BASE, "005010" if group.release >= "005010" else "004010", set_identifier)


def _fit(text: str, shortest: int, longest: int, otherwise: str, delimiters: Delimiters) -> str:
    """The text where it may stand in an envelope, else what stands for it."""
    if text.isascii() and text.isalnum() and shortest <= len(text) <= longest:
        return text
    plain = "".join(character for character in printable(text, delimiters) if character.isascii()).strip()
    plain = plain[:longest].rstrip()
    return plain if len(plain) >= shortest else otherwise[:longest]


def _ak9(end: GroupEnd | None, *, is_refused: bool) -> list[str]:
    if end is None:
        return ["AK9", "R", "0", "0", "0", "3"]
    codes = [finding.code for finding in end.findings if finding.level is Level.GROUP]
    letter = "R" if is_refused else end.verdict
    accepted = 0 if letter == "R" else end.accepted
    counts = [str(min(count, _COUNT_MOST)) for count in (end.included, end.received, accepted)]
    return ["AK9", letter, *counts, *list(dict.fromkeys(codes))[:_CODES_MOST]]


def _set_lines(received: TransactionSet, delimiters: Delimiters, *, is_explained: bool) -> str:
    """AK2 to AK5 of one set as text, which is what is small to keep."""
    identifier = _fit(received.identifier, 3, 3, "XXX", delimiters)
    number = _fit(received.control_number, 1, 9, "0", delimiters).zfill(4)
    lines: list[Sequence[str]] = [["AK2", identifier, number]]
    if is_explained:
        lines.extend(_fault_lines(received.findings, delimiters))
    lines.append(["AK5", received.verdict, *_set_codes(received)])
    return "".join(delimiters.element.join(line) + delimiters.segment for line in lines)


def _set_codes(received: TransactionSet) -> list[str]:
    codes = [finding.code for finding in received.findings if finding.level is Level.SET]
    if any(finding.level in (Level.SEGMENT, Level.ELEMENT) for finding in received.findings):
        codes.append("5")
    return list(dict.fromkeys(codes))[:_CODES_MOST]


def _fault_lines(findings: tuple[Finding, ...], delimiters: Delimiters) -> Iterator[Sequence[str]]:
    """An AK3 per segment in fault, with an AK4 per element in fault behind it."""
    elements: dict[tuple[int, str], list[Finding]] = {}
    segments: dict[tuple[int, str], list[Finding]] = {}
    for finding in findings:
        if finding.level in (Level.SEGMENT, Level.ELEMENT):
            into = elements if finding.level is Level.ELEMENT else segments
            into.setdefault((finding.segment_position, finding.segment_identifier), []).append(finding)
    for position, identifier in sorted({*elements, *segments}):
        named = ["AK3", _segment_identifier(identifier), str(min(position, _COUNT_MOST)), ""]
        for finding in segments.get((position, identifier), ()):
            yield [*named, finding.code]
        faults = elements.get((position, identifier), [])
        if faults:
            yield [*named, "8"]
        for fault in faults[:99]:
            yield _ak4(fault, delimiters)


def _segment_identifier(identifier: str) -> str:
    """AK301 takes two or three characters, whatever stood there."""
    plain = "".join(character for character in identifier if character.isascii() and character.isalnum())[:3].upper()
    return plain if len(plain) > 1 else "UNK"


def _ak4(fault: Finding, delimiters: Delimiters) -> list[str]:
    place = str(min(fault.element_position or 1, 99))
    if fault.component and fault.component <= 99:
        place += f"{delimiters.component}{fault.component}"
    number = "" if fault.reference_number is None else str(fault.reference_number)
    value = "" if fault.bad_value is None else printable(fault.bad_value, delimiters).strip()
    return ["AK4", place, number, fault.code, value]
