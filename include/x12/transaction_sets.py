"""Makes a transaction set of the segments between an ST and its SE: text, envelope checks and the guide's verdict."""

from __future__ import annotations

from collections.abc import Callable

from include.x12 import checking
from include.x12.control_numbers import SeenNumbers
from include.x12.delimiters import Delimiters
from include.x12.envelope import GroupHeader, InterchangeHeader, TransactionSet
from include.x12.findings import Finding, Level, shown, verdict
from include.x12.numbers import is_number
from include.x12.recognising import recogniser
from include.x12.rules import Guide

GuideFor = Callable[[InterchangeHeader, GroupHeader, str], Guide | None]

FUNCTIONAL_IDENTIFIERS = {
    "810": "IN", "820": "RA", "824": "AG", "830": "PS", "846": "IB", "850": "PO", "855": "PR", "856": "SH", "860": "PC",
    "864": "TX", "865": "CA", "997": "FA", "999": "FA",
}  # fmt: skip

_KNOWN_GROUPS = frozenset(FUNCTIONAL_IDENTIFIERS.values())  # an industry's own kind of group may hold any set


def read_set(
    raw: list[bytes],
    interchange: InterchangeHeader,
    group: GroupHeader,
    *,
    seen: SeenNumbers,
    guide_for: GuideFor,
    findings_cap: int,
    offset: int,
    length: int,
) -> TransactionSet:
    """One set; `raw` are its segments as bytes, without terminators, beginning with the ST."""
    delimiters = interchange.delimiters
    text = decode(raw, delimiters.segment)
    segments = [line.split(delimiters.element) for line in text.split(delimiters.segment)]
    identifier, control_number = _element(segments[0], 1), _element(segments[0], 2)
    guide = guide_for(interchange, group, identifier)
    findings = _envelope_findings(segments, group, guide, seen)
    if guide is not None and not _is_right(guide, text, segments, delimiters):
        findings.extend(checking.check_set(guide, segments, delimiters))
    return TransactionSet(
        interchange, group, identifier, control_number, segments, offset, length,
        tuple(findings[:findings_cap]), len(findings), verdict(findings),
    )  # fmt: skip


def decode(raw: list[bytes], terminator: str) -> str:
    """The segments joined by their terminator: UTF-8 where they are, else latin-1, which loses no byte."""
    separator = terminator.encode("latin-1")
    joined = separator.join(raw)
    if separator < b"\x80":
        try:
            return joined.decode("utf-8")
        except UnicodeDecodeError:
            return terminator.join(map(_decode_segment, raw))
    return joined.decode("latin-1")


def _decode_segment(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _is_right(guide: Guide, text: str, segments: list[list[str]], delimiters: Delimiters) -> bool:
    pattern = recogniser(guide, delimiters)
    return pattern.fullmatch(text + delimiters.segment) is not None and checking.is_consistent(guide, segments)


def _element(segment: list[str], position: int) -> str:
    return segment[position] if len(segment) > position else ""


def _envelope_findings(
    segments: list[list[str]], group: GroupHeader, guide: Guide | None, seen: SeenNumbers
) -> list[Finding]:
    """What AK502 and on report of ST and SE."""
    start, end = segments[0], segments[-1]
    identifier, control_number = _element(start, 1), _element(start, 2)
    found: list[Finding] = []
    if guide is None:
        sentence = f"The transaction set {shown(identifier)} of {shown(group.version)} is not supported here."
        found.append(_set_finding("1", sentence, "ST", 1))
    if FUNCTIONAL_IDENTIFIERS.get(identifier, "") != group.functional_identifier in _KNOWN_GROUPS:
        kind = shown(group.functional_identifier)
        sentence = f"The transaction set {shown(identifier)} does not belong into a group of {kind}."
        found.append(_set_finding("6", sentence, "ST", 1))
    if not 4 <= len(control_number) <= 9:
        found.append(_set_finding("7", f"ST02 is {shown(control_number)}, not 4 to 9 characters.", "ST", 1))
    if not seen.is_new(control_number):
        sentence = f"The control number {shown(control_number)} stands twice in the group."
        found.append(_set_finding("23", sentence, "ST", 1))
    if end[0] != "SE":
        found.append(_set_finding("2", "The SE is missing.", "SE", len(segments)))
        return found
    if _element(end, 2) != control_number:
        sentence = f"SE02 is {shown(_element(end, 2))}, but ST02 is {shown(control_number)}."
        found.append(_set_finding("3", sentence, "SE", len(segments)))
    if not _is_number(_element(end, 1), len(segments)):
        sentence = f"SE01 says {shown(_element(end, 1))} segments, but there are {len(segments)}."
        found.append(_set_finding("4", sentence, "SE", len(segments)))
    return found


def _is_number(text: str, number: int) -> bool:
    return is_number(text) and int(text[:15]) == number


def _set_finding(code: str, sentence: str, identifier: str, position: int) -> Finding:
    return Finding(Level.SET, code, sentence, segment_identifier=identifier, segment_position=position)
