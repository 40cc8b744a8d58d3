"""The people in the sandbox's warehouse and accounts work by their plan, and each thing they do wrong is on a list."""

from __future__ import annotations

import json
import time
from collections import Counter
from datetime import datetime, timedelta
from decimal import Decimal

import httpx2
import pytest

from include.sandbox.cin7.warehouse_plan import FAULTS
from include.sandbox.cin7.world import build_world
from tests.sandbox.cin7_calls import availability, place, sale_of
from tests.sandbox.cin7_process import COMPANY, Cin7Process

START = datetime.fromisoformat("2026-11-25T08:00:00+00:00")
NUMBERED = {"wrong_check_digit", "sscc_again"}  # their SSCCs go by who came before
AT_ONCE = {"pick_after_minutes": 0, "pack_after_minutes": 0, "ship_after_minutes": 0, "invoice_after_minutes": 0}


def work(cin7, **words):
    return cin7.post("warehouse/work", words)


def boxes_of(told, number=1):
    counts: Counter[str] = Counter()
    for line in told["Fulfilments"][number - 1]["Pack"]["Lines"]:
        counts[line["Box"]] += line["Quantity"]
    return dict(counts)


def ship_of(told, number=1):
    return told["Fulfilments"][number - 1]["Ship"]


def faults_of(cin7):
    return [(each["fault"], each["customer_reference"]) for each in cin7.get("warehouse")["faults"]]


def check_digit(digits):
    return -sum(int(each) * (3 - 2 * (place % 2)) for place, each in enumerate(reversed(digits))) % 10


def world_with(plan, *references, stock=1000):
    """A company in this process, with a sale of ten mugs for each reference, all authorised at START."""
    company = json.loads(json.dumps(COMPANY), parse_float=Decimal)
    company["stock"] = [{"sku": "MUG", "location": "Main Warehouse", "on_hand": stock}]
    world = build_world(company | {"warehouse": plan})
    for each in references:
        lines = [{"sku": "MUG", "quantity": 10, "price": Decimal("4.25")}]
        world.key_sale({"customer_reference": each, "lines": lines}, START)
    return world


def steps(world):
    kinds = {"task picked", "task packed", "task shipped", "invoiced", "task voided", "task partly shipped"}
    return [(each["kind"], datetime.fromisoformat(each["at"]) - START) for each in world.events.entries
            if each["kind"] in kinds]  # fmt: skip


# --- at once --------------------------------------------------------------------------------------------------------


def test_what_is_allocated_is_picked_packed_in_cartons_and_shipped(cin7):
    sale = place(cin7, ("MUG", 30), ("PLATE", 9), CustomerReference="PO1")

    work(cin7, customer_reference="PO1", units_per_carton=12, carriers=["UPS"], notes=["BOL", "PRO", "ARN"])

    told = sale_of(cin7, sale["ID"])
    assert boxes_of(told) == {"Box 1": 12, "Box 2": 12, "Box 3": 6, "Box 4": 7}
    assert [note.split(": ")[0] for note in ship_of(told)["ShippingNotes"].split("\n")] == ["BOL", "PRO", "ARN"]
    assert {line["Carrier"] for line in ship_of(told)["Lines"]} == {"UPS"}
    assert len({line["TrackingNumber"] for line in ship_of(told)["Lines"]}) == 4
    assert (ship_of(told)["Status"], told["FulFilmentStatus"]) == ("AUTHORISED", "PARTIALLY FULFILLED")
    assert told["Invoices"] == faults_of(cin7) == []
    assert [row["OnHand"] for row in availability(cin7, "Sku=MUG")] == [70]


def test_rests_share_a_carton_and_a_case_is_one_by_itself(cin7):
    sale = place(cin7, ("MUG", 14), ("PLATE", 3), ("MUG-CASE", 2))

    work(cin7, mixed_cartons=True, tracking="shipment")

    told = sale_of(cin7, sale["ID"])
    assert list(boxes_of(told).values()) == [12, 1, 1, 5]
    assert len({line["TrackingNumber"] for line in ship_of(told)["Lines"]}) == 1


@pytest.mark.parametrize(("style", "is_so"), [
    ("plain", lambda name: name.startswith("Box ")),
    ("sscc", lambda name: len(name) == 18 and int(name[-1]) == check_digit(name[:-1])),
    ("pallet", lambda name: name.startswith("P1/Box ")),
    ("long", lambda name: len(name) == 200),
    ("none", lambda name: name == ""),
])  # fmt: skip
def test_boxes_are_named_as_the_plan_says(cin7, style, is_so):
    sale = place(cin7, ("MUG", 30))

    work(cin7, box_names={style: 1})

    names = list(boxes_of(sale_of(cin7, sale["ID"])))
    assert names
    assert all(map(is_so, names))
    assert len(names) == (1 if style == "none" else 3)


