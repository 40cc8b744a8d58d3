"""The sandbox's Cin7 Core ships as the API does, oddities included."""

from __future__ import annotations

import httpx2
import pytest

from tests.sandbox.cin7_calls import (
    BIN,
    availability,
    new_task,
    pack,
    pick,
    picked,
    place,
    progress,
    row_of,
    sale_of,
    ship,
    shipped,
    stock_of,
    tasks_of,
    texts,
)
from tests.sandbox.cin7_process import LOCATION


def test_what_left_is_on_hand_no_more_and_the_sale_is_fulfilled(cin7):
    sale = place(cin7, ("MUG", 10))
    before = stock_of(cin7, "MUG")
    task_id = picked(cin7, sale["ID"])
    pack(cin7, task_id, ("MUG", LOCATION, 10, "Box 1"))
    packed = stock_of(cin7, "MUG")

    ship(cin7, task_id, ("Box 1", True))

    assert (before, packed, stock_of(cin7, "MUG")) == ((100, 10, 90), (100, 10, 90), (90, 0, 90))
    assert progress(sale_of(cin7, sale["ID"])) == ["PICKED", "PACKED", "SHIPPED", "FULFILLED"]


def test_a_case_that_is_assembled_leaves_as_its_eaches(cin7):
    sale = place(cin7, ("MUG-CASE", 2))

    shipped(cin7, sale["ID"], ("MUG-CASE", LOCATION, 1, "Box 1"), ("MUG-CASE", LOCATION, 1, "Box 2"))

    assert stock_of(cin7, "MUG") == (76, 0, 76)


def test_each_bin_gives_what_was_picked_from_it(cin7):
    sale = place(cin7, ("PLATE", 5))
    shipped(cin7, sale["ID"], ("PLATE", BIN, 4, "Box 1"), ("PLATE", f"{LOCATION}: A-02", 1, "Box 1"))

    rows = availability(cin7, f"Sku=PLATE&Location={LOCATION}")

    assert [(row["Bin"], row["OnHand"], row["Allocated"]) for row in rows] == [("A-02", 2, 0)]


def test_boxes_that_travel_alike_come_back_joined_or_each_for_itself(cin7):
    sale = place(cin7, ("MUG", 10))
    task_id = picked(cin7, sale["ID"])
    pack(cin7, task_id, ("MUG", LOCATION, 4, "Box 1"), ("MUG", LOCATION, 4, "Box 2"), ("MUG", LOCATION, 2, "Box 3"))
    told = [{"ShipmentDate": "2026-11-27", "Carrier": "DEFAULT Carrier", "Box": box, "TrackingNumber": number,
             "IsShipped": True} for box, number in (("Box 1", "A"), ("Box 2", "A"), ("Box 3", "B"))]  # fmt: skip

    answer = cin7.ask("POST", "/sale/fulfilment/ship", json={"TaskID": task_id, "Status": "AUTHORISED", "Lines": told})
    cin7.behave(box_separator="")
    single = cin7.ask("GET", f"/sale/fulfilment/ship?TaskID={task_id}").json()

    lines = answer.json()["Lines"]
    assert [(line["Boxes"], line["TrackingNumber"]) for line in lines] == [("Box 1,Box 2", "A"), ("Box 3", "B")]
    assert "Box" not in lines[0]
    assert lines[0]["ShipmentDate"] == "2026-11-27T00:00:00"
    assert [line["Boxes"] for line in single["Lines"]] == ["Box 1", "Box 2", "Box 3"]
    assert row_of(cin7, sale["ID"])["CombinedTrackingNumbers"] == "A, B"


def test_a_shipment_is_closed_when_the_last_box_left(cin7):
    sale = place(cin7, ("MUG", 10))
    task_id = picked(cin7, sale["ID"])
    pack(cin7, task_id, ("MUG", LOCATION, 6, "Box 1"), ("MUG", LOCATION, 4, "Box 2"))

    first = ship(cin7, task_id, ("Box 1", True), ("Box 2", False))
    halfway = progress(sale_of(cin7, sale["ID"])), stock_of(cin7, "MUG")
    posted = ship(cin7, task_id, ("Box 1", True), ("Box 2", True))
    lacking = ship(cin7, task_id, ("Box 2", True), method="PUT")
    last = ship(cin7, task_id, ("Box 1", True), ("Box 2", True), method="PUT", status="DRAFT")

    assert first.json()["Status"] == "PARTIALLY AUTHORISED"
    assert halfway == (["PICKED", "PACKED", "PARTIALLY SHIPPED", "PARTIALLY FULFILLED"], (94, 4, 90))
    assert texts(posted) == ["Ship is already PARTIALLY AUTHORISED and cannot be changed"]
    assert texts(lacking) == ["All packed boxes must be listed: 'Box 1' is missing"]
    assert last.json()["Status"] == "AUTHORISED"
    assert stock_of(cin7, "MUG") == (90, 0, 90)


