"""Checks what positions cannot say: the numbers and levels of HL loops, and elements that repeat what another said.

A parent stands before its children. A guide without levels of its own asks for right numbers only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from include.x12.findings import BAD_VALUE_LONGEST, Finding, Level, Severity, shown
from include.x12.rules import Guide


def hierarchy_findings(guide: Guide, segments: list[list[str]]) -> Iterator[Finding]:
    """Every finding in HL loops and of what is repeated in them; nothing where the guide speaks of no hierarchy."""
    if guide.levels is None:
        return
    levels: dict[str, str] = {}
    loop = _Loop("", 0)
    for position, segment in enumerate(segments, 1):
        if segment[0] in ("HL", "CTT", "SE"):
            yield from _missing(guide, loop, position)
            loop = _Loop(_element(segment, 3) if segment[0] == "HL" else "", position)
        if segment[0] == "HL":
            yield from _number_findings(guide, segment, position, levels)
            levels.setdefault(_element(segment, 1), _element(segment, 3))
        yield from loop.take(guide, segment, position)


@dataclass(slots=True)
class _Loop:
    """The HL loop at hand: its level, and what has stood in it."""

    level: str
    begins_at: int
    seen: set[tuple[str, str]] = field(default_factory=set)
    said: dict[tuple[str, int], str] = field(default_factory=dict)

    def take(self, guide: Guide, segment: list[str], position: int) -> Iterator[Finding]:
        self.seen |= {(segment[0], ""), (segment[0], _element(segment, 1))}
        yield from _unwelcome(guide, self.level, segment, position)
        for each in guide.equalities:
            if segment[0] == each.to_segment:
                self.said[each.to_segment, each.to_element] = _element(segment, each.to_element)
            said = self.said.get((each.to_segment, each.to_element), "")
            stated = _element(segment, each.element) if segment[0] == each.segment else ""
            if said and stated and said != stated:
                name = f"{each.to_segment}{each.to_element:02}"
                yield _element_finding(guide, segment, position, each.element, f"but {name} is {shown(said)}")


def _number_findings(guide: Guide, segment: list[str], position: int, levels: dict[str, str]) -> Iterator[Finding]:
    """What is wrong with an HL beside those before it; `levels` are theirs, by number."""
    number, parent, code = (_element(segment, place) for place in (1, 2, 3))
    if number in levels:
        yield _element_finding(guide, segment, position, 1, "which is the number of an earlier loop")
    if parent and parent not in levels:
        yield _element_finding(guide, segment, position, 2, "and no loop before it has that number")
    rule = (guide.levels or {}).get(code)
    if rule is None:
        return
    if parent and not rule.below:
        yield _element_finding(guide, segment, position, 2, f"though the level {code} stands below no other")
    elif rule.below and levels.get(parent, "") not in rule.below and (parent in levels or not parent):
        above = levels.get(parent) or "none"
        allowed = " or ".join(sorted(rule.below))
        yield _element_finding(guide, segment, position, 3, f"and stands below {above}, not below {allowed}")


def _missing(guide: Guide, loop: _Loop, position: int) -> Iterator[Finding]:
    rule = (guide.levels or {}).get(loop.level)
    for segment, first in rule.mandatory if rule else ():
        if (segment, first) not in loop.seen:
            name = f"{segment} with {first}" if first else segment
            sentence = f"The segment {name} is missing in the loop of level {loop.level} at segment {loop.begins_at}."
            yield Finding(Level.SEGMENT, "3", sentence, Severity.ERROR, segment, position)


def _unwelcome(guide: Guide, level: str, segment: list[str], position: int) -> Iterator[Finding]:
    rule = (guide.levels or {}).get(level)
    for name, first in rule.unwelcome if rule else ():
        if segment[0] == name and first in ("", _element(segment, 1)):
            sentence = f"The segment {'*'.join(filter(None, (name, first)))} is not expected at level {level}."
            yield Finding(Level.SEGMENT, "2", sentence, Severity.WARNING, name, position)


def _element_finding(guide: Guide, segment: list[str], position: int, place: int, sentence: str) -> Finding:
    stated = _element(segment, place)
    return Finding(
        Level.ELEMENT,
        "7",
        f"{segment[0]}{place:02} is {shown(stated)}, {sentence}.",
        Severity.ERROR,
        segment[0],
        position,
        place,
        None,
        guide.rules[segment[0]].elements[place - 1].number,
        stated[:BAD_VALUE_LONGEST] or None,
    )


def _element(segment: list[str], position: int) -> str:
    return segment[position] if len(segment) > position else ""