def test_a_carton_may_hold_what_the_product_says(cin7):
    company = COMPANY | {"products": [COMPANY["products"][0] | {"CartonQuantity": 7}]}
    cin7.become(company)
    sale = place(cin7, ("MUG", 16))

    work(cin7, units_per_carton=0)

    assert list(boxes_of(sale_of(cin7, sale["ID"])).values()) == [7, 7, 2]


def test_work_goes_as_far_as_it_is_told_and_on_from_there(cin7):
    sale = place(cin7, ("MUG", 10))
    seen = []
    for until in ("pick", "pack", "ship", "invoice"):
        work(cin7, until=until)
        told = sale_of(cin7, sale["ID"])
        seen.append((told["CombinedPickingStatus"], told["CombinedPackingStatus"], told["CombinedShippingStatus"],
                     told["CombinedInvoiceStatus"]))  # fmt: skip

    assert seen == [
        ("PICKED", "NOT PACKED", "NOT AVAILABLE", "NOT INVOICED"),
        ("PICKED", "PACKED", "NOT SHIPPED", "NOT INVOICED"),
        ("PICKED", "PACKED", "SHIPPED", "NOT INVOICED"),
        ("PICKED", "PACKED", "SHIPPED", "INVOICED"),
    ]


def test_an_order_leaves_in_parts_each_with_its_invoice(cin7):
    sale = place(cin7, ("MUG", 10), SaleType="Advanced")

    for _ in range(3):
        work(cin7, sale_id=sale["ID"], parts={"3": 1}, until="invoice")

    told = sale_of(cin7, sale["ID"])
    assert [sum(boxes_of(told, number).values()) for number in (1, 2, 3)] == [4, 3, 3]
    assert [task["LinkedInvoiceNumber"] for task in told["Fulfilments"]] == ["INV-00001", "INV-00002", "INV-00003"]
    assert [invoice["Lines"][0]["Quantity"] for invoice in told["Invoices"]] == [4, 3, 3]
    with pytest.raises(httpx2.HTTPStatusError, match="400"):
        work(cin7, sale_id=sale["ID"])


@pytest.mark.parametrize("words", [
    {"pick_at": 1}, {"faults": ["fire"]}, {"box_names": {"pink": 1}}, {"notes": ["ABC"]}, {"tracking": "some"},
    {"until": "the end"}, {"sales": {"PO1": {"faults": ["fire"]}}},
])  # fmt: skip
def test_a_plan_that_is_not_understood_is_refused_and_nothing_is_done(cin7, words):
    sale = place(cin7, ("MUG", 1))

    with pytest.raises(httpx2.HTTPStatusError, match="400"):
        work(cin7, **words)
    with pytest.raises(httpx2.HTTPStatusError, match="400"):
        cin7.post("warehouse/plan", words)

    assert sale_of(cin7, sale["ID"])["Fulfilments"] == []


# --- faults ---------------------------------------------------------------------------------------------------------


def shows(fault, told):
    """Whether the fault can be seen in the sale."""
    (task,) = told["Fulfilments"] or [None]
    ship = task["Ship"] if task else {"Lines": [], "Status": "", "ShippingNotes": ""}
    names = [each for line in ship["Lines"] for each in line["Boxes"].split(",")]
    packed = sum(line["Quantity"] for line in task["Pack"]["Lines"]) if task else 0
    bill = told["Invoices"][0]["Lines"][0] if told["Invoices"] else {"Quantity": packed, "Price": 2}
    digits = [int(name[-1]) == check_digit(name[:-1]) for name in names if name.isdigit()]
    return {
        "never_shipped": task is None,
        "late_shipping": True,  # at once there is no late; its own test is below
        "ship_less": ship["Status"] == "PARTIALLY AUTHORISED",
        "pack_more": packed == 31,
        "no_box_names": names == [""],
        "long_box_name": len(names[0] if names else "") == 200,
        "wrong_check_digit": digits == [False],
        "sscc_again": digits == [True],
        "missing_tracking": [line["TrackingNumber"] for line in ship["Lines"]] == [""] and not ship["ShippingNotes"],
        "unknown_carrier": {line["Carrier"] for line in ship["Lines"]} == {"Joe's Trucks"},
        "void_after_shipping": task is not None and task["FulFilmentStatus"] == "VOIDED",
        "invoice_penny": bill["Price"] == 2.01,
        "invoice_unshipped": bill["Quantity"] > packed and ship["Status"] == "AUTHORISED",
    }[fault]


