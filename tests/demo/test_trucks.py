"""What Amazon is told of trucks, by what people did in a sandbox Cin7 Core and what Vendorlane printed for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from include.sandbox.amazon.receiving import Dock, Goods, Truck
from include.sandbox.amazon.scenario import Drop, Interchange, Line, Order, Party, Scenario, save_scenario
from include.workstation.demo_trucks import TRANSIT, Trucks
from include.workstation.sandbox_processes import Sandbox
from tests.orchestration.shipping_trade import ShippingTrade
from tests.purchase_orders.conftest import COMPANY as INTAKE_COMPANY
from tests.purchase_orders.trade import Line as Asked
from tests.purchase_orders.trade import order as an_850
from tests.sandbox.cin7_process import Cin7Process
from tests.ship_notices.warehouse import marks_of

NUMBER = "4AB7XY2P"
MUGS = Line("1", Decimal(60), "EA", Decimal("4.25"), ("BP", "B000000MUG"), "MUG")
CASES = Line("1", Decimal(5), "CA", Decimal("4.25"), ("BP", "B000000MUG"), "MUG", Decimal(12))


class Yard:
    """A Cin7 Core, the trucks that are loaded there, and Amazon's dock."""

    def __init__(self, cin7: Cin7Process, folder: Path, database: str, line: Line) -> None:
        today = date(2026, 11, 24)
        order = Order(NUMBER, today, "NE", False, today, today + timedelta(days=9), ("92", "PHX6"), (line,))
        drop = Drop(datetime.now(UTC), "file", "", (Interchange("000000001", "1", (order,)),))
        us, them = Party("ZZ", "AMAZON"), Party("ZZ", "VENDORLANE")
        save_scenario(Scenario("test", 1, drop.at, 24, "Main Warehouse", us, them, (drop,)), folder / "orders.json")
        self.cin7 = cin7
        sandbox = Sandbox((), cin7.root, folder / "orders.json", folder / "report.json", folder / "mailbox")
        self.dock = Dock(sandbox.dock, folder / "kept")
        self.dock.open()
        self.trucks = Trucks(sandbox, database)

    def key_sale(self, sku: str, quantity: int) -> None:
        lines = [{"sku": sku, "quantity": quantity, "price": 4.25}]
        self.cin7.post("sales", {"customer_reference": NUMBER, "lines": lines})

    def ship(self, *faults: str, **plan: object) -> str:
        habits = {"carriers": ["UPS Ground"], "faults": list(faults), **plan}
        told = self.cin7.post("warehouse/work", {"customer_reference": NUMBER, **habits})
        task_id: str = told["tasks"][0]["TaskID"]
        return task_id

    def look(self) -> list[Truck]:
        self.trucks.look()
        return self.dock.take()


@pytest.fixture
def yard(cin7: Cin7Process, tmp_path: Path, database: str) -> Callable[..., Yard]:
    return lambda line=MUGS: Yard(cin7, tmp_path, database, line)


def test_a_truck_leaves_when_its_shipment_does_with_what_is_in_each_box(yard: Callable[..., Yard]) -> None:
    here = yard()
    here.key_sale("MUG", 30)
    here.ship(units_per_carton=24)

    (truck,) = here.look()

    assert [each.goods for each in truck.cartons] == [goods(24), goods(6)]
    assert truck.centre == "PHX6"
    assert truck.arrives_at - truck.departed_at == TRANSIT
    assert (truck.fault, truck.left_out) == (None, ())
    assert here.look() == []


def test_a_box_bears_its_own_sscc_and_nothing_where_no_label_was_printed(yard: Callable[..., Yard]) -> None:
    here = yard()
    here.key_sale("MUG", 60)
    here.ship(parts={"2": 1}, box_names={"sscc": 1})
    here.ship(parts={"2": 1}, box_names={"plain": 1})

    with_names, without = here.look()

    assert [len(each.sscc or "") for each in with_names.cartons] == [18, 18, 18]
    assert [each.sscc for each in without.cartons] == [None, None, None]


