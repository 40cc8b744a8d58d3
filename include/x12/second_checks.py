"""What pyx12 does not look at: the totals in a CTT, the levels of HL loops, the line that a packed item names twice.

Like the rest of the second opinion it knows nothing of our guides.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

# What CTT01 counts, and what CTT02 sums.
_TOTALS = {
    "846": ("LIN", "QTY", 2),
    "855": ("PO1", "PO1", 2),
    "856": ("HL", "SN1", 2),
}
_BELOW = {"O": "S", "T": "O", "P": "OT", "I": "P"}  # by level of a ship notice, the levels that it may stand below


def doubts(text: str) -> Iterator[str]:
    """What is wrong with the sets of an interchange that is written with `*` and `~`."""
    segments: list[list[str]] = []
    for line in text.split("~"):
        segments.append(line.split("*"))
        if segments[-1][0] == "ST":
            segments = segments[-1:]
        elif segments[-1][0] == "SE" and segments[0][0] == "ST":
            yield from _total_doubts(segments)
            yield from _line_doubts(segments)
            yield from _level_doubts(segments)


def _total_doubts(segments: list[list[str]]) -> Iterator[str]:
    totals = _TOTALS.get(_element(segments[0], 1))
    stated = next((segment for segment in segments if segment[0] == "CTT"), None)
    if totals is None or stated is None:
        return
    counted, summed, place = totals
    found = (
        Decimal(sum(segment[0] == counted for segment in segments)),
        sum((_number(_element(segment, place)) for segment in segments if segment[0] == summed), Decimal(0)),
    )
    for position, number in enumerate(found, 1):
        text = _element(stated, position)
        if text and _number(text) != number:
            yield f"CTT{position:02} is {text}, but it is {number} by a second count."


def _line_doubts(segments: list[list[str]]) -> Iterator[str]:
    line = ""
    for segment in segments:
        if segment[0] == "HL":
            line = ""
        elif segment[0] == "LIN":
            line = _element(segment, 1)
        elif segment[0] == "SN1" and line and _element(segment, 1) != line:
            yield f"The SN1 of line {line} names line {_element(segment, 1)}."


def _level_doubts(segments: list[list[str]]) -> Iterator[str]:
    levels: dict[str, str] = {}
    for segment in segments:
        if segment[0] == "HL":
            number, parent, level = (_element(segment, position) for position in (1, 2, 3))
            above = levels.get(parent)
            if above and above not in _BELOW.get(level, above):
                yield f"Loop {number} of level {level} stands below one of level {above}."
            levels[number] = level


def _element(segment: list[str], position: int) -> str:
    return segment[position] if len(segment) > position else ""


def _number(text: str) -> Decimal:
    """A number, or zero where it is none, which pyx12 says itself."""
    try:
        return Decimal(text)
    except ArithmeticError:
        return Decimal(0)
