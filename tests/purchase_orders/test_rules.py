"""The pure rules, for all inputs: nobody gets more than there is, and every answer adds up to what was ordered."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from include.catalogue.ratios import as_ratio, exact
from include.catalogue.units import to_sku_units
from include.identifiers import ItemIdentifier
from include.purchase_orders.allocation import Demand, Draw, Pool, Portion, allocate
from include.purchase_orders.decisions import decide
from include.purchase_orders.drafting import draft_sales
from include.purchase_orders.values import LineDecision, OrderLine
from include.relationships.model import Relationship
from tests.purchase_orders.trade import RELATIONSHIP

EACH, CASE = "EACH", "CASE"
amazon = Relationship.model_validate(RELATIONSHIP)
counts = st.integers(0, 200).map(Decimal)


def draw(sku, quantity):
    return Draw(sku, EACH, Decimal(6) if sku == CASE else Decimal(1), Decimal(quantity))


@st.composite
def demand_lists(draw_from):
    wanted = draw_from(st.lists(st.tuples(st.sampled_from([EACH, CASE]), st.integers(1, 60), st.sampled_from([1, 2, 6]),
                                          st.booleans(), st.booleans()), max_size=12))  # fmt: skip
    return [
        Demand((n, "1"), draw(sku, quantity * step), Decimal(step), is_back_orderable=waits, all_or_nothing=whole)
        for n, (sku, quantity, step, waits, whole) in enumerate(wanted)
    ]


@given(demand_lists(), counts, counts)
def test_nobody_is_expected_to_get_more_than_there_is(demands, eaches, cases):
    derived = (eaches // 6) + cases
    pools = [Pool.of({EACH: eaches, CASE: derived}, [each.draw for each in demands]) for _ in range(2)]

    portions = allocate(demands, *pools)

    by_key = {demand.key: demand for demand in demands}
    taken = sum(portion.expected * by_key[key].draw.stock_factor for key, portion in portions.items())
    assert taken <= eaches + cases * 6
    for key, portion in portions.items():
        assert 0 <= portion.expected <= portion.quantity <= by_key[key].draw.quantity
        assert portion.expected % by_key[key].step == 0


@given(demand_lists(), counts, counts)
def test_nothing_that_is_free_and_of_use_is_left_to_whoever_got_less(demands, eaches, cases):
    derived = (eaches // 6) + cases
    pools = [Pool.of({EACH: eaches, CASE: derived}, [each.draw for each in demands]) for _ in range(2)]

    portions = allocate(demands, *pools)

    for demand in demands:
        got = portions[demand.key].expected if demand.key in portions else Decimal(0)
        useful = demand.draw.quantity if demand.all_or_nothing and not demand.is_back_orderable else got + demand.step
        if got < demand.draw.quantity:
            assert pools[0].available(demand.draw) + got < useful


@given(demand_lists(), counts, counts)
def test_who_is_cautious_gets_no_more_than_the_cautious_pool_holds(demands, sure, perhaps):
    cautious = [replace(demand, is_cautious=True) for demand in demands]
    draws = [each.draw for each in demands]
    pools = (Pool.of({EACH: sure + perhaps}, draws), Pool.of({EACH: sure}, draws))

    portions = allocate(cautious, *pools)

    by_key = {demand.key: demand for demand in demands}
    assert sum(p.expected * by_key[key].draw.stock_factor for key, p in portions.items()) <= sure


@st.composite
def placed_lines(draw_from):
    """A line in eaches or cases of an each or a case SKU, with some of it placed and some of that allocated."""
    numerator, denominator = draw_from(st.sampled_from([(1, 1), (6, 1), (1, 6), (12, 6), (6, 12)]))
    ratio = as_ratio(Decimal(numerator), Decimal(denominator))
    step = exact(ratio).numerator
    in_line_units = exact(ratio).denominator
    steps = draw_from(st.integers(0, 30))
    refused = draw_from(st.integers(0, steps))
    standing = draw_from(st.integers(0, steps - refused)) * step
    allocated = draw_from(st.integers(0, standing))
    return OrderLine(
        line_number="1",
        identifiers=(ItemIdentifier("BP", "B000000001"),),
        quantity=Decimal(steps * in_line_units),
        unit="EA",
        unit_price=Decimal("1.00"),
        price_basis="PE",
        sku="SKU",
        sku_units=ratio,
        refused_before=Decimal(refused * in_line_units),
        standing=Decimal(standing),
        allocated=Decimal(allocated // step * step),
    )


@given(placed_lines(), st.booleans(), st.sampled_from([None, "unmapped", "inexact_quantity", "price_difference"]))
def test_the_statuses_of_a_line_add_up_and_promise_no_more_than_is_allocated(line, rest_waits, fault):
    decided = decide(replace(line, fault=fault), amazon, rest_waits=rest_waits)

    assert decided.accepted + decided.back_ordered + decided.rejected == line.quantity
    assert min(decided.accepted, decided.back_ordered, decided.rejected) >= 0
    assert to_sku_units(decided.accepted, line.sku_units) <= line.allocated
    assert decided.rejected >= line.refused_before
    assert (decided.reject_code is None) == (decided.rejected == 0)
    assert (decided.decision is LineDecision.CANCELLED_BY_AMAZON) == (line.quantity == 0)


@given(placed_lines(), st.booleans())
def test_what_is_refused_and_still_stands_is_told_as_too_much(line, rest_waits):
    decided = decide(line, amazon, rest_waits=rest_waits)

    promised = to_sku_units(decided.accepted + decided.back_ordered, line.sku_units)
    assert decided.excess == line.standing - promised


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from(["1.00", "1.10"]), st.integers(1, 9)), max_size=15))
def test_every_sale_holds_a_sku_once_and_all_portions_are_on_sales_at_their_price(wanted):
    lines = [
        OrderLine(
            line_number=str(n),
            identifiers=(),
            quantity=Decimal(quantity),
            unit="EA",
            unit_price=Decimal(price),
            price_basis=None,
            sku=sku,
            sku_units=Decimal(1),
            sku_price=Decimal(price),
        )
        for n, (sku, price, quantity) in enumerate(wanted)
    ]
    portions = {line.line_number: Portion(line.quantity, line.quantity) for line in lines}

    sales = draft_sales(lines, portions)

    held: dict[str, Decimal] = defaultdict(Decimal)
    for sale in sales:
        assert len({line.sku for line in sale}) == len(sale)
        for line in sale:
            assert line.quantity == sum(share for _, share in line.shares)
            for number, share in line.shares:
                held[number] += share
                assert line.price == lines[int(number)].sku_price
    assert held == {number: portion.quantity for number, portion in portions.items()}
    assert len(sales) <= 2
