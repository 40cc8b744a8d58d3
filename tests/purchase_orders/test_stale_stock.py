"""Cin7's answer about stock may be minutes old: nothing is refused or promised on its word alone."""

from __future__ import annotations

from decimal import Decimal

from tests.purchase_orders.trade import Line, allocated, order

PLATE = "B0000PLATE"
AT_ONCE = {"acknowledgement": {"hold_share": 0}}


def plates(quantity):
    return [Line(PLATE, quantity, price="10.00")]


def test_a_stale_reading_that_hides_our_own_sale_costs_a_wait_and_no_sale(begin):
    trade = begin(**AT_ONCE)
    trade.cin7.behave(stale_minutes=10)
    trade.drop(order("PO000001", plates(10)))

    trade.tick()

    assert [allocated(sale) for sale in trade.sales()] == [{"PLATE": 7}]
    assert trade.answers() == []
    trade.cin7.behave(stale_minutes=0)
    trade.pass_time(minutes=16)
    trade.tick()
    assert trade.answer_to("PO000001").lines["1"] == (("IA", Decimal(7)), ("IR", Decimal(3)))
    assert trade.calls()["POST /sale"] == 1


def test_stock_that_a_stale_reading_hid_is_found_when_it_must_be_known_by_then(begin):
    trade = begin(**AT_ONCE)
    trade.cin7.behave(stale_minutes=10)
    trade.drop(order("PO000001", plates(10)))
    trade.tick()
    trade.cin7.post("stock", {"sku": "PLATE", "add": 3})

    trade.cin7.behave(stale_minutes=0)
    trade.pass_time(minutes=16)
    trade.tick()

    assert trade.answer_to("PO000001").lines["1"] == (("IA", Decimal(10)),)


def test_where_time_runs_out_a_doubtful_reading_is_tried_out(begin):
    trade = begin(**AT_ONCE)
    trade.cin7.behave(stale_minutes=10)
    trade.drop(order("PO000001", plates(10)))
    trade.tick()

    trade.tick("PO000001", answer_now=True)

    assert trade.answer_to("PO000001").lines["1"] == (("IA", Decimal(7)), ("IR", Decimal(3)))
    assert [allocated(sale) for sale in trade.sales()] == [{"PLATE": 7}]


def test_a_new_order_is_hopeful_and_the_sale_itself_decides(begin):
    trade = begin(**AT_ONCE)
    trade.drop(order("PO000001", plates(5)))
    trade.tick()
    trade.cin7.behave(stale_minutes=0)
    trade.drop(order("PO000002", plates(2)))

    trade.tick()

    assert trade.answer_to("PO000002").lines["1"] == (("IA", Decimal(2)),)


def test_after_a_lost_race_nobody_runs_into_the_same_wall_again(begin):
    trade = begin(**AT_ONCE)
    trade.cin7.post("take_after_reading", {"sku": "PLATE", "quantity": 7})
    trade.cin7.behave(stale_minutes=10)
    trade.drop(order("PO000001", plates(5)))
    trade.tick()
    sales_made = trade.calls()["POST /sale"]

    trade.drop(order("PO000002", plates(5)))
    trade.tick()

    assert trade.calls()["POST /sale"] == sales_made
    assert trade.sales() == []
