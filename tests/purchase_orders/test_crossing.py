"""A change by Amazon, or another run, that crosses a run between two of its steps: nothing of either is lost."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import pytest

from include.documents import sending
from include.purchase_orders import answering, placing
from tests.purchase_orders.interruptions import InterruptedTrade, Meanwhile, Moments
from tests.purchase_orders.trade import Line, allocated, order

MUG, BOWL = "B00000MUG1", "B00000BOWL"
TEN_MUGS = Line(MUG, 10)
LESS, MORE, OTHER = Line(MUG, 6), Line(MUG, 15), Line(BOWL, 10, price="3.00")


@pytest.fixture
def trade(begin):
    return begin(InterruptedTrade)


def while_it_runs(trade, moment, line, **words):
    """Run a tick in which another run registers a change at a moment, and then the ticks after it."""

    def change():
        other = trade.beside()
        other.drop(order("PO000001", [line], **words))
        other.receive()
        other.register("the other run")

    meanwhile = Meanwhile(change)
    trade.moments = Moments(meanwhile, named=moment)
    trade.tick()
    trade.moments = None
    meanwhile.finish()
    for _ in range(2):
        trade.let_claims_lapse()
        trade.tick()


def held(trade):
    found: dict[str, Decimal] = {}
    for sale in trade.sales():
        for sku, quantity in allocated(sale).items():
            found[sku] = found.get(sku, Decimal(0)) + quantity
    return found


MOMENTS = [
    "after read_availability",
    "before create",
    "after create",
    "before authorise",
    "after authorise",
    "INSERT INTO transmission",
    "SET answer_wanted = false",
]


@pytest.mark.slow
@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize(("line", "sku"), [(LESS, "MUG"), (MORE, "MUG"), (OTHER, "BOWL")])
def test_a_change_that_comes_at_any_moment_is_what_is_held_and_answered(trade, moment, line, sku):
    trade.drop(order("PO000001", [TEN_MUGS]))

    while_it_runs(trade, moment, line)

    assert held(trade) == {sku: line.quantity}
    assert trade.answers()[-1].lines == {"1": (("IA", Decimal(line.quantity)),)}
    assert trade.faults == []
    assert trade.exceptions() == {}


@pytest.mark.slow
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_cancellation_that_comes_at_any_moment_leaves_nothing_held(trade, moment):
    trade.drop(order("PO000001", [TEN_MUGS]))

    while_it_runs(trade, moment, TEN_MUGS, purpose="01")

    assert held(trade) == {}
    assert trade.rows("SELECT state FROM purchase_order") == [{"state": "cancelled"}]


def test_a_change_that_comes_while_a_sale_is_looked_at_is_not_forgotten(trade):
    trade.drop(order("PO000001", [TEN_MUGS]))
    trade.tick()
    trade.pass_time(minutes=10)
    trade.rows("UPDATE sale SET read_at = read_at - interval '1 hour' RETURNING 1")
    (sale,) = trade.sales()
    trade.cin7.ask("PUT", "/sale", json={"ID": sale["ID"], "Customer": "Amazon Vendor US", "Note": "by hand"})

    while_it_runs(trade, "after fetch", LESS)

    assert held(trade) == {"MUG": 6}
    assert trade.answers()[-1].lines == {"1": (("IA", Decimal(6)),)}


def test_an_order_that_another_run_has_answered_and_not_yet_published_is_not_answered_twice(trade):
    trade.drop(order("PO000001", [TEN_MUGS]))
    trade.receive()
    order_ids = trade.register("run a")
    with trade.desk() as desk:
        placing.place(desk, order_ids, "run a")
        write = partial(sending.write_document, desk.connection, desk.relationship)
        answering.answer(desk, write, "run b", only=(), answer_now=False, limit=10)

    trade.place(order_ids, "run a")
    trade.tick()

    assert len(trade.answers()) == 1
