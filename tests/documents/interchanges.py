"""Interchanges as a partner writes them, and relationships to read them by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from include.relationships.model import Relationship

Set = tuple[str, Sequence[str]]  # its identifier and the segments between ST and SE
GROUPS = {"850": "PO", "860": "PC", "997": "FA", "820": "RA"}


def relationship(name: str = "amazon", *, ours: str = "VENDOR1", **fields: Any) -> Relationship:
    told = {
        "name": name,
        "mode": "production",
        "guide": "amazon",
        "ours": {"qualifier": "ZZ", "id": ours, "group_id": ours},
        "partner": {"qualifier": "ZZ", "id": "AMAZON", "group_id": "AMAZON"},
        "customer": "Amazon",
        "location": "Main",
        "price_tier": "Amazon",
        "tax_rule": "Tax Exempt",
    }
    return Relationship.model_validate(told | fields)


def order(number: str = "4ABCDEF1", *, vendor_code: str | None = "VNDR1", name: str = "NORTH CENTRE") -> Set:
    segments = [
        f"BEG*00*NE*{number}**20261124",
        *([f"REF*CR*{vendor_code}"] if vendor_code else []),
        "CSH*Y",
        "DTM*064*20261201",
        "DTM*063*20261208",
        f"N1*ST*{name}*92*PHX6",
        "PO1*1*12*EA*9.99*PE*BP*B012345678",
        "CTT*1*12",
    ]
    return "850", segments


def broken_order(number: str = "4ABCDEF1") -> Set:
    """Its price is no number."""
    identifier, segments = order(number)
    return identifier, [segment.replace("*9.99*", "*CHEAP*") for segment in segments]


def acknowledgement(group_number: str, *answers: str, functional_identifier: str = "PR", verdict: str = "A") -> Set:
    """A 997; `answers` are its segments between AK1 and AK9."""
    accepted = "0" if verdict == "R" else "1"
    return "997", [f"AK1*{functional_identifier}*{group_number}", *answers, f"AK9*{verdict}*1*1*{accepted}"]


def interchange(
    *sets: Set,
    number: int = 1,
    group_number: int | None = None,
    sender: str = "AMAZON",
    receiver: str = "VENDOR1",
    usage: str = "P",
    release: str = "004010",
    before: Sequence[str] = (),
) -> bytes:
    """One interchange with one group of these sets; `before` are segments in front of the group, such as a TA1."""
    group_number = number if group_number is None else group_number
    lines = [
        f"ISA*00*          *00*          *ZZ*{sender:15}*ZZ*{receiver:15}*261124*1500*U*00400*{number:09}*0*{usage}*>",
        *before,
    ]
    if sets:
        functional = GROUPS.get(sets[0][0], "PO")
        lines.append(f"GS*{functional}*{sender}*{receiver}*20261124*1500*{group_number}*X*{release}")
        for place, (identifier, segments) in enumerate(sets, 1):
            lines += [f"ST*{identifier}*{place:04}", *segments, f"SE*{len(segments) + 2}*{place:04}"]
        lines.append(f"GE*{len(sets)}*{group_number}")
    lines.append(f"IEA*{int(bool(sets))}*{number:09}")
    return "".join(f"{line}~" for line in lines).encode()
