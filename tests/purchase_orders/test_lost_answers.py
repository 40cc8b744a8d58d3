"""Answers that are lost, a Cin7 that is down or odd: nothing is sent twice blindly, and nothing is lost."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest

from include.errors import TransientError, UncertainOutcome
from tests.purchase_orders.conftest import COMPANY
from tests.purchase_orders.trade import Line, allocated, order

MUG, PLATE, BOWL = "B00000MUG1", "B0000PLATE", "B00000BOWL"


def until_quiet(trade, ticks=4):
    """As Airflow's retries and the next ticks do: again and again, each after a quiet time."""
    for _ in range(ticks):
        trade.tick()
        trade.pass_time(seconds=20)


@pytest.mark.parametrize(
    ("call", "look_up"), [("POST /sale", "GET /salelist ExternalID"), ("POST /sale/order", "GET /sale ID")]
)
def test_an_answer_that_is_lost_after_the_work_was_done_is_looked_up_in_the_same_run(trade, call, look_up):
    trade.cin7.behave(drop_answer_next=[call])
    trade.drop(order("PO000001", [Line(MUG, 10)]), order("PO000002", [Line(BOWL, 1, price="3.00")]))

    trade.tick()

    assert trade.faults == []
    assert trade.log().count(look_up) == 1
    assert Counter(sale["CustomerReference"] for sale in trade.sales()) == {"PO000001": 1, "PO000002": 1}
    assert allocated(trade.sales("PO000001")[0]) == {"MUG": 10}
    assert trade.answer_to("PO000001").lines == {"1": (("IA", Decimal(10)),)}
    assert trade.answer_to("PO000002").lines == {"1": (("IA", Decimal(1)),)}


@pytest.mark.parametrize("lost", ["DELETE /sale"])
def test_an_undo_whose_answer_is_lost_is_looked_up(begin, lost):
    trade = begin(acknowledgement={"hold_share": 0})
    trade.cin7.post("take_after_reading", {"sku": "PLATE", "quantity": 5})
    trade.cin7.behave(drop_answer_next=[lost])
    trade.drop(order("PO000001", [Line(PLATE, 6, price="10.00")]))

    until_quiet(trade)

    (sale,) = trade.sales()
    assert allocated(sale) == {"PLATE": 2}
    assert trade.answer_to("PO000001").lines["1"] == (("IA", Decimal(2)), ("IR", Decimal(4)))


def test_a_call_that_never_arrived_is_repeated_only_after_two_look_ups(trade):
    trade.drop(order("PO000001", [Line(MUG, 10)]))
    trade.receive()
    trade.register("run a")
    with trade.desk() as desk:
        desk.connection.execute("UPDATE sale SET in_doubt = 'create', in_doubt_since = %s", [trade.now()])
    trade.let_claims_lapse()

    until_quiet(trade, 5)

    assert len(trade.sales()) == 1
    first_post = next(n for n, call in enumerate(trade.log()) if call == "POST /sale")
    assert trade.log()[:first_post].count("GET /salelist ExternalID") == 2
    assert trade.answer_to("PO000001").lines == {"1": (("IA", Decimal(10)),)}


def test_a_sale_that_the_search_sees_late_is_still_not_made_twice(trade):
    trade.cin7.behave(drop_answer_next=["POST /sale"], search_lag_seconds=2)
    trade.drop(order("PO000001", [Line(MUG, 10)]))
    trade.tick()
    _wait_until_seen(trade)

    until_quiet(trade)

    assert len(trade.sales()) == 1


def _wait_until_seen(trade):
    """Until Cin7's own search shows the sale: its lag is in real seconds."""
    for _ in range(10_000):
        if trade.cin7.ask("GET", "/saleList", params={"Search": "PO000001"}).json()["SaleList"]:
            return


def test_a_double_under_our_key_is_found_and_voided(trade):
    trade.drop(order("PO000001", [Line(MUG, 10)]))
    trade.tick()
    (sale,) = trade.sales()
    trade.cin7.post(
        "sales",
        {
            "customer": "Amazon Vendor US",
            "customer_reference": "PO000001",
            "external_id": sale["ExternalID"],
            "lines": [{"sku": "MUG", "quantity": 10, "price": 4.25}],
        },
    )

    trade.tick()

    assert [each["ID"] for each in trade.sales()] == [sale["ID"]]


def test_a_run_that_cannot_go_on_holds_no_order(trade):
    trade.cin7.behave(down=True)
    trade.drop(order("PO000001", [Line(MUG, 10)]))
    trade.receive()

    with pytest.raises(TransientError):
        trade.register("the run that fails")

    assert [row["claimed_by"] for row in trade.rows("SELECT claimed_by FROM purchase_order")] == [None]


