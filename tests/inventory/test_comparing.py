"""A level is told again only when it changed or was rejected; a first zero is read again before it counts."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.identifiers import ItemIdentifier
from include.inventory.comparing import compare, gone
from include.inventory.values import Rule, Told, ToldState
from tests.inventory.goods import asin, level, told


def by_identifier(*before: Told) -> dict[ItemIdentifier, Told]:
    return {each.identifier: each for each in before}


def numbers(levels: Iterable) -> list[str]:
    return [each.identifier.value[-1] for each in levels]


@pytest.mark.parametrize("state", [ToldState.ACCEPTED, ToldState.UNKNOWN])
def test_a_level_that_is_as_it_was_told_is_not_told_again(state):
    found = compare([level(40, 1), level(41, 2)], by_identifier(told(40, 1, state), told(40, 2, state)))

    assert (numbers(found.unchanged), numbers(found.changed)) == (["1"], ["2"])


def test_a_level_whose_document_was_rejected_is_told_again_as_it_is():
    found = compare([level(40), level(0, 1)], by_identifier(told(40, 0, ToldState.REJECTED, accepted=40),
                                                            told(0, 1, ToldState.REJECTED)))  # fmt: skip

    assert numbers(found.changed) == ["0", "1"]


def test_a_level_that_is_new_or_in_another_unit_is_told():
    found = compare([level(40), level(40, 1, unit="CA")], by_identifier(told(40, 1)))

    assert numbers(found.changed) == ["0", "1"]


def test_a_first_zero_is_read_again_by_its_sku_before_it_counts():
    levels, before = [level(0, 1), level(0, 2)], by_identifier(told(40, 1))

    first = compare(levels, before)
    again = compare(levels, before, read_by_sku={asin(1)})

    assert (numbers(first.first_zeros), first.changed) == (["1", "2"], ())
    assert (numbers(again.first_zeros), numbers(again.changed)) == (["2"], ["1"])


def test_a_zero_that_amazon_was_told_is_neither_told_nor_read_again():
    assert compare([level(0)], by_identifier(told(0))).unchanged == (level(0),)


def test_what_is_no_longer_listed_is_told_as_zero_while_amazon_goes_by_more():
    before = [told(40, 1), told(40, 2), told(0, 3), told(0, 4, ToldState.REJECTED, accepted=7),
              told(9, 5, ToldState.REJECTED), told(9, 6, ToldState.UNKNOWN)]  # fmt: skip

    found = gone(before, {asin(2)})

    assert numbers(found) == ["1", "4", "6"]
    assert {(each.quantity, each.steps[0].rule) for each in found} == {(0, Rule.NOT_LISTED)}


TOLD = st.builds(told, st.integers(0, 3), st.integers(0, 9), st.sampled_from(ToldState))
LEVELS = st.lists(st.builds(level, st.integers(0, 3), st.integers(0, 9)), unique_by=lambda each: each.identifier)


@given(LEVELS, st.lists(TOLD), st.sets(st.builds(asin, st.integers(0, 9))))
def test_every_level_stands_in_one_of_the_three_and_once_told_none_is_told_again(levels, before, read_by_sku):
    found = compare(levels, by_identifier(*before), read_by_sku)

    everything = [*found.changed, *found.first_zeros, *found.unchanged]
    assert sorted(numbers(everything)) == sorted(numbers(levels))
    now = by_identifier(*(told(int(each.quantity), int(each.identifier.value[-1])) for each in levels))
    assert compare(levels, now).unchanged == tuple(levels)
