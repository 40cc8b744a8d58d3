"""What a transaction set must look like, as values: positions, loops, segments, elements, code lists and totals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from include.x12.findings import Severity


@dataclass(frozen=True, slots=True)
class Element:
    """A data element at its place in a segment; a composite has `components` and no type of its own."""

    number: int
    name: str
    kind: str  # ID AN N0 N2 R DT TM, or C for a composite
    shortest: int
    longest: int
    is_mandatory: bool = False
    is_advised: bool = False
    codes: frozenset[str] | None = None
    advised_codes: frozenset[str] | None = None
    components: tuple[Element, ...] = ()


@dataclass(frozen=True, slots=True)
class SyntaxNote:
    """P all or none, R at least one, E at most one, C if the first then all others, L if the first then one other."""

    kind: str
    positions: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class SegmentRule:
    """A segment's elements; a loose one is placed and counted, its elements are not looked into."""

    identifier: str
    elements: tuple[Element, ...]
    notes: tuple[SyntaxNote, ...] = ()
    is_loose: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A position of the set: one segment, or a loop that its first segment opens (`children` follow it)."""

    rule: SegmentRule
    most: int | None
    is_mandatory: bool
    is_loop: bool
    qualifiers: frozenset[str] = frozenset()
    children: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Total:
    """A control total: an element that counts segments, or sums one of their elements."""

    segment: str
    element: int
    of_segment: str
    of_element: int | None  # None counts
    severity: Severity


@dataclass(frozen=True, slots=True)
class Equality:
    """An element that repeats what another segment of the same loop says before it."""

    segment: str
    element: int
    to_segment: str
    to_element: int


@dataclass(frozen=True, slots=True)
class HierarchyLevel:
    """A level of HL loops (HL03): what it stands below, the top where that is empty.

    What must stand in it and what is unwelcome are pairs of a segment and its first element, "" for any.
    """

    below: frozenset[str]
    mandatory: tuple[tuple[str, str], ...] = ()
    unwelcome: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Guide:
    """All that is known of one transaction set; `known_segments` are those of the release."""

    release: str
    set_identifier: str
    functional_identifier: str
    places: tuple[Place, ...]
    rules: Mapping[str, SegmentRule]
    used_segments: frozenset[str]
    totals: tuple[Total, ...]
    equalities: tuple[Equality, ...] = ()
    levels: Mapping[str, HierarchyLevel] | None = (
        None  # of HL loops; None has none, an empty one asks for right numbers only
    )
