"""The settings of stock levels: what would do harm is refused, and the most cautious of several tags holds."""

from __future__ import annotations

from decimal import Decimal

import pytest
from pydantic import ValidationError

from include.relationships.inventory import Inventory, ZeroPolicy
from tests.relationships.examples import relationship


def inventory(**changes: object) -> Inventory:
    return Inventory.model_validate(changes)


def test_nothing_is_pushed_unless_the_relationship_says_so():
    assert not relationship().inventory.is_pushed


def test_the_relationships_own_location_counts_where_none_is_named():
    assert relationship().stock_locations == ("Main Warehouse",)


def test_a_location_that_no_order_is_served_from_cannot_count_where_a_sale_draws_on_one():
    told = {"locations": ["Main Warehouse", "Phoenix"]}

    assert relationship(inventory=told, locations={"PHX6": "phoenix"}).stock_locations[1] == "Phoenix"
    assert relationship(inventory=told, stock={"one_location": False}).stock_locations[1] == "Phoenix"
    with pytest.raises(ValidationError, match="names Phoenix, which no order is served from"):
        relationship(inventory=told)


@pytest.mark.parametrize("locations", [[], ["Main Warehouse"]])
def test_a_location_cannot_both_count_and_be_in_quarantine(locations):
    with pytest.raises(ValidationError, match="quarantine_locations names main warehouse"):
        relationship(inventory={"locations": locations, "quarantine_locations": ["MAIN warehouse"]})


@pytest.mark.parametrize("schedule", ["0 4 * *", "0 4 * * * *", "61 4 * * *", "0 4 30 2 *", "@daily", "R 4 * * *", ""])
def test_a_schedule_that_never_comes_or_is_left_to_chance_is_refused(schedule):
    with pytest.raises(ValidationError, match="is no schedule such as"):
        inventory(schedule=schedule)


@pytest.mark.parametrize("changes", [
    {"feed_id": "X" * 31}, {"feed_id": "A*B"}, {"full_every_days": 0}, {"largest_document": 1_000_000},
    {"held": {"percent": 101}}, {"cap": {"units": -1}}, {"zero": {"approval_hours": 0}},
    {"zero": {"tags": {"": "ask"}}}, {"shelf_life_days": -1}])  # fmt: skip
def test_what_would_do_harm_is_refused(changes):
    with pytest.raises(ValidationError):
        inventory(**changes)


def test_the_most_cautious_of_several_tags_holds():
    settings = inventory(
        safety_stock={"tags": {"a": {"units": 5}, "b": {"percent": 10}}},
        held={"tags": {"a": 5, "b": 10}},
        cap={"units": 1, "tags": {"a": 50, "b": 10}},
        zero={"tags": {"a": "ask", "b": "hold"}},
    )
    tags = ("A", "B")

    assert settings.safety_stock.of("MUG", tags) == (5, 10)
    assert settings.held.of("MUG", tags) == 10
    assert settings.cap.of("MUG", tags) == 10
    assert settings.zero.of("MUG", tags) is ZeroPolicy.HOLD


def test_a_sku_may_be_less_cautious_than_its_tags_and_the_default():
    settings = inventory(
        safety_stock={"units": 9, "skus": {"MUG": {}}, "tags": {"a": {"units": 5}}},
        cap={"units": 1, "skus": {"MUG": 99}},
        zero={"policy": "hold", "skus": {"MUG": "send"}, "tags": {"a": "ask"}},
    )

    assert settings.safety_stock.of("MUG", ("a",)) == (0, 0)
    assert settings.cap.of("MUG", ()) == Decimal(99)
    assert settings.zero.of("MUG", ("a",)) is ZeroPolicy.SEND
    assert settings.zero.of("CUP", ("a",)) is ZeroPolicy.ASK
    assert settings.zero.of("CUP", ("other",)) is ZeroPolicy.HOLD
