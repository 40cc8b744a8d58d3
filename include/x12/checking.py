"""Checks a transaction set against its guide and says everything that is wrong with it (codes of AK304 and AK403).

The walk is greedy: a segment takes the nearest place that is still open, inside the present loop first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal

from include.x12 import element_checks
from include.x12.delimiters import Delimiters
from include.x12.findings import BAD_VALUE_LONGEST, Finding, Level, Severity, shown
from include.x12.hierarchy import hierarchy_findings
from include.x12.rules import Guide, Place, SegmentRule, Total

IDENTIFIER_LONGEST = 20  # of a segment that is none


def check_set(guide: Guide, segments: list[list[str]], delimiters: Delimiters) -> list[Finding]:
    """Every finding of structure, elements and totals, in the order of the segments; the first must be the ST."""
    findings = list(_Walk(guide).findings(segments))
    for position, segment in enumerate(segments, 1):
        rule = guide.rules.get(segment[0])
        if rule is not None:
            findings.extend(_element_findings(rule, segment, position, delimiters))
    for total in guide.totals:
        findings.extend(_total_findings(guide, total, segments))
    findings.extend(hierarchy_findings(guide, segments))
    findings.sort(key=lambda finding: (finding.segment_position, finding.element_position or 0))
    return findings


def is_consistent(guide: Guide, segments: list[list[str]]) -> bool:
    """Whether no control total and no HL loop is wrong: what a recognised set still has to show."""
    return _totals_agree(guide, segments) and not any(hierarchy_findings(guide, segments))


def _totals_agree(guide: Guide, segments: list[list[str]]) -> bool:
    for total in guide.totals:
        for segment in reversed(segments):
            if segment[0] == total.segment:
                if len(segment) > total.element and not _agrees(total, segment[total.element], segments):
                    return False
                break
    return True


def _element_findings(
    rule: SegmentRule, segment: list[str], position: int, delimiters: Delimiters
) -> Iterator[Finding]:
    for fault in element_checks.check_elements(rule, segment, delimiters):
        name = f"{segment[0]}{fault.position:02}" + (f"-{fault.component:02}" if fault.component else "")
        yield Finding(
            Level.ELEMENT,
            fault.code,
            f"{name} {fault.sentence}",
            fault.severity,
            segment[0],
            position,
            fault.position,
            fault.component,
            fault.number,
            None if fault.bad_value is None else fault.bad_value[:BAD_VALUE_LONGEST],
        )


def _total_findings(guide: Guide, total: Total, segments: list[list[str]]) -> Iterator[Finding]:
    for position, segment in enumerate(segments, 1):
        if segment[0] != total.segment or len(segment) <= total.element or not segment[total.element]:
            continue
        stated = segment[total.element]
        if _agrees(total, stated, segments):
            continue
        counted = _counted(total, segments)
        what = "number of " + total.of_segment
        if total.of_element:
            what = f"sum of {total.of_segment}{total.of_element:02}"
        yield Finding(
            Level.ELEMENT,
            "7",
            f"{total.segment}{total.element:02} says {shown(stated)}, but the {what} in the set is {counted}.",
            total.severity,
            total.segment,
            position,
            total.element,
            None,
            guide.rules[total.segment].elements[total.element - 1].number,
            stated[:BAD_VALUE_LONGEST],
        )


def _agrees(total: Total, stated: str, segments: list[list[str]]) -> bool:
    counted = _counted(total, segments)
    return not stated or counted is None or _is_same(stated, counted)


def _counted(total: Total, segments: list[list[str]]) -> int | Decimal | None:
    """The total as it is, or None where a summed element is no number (which is a finding of its own)."""
    if total.of_element is None:
        return sum(1 for segment in segments if segment[0] == total.of_segment)
    at = total.of_element
    values = [s[at] for s in segments if s[0] == total.of_segment and len(s) > at and s[at]]
    try:
        return sum(map(int, values))
    except ValueError:
        pass
    try:
        return sum(map(Decimal, values), Decimal())
    except ArithmeticError:
        return None


def _is_same(stated: str, counted: int | Decimal) -> bool:
    try:
        return Decimal(stated) == counted
    except ArithmeticError:
        return True  # not a number: a finding of the element itself


@dataclass(slots=True)
class _Frame:
    """A loop that is open: the place it is at, and what has stood in it."""

    places: tuple[Place, ...]
    at: int = 0
    counts: dict[int, int] = field(default_factory=dict)
    passed_at: dict[int, int] = field(default_factory=dict)  # mandatory places passed by, and the segment position then
    qualifiers: dict[int, set[str]] = field(default_factory=dict)

    def open_place(self, segment: str) -> int | None:
        """The nearest place from here on that takes this segment and is not full."""
        for index in range(self.at, len(self.places)):
            place = self.places[index]
            if place.rule.identifier == segment and (place.most is None or self.counts.get(index, 0) < place.most):
                return index
        return None

    def take(self, index: int, segment: list[str], position: int) -> None:
        for passed in range(self.at, index):
            self.passed_at.setdefault(passed, position)
        self.at = index
        self.count(index, segment)

    def count(self, index: int, segment: list[str]) -> None:
        self.counts[index] = self.counts.get(index, 0) + 1
        if self.places[index].qualifiers and len(segment) > 1:
            self.qualifiers.setdefault(index, set()).add(segment[1])

    def missing(self, position: int) -> Iterator[Finding]:
        """What must have stood in the loop and did not, now that it closes at `position`."""
        for index, place in enumerate(self.places):
            noticed_at = self.passed_at.get(index, position)
            identifier = place.rule.identifier
            if place.is_mandatory and not self.counts.get(index):
                yield _segment_finding("3", identifier, noticed_at, f"The mandatory segment {identifier} is missing.")
            for qualifier in sorted(place.qualifiers - self.qualifiers.get(index, set())):
                sentence = f"The segment {identifier} with {qualifier} is missing."
                yield _segment_finding("3", identifier, noticed_at, sentence)


class _Walk:
    """Places the segments of one set, one after the other."""

    def __init__(self, guide: Guide) -> None:
        self._guide = guide
        self._frames = [_Frame(guide.places)]

    def findings(self, segments: list[list[str]]) -> Iterator[Finding]:
        for position, segment in enumerate(segments, 1):
            if position > 1 and segment[0] != "SE":
                yield from self._place(segment, position)
        end = len(segments)
        for frame in reversed(self._frames):
            yield from frame.missing(end)

    def _place(self, segment: list[str], position: int) -> Iterator[Finding]:
        for depth in range(len(self._frames) - 1, -1, -1):
            index = self._frames[depth].open_place(segment[0])
            if index is not None:
                yield from self._close(depth + 1, position)
                frame = self._frames[depth]
                frame.take(index, segment, position)
                if frame.places[index].is_loop:
                    self._frames.append(_Frame(frame.places[index].children))
                return
        yield self._misplaced(segment, position)

    def _close(self, depth: int, position: int) -> Iterator[Finding]:
        while len(self._frames) > depth:
            yield from self._frames.pop().missing(position)

    def _misplaced(self, segment: list[str], position: int) -> Finding:
        identifier = segment[0]
        if identifier not in self._guide.rules:
            sentence = f"{shown(identifier)} is no segment of release {self._guide.release}."
            return _segment_finding("1", identifier, position, sentence if identifier else "The segment is empty.")
        if identifier not in self._guide.used_segments:
            sentence = f"The segment {identifier} does not belong into a {self._guide.set_identifier}."
            return _segment_finding("6", identifier, position, sentence)
        for frame in reversed(self._frames):
            for index, place in enumerate(frame.places):
                if place.rule.identifier == identifier:
                    return self._out_of_place(frame, index, segment, position)
        return _segment_finding("2", identifier, position, f"The segment {identifier} is unexpected here.")

    def _out_of_place(self, frame: _Frame, index: int, segment: list[str], position: int) -> Finding:
        place = frame.places[index]
        if place.most is not None and frame.counts.get(index, 0) >= place.most:
            code = "4" if place.is_loop else "5"
            sentence = f"The segment {segment[0]} stands more than {place.most} times."
            return _segment_finding(code, segment[0], position, sentence)
        finding = _segment_finding("7", segment[0], position, f"The segment {segment[0]} is out of its sequence.")
        if place.is_loop or frame is not self._frames[0] or self._has_lines():
            return finding
        frame.count(index, segment)  # still in the header: what it says is plain, and it is only noted
        return replace(finding, severity=Severity.WARNING)

    def _has_lines(self) -> bool:
        """Whether the walk has left the header, which ends where what the totals speak of begins."""
        ends = {name for total in self._guide.totals for name in (total.segment, total.of_segment)}
        root = self._frames[0]
        lines = [index for index, place in enumerate(root.places) if place.rule.identifier in ends]
        return not lines or any(root.counts.get(index) for index in lines)


def _segment_finding(code: str, identifier: str, position: int, sentence: str) -> Finding:
    return Finding(Level.SEGMENT, code, sentence, Severity.ERROR, identifier[:IDENTIFIER_LONGEST], position)
