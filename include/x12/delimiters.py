"""The delimiters of an interchange, which its ISA declares (positions 4, 105 and 106, ISA11 from 00402 on)."""

from __future__ import annotations

from dataclasses import dataclass

_BLANKS = " \t\r\n"


@dataclass(frozen=True, slots=True)
class Delimiters:
    """One character each; `repetition` is None where the release has none."""

    element: str = "*"
    segment: str = "~"
    component: str = ">"
    repetition: str | None = None

    @property
    def all(self) -> frozenset[str]:
        """Every character that separates something."""
        return frozenset((self.element, self.segment, self.component, self.repetition or self.segment))

    @property
    def are_ascii(self) -> bool:
        """Whether each is one byte in UTF-8, in which we write."""
        return all(map(str.isascii, self.all))


STANDARD = Delimiters()


def can_separate(character: str) -> bool:
    """Whether a character may separate elements, components or repetitions; a terminator may be a line end too."""
    return not (character.isalnum() or character in _BLANKS)


def faults(delimiters: Delimiters) -> list[tuple[str, str]]:
    """What makes these delimiters illegal: TA1 note codes with a sentence each."""
    found: list[tuple[str, str]] = []
    named = [("026", "element separator", delimiters.element), ("027", "component separator", delimiters.component)]
    if delimiters.repetition:
        named.append(("022", "repetition separator", delimiters.repetition))
    for code, name, character in named:
        if not can_separate(character):
            found.append((code, f"The {name} {character!r} is a letter, a digit or a blank."))
    if delimiters.segment.isalnum() or delimiters.segment == " ":
        found.append(("004", f"The segment terminator {delimiters.segment!r} is a letter, a digit or a space."))
    characters = [*(character for _, _, character in named), delimiters.segment]
    if len(set(characters)) < len(characters):
        found.append(("022", f"Two delimiters are the same character: {' '.join(map(repr, characters))}."))
    return found
