"""From Amazon's order to what Amazon pays, between a sandbox Amazon and a sandbox Cin7 Core that know nothing of each
other, and with a carrier who tells Amazon what left.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from include.sandbox.amazon.account import Account, Address, Terms
from include.sandbox.amazon.counterpart import Amazon
from include.sandbox.amazon.mailbox import Mailbox
from include.sandbox.amazon.receiving import Dock
from include.sandbox.amazon.report import Report
from include.sandbox.amazon.scenario import Line, Order, Scenario, save_scenario
from include.sandbox.scenarios.post import AMAZON, VENDOR, Post, make_order
from include.workstation.demo_trucks import Trucks
from include.workstation.sandbox_processes import Sandbox
from tests.orchestration.shipping_trade import ShippingTrade
from tests.purchase_orders.conftest import COMPANY
from tests.sandbox.cin7_process import Cin7Process

NUMBER = "4AB7XY2P"
LINES = (
    Line("1", Decimal(4), "CA", Decimal("4.25"), ("BP", "B00000MUG1"), "MUG", Decimal(6)),
    Line("2", Decimal(12), "EA", Decimal("3.00"), ("BP", "B00000BOWL"), "BOWL"),
    Line("3", Decimal(10), "EA", Decimal("10.00"), ("BP", "B0000PLATE"), "PLATE"),  # of which there are 7
)
BILL_TO = Address("Amazon.com Services LLC", ("PO Box 80387",), "Seattle", "WA", "98108", "US")
ACCOUNT = Account(bill_to=BILL_TO, terms=Terms("01", "3", Decimal(60)), needs_pallet_sscc=True)
ON_A_PALLET = {"carriers": ["Old Dominion"], "box_names": {"pallet": 1}, "tracking": "none", "notes": ["BOL", "PRO"]}
PARCELS = {"carriers": ["UPS Ground"]}
SENT = (
    "SELECT transaction_set, state FROM document "
    "WHERE direction = 'out' AND transaction_set IN ('856', '810') ORDER BY document_id"
)


class Between:
    """A trade whose mailbox has a real Amazon at its other end; all of it is on the trade's clock."""

    def __init__(self, database: str, cin7: Cin7Process, folder: Path, invoices: dict[str, Any]) -> None:
        self.trade = ShippingTrade.begin(
            database,
            cin7,
            folder / "mailbox",
            zone="UTC",
            ours={"qualifier": VENDOR.qualifier, "id": VENDOR.identifier, "group_id": VENDOR.identifier},
            notices={"pallet_pattern": r"^(P\d+)/", "pallet_sscc": "block"},
            invoices=invoices,
        )
        self.report_file = folder / "report.json"
        orders_file = folder / "orders.json"
        post = Post()
        post.send(self.trade.now(), self.order())
        scenario = Scenario(
            "test", 1, self.trade.now(), 24, "Main Warehouse", AMAZON, VENDOR, tuple(post.drops), ACCOUNT
        )
        save_scenario(scenario, orders_file)
        sandbox = Sandbox((), cin7.root, orders_file, self.report_file, folder / "mailbox")
        self.trucks = Trucks(sandbox, database)
        box = Mailbox(folder / "mailbox/inbound", folder / "mailbox/outbound", folder / "kept")
        self.amazon = Amazon(scenario, box, lambda race: True, Dock(sandbox.dock, folder / "kept/trucks"))
        self.amazon.open()

    def order(self) -> Order:
        return make_order(NUMBER, self.trade.now(), LINES, window=(0, 7))

    def meet(self) -> None:
        """Amazon takes what was sent, and drops what is due; the vendor reads it."""
        for file in (self.trade.folder / "outbound").glob("[!.]*"):
            os.utime(file, (self.trade.now().timestamp(),) * 2)
        self.amazon.step(self.trade.now())
        self.trade.receive()

    def confirm(self) -> None:
        self.meet()
        self.trade.tick()
        self.trade.tick(NUMBER, answer_now=True)
        self.meet()

    def ship(self, *, is_billed: bool, **plan: Any) -> None:
        """A part of two: packed, labelled, loaded, notified, and billed by Cin7's own people or not yet."""
        habits = {"parts": {"2": 1}, "units_per_carton": 6, "invoiced": 1, **plan}
        self.trade.ship(NUMBER, until="pack", **habits)
        self.trade.fulfil()
        self.trade.ship(NUMBER, until="ship", **habits)
        self.trucks.look()
        self.trade.fulfil()
        self.meet()
        if is_billed:
            self.trade.ship(NUMBER, until="invoice", **habits)

    def report(self) -> dict[str, Any]:
        Report(self.amazon, self.report_file, self.trade.cin7.root).write(self.trade.now())
        told: dict[str, Any] = json.loads(self.report_file.read_text())
        return told

    def billed_in_cin7(self) -> list[Decimal]:
        (sale,) = self.trade.sales(NUMBER)
        invoices = self.trade.cin7.ask("GET", f"/sale?ID={sale['ID']}").json()["Invoices"]
        return [Decimal(str(each["Total"])) for each in invoices]


@pytest.fixture
def begin(database: str, cin7_process: Cin7Process, tmp_path: Path) -> Callable[..., Between]:
    cin7_process.become(COMPANY)
    (tmp_path / "mailbox").mkdir()
    return lambda **invoices: Between(database, cin7_process, tmp_path, invoices)


@pytest.mark.parametrize("made_by", ["person", "vendorlane"])
def test_two_parts_of_cases_and_eaches_short_on_one_line_are_notified_billed_and_payable_to_the_penny(begin, made_by):
    between = begin(made_by=made_by)
    trade = between.trade
    between.confirm()
    for plan in (ON_A_PALLET, PARCELS):
        between.ship(is_billed=made_by == "person", **plan)
    trade.pass_time(hours=3)  # in which Amazon answers
    between.meet()
    trade.fulfil()
    trade.bill()
    between.meet()
    trade.pass_time(hours=12)  # in which the trucks arrive
    between.meet()

    told = between.report()
    billed = sorted(Decimal(each["total"]) for each in told["invoices"])
    assert told["charges"] == told["faults"] == []
    assert [(each["state"], each["pallets"]) for each in told["notices"]] == [("in force", 1), ("in force", 0)]
    assert [each["received"] for each in told["trucks"]] == ["22", "21"]
    assert {each["state"] for each in told["invoices"]} == {"approved for payment"}
    assert billed == sorted(Decimal(each["payable"]) for each in told["invoices"])
    assert billed == sorted(between.billed_in_cin7())
    assert sum(billed) == 24 * Decimal("4.25") + 12 * Decimal("3.00") + 7 * Decimal("10.00")
    assert trade.rows(SENT) == [{"transaction_set": each, "state": "accepted"} for each in ("856", "856", "810", "810")]
    assert trade.rows("SELECT state FROM purchase_order") == [{"state": "invoiced"}]
    assert trade.exceptions() == {}
