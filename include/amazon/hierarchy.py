"""The HL loops of a transaction set that was read, as the tree that their numbers make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from include.amazon.elements import Segment, element, parse_date


@dataclass(slots=True)
class Level:
    """An HL loop that was read: its segments without the HL, and the loops that name it as their parent."""

    code: str
    segments: list[Segment] = field(default_factory=list)
    children: list[Level] = field(default_factory=list)

    def all(self, identifier: str) -> list[Segment]:
        """Its segments of that kind."""
        return [segment for segment in self.segments if segment[0] == identifier]

    def first(self, identifier: str) -> Segment:
        """Its first segment of that kind; an empty one where there is none."""
        return next((segment for segment in self.segments if segment[0] == identifier), ())

    def day(self, qualifier: str) -> date | None:
        """The first DTM with that qualifier."""
        return next((parse_date(element(s, 2)) for s in self.all("DTM") if element(s, 1) == qualifier), None)

    def reference(self, qualifier: str) -> str | None:
        """The first REF with that qualifier."""
        return next((element(s, 2) for s in self.all("REF") if element(s, 1) == qualifier), None)


def read_tree(segments: Sequence[Segment]) -> Level:
    """The shipment, the first of the loops, with all that is below it."""
    levels: dict[str, Level] = {}
    current = Level("")
    root: Level | None = None
    for segment in segments:
        if segment[0] == "HL":
            current = levels[element(segment, 1)] = Level(element(segment, 3))
            root = root or current
            if parent := levels.get(element(segment, 2)):
                parent.children.append(current)
        elif segment[0] not in ("CTT", "SE"):
            current.segments.append(segment)
    return root or current
