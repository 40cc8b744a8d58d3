"""The 855: its bytes by golden files, rules 855-01 to 855-07 as properties, and both validators' word on answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.amazon.orders import REFUSALS, Answer, AnswerCode, AnsweredLine, OrderAnswer, OrderLine
from include.amazon.x12_855 import (
    AnswerSettings,
    check_against_order,
    check_order_answer,
    number,
    write_order_answer,
)
from include.identifiers import ItemIdentifier
from include.x12 import second_opinion
from include.x12.writing import write_interchange
from tests.amazon.golden_files import cases, expected, name_of
from tests.x12.outgoing import envelope, group
from tests.x12.readers import amazon, findings_of, plain, read, sets_of

START, END = date(2026, 12, 1), date(2026, 12, 8)
ITEM = ItemIdentifier("BP", "B0EXAMPLE1")
ACCEPTED, REFUSED, BACK_ORDERED = AnswerCode.ACCEPTED, AnswerCode.SOFT_REJECTED, AnswerCode.BACK_ORDERED


def line(*answers, quantity="12", line_number="1", unit_price="9.99", identifier=ITEM, unit="EA"):
    told = tuple(Answer(code, Decimal(amount), *day) for code, amount, *day in answers)
    return AnsweredLine(line_number, Decimal(quantity), unit, Decimal(unit_price), identifier, told)


def answer(*lines, back_order_allowed=False):
    return OrderAnswer("4ABCD123", date(2026, 11, 24), back_order_allowed, START, END, lines)


def ordered(quantity="12", line_number="1", unit="EA", identifiers=(ITEM,)):
    return OrderLine(line_number, Decimal(quantity), unit, Decimal("9.99"), "PE", identifiers)


def rules(faults):
    return [fault.rule for fault in faults]


def as_answer(told):
    def day(text):
        return None if text is None else date.fromisoformat(text)

    lines = [
        line(
            *((AnswerCode(a["code"]), a["quantity"], day(a.get("scheduled_on"))) for a in each["answers"]),
            quantity=each["quantity"],
            line_number=each["line_number"],
            unit_price=each["unit_price"],
            identifier=ItemIdentifier(*each["identifier"].split(" ", 1)),
            unit=each["unit"],
        )
        for each in told["lines"]
    ]
    return OrderAnswer(
        told["purchase_order_number"],
        date.fromisoformat(told["answered_on"]),
        told["back_order_allowed"],
        day(told["window_start"]),
        day(told["window_end"]),
        tuple(lines),
    )


def written(body, guide_for=amazon, version="004010"):
    release = "00501" if version == "005010" else "00400"
    return write_interchange(envelope(release), [group("855", body, version=version)], guide_for=guide_for)


@pytest.mark.parametrize("path", cases("855"), ids=name_of)
def test_an_855_is_written_as_its_golden_file_stands(path):
    told = expected(path)
    values = as_answer(told["answer"])

    body = write_order_answer(values, AnswerSettings(**told["settings"]))

    content = written(body, amazon if told["guide"] == "amazon" else plain, told["release"])
    assert content.decode() == path.read_text().replace("\n", "")
    assert second_opinion.check(content) == ()
    assert not [fault for fault in check_order_answer(values) if not fault.is_warning]


def test_there_are_golden_files():
    assert len(cases("855")) == 6


QUANTITIES = st.decimals(min_value="0.001", max_value="99999", places=3) | st.integers(1, 10**6).map(Decimal)
DAYS = st.none() | st.dates(date(2026, 11, 1), date(2027, 1, 31))


@st.composite
def answered_lines(draw, line_number, codes):
    """A line whose answers add up."""
    parts = draw(st.lists(QUANTITIES, min_size=1, max_size=3))
    answers = tuple(Answer(draw(st.sampled_from(codes)), part, draw(DAYS)) for part in parts)
    price = draw(st.decimals(min_value="0.0001", max_value="99999", places=4))
    item = ItemIdentifier(
        draw(st.sampled_from(["BP", "EN", "UP", "VN"])),
        draw(st.text("AB0123456789-/ ", min_size=1, max_size=48)).strip() or "0",
    )
    return AnsweredLine(line_number, sum(parts, Decimal(0)), draw(st.sampled_from(["EA", "CA"])), price, item, answers)


@st.composite
def answers(draw, codes=tuple(AnswerCode)):
    numbers = draw(st.lists(st.integers(1, 999), min_size=1, max_size=4, unique=True))
    lines = tuple(draw(answered_lines(str(each), codes)) for each in numbers)
    return OrderAnswer("4ABCD123", date(2026, 11, 24), True, START, END, lines)


def as_ordered(values):
    return [OrderLine(e.line_number, e.quantity, e.unit, e.unit_price, "PE", (e.identifier,)) for e in values.lines]


@settings(max_examples=30)
@given(answers(), st.booleans(), st.sampled_from(["NT", "PE"]), st.sampled_from(["067", "068"]))
def test_an_answer_that_adds_up_is_written_and_both_validators_pass_it(values, is_iq, basis, qualifier):
    body = write_order_answer(values, AnswerSettings(basis, qualifier, is_iq))

    content = written(body)
    (received,) = sets_of(read(content, amazon))
    assert findings_of(read(content, amazon)) == []
    assert second_opinion.check(content) == ()
    assert not [f for f in check_order_answer(values) if not f.is_warning]
    assert check_against_order(values, as_ordered(values)) == ()
    assert _told(received.segments) == {each.line_number: each.quantity for each in values.lines}


def _told(segments):
    """By line number, the sum of what its ACKs say."""
    found = {}
    for segment in segments:
        if segment[0] == "PO1":
            found[last := segment[1]] = Decimal(0)
        elif segment[0] == "ACK":
            found[last] += Decimal(segment[2])
    return found


@given(answers(), st.data())
def test_855_01_an_answer_that_does_not_add_up_is_held_back(values, data):
    place = data.draw(st.integers(0, len(values.lines) - 1))
    amount = data.draw(QUANTITIES) * data.draw(st.sampled_from([1, -1]))
    wrong = values.lines[place]
    first = replace(wrong.answers[0], quantity=wrong.answers[0].quantity + amount)
    lines = list(values.lines)
    lines[place] = replace(wrong, answers=(first, *wrong.answers[1:]))

    faults = check_order_answer(replace(values, lines=tuple(lines)))

    assert ("855-01", wrong.line_number, False) in [(f.rule, f.line_number, f.is_warning) for f in faults]


@given(answers(), st.data())
def test_855_01_never_more_than_is_ordered_now(values, data):
    asked = as_ordered(values)
    place = data.draw(st.integers(0, len(asked) - 1))
    asked[place] = replace(asked[place], quantity=asked[place].quantity - data.draw(QUANTITIES))

    faults = check_against_order(values, asked)

    assert [(f.rule, f.line_number) for f in faults] == [("855-01", asked[place].line_number)]


@given(answers(), st.data())
def test_855_01_every_line_stands_once_and_no_other(values, data):
    asked = as_ordered(values)
    dropped = data.draw(st.sampled_from(values.lines))
    kept = tuple(each for each in values.lines if each is not dropped)

    assert rules(check_against_order(replace(values, lines=kept), asked)) == ["855-01"]
    assert rules(check_against_order(values, [a for a in asked if a.line_number != dropped.line_number])) == ["855-01"]
    assert "855-01" in rules(check_order_answer(replace(values, lines=(*values.lines, dropped))))


@pytest.mark.parametrize(
    "wrong",
    [line(), line((ACCEPTED, "15"), (REFUSED, "-3")), line((ACCEPTED, "11")), line((ACCEPTED, "13"))],
    ids=["no answer", "one below zero", "less", "more"],
)
def test_855_01_by_example(wrong):
    assert set(rules(check_order_answer(answer(wrong)))) == {"855-01"}


@pytest.mark.parametrize("code", [BACK_ORDERED, AnswerCode.ACCEPTED_PARTIAL_REST_BACK_ORDERED])
def test_855_02_back_orders_only_where_the_order_allows_them(code):
    held = line((ACCEPTED, "7"), (code, "5"))

    assert rules(check_order_answer(answer(held))) == ["855-02"]
    assert check_order_answer(answer(held, back_order_allowed=True)) == ()


@given(answers(codes=(ACCEPTED, *REFUSALS)))
def test_855_02_what_holds_no_back_order_needs_no_permission(values):
    assert "855-02" not in rules(check_order_answer(replace(values, back_order_allowed=False)))


@pytest.mark.parametrize("price", ["0", "-0.01"])
def test_855_03_no_price_of_zero_or_less(price):
    assert rules(check_order_answer(answer(line((ACCEPTED, "12"), unit_price=price)))) == ["855-03"]


@pytest.mark.parametrize("other", [ItemIdentifier("UP", "B0EXAMPLE1"), ItemIdentifier("BP", "B0EXAMPLE2")])
def test_855_04_the_id_is_the_one_that_was_ordered_by(other):
    values = answer(line((ACCEPTED, "12")))

    assert rules(check_against_order(values, [ordered(identifiers=(other, ITEM))])) == ["855-04"]
    assert check_against_order(values, [ordered(identifiers=(ITEM, other))]) == ()


def test_855_04_the_unit_is_the_one_that_was_ordered_in():
    assert rules(check_against_order(answer(line((ACCEPTED, "12"))), [ordered(unit="CA")])) == ["855-01"]


def test_855_06_a_refusal_for_good_is_pointed_out():
    (fault,) = check_order_answer(answer(line((AnswerCode.HARD_REJECTED, "12"))))

    assert (fault.rule, fault.is_warning) == ("855-06", True)


@pytest.mark.parametrize(
    ("day", "is_outside"), [(START, False), (END, False), (START - timedelta(1), True), (END + timedelta(1), True)]
)
def test_855_07_a_day_outside_the_window_is_pointed_out(day, is_outside):
    faults = check_order_answer(answer(line((ACCEPTED, "12", day))))

    assert rules(faults) == (["855-07"] if is_outside else [])
    assert all(fault.is_warning for fault in faults)


def test_855_07_the_day_of_a_refusal_or_of_an_order_without_a_window_is_free():
    late = line((REFUSED, "12", END + timedelta(9)))
    free = replace(answer(line((ACCEPTED, "12", END + timedelta(9)))), window_start=None, window_end=None)

    assert check_order_answer(answer(late)) == ()
    assert check_order_answer(free) == ()


@given(answers())
def test_nothing_changed_is_said_only_where_every_line_is_accepted(values):
    kind = write_order_answer(values, AnswerSettings())[0][2]

    assert (kind == "AD") == all(each.code is ACCEPTED for told in values.lines for each in told.answers)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1", "1"),
        ("1.50", "1.5"),
        ("1E+2", "100"),
        ("100", "100"),
        ("0.0", "0"),
        ("-0.250", "-0.25"),
        ("1E-4", "0.0001"),
    ],
)
def test_a_number_is_written_plainly(value, text):
    assert number(Decimal(value)) == text


def test_the_values_of_an_answer_are_left_as_they_are():
    before = answer(line((ACCEPTED, "7"), (REFUSED, "5")))

    write_order_answer(before, AnswerSettings(quantity_changed_form=True))

    assert [each.code for each in before.lines[0].answers] == [ACCEPTED, REFUSED]


def test_twenty_thousand_lines_are_checked():
    lines = tuple(line((ACCEPTED, "12"), line_number=str(place)) for place in range(20_000))
    twice = (*lines, lines[7])

    assert check_order_answer(answer(*lines)) == ()
    assert [fault.line_number for fault in check_order_answer(answer(*twice))] == ["7"]
    assert check_against_order(answer(*lines), [ordered(line_number=str(place)) for place in range(20_000)]) == ()
