"""Recognises a right transaction set at once: a guide compiled to one regular expression over the set's text.

It may fail to recognise a right set (a 29th of February, an exponent), never the reverse: what it matches has no
finding of structure or element. What it does not match goes to checking, which says why. That makes reading fast.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from include.x12.delimiters import Delimiters
from include.x12.rules import Element, Guide, Place, SegmentRule, SyntaxNote

_DATE = (
    "(?:19|20)[0-9]{2}(?:(?:0[1-9]|1[0-2])(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])(?:29|30)|(?:0[13578]|1[02])31)"
)
_TIME = "(?:[01][0-9]|2[0-3])[0-5][0-9](?:[0-5][0-9](?:[0-9]{1,2})?)?"


@lru_cache(maxsize=64)
def recogniser(guide: Guide, delimiters: Delimiters) -> re.Pattern[str]:
    """Matches the whole text of a set, ST to SE, each segment with its terminator and nothing between."""
    return re.compile(_Compiler(delimiters).whole_set(guide))


class _Compiler:
    """The expressions of one set of delimiters."""

    def __init__(self, delimiters: Delimiters) -> None:
        self._separator = re.escape(delimiters.element)
        self._terminator = re.escape(delimiters.segment)
        self._component = re.escape(delimiters.component)
        stop = self._separator + self._terminator
        self._any = f"[^{stop}]"
        self._text = f"[^{stop}\\x00-\\x1f\\x7f]"
        self._part = f"[^{stop}{self._component}\\x00-\\x1f\\x7f]"
        self._end = f"[{stop}]"

    def whole_set(self, guide: Guide) -> str:
        start = self._segment(guide.rules["ST"])
        return start + self._places(guide.places) + self._segment(guide.rules["SE"])

    def _places(self, places: tuple[Place, ...]) -> str:
        return "".join(map(self._place, places))

    def _place(self, place: Place) -> str:
        body = self._segment(place.rule) + self._children(place)
        most = "" if place.most is None else str(place.most)
        times = f"(?:{body}){{{int(place.is_mandatory)},{most}}}+"
        return "".join(self._stands(place, qualifier) for qualifier in sorted(place.qualifiers)) + times

    def _children(self, place: Place) -> str:
        """What may follow in the loop, passed by at once where the loop begins again."""
        identifiers = set(_identifiers(place.children))
        if not identifiers or place.rule.identifier in identifiers:
            return self._places(place.children)
        return f"(?>(?!{place.rule.identifier}{self._separator}){self._places(place.children)}|)"

    def _stands(self, place: Place, qualifier: str) -> str:
        """Looks ahead for the qualifier among the segments of this place and of its loop."""
        inside = "|".join(sorted({place.rule.identifier, *_identifiers(place.children)}))
        skipped = f"(?:(?:{inside}){self._separator}[^{self._terminator}]*{self._terminator})*?"
        return f"(?={skipped}{place.rule.identifier}{self._separator}{re.escape(qualifier)}{self._end})"

    def _segment(self, rule: SegmentRule) -> str:
        if rule.is_loose:
            return f"{rule.identifier}(?:{self._separator}{self._text}*+)*+{self._terminator}"
        pairs = {note.positions[0] for note in rule.notes if _is_pair(note, rule)}
        notes = "".join(self._note(note) for note in rule.notes if not _is_pair(note, rule))
        return f"{rule.identifier}{notes}{self._elements(rule.elements, pairs)}{self._terminator}"

    def _elements(self, elements: tuple[Element, ...], pairs: set[int]) -> str:
        """Nested from the right, so that trailing elements may be left out; a pair stands whole or not at all."""
        pattern = ""
        for position in range(len(elements), 0, -1):
            element = elements[position - 1]
            value = self._value(element)
            if position - 1 in pairs:
                continue
            if position in pairs:
                both = f"{value}{self._separator}{self._value(elements[position])}"
                pattern = f"(?:{self._separator}(?:{both}|{self._separator}){pattern})?"
                continue
            if element.is_mandatory or element.is_advised:
                pattern = f"{self._separator}(?!\\s+{self._end}){value}{pattern}"
            elif not pattern or pattern.startswith("(?:"):
                pattern = f"(?:{self._separator}(?:{value})?{pattern})?"
            else:
                pattern = f"{self._separator}(?:{value})?{pattern}"
        return pattern

    def _value(self, element: Element) -> str:
        if element.components:
            return self._composite(element.components)
        codes = element.codes if element.codes is not None else element.advised_codes
        if codes is not None:
            return f"(?:{'|'.join(map(re.escape, sorted(codes)))})(?={self._end})"
        return self._typed(element, self._text)

    def _typed(self, element: Element, text: str) -> str:
        longest = element.longest
        if element.kind in ("N0", "N2"):
            return f"-?[0-9]{{{element.shortest},{longest}}}+"
        if element.kind == "R":
            if element.shortest > 1:
                return f"[0-9]{{{element.shortest},{longest}}}+"
            return f"-?(?:[0-9]{{1,{longest}}}+(?!\\.)|(?=[0-9.]{{3,{longest + 1}}}[^0-9.])[0-9]++\\.[0-9]++)"
        if element.kind == "DT":
            return _DATE
        if element.kind == "TM":
            return _TIME
        return f"{text}{{{element.shortest},{longest}}}+"

    def _composite(self, parts: tuple[Element, ...]) -> str:
        """Only the first components, all mandatory ones among them, in their plain form."""
        pattern = ""
        for part in reversed(parts):
            value = self._typed(part, self._part)
            if part is parts[0]:
                pattern = f"{value}{pattern}"
            elif part.is_mandatory:
                pattern = f"{self._component}{value}{pattern}"
            else:
                pattern = f"(?:{self._component}{value}{pattern})?"
        return pattern

    def _present(self, position: int) -> str:
        return f"(?:{self._separator}{self._any}*+){{{position - 1}}}+{self._separator}{self._any}"

    def _note(self, note: SyntaxNote) -> str:
        present = [f"(?={self._present(position)})" for position in note.positions]
        absent = [f"(?!{self._present(position)})" for position in note.positions]
        if note.kind == "P":
            return f"(?:{''.join(absent)}|{''.join(present)})"
        if note.kind == "R":
            return f"(?:{'|'.join(present)})"
        if note.kind == "C":
            return f"(?:{absent[0]}|{''.join(present[1:])})"
        if note.kind == "L":
            return f"(?:{absent[0]}|{'|'.join(present[1:])})"
        pairs = ((a, b) for i, a in enumerate(present) for b in present[i + 1 :])
        return "".join(f"(?!{a}{b})" for a, b in pairs)


def _is_pair(note: SyntaxNote, rule: SegmentRule) -> bool:
    """A note that two neighbours, with only optional ones behind them, stand together or not at all."""
    if note.kind != "P" or len(note.positions) != 2 or note.positions[1] != note.positions[0] + 1:
        return False
    alone = sum(bool({*note.positions}.intersection(other.positions)) for other in rule.notes if other.kind == "P") == 1
    return alone and not any(e.is_mandatory or e.is_advised for e in rule.elements[note.positions[0] - 1 :])


def _identifiers(places: tuple[Place, ...]) -> Iterator[str]:
    for place in places:
        yield place.rule.identifier
        yield from _identifiers(place.children)
