"""Levels are whole units of Amazon's, and no unit of stock stands in two of them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from include.catalogue.units import to_order_units, to_sku_units
from include.identifiers import ItemIdentifier
from include.inventory.leveling import doubled
from include.inventory.values import Level, Rule, StockRow
from include.purchase_orders.allocation import Demand, Pool, allocate
from tests.inventory.goods import MAIN, OTHER, TWO_PLACES, Item, drawn, item, leveled, quantities, row, terms

NONE = Decimal(0)
CASE = {"of": ("MUG", 12)}
MUG, CASE_OF_MUGS = item(), item("MUG-C", 1, unit="CA", **CASE)


def test_a_level_is_rounded_down_to_whole_cases():
    (level,) = leveled([item(unit="CA", units=(12, 1), list_price=Decimal("2.50"))], [row(40)], terms())

    assert (level.quantity, level.unit, level.price) == (3, "CA", Decimal("30.00"))
    assert level.steps[-1].rule == Rule.WHOLE_UNITS
    assert level.steps[-1].note == "whole CA: one CA is 12 of MUG"


def test_a_case_sku_that_is_told_in_eaches_offers_only_what_whole_cases_hold():
    (level,) = leveled([item(units=(1, 12))], [row("3.5")], terms())

    assert level.quantity == 36


def test_a_level_is_capped_before_it_is_rounded():
    (level,) = leveled([item(unit="CA", units=(12, 1))], [row(400)], terms({"cap": {"units": 100, "skus": {"CUP": 1}}}))

    assert level.quantity == 8


def test_a_product_under_two_asins_is_offered_once():
    found = leveled([item(number=1), item(number=2)], [row(61)], terms())

    assert [int(level.quantity) for level in found] == [30, 31]
    assert all(level.steps[-1].rule == Rule.DIVIDED for level in found)


def test_a_case_and_its_each_share_the_eaches():
    rows = [row(61), row(5, "MUG-C", on_hand=NONE)]

    assert quantities(leveled([MUG, CASE_OF_MUGS], rows, terms())) == {"MUG-C": 2, "MUG": 37}


def test_what_is_shared_may_be_told_to_each_item_where_the_relationship_says_so():
    rows = [row(61), row(5, "MUG-C", on_hand=NONE)]

    found = leveled([MUG, CASE_OF_MUGS], rows, terms({"shared_stock": "repeat"}))

    assert quantities(found) == {"MUG": 61, "MUG-C": 5}


def test_cases_that_lie_there_made_are_offered_beside_those_that_would_be_made():
    rows = [row(24), row(9, "MUG-C", on_hand=Decimal(7))]

    assert quantities(leveled([CASE_OF_MUGS], rows, terms())) == {"MUG-C": 9}


def test_eaches_that_were_sold_between_two_pages_make_no_case_that_is_not_there():
    rows = [row(12), row(9, "MUG-C", on_hand=NONE)]

    assert quantities(leveled([CASE_OF_MUGS], rows, terms())) == {"MUG-C": 1}


def test_cases_promised_beyond_what_can_be_made_are_owed_first():
    rows = [row(60), row(2, "MUG-C", on_hand=NONE)]

    assert quantities(leveled([CASE_OF_MUGS], rows, terms())) == {"MUG-C": 2}


def test_a_case_in_quarantine_is_not_offered_and_the_eaches_there_make_none():
    rows = [row(24), row(36, bin="QA"), row(5, "MUG-C", on_hand=NONE), row(3, "MUG-C", bin="QA")]

    found = leveled([CASE_OF_MUGS], rows, terms({"quarantine_bins": ["QA"]}))

    assert quantities(found) == {"MUG-C": 2}


def test_items_that_share_stock_are_offered_from_one_location():
    rows = [row(60), row(5, "MUG-C", on_hand=NONE), row(11, location=OTHER),
            row(3, "MUG-C", location=OTHER)]  # fmt: skip

    found = leveled([MUG, CASE_OF_MUGS], rows, terms({"locations": [MAIN, OTHER]}, **TWO_PLACES))

    assert quantities(found) == {"MUG-C": 2, "MUG": 36}


def test_what_would_be_made_of_the_eaches_makes_no_location_the_best():
    rows = [row(60), row(5, "MUG-C", on_hand=NONE), row(40, location=OTHER),
            row(5, "MUG-C", location=OTHER, on_hand=Decimal(2))]  # fmt: skip

    found = leveled([MUG, CASE_OF_MUGS], rows, terms({"locations": [MAIN, OTHER]}, **TWO_PLACES))

    assert quantities(found) == {"MUG-C": 3, "MUG": 28}


def test_what_our_own_sales_took_since_is_taken_off():
    rows = [row(60), row(5, "MUG-C", on_hand=NONE)]

    assert quantities(leveled([MUG], [row(60)], terms(), [drawn(7)])) == {"MUG": 53}
    assert quantities(leveled([CASE_OF_MUGS, MUG], rows, terms(), [drawn(3, "MUG-C", 12)])) == {"MUG-C": 1, "MUG": 12}


def test_a_case_that_was_sold_and_is_not_listed_takes_of_the_eaches():
    assert quantities(leveled([MUG], [row(60)], terms(), [drawn(2, "MUG-C", 12)])) == {"MUG": 36}


def test_what_another_relationship_was_told_is_not_told_again():
    half = terms({"held": {"percent": 50}})

    assert quantities(leveled([MUG], [row(100)], terms(), promised=[drawn(70)])) == {"MUG": 30}
    assert quantities(leveled([MUG], [row(100)], half, promised=[drawn(50)])) == {"MUG": 50}
    assert quantities(leveled([MUG], [row(100)], half, promised=[drawn(200)])) == {"MUG": 0}


def test_what_is_claimed_of_made_cases_is_of_those_that_lie_there_first():
    rows = [row(24), row(9, "MUG-C", on_hand=Decimal(7))]

    assert quantities(leveled([CASE_OF_MUGS], rows, terms(), [drawn(3, "MUG-C", 12)], [drawn(5, "MUG-C", 12)])) == {
        "MUG-C": 1
    }


def test_a_case_in_quarantine_does_not_stand_in_for_one_that_was_promised():
    rows = [row(2, "MUG-C", bin="A1", on_hand=Decimal(5)), row(3, "MUG-C", bin="QA")]

    found = leveled([CASE_OF_MUGS], rows, terms({"quarantine_bins": ["QA"]}))

    assert quantities(found) == {"MUG-C": 2}


def test_safety_stock_is_kept_of_the_stock_that_is_drawn_on():
    rows = [row(60), row(8, "MUG-C", on_hand=Decimal(3))]

    found = leveled([CASE_OF_MUGS], rows, terms({"safety_stock": {"units": 1}}))

    assert quantities(found) == {"MUG-C": 6}


def test_an_identifier_of_two_skus_has_no_level():
    items = [item("MUG", 1), item("CUP", 1), item("JUG", 2)]

    assert doubled(items) == {items[0].identifier: ("CUP", "MUG")}
    assert quantities(leveled(items, [row(9), row(9, "CUP"), row(9, "JUG")], terms())) == {"JUG": 9}


def test_an_item_that_is_listed_twice_is_one_item():
    assert [int(level.quantity) for level in leveled([item(), item()], [row(60)], terms())] == [60]


RATIOS = st.sampled_from([(1, 1), (6, 1), (12, 1), (1, 12), (1, 3), (2, 3), (5, 7)])
MADE_OF = st.sampled_from([("MUG", 1), ("MUG-C", 12), ("MUG-S", 5)])


@st.composite
def listed(draw: st.DrawFn) -> Item:
    sku, factor = draw(MADE_OF)
    return item(sku, draw(st.integers(0, 9)), units=draw(RATIOS), of=("MUG", factor))


BASE = st.lists(st.tuples(st.integers(-40, 300), st.sampled_from([MAIN, OTHER])), max_size=4)
MADE = st.lists(st.tuples(st.sampled_from([("MUG-C", 12), ("MUG-S", 5)]), st.integers(-3, 20),
                          st.sampled_from([MAIN, OTHER])), max_size=4)  # fmt: skip


@given(st.lists(listed(), min_size=1, max_size=6), BASE, MADE, st.booleans())
def test_all_that_amazon_is_told_could_be_allocated_at_once(items, base, made, one_location):
    """The planner of orders, from the same reading, gives every item the whole of its level."""
    by = terms({"locations": [MAIN, OTHER]}, stock={"one_location": one_location}, **TWO_PLACES)
    rows = [row(many, location=place) for many, place in base]
    rows += [row(many, sku, location=place) for (sku, _), many, place in made]
    rows += [row(max(sum(many for many, at in base if at == place), 0) // factor, sku, location=place,
                 on_hand=NONE) for sku, factor in (("MUG-C", 12), ("MUG-S", 5))
             for place in (MAIN, OTHER)]  # fmt: skip

    found = leveled(items, rows, by)

    places = [{MAIN}, {OTHER}] if one_location else [{MAIN, OTHER}]
    assert any(served_in_full(found, items, [each for each in rows if each.location in at]) for at in places)


def served_in_full(found: list[Level], items: list[Item], rows: list[StockRow]) -> bool:
    available: dict[str, Decimal] = {}
    for each in rows:
        available[each.sku] = available.get(each.sku, Decimal(0)) + each.available
    of = {each.identifier: each for each in items}
    demands = []
    for place, level in enumerate(found):
        units = to_sku_units(level.quantity, of[level.identifier].sku_units)
        draw = drawn(units, level.sku, of[level.identifier].stock_factor)
        demands.append(Demand((place, ""), draw, Decimal(1)))
    pools = [Pool.of(available, [each.draw for each in demands]) for _ in range(2)]
    got = {key: portion.expected for key, portion in allocate(demands, *pools).items()}
    return got == {each.key: each.draw.quantity for each in demands if each.draw.quantity}


@given(st.lists(listed(), min_size=1, max_size=6), st.integers(0, 500))
def test_together_the_levels_are_never_more_than_the_stock(items, there):
    found = leveled(items, [row(there)], terms())

    of = {each.identifier: each for each in items}
    taken = sum(to_sku_units(level.quantity, of[level.identifier].sku_units) * of[level.identifier].stock_factor
                for level in found)  # fmt: skip
    assert taken <= there


ITEMS = st.lists(listed(), min_size=1, max_size=4)


@given(ITEMS, ITEMS, st.integers(0, 300), st.integers(0, 9), st.integers(0, 100), st.integers(0, 100))
def test_two_relationships_that_know_of_each_other_promise_no_unit_twice(items, others, there, made, held, held_there):
    others = [replace(each, identifier=ItemIdentifier("UP", each.identifier.value)) for each in others]
    rows = [row(there), row(there // 12 + made, "MUG-C", on_hand=Decimal(made)), row(there // 5, "MUG-S", on_hand=NONE)]
    of = {each.identifier: each for each in [*items, *others]}

    first = leveled(items, rows, terms({"held": {"percent": held}}))
    promised = [drawn(to_sku_units(level.quantity, of[level.identifier].sku_units), level.sku,
                      of[level.identifier].stock_factor) for level in first]  # fmt: skip
    second = leveled(others, rows, terms({"held": {"percent": held_there}}), promised=promised)

    assert served_in_full([*first, *second], list(of.values()), rows)


@given(RATIOS, st.integers(0, 10_000))
def test_a_level_converts_to_stock_and_back_without_loss(ratio, there):
    listed_item = item(units=ratio)
    (level,) = leveled([listed_item], [row(there)], terms())

    units = to_sku_units(level.quantity, listed_item.sku_units)

    assert to_order_units(units, listed_item.sku_units) == level.quantity
    assert units <= there < units + max(ratio[0], 1)
