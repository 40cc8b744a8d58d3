"""From an 850 to a sale and an 855: what can be met, what cannot, and what waits for a person."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.purchase_orders.trade import Line, allocated, order

MUG, BOWL, PLATE, SPOON, KNIFE = "B00000MUG1", "B00000BOWL", "B0000PLATE", "B0000SPOON", "B0000KNIFE"


def plates(quantity: int) -> Line:
    return Line(PLATE, quantity, price="10.00")


def test_an_order_that_can_be_met_is_placed_and_accepted_at_once(trade):
    trade.drop(order("PO000001", [Line(MUG, 10), Line(BOWL, 4, price="3.00")]))

    trade.tick()

    (sale,) = trade.sales("PO000001")
    assert allocated(sale) == {"MUG": 10, "BOWL": 4}
    assert sale["ExternalID"] == "vendorlane:amazon_test:PO000001:1.1"
    assert sale["ShippingAddress"]["Line1"] == "4750 W Mohave St"
    assert sale["ShippingAddress"]["ShipToOther"] is True
    answer = trade.answer_to("PO000001")
    assert answer.kind == "AD"
    assert answer.lines == {"1": (("IA", Decimal(10)),), "2": (("IA", Decimal(4)),)}
    assert trade.exceptions() == {}


def test_an_order_that_is_met_costs_two_calls_besides_the_bulk(trade):
    trade.drop(order("PO000001", [Line(MUG, 1)]), order("PO000002", [Line(MUG, 1)]), order("PO000003", [Line(BOWL, 1)]))

    trade.tick()

    calls = trade.calls()
    assert calls["POST /sale"] == 3
    assert calls["POST /sale/order"] == 3
    assert calls["GET /ref/productavailability"] <= 2
    assert calls["GET /salelist"] == 1
    assert "GET /sale" not in calls


def test_cases_are_placed_as_eaches_and_answered_as_cases(trade):
    trade.drop(order("PO000001", [Line(MUG, 10, unit="CA")]))

    trade.tick()

    (sale,) = trade.sales()
    assert allocated(sale) == {"MUG": 60}
    assert [line["Price"] for line in sale["Order"]["Lines"]] == [4.25]
    assert trade.answer_to("PO000001").lines == {"1": (("IA", Decimal(10)),)}


def test_lines_of_one_sku_are_merged_and_answered_each_for_itself(trade):
    trade.drop(order("PO000001", [Line(MUG, 5), Line(BOWL, 1, price="3.00"), Line(MUG, 2, unit="CA")]))

    trade.tick()

    (sale,) = trade.sales()
    assert allocated(sale) == {"MUG": 17, "BOWL": 1}
    assert trade.answer_to("PO000001").lines["3"] == (("IA", Decimal(2)),)


def test_lines_of_one_sku_at_two_prices_stand_on_two_sales_so_that_no_penny_is_lost(begin):
    trade = begin(pricing={"above_list": "accept"})
    trade.drop(order("PO000001", [Line(MUG, 5), Line(MUG, 3, price="4.50")]))

    trade.tick()

    prices = sorted((line["Price"], line["Quantity"]) for sale in trade.sales() for line in sale["Order"]["Lines"])
    assert prices == [(4.25, 5), (4.5, 3)]
    assert {sale["ExternalID"][-3:] for sale in trade.sales()} == {"1.1", "2.1"}
    assert trade.answer_to("PO000001").prices == {"1": Decimal("4.25"), "2": Decimal("4.50")}


def test_a_short_order_is_placed_for_what_there_is_and_its_answer_waits_for_a_person(trade):
    trade.drop(order("PO000001", [plates(10), Line(MUG, 1)]))

    trade.tick()

    (sale,) = trade.sales()
    assert allocated(sale) == {"PLATE": 7, "MUG": 1}
    assert trade.answers() == []
    assert "3 of 10 EA are not there" in trade.exceptions()["short_stock"]


def test_at_its_share_of_the_window_the_rule_answers_for_what_is_allocated(trade):
    trade.drop(order("PO000001", [plates(10), Line(MUG, 1)]))
    trade.tick()

    trade.pass_time(hours=12.1)
    trade.tick()

    answer = trade.answer_to("PO000001")
    assert answer.kind == "AC"
    assert answer.lines["1"] == (("IA", Decimal(7)), ("IR", Decimal(3)))
    assert allocated(trade.sales()[0])["PLATE"] == 7
    assert trade.exceptions() == {}


def test_stock_that_came_before_the_share_is_placed_as_a_further_part(trade):
    trade.drop(order("PO000001", [plates(10)]))
    trade.tick()
    trade.cin7.post("stock", {"sku": "PLATE", "add": 5})

    trade.pass_time(hours=12.1)
    trade.tick()

    assert sorted(allocated(sale)["PLATE"] for sale in trade.sales()) == [3, 7]
    assert trade.answer_to("PO000001").lines == {"1": (("IA", Decimal(10)),)}


def test_stock_that_came_goes_to_the_held_order_before_a_newer_one(trade):
    trade.drop(order("PO000001", [plates(10)]))
    trade.tick()
    trade.pass_time(hours=1)
    trade.cin7.post("stock", {"sku": "PLATE", "add": 3})
    trade.drop(order("PO000002", [plates(3)]))

    trade.tick()

    assert sum(allocated(sale)["PLATE"] for sale in trade.sales("PO000001")) == 10
    assert trade.sales("PO000002") == []
    assert trade.answer_to("PO000001").lines == {"1": (("IA", Decimal(10)),)}


def test_answer_now_does_not_wait_for_a_person(trade):
    trade.drop(order("PO000001", [plates(10)]))
    trade.tick()

    trade.tick("PO000001", answer_now=True)

    assert trade.answer_to("PO000001").lines["1"] == (("IA", Decimal(7)), ("IR", Decimal(3)))


def test_without_a_hold_a_short_order_is_answered_in_the_same_run_after_a_second_reading(begin):
    trade = begin(acknowledgement={"hold_share": 0})
    trade.drop(order("PO000001", [plates(10)]), order("PO000002", [Line(SPOON, 2, price="1.00")]))

    trade.tick()

    assert trade.answer_to("PO000001").lines["1"] == (("IA", Decimal(7)), ("IR", Decimal(3)))
    assert trade.answer_to("PO000002").lines["1"] == (("IR", Decimal(2)),)
    assert trade.sales("PO000002") == []
    assert trade.rows("SELECT state FROM purchase_order ORDER BY 1") == [{"state": "acknowledged"}, {"state": "closed"}]


def test_what_is_short_is_back_ordered_where_amazon_and_the_relationship_allow_it(begin):
    trade = begin(back_order="back_order")
    trade.drop(order("PO000001", [plates(10)], csh="Y"), order("PO000002", [Line(SPOON, 2, price="1.00")], csh="Y"))

    trade.tick()

    assert trade.answer_to("PO000001").lines["1"] == (("IA", Decimal(7)), ("IB", Decimal(3)))
    assert trade.answer_to("PO000002").lines["1"] == (("IB", Decimal(2)),)
    (sale,) = trade.sales("PO000001")
    assert sale["Status"] == "BACKORDERED"
    assert [line["Quantity"] for line in sale["Order"]["Lines"]] == [10]


@pytest.mark.parametrize(("csh", "policy"), [("N", "back_order"), ("Y", "refuse")])
def test_nothing_is_back_ordered_unless_both_allow_it(begin, csh, policy):
    trade = begin(back_order=policy, acknowledgement={"hold_share": 0})
    trade.drop(order("PO000001", [plates(10)], csh=csh))

    trade.tick()

    assert trade.answer_to("PO000001").lines["1"] == (("IA", Decimal(7)), ("IR", Decimal(3)))


def test_a_line_is_refused_whole_where_the_relationship_takes_no_parts(begin):
    trade = begin(partial="refuse_line", acknowledgement={"hold_share": 0})
    trade.drop(order("PO000001", [plates(10), Line(MUG, 1)]))

    trade.tick()

    assert trade.answer_to("PO000001").lines == {"1": (("IR", Decimal(10)),), "2": (("IA", Decimal(1)),)}
    assert allocated(trade.sales()[0]) == {"MUG": 1}


def test_only_whole_cases_are_placed(begin):
    trade = begin(acknowledgement={"hold_share": 0})
    trade.drop(order("PO000001", [Line(KNIFE, 12, unit="CA", price="2.00")]))

    trade.tick()

    assert allocated(trade.sales()[0]) == {"KNIFE": 54}
    assert trade.answer_to("PO000001").lines["1"] == (("IA", Decimal(9)), ("IR", Decimal(3)))


def test_two_orders_that_want_the_last_units_share_them_by_the_end_of_their_window(begin):
    trade = begin(acknowledgement={"hold_share": 0})
    trade.drop(
        order("PO000001", [plates(6)], start="20270101", end="20270301"),
        order("PO000002", [plates(6)], start="20270101", end="20270201"),
    )

    trade.tick()

    assert trade.answer_to("PO000002").lines["1"] == (("IA", Decimal(6)),)
    assert trade.answer_to("PO000001").lines["1"] == (("IA", Decimal(1)), ("IR", Decimal(5)))


def test_a_rush_order_is_served_first(begin):
    trade = begin(acknowledgement={"hold_share": 0})
    trade.drop(order("PO000001", [plates(6)]), order("PO000002", [plates(6)], kind="RO"))

    trade.tick()

    assert trade.answer_to("PO000002").lines["1"] == (("IA", Decimal(6)),)


def test_the_scheduled_date_and_the_reject_form_follow_the_relationship(begin):
    trade = begin(acknowledgement={"hold_share": 0, "quantity_changed_form": True, "scheduled_date_qualifier": "067"})
    trade.drop(order("PO000001", [plates(10)], start="20270110", end="20270120"))

    trade.tick()

    (file,) = (trade.folder / "outbound").glob("855_*.edi")
    assert "ACK*IQ*7*EA*067*20270110~ACK*IR*3*EA~" in file.read_text()


def test_a_tick_with_nothing_to_do_makes_one_call(trade):
    trade.tick()
    before = sum(trade.calls().values())

    trade.tick()

    assert sum(trade.calls().values()) - before == 1


def test_what_is_due_beyond_what_a_run_takes_on_waits_its_turn_and_does_not_stand_still(trade):
    numbers = ["PO000001", "PO000002", "PO000003"]
    trade.drop(*(order(number, [Line(MUG, 1)]) for number in numbers))
    trade.receive()
    first = trade.register("a run", limit=1)
    trade.pass_time(minutes=40)

    second = trade.register("another run", limit=1)

    assert (first, second) == ([1], [2])
    assert stalled_orders(trade) == []
    trade.pass_time(minutes=40)
    assert stalled_orders(trade) == ["PO000003"]


def stalled_orders(trade):
    return [name for name in trade.settle().stalled if name.startswith("PO")]
