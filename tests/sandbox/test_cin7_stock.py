"""The stock of the sandbox's Cin7 Core: what the API promises is there, and comes back when it is let go."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from include.sandbox.cin7.stock import Stock, StockRow, load_stock

HERE, THERE = "Main", "Reno"
units = st.integers(-10, 60).map(Decimal)  # a count may say less than nothing
skus = st.sampled_from(["MUG", "LID", "CASE", "SET"])
places = st.sampled_from([HERE, THERE, None])
orders = st.tuples(skus, places, st.integers(1, 40).map(Decimal))


@st.composite
def stocks(draw) -> Stock:
    """Mugs and lids in bins of two places; a case of twelve mugs, and a set of a mug and two lids."""
    rows = [{"sku": sku, "location": place, "bin": name, "on_hand": draw(units)}
            for sku in ("MUG", "LID", "CASE") for place in (HERE, THERE) for name in ("A", "B")]  # fmt: skip
    parts = {"CASE": (("MUG", Decimal(12)),), "SET": (("MUG", Decimal(1)), ("LID", Decimal(2)))}
    return load_stock(rows, parts)


def rows_of(stock: Stock) -> Iterator[StockRow]:
    return (row for rows in stock.rows.values() for row in rows)


def promised(stock: Stock) -> list[Decimal]:
    return [row.allocated for row in rows_of(stock)]


@given(stocks(), st.lists(orders, max_size=12))
def test_no_more_is_promised_than_lies_there(stock, wanted):
    for sku, place, quantity in wanted:
        stock.allocate(sku, place, quantity)

    assert all(0 <= row.allocated <= max(0, row.on_hand) for row in rows_of(stock))


@given(stocks(), st.lists(orders, max_size=6), orders)
def test_an_order_gets_all_that_was_available_and_no_more(stock, before, wanted):
    for each in before:
        stock.allocate(*each)
    sku, place, quantity = wanted
    available = stock.available(sku, place)

    _, got = stock.allocate(sku, place, quantity)

    assert got == min(quantity, max(0, available))


@given(stocks(), orders, orders)
def test_an_available_quantity_falls_by_what_was_promised(stock, first, second):
    sku, place, quantity = first
    before = stock.available(sku, place)
    _, got = stock.allocate(sku, place, quantity)

    assert stock.available(sku, place) == before - got


@given(stocks(), st.lists(orders, min_size=1, max_size=8), st.randoms())
def test_what_is_let_go_comes_back(stock, wanted, chance):
    allocations = [stock.allocate(*each)[0] for each in wanted]
    chance.shuffle(allocations)

    for each in allocations:
        stock.release(each)

    assert set(promised(stock)) == {0}


@given(stocks(), st.integers(1, 10).map(Decimal))
def test_a_case_that_is_assembled_takes_its_components(stock, quantity):
    for row in stock.rows["CASE"]:
        row.on_hand = Decimal(0)
    mugs = stock.available("MUG", HERE)

    _, got = stock.allocate("CASE", HERE, quantity)

    assert stock.available("MUG", HERE) == mugs - 12 * got
    assert stock.available("MUG", THERE) == stock.available("MUG", None) - stock.available("MUG", HERE)


@given(stocks(), orders)
def test_another_channel_gets_only_what_is_available_and_takes_it_away(stock, wanted):
    sku, place, quantity = wanted
    on_hand = sum(row.on_hand for row in stock.rows.get(sku, ()))

    taken = stock.take_available(sku, place, quantity)

    assert 0 <= taken <= quantity
    assert sum(row.on_hand for row in stock.rows.get(sku, ())) == on_hand - taken
    assert set(promised(stock)) == {0}


def test_a_case_that_is_short_already_makes_up_for_that_first():
    rows = [{"sku": sku, "location": HERE, "on_hand": count} for sku, count in (("MUG", 36), ("CASE", -2))]
    stock = load_stock(rows, {"CASE": (("MUG", Decimal(12)),)})

    assert (stock.available("CASE", HERE), stock.allocate("CASE", HERE, Decimal(3))[1]) == (1, 1)


def test_what_one_bin_lacks_is_not_promised_from_another():
    bins = [{"sku": "MUG", "location": HERE, "bin": name, "on_hand": count} for name, count in (("A", 10), ("B", -4))]
    stock = load_stock(bins, {})

    assert stock.allocate("MUG", HERE, Decimal(10))[1] == 6


def test_a_count_below_what_is_promised_leaves_less_than_nothing_available():
    stock = load_stock([{"sku": "MUG", "location": HERE, "on_hand": 10}], {})
    stock.allocate("MUG", HERE, Decimal(8))

    change = stock.change("MUG", HERE, None, to=Decimal(5), by=Decimal(0))

    assert (change, stock.available("MUG", HERE)) == (-5, -3)
    assert stock.allocate("MUG", HERE, Decimal(1))[1] == 0
