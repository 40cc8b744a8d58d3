"""Quantities exact or refused; prices to the penny, and the rest carried."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from include.catalogue.matching import Match
from include.catalogue.ratios import as_ratio, exact
from include.catalogue.units import (
    PriceVerdict,
    basis_of,
    carried_difference,
    compare_price,
    listed_price,
    price_per_each,
    sku_price,
    to_order_units,
    to_sku_units,
)
from include.quantity import InexactConversion
from include.relationships.catalogue import ItemKey
from include.relationships.model import PriceBasis, Pricing

EACH, LINE = PriceBasis.EACH, PriceBasis.ORDER_UNIT
sizes = st.integers(1, 10_000).map(Decimal)
quantities = st.integers(1, 1_000_000).map(Decimal)
prices = st.decimals(min_value=Decimal("0.0001"), max_value=Decimal(100_000), places=4)


def matched(line_eaches=1, sku_eaches=1, list_price=None):
    """A line's unit of so many eaches, matched to a SKU of so many."""
    ratio = as_ratio(Decimal(line_eaches), Decimal(sku_eaches))
    price = Decimal(list_price) if list_price is not None else None
    return Match("MUG", "1", "A mug", ratio, Decimal(line_eaches), "MUG", Decimal(1), price, ItemKey.ASIN)


# --- quantities -----------------------------------------------------------------------------------------------------


def test_ten_cases_of_six_are_sixty_eaches():
    assert to_sku_units(Decimal(10), as_ratio(Decimal(6), Decimal(1))) == 60


def test_eaches_that_are_not_whole_cases_are_refused():
    with pytest.raises(InexactConversion, match="25 units of the order are not whole units"):
        to_sku_units(Decimal(25), as_ratio(Decimal(1), Decimal(12)))


@given(sizes, sizes)
def test_a_ratio_is_got_back_exactly_and_never_falls_short(line_eaches, sku_eaches):
    ratio = as_ratio(line_eaches, sku_eaches)

    assert exact(ratio) == Fraction(line_eaches) / Fraction(sku_eaches)
    assert Fraction(ratio) >= Fraction(line_eaches) / Fraction(sku_eaches)


@given(quantities, sizes, sizes)
def test_a_conversion_is_exact_or_refused(quantity, line_eaches, sku_eaches):
    wanted = Fraction(quantity) * Fraction(line_eaches) / Fraction(sku_eaches)
    ratio = as_ratio(line_eaches, sku_eaches)

    if wanted.denominator != 1:
        with pytest.raises(InexactConversion):
            to_sku_units(quantity, ratio)
    else:
        assert to_sku_units(quantity, ratio) == wanted


@given(quantities, sizes, sizes)
def test_there_and_back_is_the_same_quantity(quantity, line_eaches, sku_eaches):
    ratio = as_ratio(line_eaches, sku_eaches)
    whole = quantity * exact(ratio).denominator

    assert to_order_units(to_sku_units(whole, ratio), ratio) == whole


@given(quantities, sizes, sizes)
def test_the_way_back_is_rounded_down_and_loses_less_than_a_unit(sku_quantity, line_eaches, sku_eaches):
    ratio = as_ratio(line_eaches, sku_eaches)

    units = to_order_units(sku_quantity, ratio)

    assert 0 <= Fraction(sku_quantity) - Fraction(units) * exact(ratio) < exact(ratio)


# --- prices ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("code", "basis"), [("PE", EACH), ("RE", EACH), ("CA", LINE), ("", LINE), (None, LINE)])
def test_what_a_price_is_per_is_said_by_its_code(code, basis):
    assert basis_of(code, Pricing()) is basis


@pytest.mark.parametrize(("price", "basis", "eaches", "each"), [
    ("4.25", EACH, 12, "4.25"), ("51.00", LINE, 12, "4.25"), ("4.25", LINE, 1, "4.25"),
])  # fmt: skip
def test_a_price_per_each_follows_from_its_basis(price, basis, eaches, each):
    assert price_per_each(Decimal(price), basis, Decimal(eaches)) == Decimal(each)


@pytest.mark.parametrize(("price", "basis", "line_eaches", "sku_eaches", "expected"), [
    ("4.25", EACH, 12, 1, "4.25"),
    ("51.00", LINE, 12, 1, "4.25"),
    ("4.25", EACH, 1, 12, "51.00"),
    ("10.00", LINE, 6, 1, "1.6667"),
    ("10.00", LINE, 3, 1, "3.3333"),
])  # fmt: skip
def test_a_price_is_brought_to_the_unit_of_the_sku(price, basis, line_eaches, sku_eaches, expected):
    assert sku_price(Decimal(price), basis, matched(line_eaches, sku_eaches), Pricing()) == Decimal(expected)


