"""Another channel takes units between our reading and our authorisation: nothing is promised that is not allocated."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.purchase_orders.trade import Line, allocated, order

PLATE, KNIFE, MUG = "B0000PLATE", "B0000KNIFE", "B00000MUG1"
AT_ONCE = {"acknowledgement": {"hold_share": 0}}


def race(trade, sku, quantity):
    trade.cin7.post("take_after_reading", {"sku": sku, "quantity": quantity})


def test_a_lost_race_is_placed_again_for_what_is_left_and_only_that_is_accepted(begin):
    trade = begin(**AT_ONCE)
    race(trade, "PLATE", 5)
    trade.drop(order("PO000001", [Line(PLATE, 6, price="10.00"), Line(MUG, 2)]))

    trade.tick()

    (sale,) = trade.sales()
    assert allocated(sale) == {"PLATE": 2, "MUG": 2}
    assert sale["Status"] == "ORDERED"
    assert trade.answer_to("PO000001").lines["1"] == (("IA", Decimal(2)), ("IR", Decimal(4)))


def test_a_race_that_leaves_nothing_voids_the_sale(begin):
    trade = begin(**AT_ONCE)
    race(trade, "PLATE", 7)
    trade.drop(order("PO000001", [Line(PLATE, 6, price="10.00")]))

    trade.tick()

    assert trade.sales() == []
    assert trade.answer_to("PO000001").lines["1"] == (("IR", Decimal(6)),)


def test_a_race_that_breaks_a_case_leaves_whole_cases_only(begin):
    trade = begin(**AT_ONCE)
    race(trade, "KNIFE", 2)
    trade.drop(order("PO000001", [Line(KNIFE, 9, unit="CA", price="2.00")]))

    trade.tick()

    assert allocated(trade.sales()[0]) == {"KNIFE": 54}
    assert trade.answer_to("PO000001").lines["1"] == (("IA", Decimal(9)),)


def test_fifty_seven_eaches_are_nine_cases_of_six_and_the_rest_is_let_go(begin):
    trade = begin(**AT_ONCE)
    trade.cin7.post("stock", {"sku": "KNIFE", "set": 60})
    race(trade, "KNIFE", 3)
    trade.drop(order("PO000001", [Line(KNIFE, 10, unit="CA", price="2.00")]))

    trade.tick()

    assert allocated(trade.sales()[0]) == {"KNIFE": 54}
    assert trade.answer_to("PO000001").lines["1"] == (("IA", Decimal(9)), ("IR", Decimal(1)))


def test_where_the_rest_may_wait_a_lost_race_is_a_back_order(begin):
    trade = begin(back_order="back_order")
    race(trade, "PLATE", 5)
    trade.drop(order("PO000001", [Line(PLATE, 6, price="10.00")], csh="Y"))

    trade.tick()

    assert trade.answer_to("PO000001").lines["1"] == (("IA", Decimal(2)), ("IB", Decimal(4)))
    assert trade.calls().get("DELETE /sale", 0) == 0


def test_an_undo_that_cin7_ignores_is_followed_by_a_void_and_the_next_generation(begin):
    trade = begin(**AT_ONCE)
    trade.cin7.behave(undo_ignored=True)
    race(trade, "PLATE", 5)
    trade.drop(order("PO000001", [Line(PLATE, 6, price="10.00")]))

    trade.tick()

    (sale,) = trade.sales()
    assert allocated(sale) == {"PLATE": 2}
    assert sale["ExternalID"].endswith(":1.2")
    assert trade.answer_to("PO000001").lines["1"] == (("IA", Decimal(2)), ("IR", Decimal(4)))


def test_where_nothing_can_be_taken_back_a_person_trims_it_and_hears_of_it_before_the_answer_leaves(begin):
    trade = begin(**AT_ONCE)
    trade.cin7.behave(undo_ignored=True, void_ignored=True)
    race(trade, "PLATE", 5)
    trade.drop(order("PO000001", [Line(PLATE, 6, price="10.00")]))

    trade.tick()

    assert trade.answer_to("PO000001").lines["1"] == (("IA", Decimal(2)), ("IR", Decimal(4)))
    assert "Reduce sale SO-00001 by hand: PLATE from 6 to 2." in trade.next_steps()["trim_by_hand"]
    opened, written = trade.rows(
        "SELECT (SELECT min(opened_at) FROM exception_entry) AS opened, (SELECT max(recorded_at) FROM document"
        " WHERE transaction_set = '855') AS written"
    )[0].values()
    assert opened <= written


@pytest.mark.parametrize("sizes", [(3, 3), (4, 2)])
def test_a_second_race_is_lost_without_harm(begin, sizes):
    trade = begin(**AT_ONCE)
    for quantity in sizes:
        race(trade, "PLATE", quantity)
    trade.drop(order("PO000001", [Line(PLATE, 7, price="10.00")]), order("PO000002", [Line(PLATE, 1, price="10.00")]))

    trade.tick()

    promised = [quantity for answer in trade.answers() for code, quantity in answer.lines["1"] if code == "IA"]
    placed = [quantity for sale in trade.sales() for quantity in allocated(sale).values()]
    assert sum(promised) == sum(placed) == 1
