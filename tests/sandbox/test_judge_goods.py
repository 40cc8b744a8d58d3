"""What the judge makes of the charges in Amazon's report: those for documents count, others do not."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from include.sandbox.amazon.account import Every, Switches
from include.sandbox.judge import Goods, Verdict, judge
from include.sandbox.judge.goods import find_unfinished
from tests.sandbox.amazon_goods import CARTONS, LINES, Trade, invoice, notice, packed
from tests.sandbox.amazon_vendor import KETTLE, functional

ALL = Decimal("1191.60")


@pytest.fixture(autouse=True)
def real_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VENDORLANE_CLOCK", raising=False)


def judged(trade: Trade) -> Verdict:
    trade.play.acknowledge(3, functional("1"))
    told = trade.told()
    verdict = judge(told, {"now": told["now"], "events": []})
    accepted_without_stock = "accepted beyond what is allocated"  # no Cin7 takes part here
    findings = tuple(each for each in verdict.findings if accepted_without_stock not in each)
    return Verdict(**{name: getattr(verdict, name) for name in Verdict.__slots__} | {"findings": findings})


def test_a_clean_shipment_counts_and_brings_what_was_invoiced(tmp_path: Path) -> None:
    trade = Trade(tmp_path)
    trade.ship()
    trade.notify(notice(CARTONS))
    trade.bill(invoice(LINES))

    verdict = judged(trade)

    assert verdict.findings == ()
    assert verdict.goods == Goods(1, 1, Decimal(0), Decimal(0), ALL, ALL)


def test_goods_that_nobody_spoilt_and_that_were_not_billed_are_unfinished(tmp_path: Path) -> None:
    trade = Trade(tmp_path)
    trade.ship()
    trade.notify(notice(CARTONS))

    verdict = judged(trade)

    assert verdict.unfinished == 1
    assert ["is not what was invoiced" in each for each in verdict.findings] == [True]


def test_goods_without_a_notice_are_unfinished_unless_the_warehouse_did_it(tmp_path: Path) -> None:
    trade = Trade(tmp_path)
    trade.ship()
    told = trade.told()
    number = told["fulfilments"][0]["purchase_order_number"]

    assert ["is not what was notified" in each for each in find_unfinished(told, ())] == [True]
    assert list(find_unfinished(told, {number})) == []


@pytest.mark.parametrize("switch", ["refused", "silent", "late"])
def test_goods_whose_notice_amazon_did_wrong_by_are_not_unfinished(tmp_path: Path, switch: str) -> None:
    trade = Trade(tmp_path, switches=Switches(notices=Every(**{switch: 1})))
    trade.ship()
    trade.notify(notice(CARTONS))

    assert judged(trade).unfinished == 0


def test_a_notice_that_is_not_what_was_packed_breaks_law_6(tmp_path: Path) -> None:
    trade = Trade(tmp_path)
    trade.ship([packed(1, (KETTLE, 23)), *CARTONS[1:]])
    trade.notify(notice(CARTONS))

    verdict = judged(trade)

    assert 6 in verdict.laws_broken
    assert verdict.goods.charged_for_documents == Decimal("0.37")
    assert sum("is not as notified" in each for each in verdict.findings) == 1


def test_what_an_injected_fault_costs_is_told_apart_and_breaks_no_law(tmp_path: Path) -> None:
    trade = Trade(tmp_path, switches=Switches(miscount_every=1))
    trade.ship()
    trade.notify(notice(CARTONS))
    trade.bill(invoice(LINES))

    verdict = judged(trade)

    assert (verdict.findings, {6, 7} & set(verdict.laws_broken)) == ((), set())
    assert verdict.goods.charged_for_documents == 0
    assert verdict.goods.charged_for_injected_faults > ALL - verdict.goods.payable > 0
