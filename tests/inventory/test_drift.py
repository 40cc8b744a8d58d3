"""What Amazon goes by beside what is so, told where it matters."""

from __future__ import annotations

from decimal import Decimal

import pytest

from include.inventory.drift import measure
from include.inventory.values import Level, Told, ToldState
from include.money import Money
from include.relationships.inventory import Drift
from tests.inventory.goods import asin, level, told


def drift(before: Told, now: Level | None, ordered: int = 0, **settings: object):
    found = measure(
        [before],
        {now.identifier: now} if now else {},
        {asin(): Decimal(ordered)},
        Drift.model_validate(settings),
        "USD",
    )
    return found[0] if found else None


@pytest.mark.parametrize(("now", "ordered", "difference"), [
    (100, 0, None), (70, 30, None), (70, 0, 30), (140, 0, -40), (70, 200, -70), (0, 0, 100)])  # fmt: skip
def test_what_amazon_ordered_since_explains_that_there_is_less(now, ordered, difference):
    found = drift(told(100), level(now), ordered)

    assert (found and found.difference) == difference


@pytest.mark.parametrize(("now", "settings", "is_told"), [
    (90, {"units": 10, "percent": 0}, False), (89, {"units": 10, "percent": 0}, True),
    (80, {"units": 0, "percent": 20}, False), (79, {"units": 0, "percent": 20}, True),
    (79, {"units": 50, "percent": 20}, False), (99, {"units": 50, "money": 4}, True),
    (99, {"units": 50, "money": 5}, False)])  # fmt: skip
def test_a_difference_within_units_or_percent_is_none_unless_it_is_dear(now, settings, is_told):
    assert bool(drift(told(100), level(now, price=Decimal(5)), **settings)) is is_told


def test_a_rejected_level_leaves_amazon_with_the_one_before():
    found = drift(told(10, 0, ToldState.REJECTED, accepted=Decimal(80)), level(10))

    assert (found.told, found.difference) == (80, 70)


def test_what_is_listed_no_more_has_nothing():
    found = drift(told(40, price=Decimal("2.5")), None)

    assert (found.difference, found.value) == (40, Money(Decimal(100), "USD"))
    assert found.sentence == (
        "Amazon goes by 40 EA of MUG (BP B000000000), and it is no longer listed: it counts on 40 more than there is, "
        "worth 100.00 USD.")  # fmt: skip


def test_a_level_in_another_unit_than_amazon_was_told_is_a_difference_of_all_of_it():
    found = drift(told(40), level(3, unit="CA"))

    assert found.difference == 40
    assert "3 CA can be sold now" in found.sentence


def test_a_sentence_says_who_counts_on_what():
    found = drift(told(100), level(130, price=Decimal(2)), 20)

    assert found.sentence == (
        "Amazon goes by 100 EA of MUG (BP B000000000), has ordered 20 since, and 130 EA can be sold now: "
        "it counts on 50 fewer than there are, worth 100.00 USD.")  # fmt: skip


def test_the_most_valuable_difference_comes_first():
    before = [told(100, 1), told(100, 2), told(100, 3)]
    now = {
        each.identifier: each for each in (level(0, 1, price=Decimal(1)), level(0, 2, price=Decimal(9)), level(0, 3))
    }

    found = measure(before, now, {}, Drift(), "USD")

    assert [each.identifier for each in found] == [asin(2), asin(1), asin(3)]
