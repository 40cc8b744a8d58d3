"""The sandbox's Cin7 Core voids and undoes what is picked, packed and shipped as the API does."""

from __future__ import annotations

import pytest

from tests.sandbox.cin7_calls import (
    BIN,
    new_task,
    pack,
    pick,
    picked,
    place,
    progress,
    ship,
    shipped,
    stock_of,
    tasks_of,
    texts,
)
from tests.sandbox.cin7_process import LOCATION


def test_an_authorised_task_is_not_deleted_and_the_answer_is_200(cin7):
    sale = place(cin7, ("MUG", 10))
    task_id = shipped(cin7, sale["ID"], ("MUG", LOCATION, 10, "Box 1"))
    before = tasks_of(cin7, sale["ID"])

    answer = cin7.ask("DELETE", f"/sale/fulfilment?SaleID={sale['ID']}&TaskID={task_id}")

    assert (answer.status_code, answer.json()["Fulfilments"]) == (200, before)


def test_a_voided_task_stays_in_its_place_and_its_goods_come_back(cin7):
    sale = place(cin7, ("MUG", 10))
    task_id = shipped(cin7, sale["ID"], ("MUG", LOCATION, 10, "Box 1"))

    cin7.ask("DELETE", f"/sale/fulfilment?TaskID={task_id}&Void=true")
    again = shipped(cin7, sale["ID"], ("MUG", LOCATION, 10, "Box 1"))

    first, second = tasks_of(cin7, sale["ID"])
    assert [first[name]["Status"] for name in ("Pick", "Pack", "Ship")] == ["VOIDED"] * 3
    assert (first["FulFilmentStatus"], first["Pack"]["Lines"]) == ("VOIDED", [])
    assert (second["TaskID"], second["FulFilmentStatus"]) == (again, "FULFILLED")
    assert stock_of(cin7, "MUG") == (90, 0, 90)


def test_what_came_back_is_picked_again_from_where_it_lies(cin7):
    sale = place(cin7, ("PLATE", 7))
    task_id = shipped(cin7, sale["ID"], ("PLATE", BIN, 4, "Box 1"), ("PLATE", f"{LOCATION}: A-02", 3, "Box 1"))
    cin7.ask("DELETE", f"/sale/fulfilment?TaskID={task_id}&Void=true")

    again = picked(cin7, sale["ID"])

    told = cin7.ask("GET", f"/sale/fulfilment/pick?TaskID={again}").json()["Lines"]
    assert [(line["Location"], line["Quantity"]) for line in told] == [(BIN, 4), (f"{LOCATION}: A-02", 3)]


def test_an_order_that_a_person_changes_holds_only_what_has_not_left(cin7):
    sale = place(cin7, ("MUG", 10))
    task_id = new_task(cin7, sale["ID"])
    pick(cin7, task_id, ("MUG", LOCATION, 4))
    pack(cin7, task_id, ("MUG", LOCATION, 4, "Box 1"))
    ship(cin7, task_id, ("Box 1", True))

    cin7.post(f"sales/{sale['ID']}", {"quantities": {"MUG": 6}})

    assert stock_of(cin7, "MUG") == (96, 2, 94)


@pytest.mark.parametrize(("switch", "status"), [("refuse", 400), ("ignore", 200)])
def test_a_void_of_a_task_may_be_refused_or_do_nothing(cin7, switch, status):
    cin7.behave(task_void=switch)
    task_id = picked(cin7, place(cin7, ("MUG", 10))["ID"])

    answer = cin7.ask("DELETE", f"/sale/fulfilment?TaskID={task_id}&Void=true")

    assert answer.status_code == status
    assert cin7.ask("GET", f"/sale/fulfilment/pick?TaskID={task_id}").json()["Status"] == "AUTHORISED"


def test_a_simple_sale_s_task_is_not_deleted(cin7):
    sale = place(cin7, ("MUG", 10), SaleType="Simple")

    assert cin7.ask("DELETE", f"/sale/fulfilment?TaskID={sale['ID']}&Void=true").status_code == 400


@pytest.mark.parametrize("stage", ["picked", "shipped"])
@pytest.mark.parametrize("void", ["true", "false"])
def test_a_sale_that_is_under_way_cannot_be_deleted(cin7, stage, void):
    sale = place(cin7, ("MUG", 10))
    if stage == "picked":
        picked(cin7, sale["ID"])
    else:
        cin7.behave(picked_delete="allow")
        shipped(cin7, sale["ID"], ("MUG", LOCATION, 10, "Box 1"))

    answer = cin7.ask("DELETE", f"/sale?ID={sale['ID']}&Void={void}")

    assert texts(answer) == [f"Sale is {stage} and cannot be undone or voided"]


def test_a_void_that_is_allowed_voids_everything_and_the_stock_is_free_again(cin7):
    cin7.behave(picked_delete="allow", shipped_delete="allow")
    sale = place(cin7, ("MUG", 10), ("PLATE", 20))
    shipped(cin7, sale["ID"], ("MUG", LOCATION, 10, "Box 1"), ("PLATE", BIN, 2, "Box 2"))

    told = cin7.ask("DELETE", f"/sale?ID={sale['ID']}&Void=true").json()

    assert (told["Status"], *progress(told)) == ("VOIDED",) * 5
    assert [task["FulFilmentStatus"] for task in told["Fulfilments"]] == ["VOIDED"]
    assert (stock_of(cin7, "MUG"), stock_of(cin7, "PLATE")) == ((100, 0, 100), (7, 0, 7))


def test_an_undo_that_is_allowed_takes_one_stage_back_at_a_time(cin7):
    cin7.behave(picked_delete="allow", shipped_delete="allow")
    sale = place(cin7, ("MUG", 10))
    shipped(cin7, sale["ID"], ("MUG", LOCATION, 10, "Box 1"))

    told = [cin7.ask("DELETE", f"/sale?ID={sale['ID']}").json() for _ in range(4)]

    assert [progress(each)[:3] for each in told] == [
        ["PICKED", "PACKED", "SHIPPING"], ["PICKED", "PACKING", "NOT AVAILABLE"],
        ["PICKING", "NOT AVAILABLE", "NOT AVAILABLE"], ["NOT AVAILABLE"] * 3]  # fmt: skip
    assert told[-1]["Order"]["Status"] == "DRAFT"
    assert stock_of(cin7, "MUG") == (100, 0, 100)


def test_a_person_undoes_a_shipment_and_it_leaves_again(cin7):
    sale = place(cin7, ("MUG", 10))
    task_id = shipped(cin7, sale["ID"], ("MUG", LOCATION, 10, "Box 1"))

    cin7.post(f"sales/{sale['ID']}", {"undo": True})
    undone = tasks_of(cin7, sale["ID"])[0]["Ship"]["Status"], stock_of(cin7, "MUG")
    ship(cin7, task_id, ("Box 1", True))

    assert undone == ("DRAFT", (100, 10, 90))
    assert stock_of(cin7, "MUG") == (90, 0, 90)