@pytest.mark.parametrize("fault", [None, *sorted(set(FAULTS) - {"late_shipping"})])
def test_each_fault_is_done_shows_and_is_counted_with_its_sale(cin7, fault):
    if fault == "sscc_again":
        place(cin7, ("MUG", 1), CustomerReference="BEFORE")
        work(cin7, box_names={"sscc": 1})
    plan = AT_ONCE | {"void_after_minutes": 0, "notes": ["BOL"], "invoiced": 1}
    cin7.post("warehouse/plan", plan | {"sales": {"PO1": {"faults": [fault] if fault else []}}})

    sale = place(cin7, ("MUG", 30), CustomerReference="PO1")

    told = sale_of(cin7, sale["ID"])
    assert [name for name in FAULTS if name not in {"late_shipping", "sscc_again"} and shows(name, told)] == (
        [fault] if fault and fault != "sscc_again" else [])  # fmt: skip
    assert fault != "sscc_again" or shows(fault, told)
    assert faults_of(cin7) == ([(fault, "PO1")] if fault else [])
    assert cin7.get("warehouse")["troubles"] == []


def test_a_unit_beyond_the_order_is_stock_that_others_have_no_more(cin7):
    place(cin7, ("MUG", 30))
    work(cin7, faults=["pack_more"])

    (row,) = availability(cin7, "Sku=MUG")
    beyond = [event for event in cin7.get("events")["events"] if event["kind"] == "stock"]

    assert (row["OnHand"], row["Allocated"], row["Available"]) == (69, 0, 69)
    assert [(event["change"], event["reason"]) for event in beyond] == [(-1, "beyond the promise")]


# --- by the clock ---------------------------------------------------------------------------------------------------


def test_parts_of_whole_cartons_open_none_for_what_can_wait(cin7):
    sale = place(cin7, ("MUG", 60), SaleType="Advanced")

    for _ in range(2):
        work(cin7, sale_id=sale["ID"], parts={"2": 1}, units_per_carton=24, whole_cartons=True)

    told = sale_of(cin7, sale["ID"])
    assert [list(boxes_of(told, number).values()) for number in (1, 2)] == [[24, 24], [12]]


