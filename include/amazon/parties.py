"""An N1 loop and the party that it tells: name, identification and address, exactly as they stand."""

from __future__ import annotations

from collections.abc import Sequence

from include.amazon.elements import Segment, element
from include.amazon.orders import Party


def parse_party(segments: Sequence[Segment]) -> Party:
    """The party of a loop; `segments` begin with its N1."""
    first = segments[0]
    place = next((segment for segment in segments if segment[0] == "N4"), ())
    return Party(
        qualifier=element(first, 3),
        identifier=element(first, 4),
        name=element(first, 2) or None,
        address_lines=tuple(part for segment in segments if segment[0] == "N3" for part in segment[1:] if part),
        city=element(place, 1) or None,
        state=element(place, 2) or None,
        postal_code=element(place, 3) or None,
        country=element(place, 4) or None,
    )


def write_party(entity: str, party: Party) -> list[list[str]]:
    """The loop of a party, two address lines to an N3; `entity` is N101."""
    segments = [["N1", entity, party.name or "", party.qualifier, party.identifier]]
    lines = party.address_lines
    segments += [["N3", *lines[at : at + 2]] for at in range(0, len(lines), 2)]
    place = [part or "" for part in (party.city, party.state, party.postal_code, party.country)]
    return [*segments, ["N4", *place]] if any(place) else segments
