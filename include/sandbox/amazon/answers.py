"""An 855 as Amazon reads it, with what its guide (4010) has against its structure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from include.sandbox.amazon.faults import Fault
from include.sandbox.amazon.reading import Segment, TransactionSet, element, read_number

DAY = re.compile(r"\d{8}\Z")
ACCEPTED, BACK_ORDERED, REFUSED = {"IA", "IQ", "BP"}, {"IB"}, {"IR", "R2", "R3"}
STATUS_CODES = ACCEPTED | BACK_ORDERED | REFUSED
PURPOSE, WITH_CHANGE, UNCHANGED = "00", "AC", "AD"
PRICE_BASES = {"NT", "PE"}
ORDER = ("BAK", "PO1", "ACK", "CTT")


@dataclass(frozen=True, slots=True)
class Status:
    """An ACK."""

    code: str
    quantity: Decimal | None
    unit: str


@dataclass(slots=True)
class AnsweredLine:
    """A PO1 with its ACKs."""

    line_number: str
    quantity: Decimal | None
    unit: str
    price: Decimal | None
    item: tuple[str, str]
    statuses: list[Status] = field(default_factory=list)

    def total(self, codes: set[str]) -> Decimal:
        """The units under these status codes."""
        return sum((each.quantity or Decimal(0) for each in self.statuses if each.code in codes), Decimal(0))


@dataclass(slots=True)
class Answer:
    """One 855."""

    purchase_order_number: str
    kind: str  # BAK02
    day: str  # BAK04
    lines: list[AnsweredLine]
    faults: list[Fault]


def read_answer(one: TransactionSet) -> Answer:
    """The answer and all that is structurally wrong with it."""
    heads = [each for each in one.segments if each[0] == "BAK"]
    head = heads[0] if heads else ("BAK",)
    answer = Answer(element(head, 3), element(head, 2), element(head, 4), [], [])
    answer.faults += [_structural(sentence) for sentence in (*one.faults, *_order_faults(one.segments))]
    if element(head, 1) != PURPOSE or answer.kind not in {WITH_CHANGE, UNCHANGED} or not DAY.match(answer.day):
        answer.faults.append(_structural(f"{'*'.join(head)} is no heading that the guide knows"))
    for segment in one.segments:
        if segment[0] == "PO1":
            answer.lines.append(_read_line(segment, answer.faults))
        elif segment[0] == "ACK" and answer.lines:
            answer.lines[-1].statuses.append(_read_status(segment, answer.faults))
    _check_totals(one.segments, answer)
    return answer


def _order_faults(segments: Sequence[Segment]) -> list[str]:
    names = [each[0] for each in segments]
    faults = [
        f"a segment {name} has no place in an 855" for name in dict.fromkeys(names) if name not in (*ORDER, "CTP")
    ]
    if names.count("BAK") != 1 or names[0] != "BAK":
        faults.append("BAK must stand once and first")
    if names.count("CTT") != 1 or names[-1] != "CTT":
        faults.append("CTT must stand once and last")
    if "ACK" in names and "PO1" not in names[: names.index("ACK")]:
        faults.append("an ACK stands before any PO1")
    return faults


def _read_line(segment: Segment, faults: list[Fault]) -> AnsweredLine:
    number = element(segment, 1)
    line = AnsweredLine(
        number,
        read_number(element(segment, 2)),
        element(segment, 3),
        read_number(element(segment, 4)),
        (element(segment, 6), element(segment, 7)),
    )
    if not number or line.quantity is None or not line.unit or line.price is None or not all(line.item):
        faults.append(_structural(f"line {number}: {'*'.join(segment)} lacks what the guide requires"))
    if element(segment, 5) not in PRICE_BASES:
        faults.append(_structural(f"line {number}: {element(segment, 5)!r} is no price basis"))
    return line


def _read_status(segment: Segment, faults: list[Fault]) -> Status:
    status = Status(element(segment, 1), read_number(element(segment, 2)), element(segment, 3))
    if status.code not in STATUS_CODES:
        faults.append(_structural(f"{status.code!r} is no line status of the retail guide"))
    if status.quantity is None or status.quantity < 0 or not status.unit:
        faults.append(_structural(f"{'*'.join(segment)} has no quantity with a unit"))
    qualifier, day = element(segment, 4), element(segment, 5)
    if bool(qualifier) != bool(day) or (day and not DAY.match(day)):
        faults.append(_structural(f"{'*'.join(segment)} has a date without its qualifier, or none that can be read"))
    return status


def _check_totals(segments: Sequence[Segment], answer: Answer) -> None:
    total = next((each for each in segments if each[0] == "CTT"), ("CTT",))
    if element(total, 1) != str(len(answer.lines)):
        answer.faults.append(_structural(f"CTT01 is {element(total, 1)} and there are {len(answer.lines)} lines"))
    hash_total = sum((line.quantity or Decimal(0) for line in answer.lines), Decimal(0))
    if element(total, 2) and read_number(element(total, 2)) != hash_total:
        answer.faults.append(_structural(f"CTT02 is {element(total, 2)} and the quantities add up to {hash_total}"))
    for line in answer.lines:
        if not line.statuses:
            answer.faults.append(_structural(f"line {line.line_number} has no ACK"))


def _structural(sentence: str) -> Fault:
    return Fault(sentence, is_structural=True)
