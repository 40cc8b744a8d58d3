"""Every way in which an 856, or the goods that it tells of, can be wrong is noticed, named and charged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from include.sandbox.amazon.rates import ASN_ACCURACY, rate_for
from tests.sandbox.amazon_goods import (
    ACCOUNT,
    ARRIVES,
    CARTONS,
    DEPARTS,
    Packed,
    Trade,
    notice,
    packed,
    sscc,
)
from tests.sandbox.amazon_vendor import KETTLE, MUG, START, Segments

Spoil = Callable[[Segments], Any]
WHOLE = "71.50"  # 6 % of 1191.60
WRONG_CHECK_DIGIT = sscc(1)[:-1] + str((int(sscc(1)[-1]) + 1) % 10)


@pytest.fixture(autouse=True)
def real_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VENDORLANE_CLOCK", raising=False)


def change(name: str, number: int, value: str, nth: int = 0) -> Spoil:
    """Another value for an element of the nth segment of that name."""

    def spoil(segments: Segments) -> None:
        [each for each in segments if each[0] == name][nth][number] = value

    return spoil


def leave_out(name: str, qualifier: str = "") -> Spoil:
    def spoil(segments: Segments) -> None:
        segments[:] = [each for each in segments if each[0] != name or (qualifier and each[1] != qualifier)]

    return spoil


def add_a_loop(segments: Segments) -> None:
    segments.insert(-1, ["HL", "99", "98", "I"])


def test_the_notice_that_the_others_are_spoilt_from_is_right(tmp_path: Path) -> None:
    trade = Trade(tmp_path)
    trade.ship()
    trade.notify(notice(CARTONS))

    assert trade.charges() == []


STRUCTURE = [
    (change("BSN", 1, "06"), "AK3*BSN*2**8~AK4*1**7*06~"),
    (change("BSN", 4, "0800"), "AK3*BSN*2**8~AK4*4**6*0800~"),
    (change("BSN", 5, "0002"), "AK4*5**7*0002~"),
    (change("HL", 3, "O", 0), "AK3*HL*3**8~AK4*3**7*O~"),
    (change("HL", 1, "1", 1), "AK4*1**6*1~"),
    (change("HL", 2, "9", 2), "AK4*2**6*9~"),
    (change("TD5", 3, "Carrier"), "AK4*3**6*Carrier~"),
    (change("N4", 4, "USA"), "AK4*4**6*USA~"),
    (change("SN1", 1, "7"), "AK4*1**6*7~"),
    (change("SN1", 2, "0"), "AK4*2**6*0~"),
    (change("SN1", 3, "PE"), "AK4*3**7*PE~"),
    (change("DTM", 2, "20261340"), "AK4*2**8*20261340~"),
    (change("CTT", 1, "9"), "AK4*1**6*9~"),
    (change("CTT", 2, "33"), "AK4*2**6*33~"),
    (leave_out("DTM", "017"), "**3~AK5*R"),
    (leave_out("PRF"), "AK3*PRF*"),
    (leave_out("SN1"), "AK3*SN1*"),
    (leave_out("CTT"), "AK3*CTT*"),
    (add_a_loop, "AK4*2**6*98~"),
]


@pytest.mark.parametrize(("spoil", "told"), STRUCTURE, ids=[told for _, told in STRUCTURE])
def test_a_notice_of_broken_structure_is_refused_at_its_place_and_its_goods_come_untold(
    tmp_path: Path, spoil: Spoil, told: str
) -> None:
    trade = Trade(tmp_path)
    trade.ship()
    segments = notice(CARTONS)
    spoil(segments)
    trade.notify(segments)

    (charge,) = trade.charges()

    assert told.encode() in trade.answers_in_mailbox()
    assert ("arrived without a notice" in charge["sentence"], charge["amount"], charge["cause"]) == (
        True,
        WHOLE,
        "document",
    )
    assert trade.told()["notices"][0]["faults"] != []


CONTENT = [
    (change("DTM", 2, "20261101"), "856-03", "the ship date 2026-11-01 is too far", WHOLE),
    (change("DTM", 2, "20261231"), "856-03", "the ship date 2026-12-31 is too far", WHOLE),
    (leave_out("REF", "BM"), "856-06", "there is neither a bill of lading", WHOLE),
    (leave_out("REF", "CN"), "856-06", "no carrier reference (REF CN)", WHOLE),
    (change("TD1", 2, "4"), "856-04", "TD102 says 4 cartons and there are 3", WHOLE),
    (change("PRF", 1, "4OTHER01"), "856-08", "order 4OTHER01 was never sent", "5.00"),
    (change("N1", 4, "MDW2", 1), "856-14", "it goes to 92/MDW2, order 4TEST001 to 92/PHX6", WHOLE),
    (change("MAN", 2, WRONG_CHECK_DIGIT), "856-07", "is no SSCC", "17.66"),  # 4 % of the 441.60 of the kettles
    (change("LIN", 3, "B000KETTLF"), "856-08", "line 1 of 4TEST001 names BP B000KETTLF", "17.66"),
    (change("SN1", 3, "EA", 1), "856-08", "line 2 of 4TEST001 is notified in EA, ordered in CA", "0.75"),
]


@pytest.mark.parametrize(("spoil", "rule", "sentence", "amount"), CONTENT, ids=[each[2] for each in CONTENT])
def test_a_notice_that_is_wrong_is_accepted_by_its_997_and_charged(
    tmp_path: Path, spoil: Spoil, rule: str, sentence: str, amount: str
) -> None:
    trade = Trade(tmp_path)
    trade.ship()
    segments = notice(CARTONS)
    spoil(segments)
    trade.notify(segments)

    charges = trade.charges(DEPARTS + 5)

    (charge,) = (each for each in charges if sentence in each["sentence"])
    assert (charge["rule"], charge["amount"], charge["cause"]) == (rule, amount, "document")
    assert b"AK5*A~" in trade.answers_in_mailbox()


def test_an_unknown_line_is_charged_a_nominal_amount(tmp_path: Path) -> None:
    trade = Trade(tmp_path)
    segments = notice([packed(1, (replace(KETTLE, line_number="7"), 24))])
    trade.notify(segments)

    charge = next(each for each in trade.charges(DEPARTS + 1) if each["rule"] == "856-08")

    assert "line 7 of 4TEST001 was never ordered" in charge["sentence"]
    assert (charge["amount"], charge["is_nominal"]) == ("5.00", True)


def test_freight_that_amazon_pays_needs_its_arn_and_a_parcel_each_tracking_number(tmp_path: Path) -> None:
    trade = Trade(tmp_path, account=replace(ACCOUNT, is_collect=True))
    parcels = [replace(each, tracking=f"1Z{each.code}" if each is not CARTONS[2] else "") for each in CARTONS]
    trade.notify(notice(parcels))

    charges = trade.charges(DEPARTS + 1)

    assert {each["sentence"].partition(": ")[2]: each["amount"] for each in charges} == {
        "a carton of a small parcel shipment has no tracking number (REF CN)": "18.00",  # 300.00 of 4 cases of mugs
        "Amazon pays the freight and there is no ARN (REF BX)": WHOLE,
    }


def test_a_shipment_id_is_used_once_a_year(tmp_path: Path) -> None:
    trade = Trade(tmp_path)
    trade.notify(notice(CARTONS[:1]))
    trade.notify(notice(CARTONS[1:]))

    told = trade.told(DEPARTS + 1)

    (charge,) = told["charges"]
    assert ("shipment id was used before" in charge["sentence"], charge["amount"]) == (True, "45.00")
    assert [each["state"] for each in told["notices"]] == ["in force", "without effect"]


@pytest.mark.parametrize(
    ("cartons", "hour", "sentence"),
    [
        (CARTONS, DEPARTS + 0.4, "it replaces a shipment that was never notified"),
        (CARTONS, DEPARTS + 8 * 24, "more than seven days ago"),
        (CARTONS, ARRIVES + 0.4, "it replaces the notice of goods that have arrived"),
        ([packed(1, (KETTLE, 25))], DEPARTS + 0.4, "it raises quantities of the notice that it replaces"),
    ],
)
def test_a_replacement_outside_of_its_rules_has_no_effect(
    tmp_path: Path, cartons: list[Packed], hour: float, sentence: str
) -> None:
    trade = Trade(tmp_path)
    trade.ship(arrives=ARRIVES + 20 * 24 if "seven" in sentence else ARRIVES)
    trade.notify(notice(CARTONS))
    trade.notify(notice(cartons, "S0002" if "never" in sentence else "S0001", purpose="05"), hour)

    told = trade.told(hour + 1)

    (charge,) = told["charges"]
    assert (sentence in charge["sentence"], charge["rule"]) == (True, "856-11")
    assert told["notices"][1]["state"] == "without effect"


def test_a_carton_stands_on_one_notice_only_and_its_sscc_is_free_after_a_year(tmp_path: Path) -> None:
    trade = Trade(tmp_path, account=replace(ACCOUNT, days_back=999))
    for number, hour in enumerate((0.2, 1, 366 * 24)):
        trade.notify(notice(CARTONS[:1], f"S{number}"), DEPARTS + hour)

    charges = [each for each in trade.charges(DEPARTS + 366 * 24 + 1) if each["rule"] == "856-07"]

    assert [("is notified twice" in each["sentence"], each["subject"]) for each in charges] == [(True, "S1")]


def test_an_sscc_of_goods_that_arrived_is_not_used_again(tmp_path: Path) -> None:
    trade = Trade(tmp_path)
    trade.ship(CARTONS[:1])
    trade.notify(notice(CARTONS[:1]))
    again = [replace(CARTONS[1], code=sscc(1))]
    trade.ship(again, name="T2", departs=ARRIVES + 5, arrives=ARRIVES + 20)
    trade.notify(notice(again, "S0002", ARRIVES + 5), ARRIVES + 5.2)

    (charge,) = trade.charges(ARRIVES + 21)

    assert (f"SSCC {sscc(1)} was used before" in charge["sentence"], charge["rule"]) == (True, "856-07")


def test_a_carton_without_an_sscc_is_charged(tmp_path: Path) -> None:
    trade = Trade(tmp_path)
    trade.notify(notice([CARTONS[0], replace(CARTONS[1], code="")]))

    (charge,) = trade.charges(DEPARTS + 1)

    assert ("a carton has no SSCC" in charge["sentence"], charge["cost"]) == (True, "450.00")


def test_more_than_was_confirmed_is_an_overage_that_is_charged_once(tmp_path: Path) -> None:
    trade = Trade(tmp_path, answers={"1": [("IA", 20), ("IR", 4)]})
    trade.ship()
    trade.notify(notice(CARTONS))

    (charge,) = trade.charges()

    assert (charge["charge"], charge["rule"], charge["eaches"]) == ("overage PO units", "856-10", "4")
    assert (charge["amount"], charge["is_nominal"]) == ("3.68", True)


def test_what_was_notified_counts_for_the_share_before_any_truck_is_told(tmp_path: Path) -> None:
    trade = Trade(tmp_path)
    trade.notify(notice([replace(CARTONS[0], code=""), *CARTONS[1:]]))

    assert [each["share"] for each in trade.charges(DEPARTS + 1)] == ["0.04"]


def test_what_was_wrong_a_week_ago_counts_no_more_for_the_share(tmp_path: Path) -> None:
    trade = Trade(tmp_path)
    first, second = [packed(1, (KETTLE, 20))], [packed(2, (MUG, 4)), replace(packed(3, (MUG, 1)), code="")]
    trade.ship(first, departs=2.5, arrives=20)
    trade.notify(notice(first, "S1", hour=2.5), 3.5)
    trade.notify(notice(second, "S2"), DEPARTS + 4)

    found = [each["share"] for each in trade.charges(DEPARTS + 5) if each["charge"] == ASN_ACCURACY]

    assert found == ["0.06", "0.04"]  # all of 20, and 12 of 60


@pytest.mark.parametrize(
    ("compliance", "share"), [("0.951", "0.02"), ("0.95", "0.04"), ("0.70", "0.04"), ("0.699", "0.06")]
)
def test_the_share_by_compliance(compliance: str, share: str) -> None:
    assert rate_for(ASN_ACCURACY, START.date(), Decimal(compliance)).share == Decimal(share)