def test_a_box_bears_the_label_that_was_printed_when_it_was_packed(
    cin7_process: Cin7Process, tmp_path: Path, database: str
) -> None:
    cin7_process.become(INTAKE_COMPANY)
    (tmp_path / "mailbox").mkdir()
    trade = ShippingTrade.begin(database, cin7_process, tmp_path / "mailbox")
    here = Yard(cin7_process, tmp_path, database, MUGS)
    trade.drop(an_850(NUMBER, [Asked("B00000MUG1", 60)]))
    trade.tick()
    here.ship(until="pack", units_per_carton=24)
    trade.fulfil()
    here.ship(until="ship")

    (truck,) = here.look()
    trade.fulfil()

    (notice,) = trade.sent("856")
    assert [each.sscc for each in truck.cartons] == [each[-18:] for each in marks_of(notice)]
    assert len(truck.cartons) == 3


@pytest.mark.parametrize(("line", "sku", "units"), [(CASES, "MUG-CASE", 5), (MUGS, "MUG-CASE", 5), (CASES, "MUG", 60)])
def test_cases_are_told_in_eaches_of_the_sku_that_the_order_is_for(
    line: Line, sku: str, units: int, yard: Callable[..., Yard]
) -> None:
    here = yard(line)
    here.key_sale(sku, units)
    here.ship(units_per_carton=12)

    (truck,) = here.look()

    assert [each.goods for each in truck.cartons] == [goods(12)] * 5
    assert truck.fault is None


def test_a_case_in_two_boxes_is_a_fault_of_the_warehouse(yard: Callable[..., Yard]) -> None:
    here = yard(CASES)
    here.key_sale("MUG", 60)
    here.ship(units_per_carton=8)

    (truck,) = here.look()

    assert truck.fault == "split_case"


def test_what_may_hold_a_notice_back_is_named_and_what_cannot_is_not(yard: Callable[..., Yard]) -> None:
    here = yard()
    here.key_sale("MUG", 60)
    here.ship("missing_tracking", "unknown_carrier", "long_box_name", "wrong_check_digit")

    (truck,) = here.look()

    assert truck.fault == "missing_tracking and unknown_carrier"


def test_a_box_that_stays_behind_is_left_out(yard: Callable[..., Yard]) -> None:
    here = yard()
    here.key_sale("MUG", 60)
    here.ship("ship_less", units_per_carton=24)

    (truck,) = here.look()

    assert [each.goods for each in truck.cartons] == [goods(24), goods(24)]
    assert [(each.item, each.eaches, each.fault) for each in truck.left_out] == [("MUG", 12, "ship_less")]


def test_a_voided_shipment_turns_back(yard: Callable[..., Yard]) -> None:
    here = yard()
    here.key_sale("MUG", 12)
    task_id = here.ship()
    (truck,) = here.look()
    here.cin7.ask("DELETE", f"/sale/fulfilment?TaskID={task_id}&Void=true").raise_for_status()

    (again,) = here.look()

    assert (again.name, again.cartons) == (truck.name, ())
    assert [(each.eaches, each.fault) for each in again.left_out] == [(12, "void_after_shipping")]


def test_what_is_never_shipped_is_left_out_of_a_truck_that_nobody_loaded(yard: Callable[..., Yard]) -> None:
    here = yard()
    here.key_sale("MUG", 60)
    here.cin7.post("warehouse/plan", {"pick_after_minutes": 0, "faults": ["never_shipped"]})
    here.cin7.post("tick", {})

    (truck,) = here.look()

    assert truck.cartons == ()
    assert [(each.item, each.eaches, each.fault) for each in truck.left_out] == [("MUG", 60, "never_shipped")]
    assert here.trucks.last_arrival() is None


def goods(eaches: int) -> tuple[Goods, ...]:
    return (Goods(NUMBER, "MUG", Decimal(eaches)),)