@pytest.mark.parametrize(("rounding", "price", "expected"), [
    ("half_even", "1.0001", "0.5000"), ("half_even", "1.0003", "0.5002"),
    ("half_up", "1.0001", "0.5001"), ("half_up", "1.0003", "0.5002"),
])  # fmt: skip
def test_a_tie_is_rounded_as_the_relationship_says(rounding, price, expected):
    pricing = Pricing(rounding=rounding)

    assert sku_price(Decimal(price), LINE, matched(2), pricing) == Decimal(expected)


@given(quantities, prices, st.sampled_from(PriceBasis), sizes, sizes, st.integers(0, 4))
def test_what_rounding_took_is_carried_and_never_lost(quantity, price, basis, line_eaches, sku_eaches, places):
    match, pricing = matched(line_eaches, sku_eaches), Pricing(places=places)
    per_line_unit = Fraction(price) * (Fraction(line_eaches) if basis is EACH else 1)
    units = Fraction(quantity) * exact(match.sku_units)

    carried = carried_difference(quantity, price, basis, match, pricing)

    owed = Fraction(quantity) * per_line_unit
    placed = units * Fraction(sku_price(price, basis, match, pricing))
    digits = Fraction(1, 10**20)  # what a Decimal of many digits is off by
    assert abs(owed - placed - Fraction(carried)) < digits
    assert abs(Fraction(carried)) <= units * Fraction(1, 2 * 10**places) + digits


# --- the price list -------------------------------------------------------------------------------------------------


def verdict(price, listed, basis=EACH, match=None, deal=None, **pricing):
    found = compare_price(Decimal(price), basis, match or matched(list_price=listed), Pricing(**pricing), deal)
    return found.verdict


@pytest.mark.parametrize(("price", "expected"), [("4.24", "below"), ("4.25", "agrees"), ("4.26", "above")])
def test_a_price_is_held_against_the_list(price, expected):
    assert verdict(price, "4.25") == expected


def test_without_a_list_price_there_is_nothing_to_hold_it_against():
    found = compare_price(Decimal(4), EACH, matched(), Pricing(), None)

    assert (found.verdict, found.ordered, found.listed) == (PriceVerdict.NO_LIST_PRICE, 4, None)


@pytest.mark.parametrize(
    ("price", "expected"), [("4.20", "agrees"), ("4.30", "agrees"), ("4.19", "below"), ("4.31", "above")]
)
def test_a_difference_within_the_tolerance_is_none(price, expected):
    assert verdict(price, "4.25", tolerance=Decimal("0.05")) == expected


@pytest.mark.parametrize(
    ("price", "expected"), [("98", "agrees"), ("97.99", "below"), ("102", "agrees"), ("102.01", "above")]
)
def test_a_tolerance_in_percent_is_of_the_list_price(price, expected):
    assert verdict(price, "100", tolerance_percent=2) == expected


def test_the_wider_of_the_two_tolerances_holds():
    assert verdict("95", "100", tolerance=5, tolerance_percent=1) == "agrees"
    assert verdict("0.96", "1", tolerance=0, tolerance_percent=5) == "agrees"


@pytest.mark.parametrize(("deal", "expected"), [("SPRING", "agrees"), ("OTHER", "below"), (None, "below")])
def test_a_deal_lowers_the_list_price(deal, expected):
    assert verdict("3.825", "4.25", deal=deal, deals={"SPRING": 10}) == expected


def test_the_list_price_of_a_case_is_compared_per_each():
    case = matched(line_eaches=12, sku_eaches=12, list_price="51")

    assert verdict("4.25", None, match=case) == "agrees"
    assert verdict("51", None, basis=LINE, match=case) == "agrees"
    assert verdict("50.99", None, basis=LINE, match=case) == "below"


@pytest.mark.parametrize(
    ("price", "expected"), [("1.67", "agrees"), ("1.66", "below"), ("1.667", "agrees"), ("1.68", "above")]
)
def test_a_list_price_without_an_end_agrees_with_what_it_rounds_to(price, expected):
    assert verdict(price, None, match=matched(line_eaches=1, sku_eaches=6, list_price="10.00")) == expected


@given(prices, sizes, sizes, st.sampled_from(PriceBasis))
def test_the_list_price_itself_always_agrees(price, line_eaches, sku_eaches, basis):
    match = matched(line_eaches, sku_eaches, price)
    listed = listed_price(match, basis, Pricing(), None)
    ordered = listed.quantize(Decimal("0.01"))
    assume(ordered > 0)

    assert compare_price(ordered, basis, match, Pricing(), None).verdict is PriceVerdict.AGREES
