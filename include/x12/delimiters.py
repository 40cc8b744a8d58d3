"""The delimiters of an interchange, which its ISA declares (positions 4, 105 and 106, ISA11 from 00402 on)."""

from __future__ import annotations

from dataclasses import dataclass


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


def components(value: str, delimiters: Delimiters) -> list[str]:
    """The components of a composite element."""
    return value.split(delimiters.component)


def faults(delimiters: Delimiters) -> list[tuple[str, str]]:
    """What makes these delimiters illegal: TA1 note codes with a sentence each."""
    found: list[tuple[str, str]] = []
    named = (("026", "element separator", delimiters.element), ("004", "segment terminator", delimiters.segment),
             ("027", "component separator", delimiters.component))  # fmt: skip
    for code, name, character in named:
        if character.isalnum() or character == " ":
            found.append((code, f"The {name} {character!r} is a letter, a digit or a space."))
    characters = [character for _, _, character in named]
    if delimiters.repetition:
        characters.append(delimiters.repetition)
        if delimiters.repetition.isalnum() or delimiters.repetition == " ":
            found.append(
                ("022", f"The repetition separator {delimiters.repetition!r} is a letter, a digit or a space.")
            )
    if len(set(characters)) < len(characters):
        found.append(("022", f"Two delimiters are the same character: {' '.join(map(repr, characters))}."))
    return found
