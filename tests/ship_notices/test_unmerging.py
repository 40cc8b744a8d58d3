"""Whatever was packed, each unit of it stands on one line, in whole units of the line, or is told."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from include.catalogue.ratios import as_ratio, exact
from include.identifiers import ItemIdentifier
from include.ship_notices.unmerging import unmerge
from include.ship_notices.values import NOTHING, Packed, Share, StagedCarton

SKUS = st.sampled_from(["MUG", "BOWL"])
# A line in eaches, in cases of six, or in eaches of a product that is stocked in cases of twelve.
UNITS = st.sampled_from([("EA", Decimal(1)), ("CA", Decimal(6)), ("EA", as_ratio(Decimal(1), Decimal(12)))])


@st.composite
def shares(draw):
    unit, sku_units = draw(UNITS)
    ordered = draw(st.integers(1, 20))
    units = Fraction(ordered) * exact(sku_units)
    quantity = Decimal(units.numerator // units.denominator)
    notified = draw(st.sampled_from([NOTHING, quantity]))
    return unit, sku_units, quantity, notified, draw(SKUS)


orders = st.lists(shares(), min_size=1, max_size=5).map(
    lambda told: [
        Share(1, sku, 1, "4AB7XY2P", str(number), ItemIdentifier("BP", f"B{number}"), unit, units, quantity, notified)
        for number, (unit, units, quantity, notified, sku) in enumerate(told, 1)
    ]
)
contents = st.lists(st.tuples(SKUS, st.integers(1, 40)), min_size=1, max_size=4)
cartons = st.lists(contents, min_size=1, max_size=4).map(
    lambda told: [
        StagedCarton(number, 1, 1, "4AB7XY2P", "Main", f"Box {number}", None, None, None,
                     tuple(Packed(sku, Decimal(quantity), None, None) for sku, quantity in inside))
        for number, inside in enumerate(told, 1)
    ]
)  # fmt: skip


@given(cartons, orders)
def test_what_is_packed_is_what_is_said_unless_it_is_told(packed, owed):
    items, obstacles = unmerge(packed, owed)

    inside = Counter({})
    for carton in packed:
        for line in carton.packed:
            inside[carton.carton_id, line.sku] += line.quantity
    said = Counter({})
    for item in items:
        said[item.carton_id, item.share.sku] += item.sku_quantity
    short = {key[0] for key in inside if said[key] < inside[key]}
    assert all(said[key] <= inside[key] for key in inside)
    assert {f"carton {carton_id}" for carton_id in short} == {each.subject for each in obstacles}


@given(cartons, orders)
def test_every_item_is_whole_in_its_lines_unit_and_exact_in_the_products(packed, owed):
    items, _ = unmerge(packed, owed)

    for item in items:
        assert item.quantity == item.quantity.to_integral_value() > 0
        assert Fraction(item.quantity) * exact(item.share.sku_units) == Fraction(item.sku_quantity)


@given(cartons, orders)
def test_no_line_gets_more_than_it_has_coming_while_a_line_in_eaches_lacks_some(packed, owed):
    items, _ = unmerge(packed, owed)

    lacks = Counter({share.line_number: max(share.quantity - share.notified, NOTHING) for share in owed})
    for item in items:
        lacks[item.share.line_number] -= item.sku_quantity
    full = {share.sku for share in owed if lacks[share.line_number] < 0}
    assert not [share for share in owed if share.sku in full and share.step == 1 and lacks[share.line_number] > 0]
