"""The 860: what each golden file tells; what it does not say is never taken for zero."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.amazon.x12_860 import parse_order_change
from tests.amazon.golden_files import as_json, cases, expected, name_of
from tests.x12.readers import amazon, read, sets_of

HEAD = [["ST", "860", "0001"], ["BCH", "04", "NE", "4ABCD123", "", "", "20261124"]]


@pytest.mark.parametrize("path", cases("860"), ids=name_of)
def test_an_860_tells_what_its_golden_file_says(path):
    (received,) = sets_of(read(path.read_bytes(), amazon))

    assert received.verdict == "A"
    assert as_json(parse_order_change(received.segments)) == expected(path)


def test_there_are_golden_files():
    assert len(cases("860")) == 6


@pytest.mark.parametrize("quantity", ["250", "0", ""])
def test_a_deleted_line_has_nothing_left_whatever_its_quantity_says(quantity):
    (line,) = parse_order_change([*HEAD, ["POC", "2", "DI", quantity, "", "EA", "1", "PE", "BP", "B0EXAMPLE2"]]).lines

    assert line.quantity == 0


def test_what_a_change_does_not_say_is_none():
    change = parse_order_change(HEAD)

    assert (change.back_order_allowed, change.window_start, change.window_end, change.ship_to) == (None,) * 4
    assert not change.is_complete
    assert not change.is_cancelled


def test_a_whole_order_is_cancelled_by_its_purpose_alone():
    deleted = ["POC", "1", "DI", "5", "0", "EA"]

    assert parse_order_change([["BCH", "01", "NE", "4ABCD123", "", "", "20261124"]]).is_cancelled
    assert not parse_order_change([*HEAD, deleted]).is_cancelled


def test_totals_and_line_dates_are_not_the_heading():
    change = parse_order_change([*HEAD, ["POC", "1", "QD", "5", "5", "EA"], ["DTM", "064", "20270101"], ["CTT", "1"]])

    assert change.window_start is None


LINES = st.tuples(
    st.sampled_from(["", "1", "2", "3"]),
    st.sampled_from(["AI", "CA", "DI", "PC", "QD", "QI"]),
    st.sampled_from(["", "0", "5", "2.5", "-1"]),
)


@given(st.lists(LINES, max_size=6))
def test_every_line_is_either_told_or_left_to_a_person(lines):
    change = parse_order_change([*HEAD, *(["POC", *line, "", "EA", "1", "PE", "BP", "B01"] for line in lines)])

    assert len(change.lines) + len(change.unclear) == len(lines)
    told = [(number, quantity) for number, code, quantity in lines if number and (quantity or code == "DI")]
    assert [line.line_number for line in change.lines] == [number for number, _ in told]
    zeros = sum(line.quantity == 0 for line in change.lines)
    assert zeros == sum(1 for number, code, quantity in lines if number and (code == "DI" or quantity == "0"))
    assert all(isinstance(line.quantity, Decimal) and line.unit == "EA" for line in change.lines)
