"""Whatever a warehouse does and undoes, each carton stands on one notice, and every notice says what it holds."""

from __future__ import annotations

import random
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal

import pytest

from include.errors import RejectedError
from include.identifiers import build_sscc
from tests.ship_notices.warehouse import Line, Warehouse, fulfilment, items_of, marks_of, packed, shipped

STEPS = 60
SKUS = ("MUG", "BOWL")
CARRIERS = ("UPS Ground", "Old Dominion", "")
NOTES = ("", "BOL: VNDR10001234 PRO 77123456", "BOL: VNDR10005678 PRO 88123456")
BOXES = ("Box 1", "Box 2", "P1/1", "P1/2", "", build_sscc(3, "0614141", 1), f"SSCC {build_sscc(3, '0614141', 2)}")


class People:
    """Who packs, ships, undoes, corrects and enters, at random."""

    def __init__(self, warehouse: Warehouse, chance: random.Random) -> None:
        self.warehouse, self.chance = warehouse, chance
        lines = Line("MUG", 12), Line("BOWL", 2, unit="CA", eaches=6), Line("MUG", 6)
        self.sales = [warehouse.order(f"4AAAAAA{n}", *lines) for n in range(3)]
        self.fulfilments = {sale: {} for sale in self.sales}
        self.tasks = 0

    def act(self) -> None:
        self.chance.choice(
            [self.pack, self.pack, self.ship, self.ship, self.undo, self.void, self.enter, self.answer]
        )()

    def pack(self) -> None:
        sale = self.chance.choice(self.sales)
        self.tasks += 1
        boxes = self.chance.sample(BOXES, self.chance.randint(1, 3))
        lines = [packed(self.chance.choice(SKUS), self.chance.choice([1, 2, 6, 6]), box) for box in boxes]
        number = self.chance.choice([*self.fulfilments[sale], self.tasks])
        self.fulfilments[sale][number] = fulfilment(number, lines)
        self.say(sale)

    def ship(self) -> None:
        for sale, number in self.some():
            told = self.fulfilments[sale][number]
            carrier, day = self.chance.choice(CARRIERS), self.warehouse.now.date()
            names = list(dict.fromkeys(line.box for line in told.packed))
            some = names if self.chance.random() < 0.7 else names[:1]
            boxes = [shipped(box, carrier, self.chance.choice([f"1Z{number}", None]), day) for box in some]
            notes = self.chance.choice(NOTES)
            is_all = len(some) == len(names)
            self.fulfilments[sale][number] = replace(told, boxes=tuple(boxes), is_shipped=is_all, notes=notes)
            self.say(sale)

    def undo(self) -> None:
        for sale, number in self.some():
            self.fulfilments[sale][number] = replace(self.fulfilments[sale][number], boxes=(), is_shipped=False)
            self.say(sale)

    def void(self) -> None:
        for sale, number in self.some():
            told = self.fulfilments[sale].pop(number)
            if self.chance.random() < 0.5:
                self.tasks += 1
                self.fulfilments[sale][self.tasks] = replace(told, task_id=f"task-{self.tasks}", number=self.tasks)
            self.say(sale)

    def enter(self) -> None:
        notices = self.warehouse.rows("SELECT shipment_number FROM ship_notice")
        entries = {"scac": "SAIA", "pallets": {"P7": ["Box 1"]}, "tracking": {"Box 1": "1Z7"}, "send_as_packed": True,
                   "send_again": True, "bill_of_lading": "ENTERED0001", "seal_number": "S7"}  # fmt: skip
        names = self.chance.sample(sorted(entries), self.chance.randint(1, 3))
        if notices:
            with suppress(RejectedError):
                number = self.chance.choice(notices)["shipment_number"]
                self.warehouse.enter(number, **{name: entries[name] for name in names})

    def answer(self) -> None:
        self.warehouse.answer(self.chance.choice(["accepted", "rejected", "accepted_with_errors"]))

    def some(self):
        every = [(sale, number) for sale in self.sales for number in self.fulfilments[sale]]
        return self.chance.sample(every, min(1, len(every)))

    def say(self, sale: str) -> None:
        self.warehouse.say(sale, *self.fulfilments[sale].values())


@pytest.mark.parametrize("seed", range(4))
def test_whatever_people_do_nothing_wrong_leaves_and_nothing_stands_still(begin, seed):
    warehouse = begin(notices={"pallet_pattern": r"^(P\d+)/", "gather_minutes": 15})
    people = People(warehouse, random.Random(seed))

    for step in range(STEPS):
        people.act()
        warehouse.pass_time(minutes=people.chance.choice([1, 10, 40]))
        watched = warehouse.tick()

        assert warehouse.fault is None, step
        assert watched.stalled == (), step
        _demand_each_carton_once(warehouse, step)
        _demand_documents_of_what_is_known(warehouse, step)


def _demand_each_carton_once(warehouse, step):
    rows = warehouse.rows(
        "SELECT sscc, count(DISTINCT notice_id) AS notices FROM carton JOIN ship_notice USING (notice_id) "
        "WHERE sscc IS NOT NULL AND state = 'sent' GROUP BY sscc"
    )
    assert [row for row in rows if row["notices"] > 1] == [], step


def _demand_documents_of_what_is_known(warehouse, step):
    """The last document of each notice says its items, whose sums are those of its cartons when it left."""
    latest = {segment[2]: told for told in warehouse.written() for segment in told if segment[0] == "BSN"}
    said = Counter()
    for row in warehouse.rows(
        "SELECT shipment_number, purchase_order_number AS number, line_number, item.quantity FROM notice_item item "
        "JOIN ship_notice USING (notice_id) JOIN purchase_order USING (order_id) WHERE ship_notice.state = 'sent'"
    ):
        said[row["shipment_number"], row["number"], row["line_number"]] += row["quantity"]
    sent = {
        row["shipment_number"] for row in warehouse.rows("SELECT shipment_number FROM ship_notice WHERE state = 'sent'")
    }
    written = {
        (shipment, *key): Decimal(quantity)
        for shipment in sent
        for key, (quantity, _) in items_of(latest[shipment]).items()
    }
    assert written == said, step
    for shipment in sent:
        assert len(marks_of(latest[shipment])) > 0, step
