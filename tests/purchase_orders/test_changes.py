"""What Amazon says anew of a known order, before and after it was placed, answered, picked or given up."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.purchase_orders.trade import NOW, Line, allocated, order

MUG, BOWL, PLATE = "B00000MUG1", "B00000BOWL", "B0000PLATE"
TEN_MUGS = Line(MUG, 10)
BOWLS = Line(BOWL, 4, price="3.00")


def placed_and_answered(trade, lines, **words):
    trade.drop(order("PO000001", lines, **words))
    trade.tick()
    assert len(trade.answers("PO000001")) == 1
    trade.pass_time(minutes=10)


def test_the_same_content_again_changes_nothing(trade):
    placed_and_answered(trade, [TEN_MUGS, BOWLS])
    before = trade.calls()

    trade.drop(order("PO000001", [TEN_MUGS, BOWLS]))
    trade.tick()

    after = trade.calls()
    assert {name for name in after if after[name] != before.get(name)} == {"GET /salelist"}
    assert len(trade.answers()) == 1


def test_an_order_that_is_not_placed_yet_is_simply_the_newest(trade):
    trade.drop(order("PO000001", [TEN_MUGS]))
    trade.receive()
    trade.register("run a")
    trade.let_claims_lapse()
    trade.drop(order("PO000001", [Line(MUG, 6), BOWLS]))

    trade.tick()

    (sale,) = trade.sales()
    assert allocated(sale) == {"MUG": 6, "BOWL": 4}
    assert trade.answer_to("PO000001").lines == {"1": (("IA", Decimal(6)),), "2": (("IA", Decimal(4)),)}


def test_a_line_set_to_zero_is_taken_back_and_answered_anew(trade):
    placed_and_answered(trade, [TEN_MUGS, BOWLS])

    trade.drop(order("PO000001", [TEN_MUGS, Line(BOWL, 0, price="3.00")]))
    trade.tick()

    (sale,) = trade.sales()
    assert allocated(sale) == {"MUG": 10}
    assert trade.answers()[-1].lines == {"1": (("IA", Decimal(10)),), "2": (("IA", Decimal(0)),)}
    assert trade.rows("SELECT decision FROM purchase_order_line ORDER BY line_number")[1] == {
        "decision": "cancelled_by_amazon"
    }


def test_less_of_a_line_is_undone_and_placed_again_with_less(trade):
    placed_and_answered(trade, [TEN_MUGS, BOWLS])

    trade.drop(order("PO000001", [Line(MUG, 6), BOWLS]))
    trade.tick()

    (sale,) = trade.sales()
    assert allocated(sale) == {"MUG": 6, "BOWL": 4}
    assert sale["ExternalID"].endswith(":1.1")
    assert trade.answers()[-1].lines["1"] == (("IA", Decimal(6)),)


def test_more_of_a_line_is_a_second_sale_for_the_difference_only(trade):
    placed_and_answered(trade, [TEN_MUGS])

    trade.drop(order("PO000001", [Line(MUG, 15), BOWLS]))
    trade.tick()

    placed = {sale["ExternalID"][-3:]: allocated(sale) for sale in trade.sales()}
    assert placed == {"1.1": {"MUG": 10}, "2.1": {"MUG": 5, "BOWL": 4}}
    assert trade.calls().get("DELETE /sale", 0) == 0
    assert trade.answers()[-1].lines == {"1": (("IA", Decimal(15)),), "2": (("IA", Decimal(4)),)}


def test_what_was_refused_stays_refused_and_only_the_increase_is_placed(begin):
    trade = begin(acknowledgement={"hold_share": 0})
    placed_and_answered(trade, [Line(PLATE, 10, price="10.00")])
    trade.cin7.post("stock", {"sku": "PLATE", "add": 50})

    trade.drop(order("PO000001", [Line(PLATE, 12, price="10.00")]))
    trade.tick()

    assert sum(allocated(sale)["PLATE"] for sale in trade.sales()) == 9
    assert trade.answers()[-1].lines["1"] == (("IA", Decimal(9)), ("IR", Decimal(3)))


def test_a_cancelled_order_is_voided_and_wants_no_answer(trade):
    placed_and_answered(trade, [TEN_MUGS, BOWLS])

    trade.drop(order("PO000001", [Line(MUG, 0), Line(BOWL, 0, price="3.00")]))
    settled = trade.tick()

    assert trade.sales() == []
    assert len(trade.answers()) == 1
    assert trade.rows("SELECT state, answer_wanted FROM purchase_order") == [
        {"state": "cancelled", "answer_wanted": False}
    ]
    assert settled.stalled == ()


def test_a_moved_window_writes_the_header_anew_and_nothing_else(trade):
    placed_and_answered(trade, [TEN_MUGS])
    later = f"{NOW + timedelta(days=30):%Y%m%d}"

    trade.drop(order("PO000001", [TEN_MUGS], end=later))
    trade.tick()

    (sale,) = trade.sales()
    assert sale["ShipBy"] == f"{NOW + timedelta(days=30):%Y-%m-%d}T00:00:00"
    assert trade.calls()["PUT /sale"] == 1
    assert trade.calls()["POST /sale/order"] == 1
    assert len(trade.answers()) == 2


@pytest.mark.parametrize("picked_delete", ["refuse", "ignore"])
@pytest.mark.parametrize("lines", [[Line(MUG, 4)], [Line(MUG, 0)]])
def test_what_is_picked_already_is_not_touched_and_the_warehouse_is_stopped(trade, picked_delete, lines):
    placed_and_answered(trade, [TEN_MUGS])
    (sale,) = trade.sales()
    trade.cin7.behave(picked_delete=picked_delete)
    trade.cin7.post(f"sales/{sale['ID']}", {"pick": True})

    trade.drop(order("PO000001", lines))
    trade.tick()

    assert trade.calls().get("DELETE /sale", 0) == 0
    assert allocated(trade.sales()[0]) == {"MUG": 10}
    assert "is picked already" in trade.exceptions()["stop_the_warehouse"]


def test_after_forty_eight_hours_a_change_is_placed_and_told_and_not_answered(trade):
    placed_and_answered(trade, [TEN_MUGS])
    trade.pass_time(hours=49)

    trade.drop(order("PO000001", [Line(MUG, 6)]))
    trade.tick()

    assert allocated(trade.sales()[0]) == {"MUG": 6}
    assert len(trade.answers()) == 1
    assert "after the 48 hours" in trade.exceptions()["change_by_hand"]


def test_a_price_that_changes_after_placing_is_a_persons_work(trade):
    placed_and_answered(trade, [TEN_MUGS])

    trade.drop(order("PO000001", [Line(MUG, 10, price="4.50")]))
    trade.tick()

    assert allocated(trade.sales()[0]) == {"MUG": 10}
    assert trade.answers()[-1].prices == {"1": Decimal("4.50")}
    assert "from 4.25 to 4.50" in trade.exceptions()["change_by_hand"]


def test_another_item_on_a_line_lets_go_of_the_first_and_is_placed_for_itself(trade):
    placed_and_answered(trade, [TEN_MUGS])

    trade.drop(order("PO000001", [Line(BOWL, 3, price="3.00")]))
    trade.tick()

    held: dict[str, Decimal] = {}
    for sale in trade.sales():
        held |= allocated(sale)
    assert held == {"BOWL": 3}
    assert trade.answers()[-1].lines == {"1": (("IA", Decimal(3)),)}


def test_an_860_changes_the_lines_that_it_names_and_no_other(trade):
    placed_and_answered(trade, [TEN_MUGS, BOWLS])
    change = [
        f"BCH*04*NE*PO000001***{NOW:%Y%m%d}",
        f"POC*1*QD*7*7*EA*4.25*PE*BP*{MUG}",
        f"POC*3*AI*2*2*EA*3.00*PE*BP*{BOWL}",
    ]

    trade.drop(change, set_identifier="860", group="PC")
    trade.tick()

    held: dict[str, Decimal] = {}
    for sale in trade.sales():
        for sku, quantity in allocated(sale).items():
            held[sku] = held.get(sku, 0) + quantity
    assert held == {"MUG": 7, "BOWL": 6}
    assert trade.answers()[-1].lines == {
        "1": (("IA", Decimal(7)),),
        "2": (("IA", Decimal(4)),),
        "3": (("IA", Decimal(2)),),
    }


def test_an_860_that_deletes_a_line_takes_it_back(trade):
    placed_and_answered(trade, [TEN_MUGS, BOWLS])
    change = [f"BCH*04*NE*PO000001***{NOW:%Y%m%d}", f"POC*2*DI*4*0*EA*3.00*PE*BP*{BOWL}"]

    trade.drop(change, set_identifier="860", group="PC")
    trade.tick()

    (sale,) = trade.sales()
    assert allocated(sale) == {"MUG": 10}


def test_where_the_relationship_does_not_read_860s_they_stay_unread(begin):
    trade = begin(read_changes_860=False)
    placed_and_answered(trade, [TEN_MUGS])
    change = [f"BCH*04*NE*PO000001***{NOW:%Y%m%d}", f"POC*1*QD*7*7*EA*4.25*PE*BP*{MUG}"]

    trade.drop(change, set_identifier="860", group="PC")
    trade.tick()

    assert allocated(trade.sales()[0]) == {"MUG": 10}


def test_a_change_that_comes_while_the_answer_waits_is_answered_once(trade):
    trade.drop(order("PO000001", [Line(PLATE, 10, price="10.00")]))
    trade.tick()
    assert trade.answers() == []

    trade.drop(order("PO000001", [Line(PLATE, 7, price="10.00")]))
    trade.tick()

    assert trade.answer_to("PO000001").lines == {"1": (("IA", Decimal(7)),)}
    assert trade.exceptions() == {}


def test_the_number_of_an_order_from_a_year_ago_is_another_order(trade):
    placed_and_answered(trade, [TEN_MUGS])
    with trade.desk() as desk:
        desk.connection.execute("UPDATE purchase_order SET received_at = received_at - interval '366 days'")

    trade.drop(order("PO000001", [Line(MUG, 5)]))
    trade.tick()

    assert [sale["ExternalID"][-3:] for sale in trade.sales()] == ["1.1", "2.1"]
    assert len(trade.answers()) == 2


def test_a_price_that_falls_below_the_list_after_placing_lets_go_of_nothing(trade):
    placed_and_answered(trade, [TEN_MUGS])

    trade.drop(order("PO000001", [Line(MUG, 10, price="4.00")]))
    trade.tick()

    assert [allocated(sale) for sale in trade.sales()] == [{"MUG": 10}]
    assert "is ordered at 4 a each, and its list price is 4.25" in trade.exceptions()["price_difference"]


def test_less_of_a_product_that_is_sold_no_more_is_taken_back_and_the_rest_stands(trade):
    placed_and_answered(trade, [TEN_MUGS])
    trade.rows("UPDATE product SET status = 'DEPRECATED' WHERE sku = 'MUG' RETURNING 1")

    trade.drop(order("PO000001", [Line(MUG, 6)]))
    trade.tick()

    assert [allocated(sale) for sale in trade.sales()] == [{"MUG": 6}]


@pytest.mark.parametrize("stands_in_the_way", ["cin7", "the warehouse"])
def test_less_of_a_back_ordered_line_that_cannot_be_taken_back_promises_no_more_than_is_allocated(
    begin, stands_in_the_way
):
    trade = begin(back_order="back_order")
    placed_and_answered(trade, [Line(PLATE, 20, price="10.00")], csh="Y")
    if stands_in_the_way == "cin7":
        trade.cin7.behave(undo_ignored=True, void_ignored=True)
    else:
        trade.cin7.post(f"sales/{trade.sales()[0]['ID']}", {"pick": True})

    trade.drop(order("PO000001", [Line(PLATE, 12, price="10.00")], csh="Y"))
    trade.tick()
    trade.tick("PO000001", answer_now=True)

    assert trade.answers()[-1].lines["1"] == (("IA", Decimal(7)), ("IB", Decimal(5)))
