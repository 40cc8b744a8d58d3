"""Goods at the sandbox's Amazon: what is told, received and billed as it should be is paid, and nothing is charged."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from include.sandbox.amazon.account import Every, Switches
from include.sandbox.amazon.goods_book import ON_PURPOSE
from include.sandbox.amazon.receiving import LeftOut
from include.sandbox.amazon.report import Report
from tests.sandbox.amazon_goods import (
    ARRIVES,
    CARTONS,
    DEPARTS,
    LINES,
    Trade,
    invoice,
    loaded,
    notice,
    packed,
    sscc,
)
from tests.sandbox.amazon_vendor import KETTLE, MUG, NUMBER, an_order

WHOLE = "1191.60"


@pytest.fixture(autouse=True)
def real_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VENDORLANE_CLOCK", raising=False)


def test_an_order_shipped_in_two_parts_over_cartons_and_a_pallet_is_paid_to_the_penny(tmp_path: Path) -> None:
    trade = Trade(tmp_path, answers={"1": [("IA", 20), ("IR", 4)]})
    on_pallet = [packed(n, (MUG, 3), pallet=sscc(99)) for n in (3, 4)]
    parts = [[packed(1, (KETTLE, 12)), packed(2, (KETTLE, 8), (MUG, 1))], [*on_pallet, packed(5, (MUG, 3))]]
    for number, cartons in enumerate(parts):
        hour = DEPARTS + 24 * number
        trade.ship(cartons, name=f"T{number}", departs=hour, arrives=hour + 20)
        trade.notify(notice(cartons, f"S{number}", hour), hour + 0.2)
    trade.bill(invoice([(KETTLE, 20), (MUG, 1)], "INV-0"))
    trade.bill(invoice([(MUG, 9)], "INV-1", DEPARTS + 25), DEPARTS + 25)

    told = trade.told(ARRIVES + 30 * 24)

    assert told["charges"] == []
    assert [each["state"] for each in told["invoices"]] == ["approved for payment"] * 2
    assert [each["payable"] for each in told["invoices"]] == ["443.00", "675.00"]
    totals = told["totals"]
    assert (totals["invoiced"], totals["payable"], totals["held_back"]) == ("1118.00", "1118.00", "0.00")
    assert [each["received"] for each in told["trucks"]] == ["32", "108"]
    assert told["fulfilments"][0]["products"] == [
        {"product": sku, "confirmed": units, "notified": units, "loaded": units, "received": units, "invoiced": units}
        for sku, units in (("KETTLE", "20"), ("MUG", "120"))
    ]


def test_a_notice_and_an_invoice_each_get_a_997_that_accepts_them(tmp_path: Path) -> None:
    trade = Trade(tmp_path)
    trade.notify(notice(CARTONS))
    trade.bill(invoice(LINES))

    answers = trade.answers_in_mailbox()

    assert b"AK1*SH*101~AK2*856*0001~AK5*A~AK9*A*1*1*1~" in answers
    assert b"AK1*IN*102~AK2*810*0001~AK5*A~AK9*A*1*1*1~" in answers


def test_a_carton_of_two_orders_counts_once_and_one_invoice_may_bill_both(tmp_path: Path) -> None:
    trade = Trade(tmp_path, orders=(an_order(KETTLE), an_order(KETTLE, number="4TEST002")))
    mixed = replace(packed(1), holds=((NUMBER, KETTLE, 24), ("4TEST002", KETTLE, 24)))
    trade.ship([mixed])
    trade.notify(notice([mixed]))
    trade.bill(invoice([(KETTLE, 24), (KETTLE, 24)], orders=(NUMBER, "4TEST002")))

    told = trade.told()

    assert (told["charges"], told["notices"][0]["cartons"]) == ([], 1)
    assert told["totals"]["payable"] == "883.20"


def test_an_sscc_may_bear_its_application_identifier(tmp_path: Path) -> None:
    trade = Trade(tmp_path)
    trade.ship()
    trade.notify(notice([replace(each, code=f"00{each.code}") for each in CARTONS]))

    assert trade.charges() == []


def test_a_replacement_that_lowers_quantities_takes_the_place_of_its_notice(tmp_path: Path) -> None:
    trade = Trade(tmp_path)
    fewer = [CARTONS[0], CARTONS[1]]
    trade.ship(fewer)
    trade.notify(notice(CARTONS))
    trade.notify(notice(fewer, purpose="05"), DEPARTS + 0.4)
    trade.bill(invoice([(KETTLE, 24), (MUG, 6)]))

    told = trade.told()

    assert told["charges"] == []
    assert [each["state"] for each in told["notices"]] == ["replaced", "in force"]
    assert told["totals"]["payable"] == "891.60"


def test_charges_and_freight_and_tax_on_the_invoice_are_paid_with_it(tmp_path: Path) -> None:
    trade = Trade(tmp_path)
    trade.ship()
    trade.notify(notice(CARTONS))
    segments = invoice(LINES)
    segments[-2:-1] = [["TDS", "121860"], ["TXI", "ST", "10"], ["SAC", "C", "D240", "", "", "2200"],
                       ["SAC", "A", "C310", "", "", "500"]]  # fmt: skip
    trade.bill(segments)

    assert trade.told()["totals"]["payable"] == "1218.60"


def test_a_restart_knows_notices_trucks_and_invoices(tmp_path: Path) -> None:
    trade = Trade(tmp_path, switches=Switches(notices=Every(refused=2), miscount_every=1))
    trade.ship()
    trade.notify(notice(CARTONS))
    trade.notify(notice([packed(9, (MUG, 1))], "S0002"))
    trade.bill(invoice(LINES))
    before = trade.told()

    trade.play.restart()

    assert trade.told() == before
    assert (len(before["notices"]), len(before["trucks"]), len(before["invoices"])) == (2, 1, 1)
    assert before["charges"] != []


def test_the_newest_word_on_a_truck_counts(tmp_path: Path) -> None:
    trade = Trade(tmp_path)
    trade.notify(notice(CARTONS))
    trade.ship(CARTONS[:1])
    trade.ship(arrives=ARRIVES + 2)

    (truck,) = trade.told(ARRIVES + 1)["trucks"]

    assert (truck["cartons"], truck["has_arrived"]) == (3, False)


def test_a_file_that_tells_of_no_truck_is_set_aside(tmp_path: Path) -> None:
    trade = Trade(tmp_path)
    (tmp_path / "dock/odd.json").write_text('{"name": "odd"}')

    assert trade.told()["trucks"] == []
    assert [each.name for each in (tmp_path / "dock").iterdir()] == ["odd.refused"]


def test_every_nth_notice_is_refused_with_its_place_and_may_come_again(tmp_path: Path) -> None:
    trade = Trade(tmp_path, switches=Switches(notices=Every(refused=1)))
    trade.ship()
    trade.notify(notice(CARTONS))

    told = trade.told()

    position = [each[0] for each in notice(CARTONS)].index("MAN") + 2
    assert f"AK3*MAN*{position}**8~AK4*2**6*{sscc(1)}~AK5*R*5~AK9*R*1*1*0~".encode() in trade.answers_in_mailbox()
    (charge,) = told["charges"]
    assert (charge["cause"], charge["injected"], charge["amount"]) == ("injected", ON_PURPOSE, "71.50")
    assert (told["notices"][0]["state"], told["totals"]["notices"]["refused"]) == ("refused", 1)


def test_an_invoice_that_was_refused_on_purpose_may_come_again_under_its_number(tmp_path: Path) -> None:
    trade = Trade(tmp_path, switches=Switches(invoices=Every(refused=2)))
    trade.ship()
    trade.notify(notice(CARTONS))
    trade.bill(invoice([(KETTLE, 24)], "INV-0"))
    trade.bill(invoice([(MUG, 10)]))
    trade.bill(invoice([(MUG, 10)]), DEPARTS + 2)

    told = trade.told()

    assert [each["state"] for each in told["invoices"]] == ["approved for payment", "refused", "approved for payment"]
    assert (told["totals"]["payable"], told["charges"]) == (WHOLE, [])
    assert b"AK3*IT1*9**8~AK4*4**6*75.00~" in trade.answers_in_mailbox()


def test_a_997_may_never_come_or_come_late(tmp_path: Path) -> None:
    trade = Trade(tmp_path, switches=Switches(Every(silent=1), Every(late=1), late_hours=48))
    trade.notify(notice(CARTONS))
    trade.bill(invoice(LINES))

    assert b"AK1*IN" not in trade.answers_in_mailbox(DEPARTS + 48.9)
    later = trade.answers_in_mailbox(DEPARTS + 52)
    assert (b"AK1*IN*102~" in later, b"AK1*SH" in later) == (True, False)
    assert trade.told()["notices"][0]["state"] == "in force"


def test_a_997_may_come_for_what_was_never_sent(tmp_path: Path) -> None:
    trade = Trade(tmp_path, switches=Switches(stray_997_every=1))
    trade.notify(notice(CARTONS))

    answers = trade.answers_in_mailbox()

    assert answers.count(b"AK1*SH*") == 2
    assert b"AK1*SH*101~" in answers


@pytest.mark.parametrize(("percent", "received", "payable"), [(-10, "128", "1055.15"), (10, "160", WHOLE)])
def test_a_miscount_is_flagged_and_what_it_costs_is_traced_to_it(
    tmp_path: Path, percent: int, received: str, payable: str
) -> None:
    trade = Trade(tmp_path, switches=Switches(miscount_every=1, miscount_percent=Decimal(percent)))
    trade.ship()
    trade.notify(notice(CARTONS))
    trade.bill(invoice(LINES))

    told = trade.told()

    assert (told["trucks"][0]["received"], told["totals"]["payable"]) == (received, payable)
    assert {each["cause"] for each in told["charges"]} == {"injected"}
    assert told["totals"]["chargebacks"]["document"] == {"count": 0, "amount": "0.00"}


def test_what_was_done_to_a_truck_or_left_behind_is_the_cause_of_what_it_costs(tmp_path: Path) -> None:
    trade = Trade(tmp_path)
    trade.depart(
        [loaded(CARTONS[0]), loaded(CARTONS[1], sscc=sscc(77), fault="another label was stuck on")],
        left_out=(LeftOut(NUMBER, "MUG", Decimal(48), "a carton stayed behind"),),
    )
    trade.notify(notice(CARTONS))
    trade.bill(invoice(LINES))

    told = trade.told(ARRIVES + 10 * 24)

    assert {each["cause"] for each in told["charges"]} == {"injected"}
    assert {each["charge"] for each in told["charges"]} == {
        "ASN accuracy",
        "carton content label",
        "PO on-time accuracy, not filled",
        "shortage claim",
    }
    assert told["totals"]["payable"] == "891.60"


def test_more_packed_than_confirmed_on_purpose_is_traced_to_it_though_the_notice_says_it_first(tmp_path: Path) -> None:
    trade = Trade(tmp_path, answers={"1": [("IA", 20), ("IR", 4)]})
    trade.depart([loaded(CARTONS[0], fault="four too many were packed"), *map(loaded, CARTONS[1:])])
    trade.notify(notice(CARTONS))

    (charge,) = trade.charges()

    assert (charge["rule"], charge["cause"], charge["injected"]) == ("856-10", "injected", "four too many were packed")


def test_a_truck_that_is_told_anew_is_no_other_truck(tmp_path: Path) -> None:
    trade = Trade(tmp_path, switches=Switches(miscount_every=2))
    for name in ("T1", "T1", "T2"):
        trade.ship(name=name)

    assert [each["miscount_percent"] for each in trade.told()["trucks"]] == [None, "-10"]


def test_the_report_changes_as_time_goes_by_though_nothing_comes(tmp_path: Path) -> None:
    trade = Trade(tmp_path)
    trade.ship()
    path = tmp_path / "report.json"
    report = Report(trade.play.amazon, path, "http://cin7")

    found = []
    for hour in (DEPARTS + 0.5, DEPARTS + 0.6, ARRIVES - 1, ARRIVES, ARRIVES + 1):
        report.write(trade.play.at(hour))
        found.append([each["sentence"] for each in json.loads(path.read_text())["charges"]])

    late, missing = ["T1: no notice came by 2026-12-02 08:30"], ["T1: goods arrived without a notice"]
    assert found == [[], late, late, late, missing]
