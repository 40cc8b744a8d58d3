"""The sandbox's Cin7 Core makes fulfilments, picks and packs as the API does, oddities included."""

from __future__ import annotations

import pytest

from tests.sandbox.cin7_calls import (
    BIN,
    authorise,
    create,
    new_task,
    pack,
    pick,
    picked,
    place,
    progress,
    sale_of,
    tasks_of,
    texts,
)
from tests.sandbox.cin7_process import LOCATION

# --- tasks ----------------------------------------------------------------------------------------------------------


def test_a_task_needs_an_authorised_order(cin7):
    draft = create(cin7)["ID"]
    authorise(cin7, draft, ("MUG", 1), status="DRAFT")

    assert cin7.ask("POST", "/sale/fulfilment", json={"SaleID": draft}).status_code == 400


def test_a_new_task_waits_for_the_pick_of_the_last_one(cin7):
    sale = place(cin7, ("MUG", 10))
    first = new_task(cin7, sale["ID"])

    refused = cin7.ask("POST", "/sale/fulfilment", json={"SaleID": sale["ID"]})
    pick(cin7, first, ("MUG", LOCATION, 4))
    second = new_task(cin7, sale["ID"])

    assert texts(refused) == ["There is non authorised Fulfilment in this sale."]
    assert [(each["TaskID"], each["FulfillmentNumber"]) for each in tasks_of(cin7, sale["ID"])] == [
        (first, 1), (second, 2)]  # fmt: skip


def test_a_simple_sale_has_one_task_of_its_own_id_until_it_gets_another(cin7):
    sale = place(cin7, ("MUG", 10), SaleType="Simple")
    pick(cin7, sale["ID"].upper(), ("MUG", LOCATION, 4))

    before = sale_of(cin7, sale["ID"])
    second = new_task(cin7, sale["ID"])

    assert (before["Type"], [each["TaskID"] for each in before["Fulfilments"]]) == ("Simple Sale", [sale["ID"]])
    assert sale_of(cin7, sale["ID"])["Type"] == "Advanced Sale"
    assert second != sale["ID"]


@pytest.mark.parametrize("kind", ["Simple", "Advanced"])
def test_a_first_task_may_be_there_from_the_start(cin7, kind):
    cin7.behave(task_from_start=True)
    sale = place(cin7, ("MUG", 10), SaleType=kind)

    (task,) = tasks_of(cin7, sale["ID"])

    assert (task["Pick"]["Status"], task["TaskID"] == sale["ID"]) == ("NOT AVAILABLE", kind == "Simple")
    assert texts(cin7.ask("POST", "/sale/fulfilment", json={"SaleID": sale["ID"]})) == [
        "There is non authorised Fulfilment in this sale."]  # fmt: skip


# --- pick -----------------------------------------------------------------------------------------------------------


def test_a_line_names_its_place_with_the_bin_or_by_the_bin_s_id(cin7):
    sale = place(cin7, ("PLATE", 7))
    task_id = picked(cin7, sale["ID"])

    told = cin7.ask("GET", f"/sale/fulfilment/pick?TaskID={task_id}").json()
    second = place(cin7, ("MUG", 1))
    line = {"SKU": "MUG", "LocationID": told["Lines"][0]["LocationID"].upper(), "Quantity": 1}
    by_id = cin7.ask("POST", "/sale/fulfilment/pick",
                     json={"TaskID": new_task(cin7, second["ID"]), "Status": "DRAFT", "Lines": [line]})  # fmt: skip

    assert [(line["Location"], line["Quantity"]) for line in told["Lines"]] == [(BIN, 4), (f"{LOCATION}: A-02", 3)]
    assert told["Status"] == "AUTHORISED"
    assert by_id.json()["Lines"][0]["Location"] == BIN


@pytest.mark.parametrize(("line", "text"), [
    ({"SKU": "BOWL"}, "Product 'BOWL' is not in the Sale Order"),
    ({"Location": ""}, "Location is required"),
    ({"Location": "Main Warehouse: Z-99"}, "Location 'Main Warehouse: Z-99' was not found in reference book"),
    ({"Quantity": 0}, "Quantity: Minimal value is 1"),
    ({"Quantity": None}, "Lines: Quantity is required for product 'MUG'"),
    ({"Quantity": 11}, "Quantity of product 'MUG' is more than is allocated"),
])  # fmt: skip
def test_a_faulty_pick_is_refused_in_words_and_nothing_is_picked(cin7, line, text):
    sale = place(cin7, ("MUG", 10))
    told = {"SKU": "MUG", "Location": LOCATION, "Quantity": 1} | line
    body = {"TaskID": new_task(cin7, sale["ID"]), "Status": "AUTHORISED", "Lines": [told]}

    answer = cin7.ask("POST", "/sale/fulfilment/pick", json=body)

    assert (answer.status_code, texts(answer)) == (400, [text])
    assert tasks_of(cin7, sale["ID"])[0]["Pick"] == {"Status": "NOT AVAILABLE", "Lines": []}


def test_a_second_pick_goes_to_the_bins_that_the_first_left_full(cin7):
    sale = place(cin7, ("PLATE", 7))
    pick(cin7, new_task(cin7, sale["ID"]), ("PLATE", BIN, 4))

    task_id = picked(cin7, sale["ID"])

    told = cin7.ask("GET", f"/sale/fulfilment/pick?TaskID={task_id}").json()["Lines"]
    assert [(line["Location"], line["Quantity"]) for line in told] == [(f"{LOCATION}: A-02", 3)]


