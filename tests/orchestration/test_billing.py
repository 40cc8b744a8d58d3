"""From notice to invoice on a sandbox Cin7 Core: what was notified is billed once, there and to Amazon, or is told."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from tests.orchestration.shipping_trade import ShippingTrade
from tests.purchase_orders.conftest import COMPANY
from tests.purchase_orders.trade import Line, order

MUG, BOWL, PLATE = "B00000MUG1", "B00000BOWL", "B0000PLATE"
OURS = {"made_by": "vendorlane", "is_held_for_997": False}
THEIRS = {"made_by": "person", "is_held_for_997": False}


@pytest.fixture
def begin(database, cin7_process, tmp_path) -> Callable[..., ShippingTrade]:
    cin7_process.become(COMPANY)
    folder = tmp_path / "mailbox"
    folder.mkdir()
    return lambda **settings: ShippingTrade.begin(database, cin7_process, folder, invoices=settings or OURS)


def ordered(trade: ShippingTrade, *lines: Line, number: str = "4AB7XY2P") -> None:
    trade.drop(order(number, lines))
    trade.tick()
    trade.tick(number, answer_now=True)


def shipped(trade: ShippingTrade, number: str = "4AB7XY2P", **plan: object) -> None:
    trade.ship(number, **{"carriers": ["UPS Ground"], **plan})
    trade.fulfil()


def totals(trade: ShippingTrade) -> list[Decimal]:
    """TDS of every 810, in the order of sending."""
    return [Decimal(segment[1]) / 100 for each in trade.sent("810") for segment in each if segment[0] == "TDS"]


def billed_there(trade: ShippingTrade) -> list[Decimal]:
    """What the invoices in Cin7 come to that are not void."""
    told = [trade.cin7.ask("GET", f"/sale?ID={sale['ID']}").json()["Invoices"] for sale in trade.sales()]
    return [Decimal(str(each["Total"])) for invoices in told for each in invoices if each["Status"] != "VOIDED"]


def test_cases_and_eaches_short_on_one_line_in_two_parts_are_billed_to_the_penny(begin):
    trade = begin(**OURS)
    ordered(trade, Line(MUG, 4, "CA"), Line(BOWL, 12, price="3.00"), Line(PLATE, 10, price="10.00"))
    for _ in range(2):
        shipped(trade, parts={"2": 1}, units_per_carton=6)
        trade.bill()
        trade.pass_time(hours=24)

    assert len(trade.sent("856")) == len(trade.sent("810")) == 2
    assert sum(totals(trade)) == 24 * Decimal("4.25") + 12 * Decimal(3) + 7 * Decimal(10)
    assert totals(trade) == billed_there(trade)
    assert trade.exceptions() == {}
    assert trade.rows("SELECT state FROM purchase_order") == [{"state": "invoiced"}]


def test_an_invoice_that_we_make_costs_one_call(begin):
    trade = begin(**OURS)
    ordered(trade, Line(MUG, 6))
    shipped(trade)
    before = trade.calls()

    trade.bill()

    spent = {kind: count - before.get(kind, 0) for kind, count in trade.calls().items() if count != before.get(kind, 0)}
    assert spent == {"POST /sale/invoice": 1}
    assert len(trade.sent("810")) == 1


def test_an_invoice_of_cin7s_own_people_costs_no_call_but_the_reading_of_the_sale(begin):
    trade = begin(**THEIRS)
    ordered(trade, Line(MUG, 6))
    shipped(trade, until="invoice", invoiced=1)
    before = trade.calls()

    trade.bill()

    assert trade.calls() == before
    assert totals(trade) == [Decimal("25.50")]


def test_law_7_a_lost_answer_to_a_posted_invoice_leaves_one_there_and_one_here(begin):
    trade = begin(**OURS)
    ordered(trade, Line(MUG, 6))
    shipped(trade)
    trade.cin7.behave(drop_answer_next=["POST /sale/invoice"])

    for _ in range(4):
        trade.bill()
        trade.pass_time(minutes=10)
        trade.fulfil()

    assert billed_there(trade) == totals(trade) == [Decimal("25.50")]
    assert trade.exceptions() == {}


@pytest.mark.parametrize("fault", ["invoice_penny", "invoice_unshipped"])
def test_an_invoice_that_differs_from_what_was_shipped_is_told_and_nothing_leaves(begin, fault):
    trade = begin(**THEIRS)
    ordered(trade, Line(MUG, 6))
    shipped(trade, until="invoice", invoiced=1, faults={fault: 1})

    trade.bill()

    assert trade.sent("810") == []
    assert set(trade.exceptions()) == {"invoice_mismatch"}


def test_an_invoice_waits_until_its_notice_was_accepted(begin):
    trade = begin(made_by="vendorlane")
    ordered(trade, Line(MUG, 6))
    shipped(trade)
    trade.bill()
    before = trade.sent("810")
    trade.rows("UPDATE document SET state = 'accepted' WHERE transaction_set = '856' RETURNING document_id")

    trade.pass_time(minutes=10)
    trade.bill()

    assert before == []
    assert totals(trade) == [Decimal("25.50")]


def test_nobody_made_the_invoice_in_time_and_finance_hears_of_it(begin):
    trade = begin(**THEIRS)
    ordered(trade, Line(MUG, 6))
    shipped(trade)
    trade.bill()
    trade.pass_time(hours=25)

    trade.bill()

    assert set(trade.exceptions()) == {"invoice_missing"}
