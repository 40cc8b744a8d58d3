"""The sandbox's Cin7 Core tells who wants to know: late, several times, thinly, and not always."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.sandbox.cin7_calls import authorise, bill, create, hook, pack, picked, place, ship, shipped, texts
from tests.sandbox.cin7_process import LOCATION, Cin7Process


def hooks_of(cin7):
    return cin7.ask("GET", "/webhooks").json()["Webhooks"]


@pytest.mark.parametrize(("change", "text"), [
    ({"ExternalURL": "http://example.com/hook"}, "ExternalURL: this sandbox sends to loopback addresses alone"),
    ({"ExternalURL": "http://10.0.0.1/hook"}, "ExternalURL: this sandbox sends to loopback addresses alone"),
    ({"ExternalURL": "ftp://127.0.0.1/hook"}, "ExternalURL: this sandbox sends to loopback addresses alone"),
    ({"Type": "Sale/ShipmentAuthorized"}, "Type 'Sale/ShipmentAuthorized' is not valid"),
    ({"ExternalAuthorizationType": "magic"}, "ExternalAuthorizationType must be one of noauth, basicauth, bearerauth"),
])  # fmt: skip
def test_a_faulty_webhook_is_refused_in_words(cin7, change, text):
    assert texts(hook(cin7, **{"kind": "Sale/Created", "url": "http://127.0.0.1:9/"} | change)) == [text]


def test_no_more_than_five_of_a_type_are_allowed(cin7):
    statuses = [hook(cin7, "Sale/Created", "http://127.0.0.1:9/").status_code for _ in range(6)]

    assert statuses == [200] * 5 + [400]


def test_a_put_replaces_all_and_the_token_is_never_shown(cin7):
    (made,) = hook(cin7, "Sale/Created", "http://127.0.0.1:9/", ExternalHeaders=[{"Key": "X", "Value": "1"}]).json()[
        "Webhooks"]  # fmt: skip
    hook(cin7, "Sale/Created", "http://localhost:9/other", method="PUT", ID=made["ID"].upper())

    (told,) = hooks_of(cin7)
    cin7.ask("DELETE", f"/webhooks?ID={told['ID']}")

    assert (made["ExternalBearerToken"], told["ExternalBearerToken"]) == ("", "")
    assert (told["ID"], told["ExternalURL"], told["ExternalHeaders"]) == (made["ID"], "http://localhost:9/other", [])
    assert hooks_of(cin7) == []


def test_a_subscription_may_have_no_webhooks(cin7):
    cin7.behave(webhooks_available=False)

    assert hook(cin7, "Sale/Created", "http://127.0.0.1:9/").status_code == 400


@pytest.mark.parametrize("means", ["sale", "task"])
def test_a_shipment_is_told_a_minute_later_with_the_token_and_ids_in_upper_case(fast, listener, means):
    fast.behave(webhook_sale_task_id=means)
    hook(fast, "Sale/ShipmentAuthorised", listener.url, ExternalHeaders=[{"Key": "X-Src", "Value": "cin7"}])
    sale = place(fast, ("MUG", 10))
    task_id = shipped(fast, sale["ID"], ("MUG", LOCATION, 10, "Box 1"))

    body, headers = listener.next()

    assert body.pop("TenantID")
    assert body == {"SaleTaskID": (sale["ID"] if means == "sale" else task_id).upper(),
                    "OrderNumber": sale["SaleOrderNumber"], "CustomerName": "Amazon Vendor US",
                    "EventType": "Sale/ShipmentAuthorised"}  # fmt: skip
    assert (headers["Authorization"], headers["X-Src"]) == ("Bearer secret", "cin7")
    while fast.get("webhooks")["waiting"]:
        pass  # until the answer has come back
    (sent,) = fast.get("webhooks")["log"]
    (left,) = [each for each in fast.get("events")["events"] if each["kind"] == "task shipped"]
    waited = datetime.fromisoformat(sent["at"]) - datetime.fromisoformat(left["at"])
    assert waited.total_seconds() >= 60


def test_each_event_calls_the_sale_what_it_likes(fast, listener):
    kinds = ("PackAuthorised", "InvoiceAuthorised", "Voided", "Undo", "OrderAuthorised", "Backordered",
             "ShipmentTrackingNumberChanged")  # fmt: skip
    for kind in kinds:
        hook(fast, f"Sale/{kind}", listener.url)
    sale = place(fast, ("PLATE", 10))
    task_id = picked(fast, sale["ID"])
    pack(fast, task_id, ("PLATE", f"{LOCATION}: A-01", 4, "Box 1"))
    ship(fast, task_id, ("Box 1", True))
    ship(fast, task_id, ("Box 1", True), method="PUT", AddTrackingNumbers=True)
    bill(fast, sale["ID"], ("PLATE", 4, 2))
    other = place(fast, ("MUG", 1))
    fast.ask("DELETE", f"/sale?ID={other['ID']}")
    fast.ask("DELETE", f"/sale?ID={other['ID']}&Void=true")

    heard = [listener.next()[0] for _ in range(8)]

    keys = {body["EventType"].removeprefix("Sale/"): {"SaleID", "SaleTaskID", "TaskID"} & set(body) for body in heard}
    assert keys == {"PackAuthorised": {"SaleID", "TaskID"}, "InvoiceAuthorised": {"SaleTaskID"}, "Voided": {"SaleID"},
                    "Undo": {"SaleID"}, "OrderAuthorised": {"SaleID"}, "Backordered": {"SaleID"},
                    "ShipmentTrackingNumberChanged": {"SaleID", "TaskID"}}  # fmt: skip
    assert {body.get("InvoiceNumber") for body in heard} == {None, "INV-00001"}


def test_what_is_not_taken_is_sent_six_times_and_then_the_webhook_is_switched_off(fast, listener):
    listener.status = 500
    hook(fast, "Sale/Created", listener.url)
    create(fast)

    for _ in range(6):
        listener.next()
    while hooks_of(fast)[0]["IsActive"]:
        pass  # until the last answer has come back
    create(fast)

    log = fast.get("webhooks")
    at = [datetime.fromisoformat(each["at"]) for each in log["log"]]
    assert [each["status"] for each in log["log"]] == [500] * 6
    assert all((later - at[place]).total_seconds() >= wait * 60
               for place, (later, wait) in enumerate(zip(at[1:], (5, 10, 15, 20, 25), strict=True)))  # fmt: skip
    assert listener.heard.empty()


def test_every_nth_message_is_lost_and_nobody_learns_of_it(fast, listener):
    fast.behave(webhook_drop_every=2)
    hook(fast, "Sale/OrderAuthorised", listener.url)
    numbers = [place(fast, ("MUG", 1))["SaleOrderNumber"] for _ in range(4)]

    heard = {listener.next()[0]["SaleOrderNumber"] for _ in range(2)}

    assert heard == {numbers[0], numbers[2]}
    assert [each["status"] for each in fast.get("webhooks")["log"]].count(None) == 2


def test_a_draft_tells_nobody(fast, listener):
    hook(fast, "Sale/OrderAuthorised", listener.url)
    authorise(fast, create(fast)["ID"], ("MUG", 1), status="DRAFT")
    place(fast, ("PLATE", 1))

    body, _ = listener.next()

    assert body["SaleOrderNumber"] == "SO-00002"


def test_what_is_to_be_told_is_not_forgotten_over_a_restart(tmp_path, listener):
    own = Cin7Process(tmp_path)
    hook(own, "Sale/Created", listener.url)
    create(own)

    own.stop()
    own.start()
    waiting, hooks = own.get("webhooks")["waiting"], hooks_of(own)
    own.close()

    assert (waiting, [each["IsActive"] for each in hooks]) == (1, [True])
