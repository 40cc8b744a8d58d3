"""A whole day judged: a careful little vendor comes out clean, and one that is careless in one way is found out.

The Cin7 Core and the Amazon are the sandbox's own, in this process, on moments that the test sets.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from include.sandbox.amazon.counterpart import Amazon
from include.sandbox.amazon.mailbox import Mailbox
from include.sandbox.amazon.report import Report
from include.sandbox.amazon.scenario import Drop, Line, Order, Scenario, load_scenario
from include.sandbox.cin7.world import World, build_world
from include.sandbox.judge import Verdict, judge
from include.sandbox.scenarios.__main__ import main as write_scenario
from tests.sandbox.amazon_vendor import answer, functional, interchange, put

START = "2026-11-25T08:00:00+00:00"
TICK = timedelta(minutes=20)
TRIES = 4
ZERO = Decimal(0)


@dataclass
class Vendor:
    """Reads, plans, places, checks and answers at once; `careless` names what it leaves out."""

    world: World
    scenario: Scenario
    mailbox: Path
    careless: str = ""
    now: datetime = field(default_factory=lambda: datetime.fromisoformat(START))
    waiting: list[Order] = field(default_factory=list)
    served: dict[str, Order] = field(default_factory=dict)
    promised: dict[str, dict[str, Decimal]] = field(default_factory=lambda: defaultdict(dict))
    sales: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    seen: set[str] = field(default_factory=set)
    number: int = 0

    def tick(self, now: datetime) -> None:
        self.now = max(self.now, now)  # a backlog may take longer than a tick
        self.world.catch_up(now)
        drops = {each.name: each for each in self.scenario.drops}
        for path in sorted((self.mailbox / "inbound").glob("[!.]*")):
            if path.name in drops:
                self._receive(drops[path.name])
            path.unlink()
        while self.waiting and not self.world.behaviour.down:
            self.now += timedelta(seconds=1)
            self._serve(self.waiting.pop(0))

    def _receive(self, drop: Drop) -> None:
        for each in drop.interchanges:
            if not each.is_good:
                continue
            number = 900_000 + int(each.control_number)
            segments = functional(each.group_control_number, sets=len(each.orders))
            self._publish(f"997_{number:09}.edi", interchange(segments, number, kind="FA"))
            if each.control_number not in self.seen or self.careless == "answers resent orders":
                newest = {order.purchase_order_number: order for order in (*self.waiting, *each.orders)}
                self.waiting = list(newest.values())
            self.seen.add(each.control_number)

    def _serve(self, order: Order) -> None:
        number = order.purchase_order_number
        before = self.served.get(number)
        self.served[number] = order
        if before and before.lines == order.lines and self.careless != "answers resent orders":
            return
        if self.careless == "leaves out an order in five" and sum(map(ord, number)) % 5 == 0:
            return
        for sale_id in self.sales.pop(number, []) if self.careless != "places once more" else []:
            self.world.book.delete(sale_id, True, self.now, self.world.behaviour)
        if not order.is_cancelled:
            self._answer(order, before, self._keyed(number) or self._place(order, before))

    def _keyed(self, number: str) -> dict[str, Decimal] | None:
        """What a sale holds that a person made for the order."""
        found = [each for each in self.world.book.sales.values() if each.customer_reference == number]
        if self.careless == "overlooks what was keyed" or not found or found[0].sale_id in self.sales[number]:
            return None
        return {line.sku: line.quantity - line.backorder for line in found[0].lines} if found[0].lines else None

    def _place(self, order: Order, before: Order | None) -> dict[str, Decimal]:
        for _ in range(TRIES):
            wanted = self._plan(order, before)
            if not wanted:
                return {}
            sale_id, got = self._authorise(order, wanted)
            if got == wanted or self.careless in {"ignores a lost race", "accepts all"}:
                return wanted if self.careless else got
            self.world.book.delete(sale_id, True, self.now, self.world.behaviour)
            self.sales[order.purchase_order_number].remove(sale_id)
            self.now += timedelta(minutes=5)  # until the availability list is a new one
        raise AssertionError(f"{order.purchase_order_number} was never allocated as planned")

    def _plan(self, order: Order, before: Order | None) -> dict[str, Decimal]:
        """Units by SKU of what is there, in whole units of the lines."""
        left = self._available()
        wanted: dict[str, Decimal] = defaultdict(Decimal)
        for line in order.lines:
            if line.sku is None or line.fault:
                continue
            base, factor = self._base(line.sku)
            units = min(self._may_promise(order, line, before), left[base] // line.eaches)
            if self.careless == "accepts all":
                units = line.quantity
            elif self.careless == "keeps a unit back" and units == line.quantity > 1:
                units -= 1
            left[base] -= units * line.eaches
            if units > 0:
                wanted[line.sku] += units * line.eaches / factor
        return dict(wanted)

    def _may_promise(self, order: Order, line: Line, before: Order | None) -> Decimal:
        told = self.promised[order.purchase_order_number].get(line.line_number)
        if before is None or told is None:
            return line.quantity
        was = {each.line_number: each.quantity for each in before.lines}[line.line_number]
        return min(line.quantity, told + max(ZERO, line.quantity - was))

    def _available(self) -> dict[str, Decimal]:
        rows = self.world.desk.read({"limit": "1000"}, self.now, self.world.behaviour)["ProductAvailabilityList"]
        found: dict[str, Decimal] = defaultdict(Decimal)
        for row in rows:
            if row["Location"] == self.scenario.location:
                found[row["SKU"]] += row["Available"]
        return found

    def _authorise(self, order: Order, wanted: dict[str, Decimal]) -> tuple[str, dict[str, Decimal]]:
        number, world = order.purchase_order_number, self.world
        body = {"Customer": "Amazon Vendor US", "Location": self.scenario.location, "SkipQuote": True,
                "SaleType": "Advanced", "CustomerReference": number}  # fmt: skip
        sale = world.book.create(body, self.now, world.behaviour)
        lines = [{"SKU": sku, "Quantity": units, "Price": 1, "Total": units, "TaxRule": "Tax Exempt"}
                 for sku, units in wanted.items()]  # fmt: skip
        world.book.order({"SaleID": sale.sale_id, "Status": "AUTHORISED", "Lines": lines}, self.now, world.behaviour)
        self.sales[number].append(sale.sale_id)
        return sale.sale_id, {each.sku: each.quantity - each.backorder for each in sale.lines}

    def _answer(self, order: Order, before: Order | None, got: dict[str, Decimal]) -> None:
        left = {sku: units * self._base(sku)[1] for sku, units in got.items()}
        statuses = {}
        for line in order.lines:
            units = min(self._may_promise(order, line, before), left.get(line.sku or "", ZERO) // line.eaches)
            units = ZERO if line.fault and self.careless != "promises anything" else units
            if line.fault and self.careless == "promises anything":
                units = line.quantity
            left[line.sku or ""] = left.get(line.sku or "", ZERO) - units * line.eaches
            told = [("IA", int(units)), ("IR", int(line.quantity - units))]
            statuses[line.line_number] = [each for each in told if each[1]] or [("IA", 0)]
            self.promised[order.purchase_order_number][line.line_number] = units
        self.number += 1
        segments = answer(order, statuses, "AC")
        segments[0][4] = f"{self.now:%Y%m%d}"
        self._publish(f"855_{self.number:09}.edi", interchange(segments, self.number))

    def _base(self, sku: str) -> tuple[str, Decimal]:
        return self.world.stock.components.get(sku, ((sku, Decimal(1)),))[0]

    def _publish(self, name: str, content: bytes) -> None:
        put(self.mailbox / "outbound" / name, content, self.now)


def play(folder: Path, name: str, *words: str, careless: str = "") -> Verdict:
    """The whole day and the windows after it, tick by tick; nobody packs, since this vendor ships nothing."""
    write_scenario([name, "--out", str(folder), "--start", START, *words])
    scenario = load_scenario(folder / "orders.json")
    company = json.loads((folder / "catalogue.json").read_bytes(), parse_float=Decimal)
    world = build_world(company | {"warehouse": None})
    box = Mailbox(folder / "mailbox/inbound", folder / "mailbox/outbound", folder / "kept")
    amazon = Amazon(scenario, box, lambda race: not world.add_race(race))  # type: ignore[func-returns-value] # None
    amazon.open()
    vendor = Vendor(world, scenario, folder / "mailbox", careless)
    now = scenario.start
    while not amazon.all_dropped or now < max(each.acknowledge_by for each in amazon.orders.values()):
        amazon.step(now)
        vendor.tick(now)
        amazon.step(now + TICK / 2)
        now += TICK
    Report(amazon, folder / "report.json", "").write(now)
    events: dict[str, Any] = {"now": now.isoformat(), "events": world.events.entries, "components": {
        sku: [{"sku": part, "quantity": factor} for part, factor in parts]
        for sku, parts in world.stock.components.items()}}  # fmt: skip
    return judge(json.loads((folder / "report.json").read_text()), events)


def counts(verdict: Verdict) -> dict[str, Any]:
    names = ("late", "missing", "over_confirmed", "under_confirmed", "doubled")
    return {name: getattr(verdict, name) for name in names if getattr(verdict, name)}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("demo", ()),
        ("simulation", ("--orders", "200")),
        pytest.param("simulation", ("--orders", "2000", "--seed", "7"), marks=pytest.mark.slow),
    ],
)
def test_a_careful_vendor_comes_out_clean(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, words: Any
) -> None:
    monkeypatch.delenv("VENDORLANE_CLOCK", raising=False)

    verdict = play(tmp_path, name, *words)

    assert (verdict.findings, counts(verdict), verdict.laws_broken) == ((), {}, ())
    assert verdict.acknowledged >= 0.99 * verdict.orders > 0


@pytest.mark.parametrize(
    ("careless", "found", "laws"),
    [
        ("accepts all", {"over_confirmed"}, {4}),
        ("ignores a lost race", {"over_confirmed"}, {4}),
        ("keeps a unit back", {"under_confirmed"}, {4}),
        ("places once more", {"doubled"}, {3}),
        ("overlooks what was keyed", {"doubled"}, {3}),
        ("leaves out an order in five", {"missing"}, {5}),
        ("answers resent orders", set(), {2, 9}),
        ("promises anything", {"over_confirmed"}, {4, 8}),
    ],
)
def test_a_careless_vendor_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, careless: str, found: set[str], laws: set[int]
) -> None:
    monkeypatch.delenv("VENDORLANE_CLOCK", raising=False)

    verdict = play(tmp_path, "demo", careless=careless)

    assert set(counts(verdict)) >= found
    assert set(verdict.laws_broken) >= laws
