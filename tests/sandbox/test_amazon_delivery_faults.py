"""Trucks at the sandbox's Amazon that are not as they were notified, confirmed or awaited, and what each costs."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from include.sandbox.amazon.account import Account
from tests.sandbox.amazon_goods import ACCOUNT, ARRIVES, CARTONS, DEPARTS, Trade, loaded, notice, packed, sscc
from tests.sandbox.amazon_vendor import KETTLE, MUG, NUMBER, an_order

WHOLE = "71.50"  # 6 % of 1191.60


@pytest.fixture(autouse=True)
def real_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VENDORLANE_CLOCK", raising=False)


@pytest.mark.parametrize(
    ("hour", "appointment", "sentence"),
    [
        (DEPARTS + 0.4, None, None),
        (DEPARTS + 0.6, None, "its notice came after 2026-12-02 08:30"),
        (DEPARTS + 0.2, ARRIVES - 20, "its notice came after 2026-12-02 06:00"),
        (ARRIVES + 0.5, None, "goods arrived without a notice"),
    ],
)
def test_a_notice_is_due_half_an_hour_after_departure_and_six_hours_before_the_appointment(
    tmp_path: Path, hour: float, appointment: float | None, sentence: str | None
) -> None:
    trade = Trade(tmp_path)
    at = trade.play.at(appointment) if appointment is not None else None
    trade.ship(appointment_at=at)
    trade.notify(notice(CARTONS), hour)

    found = [(each["sentence"], each["amount"]) for each in trade.charges()]

    assert found == ([(f"S0001: {sentence}", WHOLE)] if sentence else [])


def test_goods_without_a_notice_are_charged_on_their_way_and_when_they_arrive(tmp_path: Path) -> None:
    trade = Trade(tmp_path)
    trade.ship()

    assert trade.charges(DEPARTS + 0.4) == []
    (late,) = trade.charges(DEPARTS + 1)
    (missing,) = trade.charges(ARRIVES)

    assert ("no notice came by" in late["sentence"], late["amount"]) == (True, WHOLE)
    assert "goods arrived without a notice" in missing["sentence"]


def test_a_label_that_differs_from_the_notice_is_found_by_what_is_in_the_carton(tmp_path: Path) -> None:
    trade = Trade(tmp_path)
    cartons = [loaded(CARTONS[0]), loaded(CARTONS[1], sscc=sscc(50)), loaded(CARTONS[2], sscc=None)]
    trade.depart(cartons)
    trade.notify(notice(CARTONS))

    charges = trade.charges()

    assert [each["amount"] for each in charges] == ["9.00", "6.00"]  # 2 % of 450.00 and of 300.00
    assert all(each["is_nominal"] and each["cause"] == "document" for each in charges)
    assert f"the label says nothing, its notice {sscc(3)}" in charges[1]["sentence"]


def test_what_is_in_a_carton_is_what_was_notified_or_the_difference_is_charged(tmp_path: Path) -> None:
    trade = Trade(tmp_path)
    trade.ship([packed(1, (KETTLE, 23)), *CARTONS[1:]])
    trade.notify(notice(CARTONS))

    (charge,) = trade.charges()

    assert (charge["eaches"], charge["cost"], charge["share"], charge["amount"]) == ("1", "18.40", "0.02", "0.37")
    assert f"carton {sscc(1)} is not as notified, off by 1 of KETTLE for 4TEST001" in charge["sentence"]


def test_the_share_rises_as_fewer_units_of_the_week_are_right(tmp_path: Path) -> None:
    trade = Trade(tmp_path)
    trade.ship([packed(1, (KETTLE, 10)), *CARTONS[1:]])  # 14 of 144 are wrong
    trade.notify(notice(CARTONS))

    (charge,) = trade.charges()

    assert (charge["share"], charge["amount"]) == ("0.04", "10.30")


def test_a_carton_that_was_notified_and_did_not_come_is_charged(tmp_path: Path) -> None:
    trade = Trade(tmp_path)
    trade.ship(CARTONS[:2])
    trade.notify(notice(CARTONS))

    (charge,) = trade.charges()

    assert ("notified and not received: 48 of MUG" in charge["sentence"], charge["cost"]) == (True, "300.00")


def test_goods_beyond_what_was_confirmed_and_notified_are_an_overage_too(tmp_path: Path) -> None:
    trade = Trade(tmp_path)
    trade.ship([*CARTONS, packed(4, (KETTLE, 2))])
    trade.notify(notice(CARTONS))

    found = {each["charge"]: each["amount"] for each in trade.charges()}

    assert found == {"overage PO units": "1.84", "ASN accuracy": "0.74"}


@pytest.mark.parametrize("account", [ACCOUNT, replace(ACCOUNT, is_collect=True)])
def test_goods_outside_of_the_window_are_not_on_time(tmp_path: Path, account: Account) -> None:
    trade = Trade(tmp_path, account=account)
    hour = 14 * 24.0  # the window ends after 13 days
    trade.ship(departs=hour, arrives=hour + 20)
    segments = notice(CARTONS, hour=hour)
    segments.insert(6, ["REF", "BX", "ARN1"])
    trade.notify(segments, hour + 0.2)

    found = [each for each in trade.charges(hour + 21) if each["charge"] == "PO on-time accuracy, not on time"]

    assert [each["amount"] for each in found] == ["35.75"]  # 3 %


def test_what_was_confirmed_and_never_delivered_is_charged_when_the_window_has_closed(tmp_path: Path) -> None:
    trade = Trade(tmp_path)
    trade.ship(CARTONS[:2])
    trade.notify(notice(CARTONS[:2]))

    assert trade.charges(13 * 24) == []
    (charge,) = trade.charges(15 * 24)

    assert (charge["charge"], charge["amount"]) == ("PO on-time accuracy, not filled", "30.00")  # 10 % of 300.00


def test_orders_for_which_nothing_comes_are_charged_once_a_shipment_is_long_overdue(tmp_path: Path) -> None:
    trade = Trade(tmp_path, orders=(an_order(KETTLE),))
    trade.notify(notice(CARTONS[:1]))

    found = {each["charge"]: each["amount"] for each in trade.charges(20 * 24)}

    assert found == {"ASN accuracy": "26.50", "PO on-time accuracy, not filled": "44.16"}


def test_two_lines_of_one_sku_are_one_product_on_a_truck(tmp_path: Path) -> None:
    twin = replace(KETTLE, line_number="4", item=("UP", "840100000018"), quantity=Decimal(6))
    trade = Trade(tmp_path, orders=(an_order(KETTLE, MUG, twin),))
    cartons = [*CARTONS, packed(4, (twin, 6))]
    trade.depart([loaded(each) for each in cartons[:-1]] + [loaded(packed(4, (KETTLE, 6)))])
    trade.notify(notice(cartons))

    told = trade.told()

    assert told["charges"] == []
    assert told["fulfilments"][0]["purchase_order_number"] == NUMBER
    assert told["fulfilments"][0]["products"][0]["received"] == "30"


def test_a_notice_of_a_carton_like_it_does_not_tell_of_one_that_is_still_on_its_way(tmp_path: Path) -> None:
    trade = Trade(tmp_path)
    trade.ship([packed(1, (KETTLE, 12))])
    trade.notify(notice([packed(2, (KETTLE, 12))], "S0002"))

    (charge,) = trade.charges(DEPARTS + 1)

    assert "no notice came by" in charge["sentence"]
