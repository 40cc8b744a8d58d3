"""Words made fit for a label: only characters that every printer's built-in font has, and no wider than their place.

Widths are Helvetica's; the condensed font of label printers is narrower, so what fits here fits there.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from reportlab.pdfbase.pdfmetrics import stringWidth

REGULAR, BOLD = "Helvetica", "Helvetica-Bold"
SMALLEST = 0.7  # how far letters shrink before words are cut
LONGEST = 240  # characters that are looked at
_CUT = "..."
_REPLACED: dict[int, int | str] = {  # what Unicode does not take apart into Latin-1
    **str.maketrans("\u2018\u2019\u201a\u201c\u201d\u201e", "'''\"\"\""),
    **str.maketrans("\u2010\u2011\u2012\u2013\u2014\u2212", "------"),
    **str.maketrans("ŁłĐđ\u0131", "LlDdi"),
    **{ord("€"): "EUR", ord("Œ"): "OE", ord("œ"): "oe", ord("ẞ"): "SS"},
}


def printable(text: str) -> str:
    """`text` on one line and in Latin-1: accents that it lacks are dropped, what remains strange is a question mark."""
    plain = unicodedata.normalize("NFC", text[:LONGEST]).translate(_REPLACED)
    visible = "".join(" " if each.isspace() else _in_latin_1(each) for each in plain)
    return " ".join(visible.split())


def fitted(text: str, width: float, size: float, font: str = BOLD) -> tuple[str, float]:
    """`text` and the letter size at which it is no wider than `width` (any unit): smaller first, then cut."""
    room = width / size
    needed = stringWidth(text, font, 1)
    if needed <= room:
        return text, size
    if needed * SMALLEST <= room:
        return text, width / needed
    while text and stringWidth(text.rstrip() + _CUT, font, 1) * SMALLEST > room:
        text = text[:-1]
    return text.rstrip() + _CUT, size * SMALLEST


def wrapped(text: str, width: float, size: float, most: int, font: str = BOLD) -> list[str]:
    """`text` in rows of whole words, at most so many, one where smaller letters do; each is still to be fitted."""
    if stringWidth(text, font, size * SMALLEST) <= width:
        return [text]
    rows: list[str] = []
    for word in text.split():
        longer = f"{rows[-1]} {word}" if rows else word
        if rows and (len(rows) == most or stringWidth(longer, font, size) <= width):
            rows[-1] = longer
        else:
            rows.append(word)
    return rows


def fitted_list(words: Sequence[str], width: float, size: float) -> tuple[str, float]:
    """As many of `words` as fit beside one another, and how many more there are."""
    for shown in range(len(words), 1, -1):
        rest = f" +{len(words) - shown} more" if shown < len(words) else ""
        text = ", ".join(words[:shown]) + rest
        if stringWidth(text, BOLD, size * SMALLEST) <= width:
            return fitted(text, width, size)
    rest = f" +{len(words) - 1} more" if len(words) > 1 else ""
    first, small = fitted(words[0], width - stringWidth(rest, BOLD, size), size)
    return first + rest, small


def _in_latin_1(character: str) -> str:
    if unicodedata.category(character).startswith("C"):
        return ""
    for candidate in (character, unicodedata.normalize("NFKD", character)):
        kept = "".join(each for each in candidate if not unicodedata.combining(each))
        if kept and kept.isprintable() and all(ord(each) < 0x100 for each in kept):
            return kept
    return "" if unicodedata.combining(character) else "?"
