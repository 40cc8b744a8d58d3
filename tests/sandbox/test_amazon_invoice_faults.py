"""Every way in which an 810 can be wrong is noticed, named, and costs what it is wrong by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.amazon_goods import ACCOUNT, ARRIVES, CARTONS, DEPARTS, LINES, Trade, invoice, notice, packed
from tests.sandbox.amazon_vendor import KETTLE, MUG, NUMBER, UNKNOWN, Segments, an_order

Spoil = Callable[[Segments], Any]
WHOLE = "1191.60"


@pytest.fixture(autouse=True)
def real_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VENDORLANE_CLOCK", raising=False)


@pytest.fixture
def shipped(tmp_path: Path) -> Trade:
    """An order of which all was notified, and has arrived."""
    trade = Trade(tmp_path)
    trade.ship()
    trade.notify(notice(CARTONS))
    return trade


def change(name: str, number: int, value: str, nth: int = 0) -> Spoil:
    """Another value for an element of the nth segment of that name."""

    def spoil(segments: Segments) -> None:
        [each for each in segments if each[0] == name][nth][number] = value

    return spoil


def leave_out(name: str) -> Spoil:
    def spoil(segments: Segments) -> None:
        segments[:] = [each for each in segments if each[0] != name]

    return spoil


STRUCTURE = [
    (change("BIG", 1, "20261340"), "AK3*BIG*2**8~AK4*1**8*20261340~"),
    (change("BIG", 2, ""), "AK4*2**1~"),
    (change("IT1", 2, "0"), "AK4*2**6*0~"),
    (change("IT1", 3, "PE"), "AK4*3**7*PE~"),
    (change("IT1", 4, "-1"), "AK4*4**6*-1~"),
    (change("IT1", 8, "XX"), "AK4*9**6*4TEST001~"),
    (change("TDS", 1, "0"), "AK3*TDS*11**8~AK4*1**6*0~"),
    (change("CTT", 1, "3"), "AK4*1**6*3~"),
    (change("CTT", 2, "35"), "AK4*2**6*35~"),
    (leave_out("CUR"), "AK3*CUR*"),
    (leave_out("ITD"), "AK3*ITD*"),
    (leave_out("TDS"), "AK3*TDS*"),
    (change("N1", 1, "ST", 1), "AK3*N1*3**3~"),
]


@pytest.mark.parametrize(("spoil", "told"), STRUCTURE, ids=[told for _, told in STRUCTURE])
def test_an_invoice_of_broken_structure_is_refused_at_its_place_and_not_paid(
    shipped: Trade, spoil: Spoil, told: str
) -> None:
    segments = invoice(LINES)
    spoil(segments)
    shipped.bill(segments)

    found = shipped.told()

    assert told.encode() in shipped.answers_in_mailbox()
    (one,) = found["invoices"]
    assert (one["state"], one["payable"], one["faults"] != []) == ("refused", "0.00", True)


HEADING = [
    (change("BIG", 1, "20261203"), "it is dated 2026-12-03, ahead of 2026-12-02"),
    (change("BIG", 1, "20261124"), "it is dated 2026-11-24, before its order"),
    (change("CUR", 2, "CAD"), "it is in CAD, agreed is USD"),
    (change("TDS", 1, "119161"), "TDS says 1191.61, its parts come to 1191.60"),
    (change("N3", 1, "PO Box 80388"), "the bill-to is not as Amazon's records have it"),
    (change("N1", 4, "AMZM", 1), "the bill-to is not as Amazon's records have it"),
    (change("ITD", 7, "30"), "the terms 01/3/30/2/30 are not those agreed"),
]


@pytest.mark.parametrize(("spoil", "sentence"), HEADING, ids=[sentence for _, sentence in HEADING])
def test_an_invoice_whose_heading_is_wrong_is_accepted_by_its_997_and_not_paid(
    shipped: Trade, spoil: Spoil, sentence: str
) -> None:
    segments = invoice(LINES)
    spoil(segments)
    shipped.bill(segments)

    told = shipped.told()

    assert sentence in told["charges"][0]["sentence"]
    assert (told["invoices"][0]["state"], told["totals"]["payable"]) == ("rejected", "0.00")
    assert told["totals"]["short_payments"]["document"]["amount"] == told["totals"]["invoiced"]


def test_a_number_is_used_once_for_ever(shipped: Trade) -> None:
    shipped.bill(invoice([(KETTLE, 24)]))
    shipped.bill(invoice([(MUG, 10)]), DEPARTS + 2)

    told = shipped.told()

    (charge,) = told["charges"]
    assert ("its number was used before" in charge["sentence"], charge["amount"], charge["law"]) == (True, "750.00", 9)
    assert told["totals"]["payable"] == "441.60"


def test_several_orders_stand_on_an_invoice_only_where_that_is_agreed(tmp_path: Path) -> None:
    orders = (an_order(KETTLE), an_order(KETTLE, number="4TEST002"))
    trade = Trade(tmp_path, orders=orders, account=replace(ACCOUNT, takes_several_orders=False))
    trade.notify(notice([packed(1, (KETTLE, 24)), packed(2, (KETTLE, 24), order="4TEST002")]))
    trade.bill(invoice([(KETTLE, 24), (KETTLE, 24)], orders=(NUMBER, "4TEST002")))

    (charge,) = trade.charges()

    assert (charge["rule"], charge["amount"]) == ("810-05", "883.20")


def test_a_price_off_by_a_penny_is_paid_as_acknowledged(shipped: Trade) -> None:
    shipped.bill(invoice([(replace(KETTLE, unit_price=Decimal("18.41")), 24), (MUG, 10)]))

    told = shipped.told()

    (charge,) = told["charges"]
    assert (charge["charge"], charge["amount"], charge["cause"]) == ("price claim", "0.24", "document")
    assert (told["invoices"][0]["state"], told["totals"]["payable"]) == ("paid short", WHOLE)


def test_a_price_below_the_acknowledged_one_is_found_and_paid_as_billed(shipped: Trade) -> None:
    shipped.bill(invoice([(replace(KETTLE, unit_price=Decimal("18.39")), 24), (MUG, 10)]))

    told = shipped.told()

    assert [each["amount"] for each in told["charges"]] == ["0.00"]
    assert told["totals"]["payable"] == "1191.36"


@pytest.mark.parametrize(("price_is_per", "basis"), [("basis", "PE"), ("each", "NT")])
def test_a_price_may_be_that_of_an_each_though_cases_are_billed(tmp_path: Path, price_is_per: str, basis: str) -> None:
    trade = Trade(tmp_path, account=replace(ACCOUNT, price_is_per=price_is_per))
    trade.notify(notice(CARTONS))
    segments = invoice(LINES)
    for each in segments:
        if each[0] == "IT1":
            each[4:6] = ["18.40" if each[1] == "1" else "6.25", basis]
    trade.bill(segments)

    assert trade.told(DEPARTS + 2)["totals"]["payable"] == WHOLE


def test_what_was_never_shipped_is_not_paid(tmp_path: Path) -> None:
    trade = Trade(tmp_path)
    trade.notify(notice(CARTONS[:1]))
    trade.bill(invoice(LINES))

    told = trade.told(DEPARTS + 2)

    (charge,) = told["charges"]
    assert "line 2 of 4TEST001 bills 120 eaches, only 0 of it was notified as shipped" in charge["sentence"]
    assert (charge["amount"], charge["charge"], told["totals"]["payable"]) == ("750.00", "shortage claim", "441.60")


def test_more_than_was_shipped_is_paid_as_shipped(tmp_path: Path) -> None:
    trade = Trade(tmp_path)
    trade.notify(notice(CARTONS[:2]))
    trade.bill(invoice(LINES))

    (charge,) = trade.charges(DEPARTS + 2)

    assert ("bills 120 eaches, only 72 of it" in charge["sentence"], charge["amount"]) == (True, "300.00")


def test_what_was_billed_already_is_not_paid_again(shipped: Trade) -> None:
    shipped.bill(invoice(LINES))
    shipped.bill(invoice([(MUG, 4)], "INV-2"), DEPARTS + 2)

    told = shipped.told()

    assert ["is not billed already" in each["sentence"] for each in told["charges"]] == [True]
    assert (told["totals"]["payable"], told["totals"]["held_back"]) == (WHOLE, "300.00")


def test_a_notice_that_comes_after_the_invoice_does_not_help_it(tmp_path: Path) -> None:
    trade = Trade(tmp_path)
    trade.bill(invoice(LINES))
    trade.notify(notice(CARTONS), DEPARTS + 2)

    assert trade.told(DEPARTS + 3)["totals"]["payable"] == "0.00"


@pytest.mark.parametrize(
    ("line", "order", "sentence"),
    [
        (UNKNOWN, NUMBER, "line 3 of 4TEST001 bills BP B0UNKNWN02, which the order does not ask for"),
        (KETTLE, "4OTHER01", "line 1 of 4OTHER01 bills BP B000KETTLE, which the order does not ask for"),
        (replace(KETTLE, unit="CA"), NUMBER, "line 1 of 4TEST001 is billed in CA, ordered in EA"),
    ],
)
def test_a_line_that_the_order_does_not_have_is_not_paid(shipped: Trade, line: Any, order: str, sentence: str) -> None:
    shipped.bill(invoice([(line, 5)], orders=(order,)))

    told = shipped.told()

    assert sentence in told["charges"][0]["sentence"]
    assert told["totals"]["payable"] == "0.00"


def test_a_carton_that_never_came_is_not_paid_though_it_was_notified(tmp_path: Path) -> None:
    trade = Trade(tmp_path)
    trade.ship(CARTONS[:2])
    trade.notify(notice(CARTONS))
    trade.bill(invoice(LINES))

    assert trade.told(DEPARTS + 2)["totals"]["payable"] == WHOLE
    told = trade.told(ARRIVES + 1)

    shortage = next(each for each in told["charges"] if each["charge"] == "shortage claim")
    assert ("only 72 of it was received" in shortage["sentence"], shortage["cause"]) == (True, "document")
    assert told["totals"]["payable"] == "891.60"


def test_payable_and_held_back_add_up_to_what_was_invoiced_whatever_went_wrong(tmp_path: Path) -> None:
    trade = Trade(tmp_path)
    trade.ship([packed(1, (KETTLE, 20)), CARTONS[1]])
    trade.notify(notice(CARTONS))
    dear = replace(KETTLE, unit_price=Decimal("18.405"))
    trade.bill(invoice([(dear, 24), (MUG, 11)]))
    trade.bill(invoice([(MUG, 1)], "INV-2"), DEPARTS + 2)
    trade.bill(invoice([(MUG, 1)], "INV-2"), DEPARTS + 3)

    totals = trade.told()["totals"]

    held = sum(Decimal(each["amount"]) for each in totals["short_payments"].values())
    assert Decimal(totals["payable"]) + held == Decimal(totals["invoiced"])
    assert (totals["payable"], totals["held_back"]) == ("818.00", f"{held}")


def test_an_amount_beyond_all_measure_is_rejected_and_stops_nothing(shipped: Trade) -> None:
    segments = invoice(LINES)
    for number, digits in ((2, 14), (4, 15)):
        change("IT1", number, "9" * digits)(segments)
    change("CTT", 2, str(99_999_999_999_999 + 10))(segments)
    shipped.bill(segments)
    shipped.bill(invoice(LINES, "INV-2"), DEPARTS + 2)

    assert [each["state"] for each in shipped.told()["invoices"]] == ["rejected", "approved for payment"]
