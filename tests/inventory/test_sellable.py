"""What one sale could have, less what is kept back, and the steps that say so."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.inventory.counting import count
from include.inventory.values import Rule
from tests.inventory.goods import MAIN, OTHER, TWO_PLACES, row, sellable, terms

EVERYWHERE = {"stock": {"one_location": False}}
BOTH = {"locations": [MAIN, OTHER]}


def test_available_is_taken_at_its_word_and_summed_over_bins_and_batches():
    rows = [row(30, bin="A1", on_hand=Decimal(500)), row(8, bin="A1", batch="7"), row(2, bin="B2")]

    assert sellable(rows, terms()).quantity == 40


def test_a_sku_without_a_row_has_none():
    assert sellable([], terms()).quantity == 0


@pytest.mark.parametrize("rule", [{}, EVERYWHERE])
def test_a_bin_below_zero_takes_from_its_location(rule):
    rows = [row(50, bin="A1"), row(-12, bin="B2")]

    assert sellable(rows, terms(**rule)).quantity == 38


def test_a_bin_below_zero_takes_from_its_location_even_in_quarantine_or_out_of_date():
    old = date(2020, 1, 1)
    rows = [row(50), row(-5, bin="QA"), row(-7, batch="1", expires_on=old), row(9, bin="QA"), row(9, expires_on=old)]

    found = sellable(rows, terms({"quarantine_bins": ["QA"], "shelf_life_days": 0}))

    assert found.quantity == 38


def test_a_location_below_zero_is_nothing_and_says_what_it_was():
    found = sellable([row(-38)], terms())

    assert [(step.rule, step.quantity) for step in found.steps] == [(Rule.AVAILABLE, -38), (Rule.BELOW_ZERO, 0)]
    assert found.quantity == 0


def test_a_location_that_is_not_named_does_not_count_and_is_told():
    found = sellable([row(40), row(300, location="Overflow")], terms())

    assert found.quantity == 40
    assert "300 at locations that do not count" in found.steps[0].note


def test_a_location_is_known_whatever_its_case():
    assert sellable([row(40, location="MAIN warehouse")], terms()).quantity == 40


@pytest.mark.parametrize(("name", "left"), [("QA", 40), ("qa", 40), ("Main Warehouse: QA", 40), ("Phoenix: QA", 52)])
def test_a_quarantine_bin_never_counts(name, left):
    found = sellable([row(40, bin="A1"), row(12, bin="QA")], terms({"quarantine_bins": [name]}))

    assert found.quantity == left


@pytest.mark.parametrize(("days", "left"), [(None, 60), (0, 50), (30, 40)])
def test_a_batch_counts_only_if_it_lasts_long_enough(days, left):
    rows = [row(10, batch="1", expires_on=date(2026, 11, 24)), row(10, batch="2", expires_on=date(2026, 11, 25)),
            row(10, batch="3", expires_on=date(2026, 12, 25)), row(30)]  # fmt: skip

    assert sellable(rows, terms({"shelf_life_days": days})).quantity == left


def test_one_sale_has_the_best_single_location_where_it_draws_on_one():
    rows = [row(30), row(45, location=OTHER), row(-20, location=OTHER, bin="B")]

    found = sellable(rows, terms(BOTH, **TWO_PLACES))

    assert found.quantity == 30
    assert found.steps[0].note == (
        "Main Warehouse; one sale draws on one location (Main Warehouse 30, Phoenix 25)")  # fmt: skip


def test_one_sale_has_all_locations_where_it_draws_on_all():
    assert sellable([row(30), row(45, location=OTHER)], terms(BOTH, **EVERYWHERE)).quantity == 75


@pytest.mark.parametrize(("elsewhere", "left"), [(0, 20), (7, 27), (100, 30), (-15, 5)])
def test_over_all_locations_nothing_is_offered_beyond_what_a_sale_would_find(elsewhere, left):
    rows = [row(30), row(-10, location=OTHER), row(elsewhere, location="Overflow")]

    assert sellable(rows, terms(BOTH, **EVERYWHERE)).quantity == left


@pytest.mark.parametrize(("kept", "left"), [
    ({"units": 12}, 88), ({"percent": 12.5}, 87), ({"units": 20, "percent": 10}, 80), ({"units": 500}, 0)])  # fmt: skip
def test_safety_stock_is_never_offered(kept, left):
    assert sellable([row(100)], terms({"safety_stock": kept})).quantity == left


def test_the_share_of_other_channels_is_of_what_safety_stock_leaves_and_rounds_in_their_favour():
    found = sellable([row(100)], terms({"safety_stock": {"units": 9}, "held": {"percent": 50}}))

    assert [(step.rule, step.quantity) for step in found.steps[1:]] == [(Rule.SAFETY_STOCK, 91), (Rule.HELD, 45)]


def test_a_sku_goes_before_its_tags_and_those_before_the_default():
    by = terms({"held": {"percent": 10, "skus": {"MUG": 0}, "tags": {"Shop": 50, "fair": 70}}})

    assert sellable([row(100)], by, "MUG", "shop").quantity == 100
    assert sellable([row(100, "CUP")], by, "CUP", "SHOP", "fair").quantity == 30
    assert sellable([row(100, "JUG")], by, "JUG", "other").quantity == 90


ROWS = st.lists(
    st.builds(
        row,
        st.integers(-50, 50),
        location=st.sampled_from([MAIN, OTHER, "Overflow"]),
        bin=st.sampled_from([None, "A1", "QA"]),
        expires_on=st.sampled_from([None, date(2026, 11, 1), date(2027, 1, 1)]),
    ),
    max_size=8,
)
SETTINGS = st.fixed_dictionaries(
    {},
    optional={
        "quarantine_bins": st.just(["QA"]),
        "shelf_life_days": st.integers(0, 60),
        "safety_stock": st.fixed_dictionaries({"units": st.integers(0, 9), "percent": st.integers(0, 100)}),
        "held": st.fixed_dictionaries({"percent": st.integers(0, 100)}),
    },
)


@given(ROWS, SETTINGS, st.booleans())
def test_nothing_is_offered_that_one_sale_could_not_have_and_each_figure_is_its_last_step(rows, settings, one_location):
    by = terms(settings | BOTH, stock={"one_location": one_location}, **TWO_PLACES)

    found = sellable(rows, by)

    at = {place: sum(each.available for each in rows if each.location == place) for place in (MAIN, OTHER)}
    could_have = max(at.values()) if one_location else sum(each.available for each in rows)
    assert 0 <= found.quantity <= max(could_have, 0)
    assert found.quantity == found.steps[-1].quantity


@given(ROWS, SETTINGS, st.integers(0, 7))
def test_the_order_of_the_rows_is_no_matter(rows, settings, by_how_many):
    by = terms(settings | BOTH, **TWO_PLACES)
    turned = rows[by_how_many:] + rows[:by_how_many]

    assert sellable(turned, by).quantity == sellable(rows, by).quantity


def test_only_the_skus_asked_for_are_kept():
    assert set(count([row(1), row(1, "CUP")], terms().counting, only={"MUG"})) == {"MUG"}
