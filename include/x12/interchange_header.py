"""Reads the header segments ISA and GS, and what is wrong with them (TA105 and 716 codes).

A right ISA is 106 bytes wide. One that is not is still read by its separators, with a finding for each field.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from include.x12 import delimiters as delimiter_rules
from include.x12.delimiters import Delimiters
from include.x12.envelope import GroupHeader, InterchangeHeader
from include.x12.findings import BAD_VALUE_LONGEST, Finding, Level, shown
from include.x12.numbers import is_number

LONGEST = 400  # no ISA, however wrong, is looked for further than this
WIDTHS = (2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1)
NOTE_CODES = (
    *("010", "011", "012", "013", "005", "006", "007", "008"),
    *("014", "015", "016", "017", "018", "019", "020", "027"),
)


@dataclass(frozen=True, slots=True)
class ReadHeader:
    """An ISA with its width in bytes, terminator included, and its findings."""

    header: InterchangeHeader
    width: int
    findings: tuple[Finding, ...]


def read_isa(window: bytes, offset: int) -> ReadHeader | None:
    """The ISA at the start of the window, or None where it lacks elements or a terminator that can be one."""
    text = window[:LONGEST].decode("latin-1")
    separator = text[3:4]
    fields = text.split(separator, 16)
    if len(fields) < 17 or any(len(field) > 80 for field in fields[1:16]):
        return None
    tail = _tail(fields[16], separator)
    if tail is None:
        return None
    component, terminator, used = tail
    if terminator.isalnum() or terminator in (" ", separator):
        return None
    values = [*fields[1:16], component]
    width = sum(len(field) + 1 for field in fields[:16]) + used
    header = _header(values, separator, terminator, offset)
    return ReadHeader(header, width, tuple(_isa_findings(values, header, width)))


def _tail(rest: str, separator: str) -> tuple[str, str, int] | None:
    """ISA16, the terminator and their width; where ISA16 is empty, what follows tells which is which."""
    if re.match(rf"(?s).(?:GS|TA1|IEA){re.escape(separator)}", rest):
        return "", rest[0], 1
    if rest[1:2] in ("\r", "\n") and re.search(rf"{re.escape(rest[0])}[\r\n]", rest[2:]):
        return "", rest[0], 1
    return (rest[0], rest[1], 2) if len(rest) > 1 else None


def _header(values: list[str], separator: str, terminator: str, offset: int) -> InterchangeHeader:
    release = values[11].strip()
    has_repetition = release >= "00402" and len(values[10]) == 1 and delimiter_rules.can_separate(values[10])
    return InterchangeHeader(
        delimiters=Delimiters(separator, terminator, values[15] or ">", values[10] if has_repetition else None),
        sender_qualifier=values[4].strip(),
        sender_id=values[5].strip(),
        receiver_qualifier=values[6].strip(),
        receiver_id=values[7].strip(),
        written_at=read_instant(values[8], values[9]),
        control_number=values[12].strip(),
        release=release,
        usage_indicator=values[14].strip(),
        acknowledgment_requested=values[13].strip() == "1",
        offset=offset,
    )


def read_instant(day: str, time: str) -> datetime | None:
    """YYMMDD and HHMM as ISA and TA1 write them, or None where they are no date and time."""
    try:
        return datetime.strptime(f"{day.strip()}{time.strip()}", "%y%m%d%H%M")  # noqa: DTZ007 - an ISA has no time zone
    except ValueError:
        return None


def _isa_findings(values: list[str], header: InterchangeHeader, width: int) -> list[Finding]:
    found = [
        _finding(code, f"ISA{position:02} is {len(value)} characters wide instead of {right}.", position, value)
        for position, (value, right, code) in enumerate(zip(values, WIDTHS, NOTE_CODES, strict=True), 1)
        if len(value) != right
    ]
    if found:
        found.insert(0, _finding(found[0].code, f"The ISA is {width} bytes wide instead of 106.", None, None))
    if header.written_at is None:
        found.append(_finding("014", "ISA09 and ISA10 are not a date and a time.", 9, values[8]))
    if not (is_number(header.release) and len(header.release) == 5):
        found.append(_finding("017", f"ISA12 is {shown(header.release)}, which is no version.", 12, header.release))
    if not is_number(header.control_number):
        found.append(_finding("018", f"ISA13 is {shown(header.control_number)}, which is no number.", 13, values[12]))
    if header.usage_indicator not in ("P", "T", "I"):
        found.append(_finding("020", f"ISA15 is {shown(header.usage_indicator)} instead of P, T or I.", 15, values[14]))
    found.extend(_finding(code, sentence, None, None) for code, sentence in delimiter_rules.faults(header.delimiters))
    return found


def _finding(code: str, sentence: str, position: int | None, value: str | None) -> Finding:
    return Finding(
        Level.INTERCHANGE, code, sentence, segment_identifier="ISA", element_position=position, bad_value=value
    )


def read_gs(segment: list[str]) -> tuple[GroupHeader, list[Finding]]:
    """The group header, and what is wrong with it."""
    values = [*(value.strip() for value in segment[1:9]), *[""] * (9 - len(segment))]
    version = values[7]
    header = GroupHeader(values[0], values[1], values[2], values[5], version[:6], version)
    found = []
    if not (is_number(values[5]) and len(values[5]) <= 9):
        found.append(
            _group_finding("6", f"GS06 is {shown(values[5])}, which is no group control number.", 6, values[5])
        )
    if len(values[0]) != 2:
        found.append(
            _group_finding("1", f"GS01 is {shown(values[0])}, which is no functional identifier.", 1, values[0])
        )
    if not (len(version) >= 6 and is_number(version[:6])):
        found.append(_group_finding("2", f"GS08 is {shown(version)}, which is no version of the standard.", 8, version))
    return header, found


def _group_finding(code: str, sentence: str, position: int, value: str) -> Finding:
    return Finding(
        Level.GROUP,
        code,
        sentence,
        segment_identifier="GS",
        element_position=position,
        bad_value=value[:BAD_VALUE_LONGEST],
    )
