"""Twenty-five small files, right and wrong, and what a correct receiver says of each: accept or reject, and where.

They are the cases by which the peers were compared; most of the peers get 7 to 21 of them.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.engine.orders import ISA, order_segments
from include.x12.envelope import Event, GroupEnd, InterchangeEnd, TransactionSet, Unreadable
from include.x12.findings import Finding
from include.x12.reading import read_interchanges
from include.x12.transaction_sets import GuideFor


@dataclass(frozen=True, slots=True)
class Case:
    """`sets` is how many sets a reader must see; `fault` is (level, code, segment, element) of a finding."""

    name: str
    content: bytes
    sets: int = 1
    fault: tuple[str, str, str, int | None] | None = None


def all_cases() -> list[Case]:
    return [*_right_cases(), *_wrong_envelopes(), *_wrong_contents()]


def is_answered_rightly(case: Case, guide_for: GuideFor) -> bool:
    """Whether our engine sees every set, gives the right verdict and, for a wrong file, names the fault."""
    events = list(read_interchanges(io.BytesIO(case.content), guide_for))
    sets = sum(isinstance(event, TransactionSet) for event in events)
    findings = [finding for event in events for finding in _findings(event)]
    if case.fault is None:
        return sets == case.sets and not findings and is_accepted(events)
    named = any(
        (f.level, f.code, f.segment_identifier, f.element_position) == case.fault and f.sentence for f in findings
    )
    return sets == case.sets and named and not is_accepted(events)


def is_accepted(events: list[Event]) -> bool:
    """Whether nothing in a file is refused: what a receiver acts on."""
    if any(isinstance(event, Unreadable) for event in events):
        return False
    return all(e.verdict != "R" for e in events if isinstance(e, (TransactionSet, GroupEnd, InterchangeEnd)))


def _findings(event: Event) -> tuple[Finding, ...]:
    if isinstance(event, (TransactionSet, GroupEnd, InterchangeEnd, Unreadable)):
        return event.findings
    return ()


def _set(control_number: str = "0001", segments: list[str] | None = None) -> list[str]:
    body = order_segments(1, 3) if segments is None else segments
    return [f"ST*850*{control_number}", *body, f"SE*{len(body) + 2}*{control_number}"]


def _group(*sets: list[str], number: str = "1") -> list[str]:
    inside = [segment for one in sets for segment in one]
    return [f"GS*PO*AMAZON*VENDOR1*20261124*1500*{number}*X*004010", *inside, f"GE*{len(sets)}*{number}"]


def _file(*groups: list[str], isa12: str = "00401") -> list[str]:
    inside = [segment for group in groups for segment in group]
    return [ISA.format(isa12=isa12), *inside, f"IEA*{len(groups)}*000000001"]


def _text(segments: list[str], terminator: str = "~") -> bytes:
    return (terminator.join(segments) + terminator).encode()


def _swapped(old: str, new: str) -> bytes:
    content = _text(_file(_group(_set())))
    assert content.count(old.encode()) == 1, old
    return content.replace(old.encode(), new.encode())


def _right_cases() -> Iterator[Case]:
    good = _file(_group(_set()))
    named = [segment.replace("NORTH CENTRE", "DÉPÔT NORD") for segment in good]
    piped = [segment.replace("*", "|") for segment in good]
    tilde = [segment.replace("NORTH CENTRE", "NORTH~CENTRE") for segment in piped]
    yield Case("01 good", _text(good))
    yield Case("02 two sets in a group", _text(_file(_group(_set("0001"), _set("0002")))), sets=2)
    yield Case("03 CRLF after each terminator", _text(good, "~\r\n"))
    yield Case("04 LF is the terminator, pipe the separator", _text(piped, "\n"))
    yield Case("05 ISA12 00400 (what Amazon sends)", _text(_file(_group(_set()), isa12="00400")))
    yield Case("06 two interchanges in one file", _text(good) * 2, sets=2)
    yield Case("07 two groups in an interchange", _text(_file(_group(_set()), _group(_set(), number="2"))), sets=2)
    yield Case("08 UTF-8 accent in ship-to name", _text(named))
    yield Case("09 latin-1 accent (bytes)", _text(named).decode().encode("latin-1"))
    yield Case("10 blank line before ISA", b"\xef\xbb\xbf\r\n\n" + _text(good))
    yield Case("11 ~ in an element of a pipe-separated file", _text(tilde, "\n"))


def _wrong_envelopes() -> Iterator[Case]:
    twice = _text(_file(_group(_set("0001"), _set("0001"))))
    yield Case("12 SE01 wrong count", _swapped("SE*16*", "SE*17*"), fault=("set", "4", "SE", None))
    yield Case("13 SE02 is not ST02", _swapped("SE*16*0001", "SE*16*0002"), fault=("set", "3", "SE", None))
    yield Case("14 GE01 wrong count", _swapped("GE*1*", "GE*2*"), fault=("group", "5", "GE", None))
    yield Case("15 IEA02 is not ISA13", _swapped("IEA*1*000000001", "IEA*1*000000002"),
               fault=("interchange", "001", "IEA", None))  # fmt: skip
    yield Case("16 same ST02 twice in a group", twice, sets=2, fault=("set", "23", "ST", None))
    good = _text(_file(_group(_set())))
    yield Case("17 cut off in the middle", good[: good.index(b"PO1*2*") + 12], fault=("set", "2", "SE", None))
    yield Case("18 empty segment (~~) mid file", _swapped("~CSH*Y~", "~~CSH*Y~"), fault=("segment", "1", "", None))


def _wrong_contents() -> Iterator[Case]:
    body = order_segments(1, 3)
    yield Case("19 BEG missing", _text(_file(_group(_set(segments=body[1:])))), fault=("segment", "3", "BEG", None))
    yield Case("20 BEG03 empty", _swapped("*T0000001*", "**"), fault=("element", "1", "BEG", 3))
    quantity = body[10].split("*")[2]
    yield Case("21 PO102 not a number", _swapped(f"PO1*1*{quantity}*", "PO1*1*TEN*"), fault=("element", "6", "PO1", 2))
    yield Case("22 date 20261332", _swapped("064*20261201", "064*20261332"), fault=("element", "8", "DTM", 2))
    strange = [*body[:4], "ZZZ*1", *body[4:]]
    yield Case("23 unknown segment ZZZ", _text(_file(_group(_set(segments=strange)))),
               fault=("segment", "1", "ZZZ", None))  # fmt: skip
    late = [*body[1:-1], body[0], body[-1]]
    yield Case("24 header segment after the lines", _text(_file(_group(_set(segments=late)))),
               fault=("segment", "7", "BEG", None))  # fmt: skip
    yield Case("25 CTT01 not the number of lines", _swapped("CTT*3*", "CTT*4*"), fault=("element", "7", "CTT", 1))
