"""Order, sale, warehouse and notice on a sandbox Cin7 Core: what its people packed is what Amazon is told."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.orchestration.shipping_trade import ShippingTrade
from tests.purchase_orders.conftest import COMPANY
from tests.purchase_orders.trade import Line, order
from tests.ship_notices.warehouse import items_of, marks_of

MUG, BOWL, PLATE = "B00000MUG1", "B00000BOWL", "B0000PLATE"


@pytest.fixture
def begin(database, cin7_process, tmp_path):
    cin7_process.become(COMPANY)
    folder = tmp_path / "mailbox"
    folder.mkdir()
    return lambda **settings: ShippingTrade.begin(database, cin7_process, folder, **settings)


@pytest.fixture
def trade(begin):
    return begin()


def test_cases_and_eaches_short_on_one_line_shipped_in_two_parts_give_two_notices_of_what_was_packed(trade):
    trade.drop(order("4AB7XY2P", [Line(MUG, 4, "CA"), Line(BOWL, 12, price="3.00"), Line(PLATE, 10, price="10.00")]))
    trade.tick()
    trade.tick("4AB7XY2P", answer_now=True)
    plan = {"parts": {"2": 1}, "units_per_carton": 6, "carriers": ["UPS Ground"]}
    trade.ship("4AB7XY2P", **plan)
    trade.fulfil()
    trade.ship("4AB7XY2P", **plan)
    trade.fulfil()

    notices = trade.sent("856")

    total: dict[tuple[str, str], Decimal] = {}
    for notice in notices:
        for key, (quantity, _) in items_of(notice).items():
            total[key] = total.get(key, Decimal(0)) + quantity
    assert trade.exceptions() == {}
    assert len(notices) == 2
    assert total == {("4AB7XY2P", "1"): 4, ("4AB7XY2P", "2"): 12, ("4AB7XY2P", "3"): 7}
    assert trade.exceptions() == {}
    assert trade.rows("SELECT state FROM purchase_order") == [{"state": "shipped"}]


def test_the_calls_of_a_shipment_are_one_for_the_list_and_one_for_the_sale(trade):
    trade.drop(*[order(f"4AAAAA{n:02}", [Line(MUG, 6)]) for n in range(5)])
    trade.tick()
    for n in range(5):
        trade.ship(f"4AAAAA{n:02}", carriers=["UPS Ground"])
    before = trade.calls()

    trade.fulfil()

    spent = {kind: count - before.get(kind, 0) for kind, count in trade.calls().items() if count != before.get(kind, 0)}
    assert spent == {"GET /salelist": 1, "GET /sale": 5}
    assert len(trade.sent("856")) == 5 or len(items_of(trade.sent("856")[0])) == 5


def test_what_the_intake_read_of_a_changed_sale_is_not_read_again(trade):
    trade.drop(order("4AB7XY2P", [Line(MUG, 6)]))
    trade.tick()
    trade.ship("4AB7XY2P", carriers=["UPS Ground"])
    trade.pass_time(minutes=5)
    trade.cin7.behave(search_lag_seconds=0)
    trade.rows("UPDATE sale SET read_at = read_at - interval '1 hour' RETURNING sale_key")  # its own trace is old
    trade.tick()
    before = trade.calls()

    trade.fulfil()

    spent = {kind: count - before.get(kind, 0) for kind, count in trade.calls().items() if count != before.get(kind, 0)}
    assert spent == {"GET /salelist": 1}
    assert len(trade.sent("856")) == 1


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("missing_tracking", "incomplete_notice"),
        ("unknown_carrier", "incomplete_notice"),
        ("no_box_names", "incomplete_notice"),
        ("pack_more", "quantity_mismatch"),
    ],
)
def test_a_fault_of_the_warehouse_holds_that_notice_alone(trade, fault, kind):
    trade.drop(order("4AAAAAAA", [Line(MUG, 6)]), order("4BBBBBBB", [Line(MUG, 6)]))
    trade.tick()
    trade.ship("4AAAAAAA", carriers=["UPS Ground"], faults={fault: 1})
    trade.ship("4BBBBBBB", carriers=["UPS Ground"])

    trade.fulfil()

    told = [items_of(notice) for notice in trade.sent("856")]
    assert set(trade.exceptions()) == {kind}
    assert [key[0] for items in told for key in items] == ["4BBBBBBB"]


@pytest.mark.parametrize("fault", ["long_box_name", "wrong_check_digit"])
def test_a_box_without_an_sscc_gets_one(trade, fault):
    trade.drop(order("4AAAAAAA", [Line(MUG, 6)]))
    trade.tick()
    trade.ship("4AAAAAAA", carriers=["UPS Ground"], box_names={"sscc": 1}, faults={fault: 1})

    trade.fulfil()

    (notice,) = trade.sent("856")
    assert [mark[1:8] for mark in marks_of(notice)] == ["0614141"] * len(marks_of(notice))


def test_a_shipment_voided_before_its_notice_left_is_withdrawn(begin):
    trade = begin(notices={"gather_minutes": 30})
    trade.drop(order("4AAAAAAA", [Line(MUG, 6)]))
    trade.tick()
    told = trade.ship("4AAAAAAA", carriers=["UPS Ground"])
    trade.fulfil()
    trade.cin7.behave(shipped_delete="allow")
    trade.cin7.ask("DELETE", f"/sale/fulfilment?TaskID={told['tasks'][0]['TaskID']}&Void=true")

    trade.fulfil()
    trade.pass_time(minutes=40)
    trade.fulfil()

    assert trade.sent("856") == []
    assert trade.rows("SELECT state FROM ship_notice") == [{"state": "withdrawn"}]


def test_a_sale_that_was_keyed_and_shipped_by_hand_before_its_order_came_is_notified(trade):
    line = {"sku": "MUG", "quantity": 6, "price": 4.25}
    trade.cin7.post("sales", {"customer": "Amazon Vendor US", "customer_reference": "4AAAAAAA", "lines": [line]})
    trade.ship("4AAAAAAA", carriers=["UPS Ground"])
    trade.pass_time(hours=1)
    trade.fulfil()
    trade.drop(order("4AAAAAAA", [Line(MUG, 6)]))
    trade.tick()

    trade.fulfil()

    assert [items_of(notice) for notice in trade.sent("856")] == [{("4AAAAAAA", "1"): (Decimal(6), "EA")}]
    assert trade.exceptions() == {}