@pytest.mark.parametrize(("changes", "text"), [
    ({"Box": "Box 7"}, "Box 'Box 7' is not packed"),
    ({"ShipmentDate": None}, "ShipmentDate is required"),
    ({"ShipmentDate": "soon"}, "ShipmentDate is not a date"),
    ({"Carrier": "Mule"}, "Carrier 'Mule' was not found in reference book"),
    ({"IsShipped": False}, "No box is shipped"),
])  # fmt: skip
def test_a_faulty_shipment_is_refused_in_words_and_nothing_leaves(cin7, changes, text):
    sale = place(cin7, ("MUG", 10))
    task_id = picked(cin7, sale["ID"])
    pack(cin7, task_id, ("MUG", LOCATION, 10, "Box 1"))
    line = {"ShipmentDate": "2026-11-27", "Carrier": "DEFAULT Carrier", "Box": "Box 1", "IsShipped": True} | changes

    answer = cin7.ask("POST", "/sale/fulfilment/ship",
                      json={"TaskID": task_id, "Status": "AUTHORISED", "Lines": [line]})  # fmt: skip

    assert texts(answer) == [text]
    assert tasks_of(cin7, sale["ID"])[0]["Ship"]["Lines"] == []
    assert stock_of(cin7, "MUG") == (100, 10, 90)


def test_boxes_is_how_it_is_read_and_not_how_it_is_written(cin7):
    task_id = picked(cin7, place(cin7, ("MUG", 10))["ID"])
    pack(cin7, task_id, ("MUG", LOCATION, 10, "Box 1"))
    line = {"ShipmentDate": "2026-11-27", "Boxes": "Box 1", "IsShipped": True}

    answer = cin7.ask("POST", "/sale/fulfilment/ship",
                      json={"TaskID": task_id, "Status": "AUTHORISED", "Lines": [line]})  # fmt: skip

    assert texts(answer) == ["Box is required"]


def test_only_carrier_and_tracking_of_an_authorised_shipment_can_be_changed(cin7):
    sale = place(cin7, ("MUG", 10))
    task_id = shipped(cin7, sale["ID"], ("MUG", LOCATION, 10, "Box 1"))
    line = {"ShipmentDate": "2026-11-30", "Carrier": "DEFAULT Carrier", "Box": "Box 1", "TrackingNumber": "NEW",
            "IsShipped": False}  # fmt: skip

    refused = ship(cin7, task_id, ("Box 1", True), method="PUT")
    told = cin7.ask("PUT", "/sale/fulfilment/ship",
                    json={"TaskID": task_id, "AddTrackingNumbers": True, "Lines": [line]}).json()  # fmt: skip

    assert texts(refused) == ["Ship is already AUTHORISED and cannot be changed"]
    assert [(each["TrackingNumber"], each["ShipmentDate"], each["IsShipped"]) for each in told["Lines"]] == [
        ("NEW", "2026-11-27T00:00:00", True)]  # fmt: skip
    assert row_of(cin7, sale["ID"])["CombinedTrackingNumbers"] == "NEW"


def test_one_order_leaves_in_three_parts(cin7):
    sale = place(cin7, ("MUG", 9))
    seen = []
    for number in (1, 2, 3):
        task_id = new_task(cin7, sale["ID"])
        pick(cin7, task_id, ("MUG", LOCATION, 3))
        pack(cin7, task_id, ("MUG", LOCATION, 3, f"Box {number}"))
        ship(cin7, task_id, (f"Box {number}", True))
        seen.append(progress(row_of(cin7, sale["ID"])))

    assert seen == [["PARTIALLY PICKED", "PARTIALLY PACKED", "PARTIALLY SHIPPED", "PARTIALLY FULFILLED"]] * 2 + [
        ["PICKED", "PACKED", "SHIPPED", "FULFILLED"]]  # fmt: skip
    assert [task["FulFilmentStatus"] for task in tasks_of(cin7, sale["ID"])] == ["FULFILLED"] * 3
    assert stock_of(cin7, "MUG") == (91, 0, 91)


def test_what_is_back_ordered_stays_behind(cin7):
    sale = place(cin7, ("PLATE", 20))

    shipped(cin7, sale["ID"], ("PLATE", BIN, 4, "Box 1"), ("PLATE", f"{LOCATION}: A-02", 3, "Box 1"))

    assert progress(row_of(cin7, sale["ID"]))[-1] == "PARTIALLY FULFILLED"
    assert sale_of(cin7, sale["ID"])["Order"]["Lines"][0]["BackorderQuantity"] == 13


@pytest.mark.parametrize("path", ["fulfilment", "fulfilment/pick", "fulfilment/pack", "fulfilment/ship"])
def test_an_answer_may_be_lost_after_the_work_was_done(cin7, path):
    sale = place(cin7, ("MUG", 10))
    steps = {
        "fulfilment": lambda: cin7.ask("POST", "/sale/fulfilment", json={"SaleID": sale["ID"]}),
        "fulfilment/pick": lambda: pick(cin7, tasks_of(cin7, sale["ID"])[0]["TaskID"], ("MUG", LOCATION, 10)),
        "fulfilment/pack": lambda: pack(cin7, tasks_of(cin7, sale["ID"])[0]["TaskID"], ("MUG", LOCATION, 10, "Box 1")),
        "fulfilment/ship": lambda: ship(cin7, tasks_of(cin7, sale["ID"])[0]["TaskID"], ("Box 1", True)),
    }
    cin7.behave(drop_answer_next=[f"POST /sale/{path}"])

    for name, step in steps.items():
        if name == path:
            with pytest.raises(httpx2.RemoteProtocolError):
                step()
        else:
            assert step().status_code == 200

    assert tasks_of(cin7, sale["ID"])[0]["FulFilmentStatus"] == "FULFILLED"
