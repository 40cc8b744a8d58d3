"""The 855, purchase order acknowledgement: every line of the order once, with what is accepted, late or refused of it.

Rules 855-01 to 855-04, 855-06 and 855-07 are checked on the values before anything is written, on the answer alone and
against the order as it stands; that nothing refused is taken back (855-05) is decided with the lines. What the guides
leave open is a setting.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from include.amazon.orders import REFUSALS, Answer, AnswerCode, AnsweredLine, OrderAnswer, OrderLine

BACK_ORDERS = {AnswerCode.BACK_ORDERED, AnswerCode.ACCEPTED_PARTIAL_REST_BACK_ORDERED}
UNCHANGED, CHANGED = "AD", "AC"  # BAK02


@dataclass(frozen=True, slots=True)
class AnswerSettings:
    """What a relationship sets of the 855."""

    price_basis: str = "NT"
    scheduled_date_qualifier: str = "068"
    quantity_changed_form: bool = False


@dataclass(frozen=True, slots=True)
class AnswerFault:
    """A rule that an answer breaks; `is_warning` ones do not hold it back."""

    rule: str
    line_number: str
    sentence: str
    is_warning: bool = False


def check_order_answer(answer: OrderAnswer) -> tuple[AnswerFault, ...]:
    """Every rule that the answer breaks by itself."""
    faults = [fault for line in answer.lines for fault in _line_faults(line, answer)]
    times = Counter(line.line_number for line in answer.lines)
    faults += [AnswerFault("855-01", number, f"Line {number} stands twice.") for number, n in times.items() if n > 1]
    return tuple(faults)


def check_against_order(answer: OrderAnswer, ordered: Sequence[OrderLine]) -> tuple[AnswerFault, ...]:
    """Every rule that the answer breaks beside the order's lines as they stand now."""
    answered = {line.line_number: line for line in answer.lines}
    asked = {line.line_number: line for line in ordered}
    faults = [AnswerFault("855-01", number, f"Line {number} is not answered.") for number in asked.keys() - answered]
    for number, line in answered.items():
        if number in asked:
            faults.extend(_echo_faults(line, asked[number]))
        else:
            faults.append(AnswerFault("855-01", number, f"Line {number} was never ordered."))
    return tuple(faults)


def write_order_answer(answer: OrderAnswer, settings: AnswerSettings) -> list[list[str]]:
    """The segments between ST and SE."""
    segments = [["BAK", "00", _acknowledgement_type(answer), answer.purchase_order_number, _date(answer.answered_on)]]
    for line in answer.lines:
        segments.append(
            [
                "PO1",
                line.line_number,
                number(line.quantity),
                line.unit,
                number(line.unit_price),
                settings.price_basis,
                line.identifier.qualifier,
                line.identifier.value,
            ]
        )
        segments += [_ack(each, line.unit, settings) for each in _in_form(line, settings)]
    total = sum((line.quantity for line in answer.lines), Decimal(0))
    segments.append(["CTT", str(len(answer.lines)), number(total)])
    return segments


def number(value: Decimal) -> str:
    """An element of type R: no exponent, no trailing zeros."""
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") or "0") if "." in text else text


def _line_faults(line: AnsweredLine, answer: OrderAnswer) -> Iterator[AnswerFault]:
    name = f"Line {line.line_number}"
    told = sum((each.quantity for each in line.answers), Decimal(0))
    if told != line.quantity:
        yield AnswerFault("855-01", line.line_number, f"{name} answers {told} of {line.quantity} ordered.")
    if any(each.quantity < 0 for each in line.answers) or not line.answers:
        yield AnswerFault("855-01", line.line_number, f"{name} has no answer, or one below zero.")
    if any(each.code in BACK_ORDERS for each in line.answers) and not answer.back_order_allowed:
        yield AnswerFault("855-02", line.line_number, f"{name} is back-ordered, which the order does not allow.")
    if line.unit_price <= 0:
        yield AnswerFault("855-03", line.line_number, f"{name} has the price {line.unit_price}.")
    if any(each.code is AnswerCode.HARD_REJECTED for each in line.answers):
        yield AnswerFault("855-06", line.line_number, f"{name} is refused for good (R2).", is_warning=True)
    for each in line.answers:
        if each.code in REFUSALS or each.scheduled_on is None:
            continue
        if _is_outside(each.scheduled_on, answer):
            yield AnswerFault(
                "855-07", line.line_number, f"{name} is scheduled outside the order's window.", is_warning=True
            )


def _is_outside(day: date, answer: OrderAnswer) -> bool:
    start, end = answer.window_start or day, answer.window_end or day
    return not start <= day <= end


def _echo_faults(line: AnsweredLine, asked: OrderLine) -> Iterator[AnswerFault]:
    name = f"Line {line.line_number}"
    if (line.quantity, line.unit) != (asked.quantity, asked.unit):
        sentence = f"{name} answers {line.quantity} {line.unit}, but {asked.quantity} {asked.unit} are ordered."
        yield AnswerFault("855-01", line.line_number, sentence)
    if asked.identifiers and line.identifier != asked.identifiers[0]:
        sentence = f"{name} names {line.identifier}, but {asked.identifiers[0]} is ordered."
        yield AnswerFault("855-04", line.line_number, sentence)


def _acknowledgement_type(answer: OrderAnswer) -> str:
    is_unchanged = all(each.code is AnswerCode.ACCEPTED for line in answer.lines for each in line.answers)
    return UNCHANGED if is_unchanged else CHANGED


def _in_form(line: AnsweredLine, settings: AnswerSettings) -> tuple[Answer, ...]:
    """The answers of a line; what is accepted in part says so (IQ) where the relationship wants it."""
    codes = [each.code for each in line.answers]
    if settings.quantity_changed_form and codes == [AnswerCode.ACCEPTED, AnswerCode.SOFT_REJECTED]:
        accepted, rest = line.answers
        return (Answer(AnswerCode.ACCEPTED_QUANTITY_CHANGED, accepted.quantity, accepted.scheduled_on), rest)
    return line.answers


def _ack(answer: Answer, unit: str, settings: AnswerSettings) -> list[str]:
    segment = ["ACK", answer.code, number(answer.quantity), unit]
    if answer.scheduled_on is not None:
        segment += [settings.scheduled_date_qualifier, _date(answer.scheduled_on)]
    return segment


def _date(day: date) -> str:
    return f"{day:%Y%m%d}"
