"""What the tests send: an envelope, and small right bodies of each set that leaves."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from include.x12.transaction_sets import FUNCTIONAL_IDENTIFIERS
from include.x12.writing import OutgoingGroup, OutgoingInterchange, OutgoingSet

ENVELOPE = OutgoingInterchange("ZZ", "VENDOR1", "ZZ", "AMAZON", datetime(2026, 11, 24, 16, 30, tzinfo=UTC), 17)
BODIES = {
    "850": [
        ["BEG", "00", "NE", "T0000001", "", "20261124"],
        ["REF", "CR", "VNDR1"],
        ["CSH", "Y"],
        ["DTM", "064", "20261201"],
        ["DTM", "063", "20261208"],
        ["N1", "ST", "", "92", "PHX6"],
        ["PO1", "1", "5", "EA", "9.99", "PE", "BP", "B012345678"],
        ["CTT", "1", "5"],
    ],
    "855": [
        ["BAK", "00", "AC", "T0000001", "20261124"],
        ["PO1", "1", "5", "EA", "9.99", "NT", "BP", "B012345678"],
        ["ACK", "IA", "3", "EA", "068", "20261201"],
        ["ACK", "IR", "2", "EA"],
        ["CTT", "1", "5"],
    ],
    "997": [["AK1", "PO", "1"], ["AK2", "850", "0001"], ["AK5", "A"], ["AK9", "A", "1", "1", "1"]],
}
RELEASES = {"00400": "004010", "00401": "004010", "00501": "005010"}


def envelope(release="00400", **changed):
    return replace(ENVELOPE, release=release, **changed)


def group(kind, *bodies, version="004010", number=1):
    """One group of sets of a kind, numbered from 0001."""
    sets = tuple(OutgoingSet(kind, f"{place:04}", body) for place, body in enumerate(bodies or (BODIES[kind],), 1))
    return OutgoingGroup(FUNCTIONAL_IDENTIFIERS[kind], "VENDOR1", "AMAZON", number, version, sets)
