"""Writes interchanges, the mirror of reading, and reads what it wrote through the same guides before it returns it.

X12 has no escape character. A delimiter inside data is therefore refused, because a changed identifier would be worse
than a refusal; free text can be made fit beforehand with `printable`.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from include.errors import RejectedError
from include.x12 import delimiters as delimiter_rules
from include.x12.delimiters import STANDARD, Delimiters
from include.x12.envelope import GroupEnd, GroupHeader, InterchangeEnd, InterchangeHeader, TransactionSet, Unreadable
from include.x12.findings import Finding
from include.x12.guides import BASE, find_guide
from include.x12.reading import read_interchanges
from include.x12.rules import Guide
from include.x12.transaction_sets import GuideFor

Segments = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class OutgoingInterchange:
    """What an ISA needs. `release` is ISA12 (00400, 00401, 00501); above 00401 ISA11 is the repetition separator."""

    sender_qualifier: str
    sender_id: str
    receiver_qualifier: str
    receiver_id: str
    written_at: datetime
    control_number: int
    release: str = "00400"
    usage_indicator: str = "P"
    acknowledgment_requested: bool = False
    delimiters: Delimiters = STANDARD


@dataclass(frozen=True, slots=True)
class OutgoingSet:
    """A transaction set without its ST and SE, which are added."""

    identifier: str
    control_number: str
    segments: Segments


@dataclass(frozen=True, slots=True)
class OutgoingGroup:
    """What a GS needs; `version` is GS08, such as 004010."""

    functional_identifier: str
    sender: str
    receiver: str
    control_number: int
    version: str
    sets: tuple[OutgoingSet, ...]


class UnfitForSendingError(RejectedError):
    """What was to be written is wrong; `findings` say where, and nothing was written."""

    def __init__(self, what: str, findings: tuple[Finding, ...] = ()) -> None:
        super().__init__(what, reasons=tuple(finding.sentence for finding in findings))
        self.findings = findings


def write_interchange(
    interchange: OutgoingInterchange,
    groups: Sequence[OutgoingGroup],
    *,
    guide_for: GuideFor | None = None,
    interchange_acknowledgements: Segments = (),
) -> bytes:
    """The bytes of an interchange, UTF-8; raises UnfitForSendingError where reading them back has any finding.

    `guide_for` gives the guides to check by, the plain standard's by default. `interchange_acknowledgements` are TA1s.
    """
    _check_delimiters(interchange.delimiters)
    lines = list(interchange_acknowledgements)
    for group in groups:
        lines.extend(_group_lines(group, interchange))
    lines.append(["IEA", str(len(groups)), f"{interchange.control_number:09}"])
    delimiters = interchange.delimiters
    text = _isa(interchange) + "".join(_line(line, delimiters) for line in lines)
    content = _encode(text)
    _read_back(content, guide_for or plain_guide)
    return content


def printable(text: str, delimiters: Delimiters) -> str:
    """Free text fit to be an element: what is a delimiter or outside of the standard's characters becomes a space."""
    barred = delimiters.all | {"^", "`"}
    return "".join(" " if character in barred or not character.isprintable() else character for character in text)


def plain_guide(interchange: InterchangeHeader, group: GroupHeader, set_identifier: str) -> Guide | None:
    """The standard's own guide of the group's release."""
    return find_guide(BASE, group.release, set_identifier)


def _encode(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as fault:
        raise UnfitForSendingError(f"{text[fault.start]!r} is no character that can be sent.") from fault


def _check_delimiters(delimiters: Delimiters) -> None:
    faults = delimiter_rules.faults(delimiters)
    if faults:
        raise UnfitForSendingError(faults[0][1])
    if not delimiters.are_ascii:
        raise UnfitForSendingError("A delimiter is not an ASCII character, which UTF-8 would write as two bytes.")


def _group_lines(group: OutgoingGroup, interchange: OutgoingInterchange) -> Segments:
    at = interchange.written_at
    number = str(group.control_number)
    lines: list[Sequence[str]] = [
        ["GS", group.functional_identifier, group.sender, group.receiver, f"{at:%Y%m%d}", f"{at:%H%M}", number, "X",
         group.version]
    ]  # fmt: skip
    for outgoing in group.sets:
        lines.append(["ST", outgoing.identifier, outgoing.control_number])
        lines.extend(outgoing.segments)
        lines.append(["SE", str(len(outgoing.segments) + 2), outgoing.control_number])
    lines.append(["GE", str(len(group.sets)), number])
    return lines


def _isa(interchange: OutgoingInterchange) -> str:
    delimiters = interchange.delimiters
    repetition = "U"
    if interchange.release >= "00402":
        free = (character for character in "^!|" if character not in delimiters.all)
        repetition = delimiters.repetition or next(free)
    at = interchange.written_at
    fields = (
        "ISA", "00", " " * 10, "00", " " * 10,
        interchange.sender_qualifier, f"{interchange.sender_id:15}",
        interchange.receiver_qualifier, f"{interchange.receiver_id:15}",
        f"{at:%y%m%d}", f"{at:%H%M}", repetition, interchange.release, f"{interchange.control_number:09}",
        "1" if interchange.acknowledgment_requested else "0", interchange.usage_indicator, delimiters.component,
    )  # fmt: skip
    return delimiters.element.join(fields) + delimiters.segment


def _line(segment: Sequence[str], delimiters: Delimiters) -> str:
    """A segment without trailing empty elements; a delimiter inside an element is refused."""
    elements = list(segment)
    while len(elements) > 1 and not elements[-1]:
        elements.pop()
    line = delimiters.element.join(elements)
    if line.count(delimiters.element) != len(elements) - 1 or delimiters.segment in line:
        _refuse(elements, {delimiters.element, delimiters.segment})
    return line + delimiters.segment


def _refuse(elements: list[str], barred: set[str]) -> None:
    position = next(i for i, element in enumerate(elements) if barred.intersection(element))
    raise UnfitForSendingError(
        f"{elements[0]}{position:02} is {elements[position]!r}, which holds a delimiter of the interchange."
    )


def _read_back(content: bytes, guide_for: GuideFor) -> None:
    """Refuses what does not read as it was meant."""
    found: list[Finding] = []
    for event in read_interchanges(io.BytesIO(content), guide_for):
        if isinstance(event, (TransactionSet, GroupEnd, InterchangeEnd, Unreadable)):
            found.extend(event.findings)
        if isinstance(event, TransactionSet) and not found:
            _check_parts(event, guide_for)
    if found:
        raise UnfitForSendingError(f"What was to be sent is wrong: {found[0].sentence}", tuple(found))


def _check_parts(written: TransactionSet, guide_for: GuideFor) -> None:
    """Refuses an element that the other side would take apart: only a composite may hold these delimiters."""
    guide = guide_for(written.interchange, written.group, written.identifier)
    delimiters = written.interchange.delimiters
    barred = {delimiters.component, delimiters.repetition or delimiters.component}
    for segment in written.segments:
        elements = guide.rules[segment[0]].elements if guide else ()
        for element, value in zip(elements, segment[1:], strict=False):
            if not element.components and not barred.isdisjoint(value):
                _refuse(segment, barred)