def test_more_than_is_allocated_may_be_picked_where_the_tenant_has_it(cin7):
    cin7.behave(over_pick=True)
    sale = place(cin7, ("MUG", 10))

    assert pick(cin7, new_task(cin7, sale["ID"]), ("MUG", LOCATION, 11)).status_code == 200


def test_a_draft_is_overwritten_and_an_authorised_one_is_not(cin7):
    sale = place(cin7, ("MUG", 10))
    task_id = new_task(cin7, sale["ID"])
    pick(cin7, task_id, ("MUG", LOCATION, 3), status="DRAFT")
    drafted = progress(sale_of(cin7, sale["ID"]))
    pick(cin7, task_id, ("MUG", LOCATION, 4), method="PUT")

    refused = pick(cin7, task_id, ("MUG", LOCATION, 5))
    cin7.behave(rewrite_of_authorised="ignore")
    ignored = pick(cin7, task_id, ("MUG", LOCATION, 5), status="DRAFT")

    assert drafted == ["PICKING", "NOT AVAILABLE", "NOT AVAILABLE", "NOT FULFILLED"]
    assert texts(refused) == ["Pick is already AUTHORISED and cannot be changed"]
    assert (ignored.status_code, ignored.json()["Status"], ignored.json()["Lines"][0]["Quantity"]) == (
        200, "AUTHORISED", 4)  # fmt: skip


def test_an_authorised_pick_makes_a_draft_of_the_pack_which_the_first_post_replaces(cin7):
    sale = place(cin7, ("MUG", 10))
    task_id = picked(cin7, sale["ID"])
    (before,) = tasks_of(cin7, sale["ID"])

    pack(cin7, task_id, ("MUG", LOCATION, 4, "Box 1"), status="DRAFT")
    added = pack(cin7, task_id, ("MUG", LOCATION, 3, "Box 2"), status="DRAFT").json()
    replaced = pack(cin7, task_id, ("MUG", LOCATION, 10, "Box 9"), status="DRAFT", method="PUT").json()

    assert (before["Pack"]["Status"], before["Pack"]["Lines"][0]["Quantity"]) == ("DRAFT", 10)
    assert [(line["Box"], line["Quantity"]) for line in added["Lines"]] == [("Box 1", 4), ("Box 2", 3)]
    assert [(line["Box"], line["Quantity"]) for line in replaced["Lines"]] == [("Box 9", 10)]


# --- pack -----------------------------------------------------------------------------------------------------------


def test_one_sku_goes_into_several_boxes_unless_the_tenant_s_rule_reaches_that_far(cin7):
    sale = place(cin7, ("MUG", 10))
    task_id = picked(cin7, sale["ID"])
    lines = ("MUG", LOCATION, 4, "Box 1"), ("MUG", LOCATION, 6, "Box 2")
    cin7.behave(one_sku_in=["pack"])

    refused = pack(cin7, task_id, *lines)
    cin7.behave(one_sku_in=[])

    assert texts(refused) == ["It is impossible to use product with one SKU more once in Lines"]
    assert pack(cin7, task_id, *lines).status_code == 200


@pytest.mark.parametrize(("lines", "text"), [
    ([("MUG", LOCATION, 11, "Box 1")], "Quantity of product 'MUG' is more than is picked"),
    ([("MUG", LOCATION, 6, "1"), ("MUG", LOCATION, 5, "2")], "Quantity of product 'MUG' is more than is picked"),
    ([("MUG", LOCATION, 1, "x" * 257)], "Box must not be longer than 256 characters"),
    ([("MUG", "", 1, "Box 1")], "Location is required"),
    ([], "Lines are required"),
])  # fmt: skip
def test_a_faulty_pack_is_refused_in_words(cin7, lines, text):
    task_id = picked(cin7, place(cin7, ("MUG", 10))["ID"])

    assert texts(pack(cin7, task_id, *lines)) == [text]


def test_a_pack_needs_an_authorised_pick_and_is_not_amended_when_it_is_authorised(cin7):
    sale = place(cin7, ("MUG", 10))
    task_id = new_task(cin7, sale["ID"])
    too_early = pack(cin7, task_id, ("MUG", LOCATION, 10, "Box 1"))
    pick(cin7, task_id, ("MUG", LOCATION, 10))
    pack(cin7, task_id, ("MUG", LOCATION, 10, "Box 1"))

    again = [pack(cin7, task_id, ("MUG", LOCATION, 10, "Box 2"), method=method) for method in ("POST", "PUT")]

    assert texts(too_early) == ["Pick must be authorised first"]
    assert [texts(each) for each in again] == [["Pack is already AUTHORISED and cannot be changed"]] * 2
    assert tasks_of(cin7, sale["ID"])[0]["Pack"]["Lines"][0]["Box"] == "Box 1"


def test_a_tenant_may_want_all_that_is_picked_to_be_packed(cin7):
    cin7.behave(pack_all_picked=True)
    task_id = picked(cin7, place(cin7, ("MUG", 10))["ID"])

    assert texts(pack(cin7, task_id, ("MUG", LOCATION, 9, "Box 1"))) == ["All picked products must be packed"]
    assert pack(cin7, task_id, ("MUG", LOCATION, 10, "Box 1")).status_code == 200


def test_an_unknown_task_is_refused_in_words(cin7):
    answer = cin7.ask("GET", "/sale/fulfilment/pick?TaskID=00000000-0000-0000-0000-000000000000")

    assert texts(answer) == ["Fulfilment with specified TaskID not found"]
