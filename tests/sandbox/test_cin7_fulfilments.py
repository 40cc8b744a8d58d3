"""The sandbox's Cin7 Core picks, packs and ships as the API does, oddities included."""

from __future__ import annotations

import httpx2
import pytest

from tests.sandbox.cin7_calls import (
    authorise,
    availability,
    create,
    pack,
    picked,
    place,
    row_of,
    sale_of,
    ship,
    shipped,
    texts,
)
from tests.sandbox.cin7_process import LOCATION

BIN = f"{LOCATION}: A-01"
COMBINED = ("CombinedPickingStatus", "CombinedPackingStatus", "CombinedShippingStatus", "FulFilmentStatus")


def tasks_of(cin7, sale_id):
    return cin7.ask("GET", f"/sale/fulfilment?SaleID={sale_id}").json()["Fulfilments"]


def pick(cin7, task_id, *lines, method="POST", status="AUTHORISED"):
    told = [{"SKU": sku, "Location": place, "Quantity": quantity} for sku, place, quantity in lines]
    return cin7.ask(method, "/sale/fulfilment/pick", json={"TaskID": task_id, "Status": status, "Lines": told})


def new_task(cin7, sale_id):
    answer = cin7.ask("POST", "/sale/fulfilment", json={"SaleID": sale_id})
    assert answer.status_code == 200, answer.text
    return answer.json()["Fulfilments"][-1]["TaskID"]


def stock_of(cin7, sku):
    rows = availability(cin7, f"Sku={sku}&Location={LOCATION}")
    return tuple(sum(row[name] for row in rows) for name in ("OnHand", "Allocated", "Available"))


def progress(told):
    return [told[name] for name in COMBINED]


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


# --- ship -----------------------------------------------------------------------------------------------------------


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


# --- void and undo --------------------------------------------------------------------------------------------------


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


# --- the list of sales ----------------------------------------------------------------------------------------------


def test_the_list_filters_by_stage_in_the_parameters_own_spelling(cin7):
    whole, partly, untouched = (place(cin7, ("MUG", 4))["ID"] for _ in range(3))
    shipped(cin7, whole, ("MUG", LOCATION, 4, "Box 1"))
    task_id = picked(cin7, partly)
    pack(cin7, task_id, ("MUG", LOCATION, 3, "Box 1"), ("MUG", LOCATION, 1, "Box 2"))

    def found(query):
        return {each["SaleID"] for each in cin7.ask("GET", f"/saleList?{query}").json()["SaleList"]}

    assert found("CombinedPickStatus=picked") == {whole, partly}
    assert found("CombinedPackStatus=PACKED") == {whole, partly}
    assert found("CombinedShippingStatus=SHIPPED") == {whole}
    assert found("CombinedShippingStatus=NOT SHIPPED") == {partly}
    assert found("ReadyForShipping=true") == {partly}
    assert found("CombinedPickStatus=NOT PICKED") == {untouched}
    assert found("CombinedPickingStatus=PICKED") == {whole, partly, untouched}


def test_the_list_finds_what_is_to_be_shipped_by_a_day(cin7):
    days = ("28", "29", "30")
    gone, waiting, _ = (place(cin7, ("MUG", 4), ShipBy=f"2026-11-{day}")["ID"] for day in days)
    shipped(cin7, gone, ("MUG", LOCATION, 4, "Box 1"))

    rows = cin7.ask("GET", "/saleList?ShipBy=2026-11-29T00:00:00").json()["SaleList"]

    assert [row["SaleID"] for row in rows] == [waiting]


@pytest.mark.parametrize("moves", [True, False])
def test_picking_and_packing_move_updated_or_do_not_and_shipping_does(cin7, moves):
    cin7.behave(stock_steps_move_updated=moves)
    sale = place(cin7, ("MUG", 10))
    seen = [row_of(cin7, sale["ID"])["Updated"]]
    task_id = new_task(cin7, sale["ID"])
    created = row_of(cin7, sale["ID"])["Updated"]
    pick(cin7, task_id, ("MUG", LOCATION, 10))
    pack(cin7, task_id, ("MUG", LOCATION, 10, "Box 1"))
    packed = row_of(cin7, sale["ID"])["Updated"]
    ship(cin7, task_id, ("Box 1", True))

    assert seen[0] < created
    assert (created < packed) == moves
    assert row_of(cin7, sale["ID"])["Updated"] > packed
    assert cin7.ask("GET", f"/saleList?UpdatedSince={packed}").json()["Total"] == 1


@pytest.mark.parametrize(("kind", "shows", "status"), [
    ("Advanced", True, "PICKED"), ("Advanced", False, "ORDERED"), ("Simple", False, "PICKED"),
])  # fmt: skip
def test_a_sale_s_status_shows_its_stage_of_an_advanced_one_by_a_switch(cin7, kind, shows, status):
    cin7.behave(advanced_shows_stage=shows)
    sale = place(cin7, ("MUG", 10), SaleType=kind)

    if kind == "Simple":
        pick(cin7, sale["ID"], ("MUG", LOCATION, 10))
    else:
        picked(cin7, sale["ID"])

    assert row_of(cin7, sale["ID"])["Status"] == sale_of(cin7, sale["ID"])["Status"] == status


# --- faults ---------------------------------------------------------------------------------------------------------


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


def test_a_switch_of_an_unknown_value_is_refused(cin7):
    with pytest.raises(httpx2.HTTPStatusError):
        cin7.behave(shipped_delete="perhaps")


def test_an_unknown_task_is_refused_in_words(cin7):
    answer = cin7.ask("GET", "/sale/fulfilment/pick?TaskID=00000000-0000-0000-0000-000000000000")

    assert texts(answer) == ["Fulfilment with specified TaskID not found"]
