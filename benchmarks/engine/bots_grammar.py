"""A grammar of the 850 for Bots' core, in its own format: what an order file of this bench needs, and its envelope."""

from __future__ import annotations

from botscore.constants import ID, LEVEL, MAX, MIN, QUERIES, SUBTRANSLATION

MANY = 999_999
FORMATS = {
    "ISA": "ID2! AN10! ID2! AN10! ID2! AN15! ID2! AN15! DT6! TM4! AN1! ID5! N09! ID1! ID1!",
    "GS": "ID2! AN15! AN15! DT8! TM8! N09! ID2! AN12!",
    "ST": "ID3! AN9!",
    "BEG": "ID2! ID2! AN22! AN30 DT8! AN30",
    "REF": "ID3! AN30 AN80",
    "PER": "ID2! AN60 ID2 AN80",
    "CSH": "ID2",
    "DTM": "ID3! DT8 TM8 ID2",
    "N1": "ID3! AN60 ID2 AN80",
    "N2": "AN60! AN60",
    "N3": "AN55! AN55",
    "N4": "AN30 ID2 ID15 ID3",
    "PO1": "AN20 R15 ID2 R17 ID2" + " ID2 AN48" * 10,
    "PID": "ID1! ID3 ID2 AN12 AN80",
    "CTT": "N06! R10",
    "SE": "N010! AN9!",
    "GE": "N06! N09!",
    "IEA": "N05! N09!",
}


def _record(identifier: str, formats: str) -> list[list[object]]:
    fields: list[list[object]] = [["BOTSID", "M", 3, "AN"]]
    for position, text in enumerate(formats.split(), 1):
        plain = text.rstrip("!")
        kind = plain[:2] if plain[0] != "R" else "R"
        length = int(plain[len(kind) :])
        fields.append([f"{identifier}{position:02}", "M" if text.endswith("!") else "C", length, kind])
    return fields


def _segment(identifier: str, least: int, most: int, inside: list[dict] | None = None) -> dict:  # type: ignore[type-arg] # Bots' format
    return {ID: identifier, MIN: least, MAX: most, **({LEVEL: inside} if inside else {})}


recorddefs = {identifier: _record(identifier, formats) for identifier, formats in FORMATS.items()}
# ISA16 is the component separator itself, which Bots reads as two empty components
recorddefs["ISA"].append(["ISA16", "C", [["ISA16.01", "C", 1, "AN"], ["ISA16.02", "C", 1, "AN"]]])

ORDER = _segment("ST", 1, MANY, [
    _segment("BEG", 1, 1),
    _segment("REF", 0, MANY),
    _segment("PER", 0, 3),
    _segment("CSH", 0, 5),
    _segment("DTM", 0, 10),
    _segment("N1", 0, 200, [_segment("N2", 0, 2), _segment("N3", 0, 2), _segment("N4", 0, MANY)]),
    _segment("PO1", 1, 100_000, [_segment("PID", 0, 1000)]),
    _segment("CTT", 0, 1),
    _segment("SE", 1, 1),
])  # fmt: skip

_TYPE = [{"BOTSID": "ST", "ST01": None}]
ENVELOPE = _segment("ISA", 1, MANY, [
    {**_segment("GS", 0, MANY, [
        {**_segment("ST", 0, MANY, [_segment("SE", 1, 1)]), SUBTRANSLATION: _TYPE,
         QUERIES: {"reference": {"BOTSID": "ST", "ST02": None}}},
        _segment("GE", 1, 1),
    ])},
    _segment("IEA", 1, 1),
])  # fmt: skip
NEXT_MESSAGE = ({"BOTSID": "ISA"}, {"BOTSID": "GS"}, {"BOTSID": "ST"})
