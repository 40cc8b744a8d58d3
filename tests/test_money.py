"""Money is exact and keeps its currency."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.money import Money, Rounding, round_to

amounts = st.decimals(min_value=-(10**9), max_value=10**9, places=4)


def test_a_sum_is_exact_and_keeps_its_currency():
    assert Money(Decimal("0.1"), "USD") + Money(Decimal("0.2"), "USD") == Money(Decimal("0.3"), "USD")


def test_different_currencies_are_not_added():
    with pytest.raises(ValueError, match="Cannot add GBP to USD"):
        Money(Decimal(1), "USD") + Money(Decimal(1), "GBP")


def test_a_multiple_is_exact():
    assert Money(Decimal("3.3333"), "USD") * 3 == Money(Decimal("9.9999"), "USD")


@pytest.mark.parametrize(
    ("amount", "text"), [("1234567.005", "1,234,567.01 USD"), ("-0.5", "-0.50 USD"), ("0", "0.00 USD")]
)
def test_it_reads_as_people_write_it(amount, text):
    assert str(Money(Decimal(amount), "USD")) == text


@pytest.mark.parametrize(("rounding", "expected"), [(Rounding.HALF_EVEN, "0.12"), (Rounding.HALF_UP, "0.13")])
def test_a_tie_is_settled_by_the_rule_given(rounding, expected):
    assert round_to(Decimal("0.125"), 2, rounding) == Decimal(expected)


@given(amounts, st.integers(0, 4), st.sampled_from(Rounding))
def test_rounding_moves_by_half_a_place_at_most(amount, places, rounding):
    assert abs(round_to(amount, places, rounding) - amount) <= Decimal(5).scaleb(-places - 1)