def test_an_hour_without_cin7_is_told_once_and_the_orders_are_answered_after_it(trade):
    trade.cin7.behave(down=True)
    trade.drop(order("PO000001", [Line(MUG, 10)]), order("PO000002", [Line(BOWL, 1, price="3.00")]))

    for _ in range(3):
        trade.tick()
        trade.pass_time(minutes=20)

    assert trade.answers() == []
    assert "2 orders wait for the inventory system" in trade.exceptions()["inventory_system_down"]
    trade.cin7.behave(down=False)
    trade.tick()
    trade.tick()
    assert len(trade.answers()) == 2
    assert trade.exceptions() == {}


def test_nothing_is_refused_because_the_products_were_never_read(trade):
    trade.cin7.behave(down=True)
    trade.drop(order("PO000001", [Line(MUG, 10)]))
    trade.tick()

    trade.pass_time(hours=20)
    trade.tick()

    assert trade.answers() == []
    assert "acknowledgement_at_risk" in trade.exceptions()
    trade.cin7.behave(down=False)
    trade.tick()
    assert trade.answer_to("PO000001").lines == {"1": (("IA", Decimal(10)),)}


def test_cin7_going_down_in_the_middle_loses_and_doubles_nothing(trade):
    trade.drop(*(order(f"PO{n:06d}", [Line(MUG, 1)]) for n in range(1, 11)))
    trade.receive()
    order_ids = trade.register("run a")
    trade.place(order_ids[:4], "run a")
    trade.cin7.behave(down=True)
    with pytest.raises((TransientError, UncertainOutcome)):
        trade.place(order_ids, "run a")
    trade.cin7.behave(down=False)
    trade.let_claims_lapse()
    trade.pass_time(minutes=20)

    until_quiet(trade)

    assert Counter(sale["CustomerReference"] for sale in trade.sales()) == {f"PO{n:06d}": 1 for n in range(1, 11)}
    assert len(trade.answers()) == 10


def test_a_cin7_slower_than_our_patience_makes_no_second_sale(trade):
    trade.drop(order("PO000001", [Line(MUG, 10)]), order("PO000002", [Line(BOWL, 1, price="3.00")]))
    trade.receive()
    order_ids = trade.register("run a")
    trade.patience = 0.2
    trade.cin7.behave(latency_ms=600)
    with pytest.raises((TransientError, UncertainOutcome)):
        trade.place(order_ids, "run a")

    trade.cin7.behave(latency_ms=0)
    trade.patience = 10.0
    trade.let_claims_lapse()
    trade.pass_time(minutes=1)
    until_quiet(trade)

    assert Counter(sale["CustomerReference"] for sale in trade.sales()) == {"PO000001": 1, "PO000002": 1}
    assert len(trade.answers()) == 2


def test_a_page_of_html_and_errors_in_answers_of_200_are_overcome(trade):
    trade.cin7.behave(html_200_every=7, error_in_200_every=11)
    trade.drop(*(order(f"PO{n:06d}", [Line(MUG, 1)]) for n in range(1, 9)))

    for _ in range(6):
        trade.tick()
        trade.pass_time(minutes=31)

    assert Counter(sale["CustomerReference"] for sale in trade.sales()) == {f"PO{n:06d}": 1 for n in range(1, 9)}
    assert all(allocated(sale) == {"MUG": 1} for sale in trade.sales())
    assert {answer.lines["1"] for answer in trade.answers()} == {(("IA", Decimal(1)),)}
    assert len(trade.answers()) == 8


def test_a_customer_that_cin7_does_not_know_is_told_and_tried_again(begin):
    trade = begin(customer="Nobody")
    trade.drop(order("PO000001", [Line(MUG, 10)]))

    settled = trade.tick()

    assert "could not be placed" in trade.exceptions()["inventory_system_refused"]
    assert settled.stalled == ()
    trade.set(customer="Amazon Vendor US")
    trade.pass_time(minutes=31)
    trade.tick()
    assert trade.answer_to("PO000001").lines == {"1": (("IA", Decimal(10)),)}
    assert trade.exceptions() == {}


def test_a_discount_that_the_tenant_applies_by_itself_is_told_to_finance(begin, become):
    trade = begin()
    customers = [COMPANY["customers"][0] | {"Discount": 10}]
    become(customers=customers, me={"AutomaticallyApplyDiscounts": True})
    trade.drop(order("PO000001", [Line(MUG, 10)]))

    trade.tick()

    assert trade.answer_to("PO000001").prices == {"1": Decimal("4.25")}
    assert "MUG at 3.825 instead of 4.2500" in trade.exceptions()["price_difference"]
