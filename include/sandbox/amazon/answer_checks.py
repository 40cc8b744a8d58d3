"""An 855 held against the order that it answers: every line once, nothing but what was asked, at the order's price."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from include.sandbox.amazon.answers import (
    ACCEPTED,
    BACK_ORDERED,
    REFUSED,
    STATUS_CODES,
    UNCHANGED,
    Answer,
    AnsweredLine,
)
from include.sandbox.amazon.faults import Fault
from include.sandbox.amazon.scenario import UNMAPPED, Line, Order

KNOWN_PRODUCTS, ADDS_UP = 8, 4
MAY_BACK_ORDER = {"IB", "BP"}


@dataclass(frozen=True, slots=True)
class LineOutcome:
    """What an answer says of a line, in the line's unit."""

    line_number: str
    ordered: Decimal
    accepted: Decimal
    back_ordered: Decimal
    refused: Decimal

    @property
    def promised(self) -> Decimal:
        return self.accepted + self.back_ordered


def outcomes_of(answer: Answer, order: Order) -> tuple[LineOutcome, ...]:
    """The outcome of every line of the order; one that is left out is refused, as Amazon takes it."""
    by_number = {line.line_number: line for line in answer.lines}
    return tuple(_outcome(by_number.get(line.line_number), line) for line in order.lines)


def fits(answer: Answer, order: Order) -> bool:
    """Whether the answer is to this state of the order: the same lines with the same quantities."""
    asked = {line.line_number: line.quantity for line in order.lines}
    return asked == {line.line_number: line.quantity for line in answer.lines}


def check_answer(
    answer: Answer, order: Order, at: datetime, before: Mapping[str, LineOutcome]
) -> tuple[Fault, ...]:  # `before`: by line number, what an earlier answer that Amazon accepted said
    """Everything that is wrong with the answer beyond its structure."""
    return tuple(_check(answer, order, at, before))


def _check(answer: Answer, order: Order, at: datetime, before: Mapping[str, LineOutcome]) -> Iterator[Fault]:
    if answer.day and not _is_about(answer.day, at):
        yield Fault(f"the answer is dated {answer.day} and came on {at:%Y%m%d}")
    is_unchanged = all(each.code == "IA" for line in answer.lines for each in line.statuses)
    if answer.kind == UNCHANGED and not is_unchanged:
        yield Fault("BAK02 says that nothing changed, and not every line is accepted")
    asked = {line.line_number: line for line in order.lines}
    counted = Counter(line.line_number for line in answer.lines)
    yield from (Fault(f"line {number} is not answered", ADDS_UP) for number in asked if not counted[number])
    yield from (Fault(f"line {number} is answered twice", ADDS_UP) for number, count in counted.items() if count > 1)
    yield from (Fault(f"line {number} was never ordered") for number in counted if number not in asked)
    for line in answer.lines:
        if line.line_number in asked:
            yield from _check_line(line, asked[line.line_number], order)
    for outcome in outcomes_of(answer, order):
        if outcome.line_number in before:
            yield from _check_against_before(outcome, before[outcome.line_number])


def _check_line(line: AnsweredLine, asked: Line, order: Order) -> Iterator[Fault]:
    name = f"line {asked.line_number}"
    if line.quantity != asked.quantity or line.unit != asked.unit:
        yield Fault(f"{name} echoes {line.quantity} {line.unit}, ordered are {asked.quantity} {asked.unit}")
    if line.item != asked.item:
        yield Fault(f"{name} names {' '.join(line.item)}, ordered is {' '.join(asked.item)}")
    if line.price is not None and (line.price <= 0 or line.price != asked.unit_price):
        yield Fault(f"{name} has the price {line.price}, the order's is {asked.unit_price}")
    if any(each.unit != asked.unit for each in line.statuses):
        yield Fault(f"{name} is answered in another unit than {asked.unit}")
    told = line.total(STATUS_CODES)
    if told != asked.quantity:
        yield Fault(f"{name} answers {told} of {asked.quantity} ordered", ADDS_UP)
    if not order.back_order_allowed and any(each.code in MAY_BACK_ORDER for each in line.statuses):
        yield Fault(f"{name} is back-ordered, which the order does not allow")
    if asked.fault == UNMAPPED and line.total(ACCEPTED | BACK_ORDERED):
        yield Fault(f"{name} promises {' '.join(line.item)}, which the vendor does not know", KNOWN_PRODUCTS)


def _check_against_before(now: LineOutcome, before: LineOutcome) -> Iterator[Fault]:
    added = max(Decimal(0), now.ordered - before.ordered)
    if now.promised > before.promised + added:
        yield Fault(
            f"line {now.line_number} promises {now.promised} after an answer that refused all but {before.promised}"
        )


def _outcome(line: AnsweredLine | None, asked: Line) -> LineOutcome:
    number, ordered = asked.line_number, asked.quantity
    if line is None:
        return LineOutcome(number, ordered, Decimal(0), Decimal(0), ordered)
    return LineOutcome(number, ordered, line.total(ACCEPTED), line.total(BACK_ORDERED), line.total(REFUSED))


def _is_about(day: str, at: datetime) -> bool:
    """Within a day of the moment, whatever zone the vendor dates in."""
    try:
        told = date.fromisoformat(day)
    except ValueError:
        return False
    return abs((told - at.date()).days) <= 1