def test_each_step_is_done_at_its_time_in_parts_on_several_days():
    world = world_with({"parts": {"2": 1}, "invoiced": 1}, "PO1")

    world.catch_up(START + timedelta(hours=1))
    before = steps(world)
    world.catch_up(START + timedelta(days=9))

    minutes = [(kind, after // timedelta(minutes=1)) for kind, after in steps(world)]
    day = 24 * 60
    assert before == []
    assert minutes == [
        ("task picked", 120), ("task packed", 180), ("task shipped", 300), ("invoiced", 330),
        ("task picked", 120 + day), ("task packed", 180 + day), ("task shipped", 300 + day), ("invoiced", 330 + day),
    ]  # fmt: skip


def test_late_shipping_is_late_by_the_plan_s_hours():
    world = world_with({"faults": ["late_shipping"], "late_hours": 50}, "PO1")

    world.catch_up(START + timedelta(days=9))

    assert steps(world)[-1] == ("task shipped", timedelta(hours=55))
    assert [each["fault"] for each in world.warehouse.faults] == ["late_shipping"]


def test_an_order_that_was_undone_and_authorised_again_is_picked_once_and_later():
    world = world_with({}, "PO1")
    (sale,) = world.book.sales.values()
    world.change_sale(sale, {"undo": True}, START + timedelta(hours=1))
    line = {"SKU": "MUG", "Quantity": Decimal(4), "Price": Decimal(2), "Total": Decimal(8), "TaxRule": "Tax Exempt"}
    told = {"SaleID": sale.sale_id, "Status": "AUTHORISED", "Lines": [line]}
    world.catch_up(START + timedelta(minutes=70))
    world.book.order(told, START + timedelta(minutes=70), world.behaviour)

    world.catch_up(START + timedelta(days=9))

    assert steps(world)[0] == ("task picked", timedelta(minutes=190))
    assert [each.quantity for task in sale.fulfilments for each in task.pick.lines] == [4]


def test_a_sale_fares_alike_in_every_run_whoever_came_before_it():
    faulty = dict.fromkeys(set(FAULTS) - NUMBERED, 0.2)
    plan = {"seed": 7, "parts": {"1": 1, "2": 1}, "faults": faulty, "invoiced": 0.5, "units_per_carton": 3,
            "box_names": {"plain": 1, "long": 1, "none": 1}}  # fmt: skip
    names = [f"PO{number}" for number in range(60)]
    one, other = world_with(plan, *names), world_with(plan, *reversed(names))

    for world in (one, other):
        world.catch_up(START + timedelta(days=9))

    def told(world):
        return {sale.customer_reference: [task_told(each) for each in sale.fulfilments]
                for sale in world.book.sales.values()}  # fmt: skip

    def task_told(task):
        return task.boxes, [line.tracking_number for line in task.ship.lines], task.ship.notes

    def faults(world):
        return Counter((each["customer_reference"], each["fault"]) for each in world.warehouse.faults)

    assert told(one) == told(other)
    assert faults(one) == faults(other)
    assert {fault for _, fault in faults(one)} == set(FAULTS) - NUMBERED
    assert one.warehouse.troubles == []


def test_shares_are_kept_over_many_sales():
    world = world_with({"faults": {"never_shipped": 0.25}, "parts": {"1": 3, "2": 1}},
                       *[f"P{n:03d}" for n in range(400)], stock=10_000)  # fmt: skip

    world.catch_up(START + timedelta(days=9))

    never = sum(not sale.fulfilments for sale in world.book.sales.values())
    twice = sum(len(sale.fulfilments) == 2 for sale in world.book.sales.values())
    assert never == len(world.warehouse.faults)
    assert 70 <= never <= 130
    assert 50 <= twice <= 105


def test_no_unit_is_lost_and_none_promised_twice_whatever_goes_wrong():
    plan = {"faults": dict.fromkeys(FAULTS, 0.15), "parts": {"1": 1, "3": 1}, "units_per_carton": 4, "invoiced": 0.5}
    world = world_with(plan, *[f"P{n:03d}" for n in range(120)], stock=900)  # the last are short

    world.catch_up(START + timedelta(days=30))

    (row,) = world.stock.rows["MUG"]
    sales = world.book.sales.values()
    gone = sum(each.quantity for sale in sales for task in sale.fulfilments for each in task.ship.departures)
    promised = sum(each.quantity for sale in sales for line in sale.lines for each in line.allocations)
    assert (row.on_hand, row.allocated) == (900 - gone, promised)
    assert {task.ship.status for sale in sales for task in sale.fulfilments} == {
        "AUTHORISED", "PARTIALLY AUTHORISED", "VOIDED"}  # fmt: skip
    assert world.warehouse.troubles == world.warehouse.jobs == []


def test_a_plan_may_begin_and_end_in_the_middle_of_a_scenario():
    world = world_with({}, "PO1")
    world.timeline = [{"at": (START + timedelta(hours=1)).isoformat(), "warehouse": None}]
    world.catch_up(START + timedelta(days=1))
    stopped = steps(world)
    world.timeline = [{"at": (START + timedelta(days=2)).isoformat(), "warehouse": {"pick_after_minutes": 1}}]
    world.key_sale({"customer_reference": "PO2", "lines": [{"sku": "MUG", "quantity": 1}]}, START + timedelta(days=1))

    world.catch_up(START + timedelta(days=3))

    assert stopped == []
    assert steps(world)[0] == ("task picked", timedelta(days=2))


def test_work_goes_on_over_a_kill(tmp_path):
    plan = AT_ONCE | {"ship_after_minutes": 10**6, "box_names": {"sscc": 1}, "faults": {"unknown_carrier": 1}}
    own = Cin7Process(tmp_path, COMPANY | {"warehouse": plan})
    sale = place(own, ("MUG", 10), CustomerReference="PO1")
    before = own.get("warehouse"), sale_of(own, sale["ID"])

    own.kill()
    own.start()
    again = own.get("warehouse"), sale_of(own, sale["ID"])
    work(own, sale_id=sale["ID"])
    told = own.get("warehouse")["counts"], ship_of(sale_of(own, sale["ID"]))["Status"]
    own.close()

    assert again == before
    assert [each["step"] for each in again[0]["waiting"]] == ["ship"]
    assert told == ({"unknown_carrier": 1}, "AUTHORISED")


def test_what_is_due_is_done_though_nobody_calls(tmp_path, monkeypatch):
    monkeypatch.setenv("VENDORLANE_CLOCK", f"{datetime.now().astimezone().isoformat()}@100000")
    fast = Cin7Process(tmp_path, COMPANY | {"warehouse": {}})
    place(fast, ("MUG", 10))
    until = time.monotonic() + 30

    while not (events := [each for each in fast.get("events")["events"] if each["kind"] == "task shipped"]):
        assert time.monotonic() < until
    log = fast.get("log")["log"]
    fast.close()

    assert len(log) == 2
    assert events[0]["lines"] == [{"sku": "MUG", "box": "Box 1", "quantity": 10}]
