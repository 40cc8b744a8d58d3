"""Checks the elements of one segment: presence, type, length, code lists and syntax notes (codes of AK403)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from include.x12.delimiters import Delimiters
from include.x12.findings import Severity, shown
from include.x12.rules import Element, SegmentRule, SyntaxNote

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f]")
_WHOLE = re.compile(r"-?[0-9]+")
_DECIMAL = re.compile(r"-?([0-9]+\.?[0-9]*|\.[0-9]+)(E-?[0-9]{1,2})?")  # a longer exponent is an attack
_TIME = re.compile(r"([01][0-9]|2[0-3])[0-5][0-9]([0-5][0-9]([0-9]{1,2})?)?")


@dataclass(frozen=True, slots=True)
class ElementFault:
    """A fault before it has its place in a set: `sentence` follows the element's name."""

    position: int
    component: int | None
    number: int | None
    code: str
    sentence: str
    bad_value: str | None = None
    severity: Severity = Severity.ERROR


def check_elements(rule: SegmentRule, segment: list[str], delimiters: Delimiters) -> Iterator[ElementFault]:
    """Every fault of a segment's elements."""
    values = segment[1:]
    while values and not values[-1]:
        values.pop()
    if rule.is_loose:
        yield from _loose(values)
        return
    for position, element in enumerate(rule.elements, 1):
        value = values[position - 1] if position <= len(values) else ""
        if value and not (value.isspace() and (element.is_mandatory or element.is_advised)):
            yield from _value(position, element, value, delimiters)
        else:
            yield from _absent(position, element)
    for position in range(len(rule.elements) + 1, len(values) + 1):
        if values[position - 1]:
            yield ElementFault(position, None, None, "3", "is more than the segment has.", values[position - 1])
    for note in rule.notes:
        yield from _note(note, rule, values)


def _loose(values: list[str]) -> Iterator[ElementFault]:
    for position, value in enumerate(values, 1):
        if _UNPRINTABLE.search(value):
            yield ElementFault(position, None, None, "6", "holds an unprintable character.", value)


def _absent(position: int, element: Element) -> Iterator[ElementFault]:
    if element.is_mandatory:
        yield ElementFault(position, None, element.number or None, "1", f"({element.name}) is missing.")
    elif element.is_advised:
        sentence = f"({element.name}) is missing, though the guide asks for it."
        yield ElementFault(position, None, element.number or None, "1", sentence, severity=Severity.WARNING)


def _value(position: int, element: Element, value: str, delimiters: Delimiters) -> Iterator[ElementFault]:
    if element.components:
        yield from _composite(position, element, value.split(delimiters.component), delimiters)
        return
    code, sentence = _simple(element, value)
    if code:
        yield ElementFault(position, None, element.number, code, f"({element.name}) {sentence}", value)
    elif element.codes is not None and value not in element.codes:
        known = ", ".join(sorted(element.codes))
        sentence = f"({element.name}) is {shown(value)}, which is not one of {known}."
        yield ElementFault(position, None, element.number, "7", sentence, value)
    elif element.advised_codes is not None and value not in element.advised_codes:
        known = ", ".join(sorted(element.advised_codes))
        sentence = f"({element.name}) is {shown(value)}; the guide knows only {known}."
        yield ElementFault(position, None, element.number, "7", sentence, value, Severity.WARNING)


def _composite(position: int, element: Element, values: list[str], delimiters: Delimiters) -> Iterator[ElementFault]:
    for index, part in enumerate(element.components, 1):
        value = values[index - 1] if index <= len(values) else ""
        faults = _value(index, part, value, delimiters) if value else _absent(index, part)
        for fault in faults:
            yield replace(fault, position=position, component=index)
    for index in range(len(element.components) + 1, len(values) + 1):
        if values[index - 1]:
            yield ElementFault(position, index, None, "3", "has more components than the composite.", values[index - 1])


def _simple(element: Element, value: str) -> tuple[str, str]:
    """The code and sentence of what is wrong with a value, two empty strings where nothing is."""
    kind = element.kind
    length = len(value)
    if kind in ("N0", "N2"):
        if not _WHOLE.fullmatch(value):
            return "6", f"is {shown(value)}, which is not a whole number."
        length = len(value.lstrip("-"))
    elif kind == "R":
        if not _DECIMAL.fullmatch(value):
            return "6", f"is {shown(value)}, which is not a number."
        length = sum(map(str.isdigit, value))
    elif _UNPRINTABLE.search(value):
        return "6", "holds an unprintable character."
    if kind == "DT" and not _is_date(value):
        return "8", f"is {shown(value)}, which is not a date of the form CCYYMMDD."
    if kind == "TM" and not _TIME.fullmatch(value):
        return "9", f"is {shown(value)}, which is not a time of the form HHMM or HHMMSS."
    if length < element.shortest:
        return "4", f"is {shown(value)}, shorter than {element.shortest}."
    if length > element.longest:
        return "5", f"has {length} characters, more than {element.longest}."
    return "", ""


def _is_date(value: str) -> bool:
    if len(value) != 8 or not (value.isascii() and value.isdigit()):
        return False
    try:
        date(int(value[:4]), int(value[4:6]), int(value[6:]))
    except ValueError:
        return False
    return True


def _note(note: SyntaxNote, rule: SegmentRule, values: list[str]) -> Iterator[ElementFault]:
    present = [position <= len(values) and bool(values[position - 1]) for position in note.positions]
    names = [f"{rule.identifier}{position:02}" for position in note.positions]
    if note.kind == "P" and any(present) and not all(present):
        missing, sentence = present.index(False), f"must stand wherever any of {', '.join(names)} does."
    elif note.kind == "R" and not any(present):
        missing, sentence = 0, f"or another of {', '.join(names)} must stand."
    elif note.kind == "C" and present[0] and not all(present[1:]):
        missing, sentence = present.index(False), f"must stand because {names[0]} does."
    elif note.kind == "L" and present[0] and not any(present[1:]):
        missing, sentence = 1, f"or another of {', '.join(names[1:])} must stand because {names[0]} does."
    elif note.kind == "E" and sum(present) > 1:
        position = note.positions[[i for i, stands in enumerate(present) if stands][1]]
        number = rule.elements[position - 1].number or None
        sentence = f"must not stand beside another of {', '.join(names)}."
        yield ElementFault(position, None, number, "10", sentence, values[position - 1])
        return
    else:
        return
    position = note.positions[missing]
    yield ElementFault(position, None, rule.elements[position - 1].number or None, "2", sentence)
