"""Every switch of the sandbox's Cin7 Core, over HTTP."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import httpx2
import pytest

from include.sandbox.cin7.behaviour import Behaviour
from tests.sandbox.cin7_calls import HEADER, availability, create, place, sale_of, texts
from tests.sandbox.cin7_process import COMPANY, ELSEWHERE, LOCATION, Cin7Process


def test_an_unknown_switch_is_refused(cin7):
    with pytest.raises(httpx2.HTTPStatusError):
        cin7.behave(limit_of_calls=3)


def test_a_switch_of_an_unknown_value_is_refused(cin7):
    with pytest.raises(httpx2.HTTPStatusError):
        cin7.behave(shipped_delete="perhaps")


def test_the_switches_can_be_read_and_are_those_that_exist(cin7):
    assert set(cin7.get("behaviour")) == set(Behaviour().as_json())


# --- the limit ------------------------------------------------------------------------------------------------------


def test_the_call_after_the_last_of_the_window_is_refused_and_counted(cin7):
    cin7.behave(limit_calls=3, limit_seconds=3600)

    statuses = [cin7.ask("GET", "/me").status_code for _ in range(5)]

    counts = cin7.get("counts")
    assert statuses == [200, 200, 200, 429, 429]
    assert (counts["calls"], counts["refused"], counts["most_in_window"]) == (5, 2, 3)


def test_a_window_that_is_over_is_forgotten(cin7):
    cin7.behave(limit_calls=1, limit_seconds=0)

    assert [cin7.ask("GET", "/me").status_code for _ in range(3)] == [200, 200, 200]


@pytest.mark.parametrize("switches", [
    {"limit_answer": 429, "retry_after_text": "60 Seconds"},
    {"limit_answer": 429, "retry_after_text": ""},
    {"limit_answer": 503},
    {"limit_answer": 400},
])  # fmt: skip
def test_the_limit_is_answered_as_it_is_set(cin7, switches):
    cin7.behave(limit_calls=0, **switches)

    answer = cin7.ask("GET", "/me")

    assert answer.status_code == switches["limit_answer"]
    assert answer.headers.get("Retry-After", "") == switches.get("retry_after_text", "")
    assert answer.text == "" if switches["limit_answer"] == 503 else "API limit" in texts(answer)[0]


def test_a_stranger_uses_his_share_of_the_limit(cin7):
    cin7.behave(limit_calls=20)
    cin7.post("stranger", {"calls_per_minute": 15})

    statuses = [cin7.ask("GET", "/me").status_code for _ in range(6)]

    assert statuses == [200] * 5 + [429]


def test_a_refused_write_did_nothing(cin7):
    cin7.behave(limit_calls=0)

    cin7.ask("POST", "/sale", json=HEADER)

    assert cin7.get("sales")["sales"] == []


# --- answers that do not come, or come odd --------------------------------------------------------------------------


def test_down_closes_the_connection_and_does_nothing(cin7):
    cin7.behave(down=True)

    with pytest.raises(httpx2.RemoteProtocolError):
        cin7.ask("POST", "/sale", json=HEADER)

    assert cin7.get("sales")["sales"] == []
    assert cin7.get("log")["log"][0]["status"] == 0


def test_down_may_be_answered(cin7):
    cin7.behave(down_answer=503)

    assert cin7.ask("GET", "/me").status_code == 503


def test_every_nth_post_does_its_work_and_is_not_answered(cin7):
    cin7.behave(drop_answer_every=2)

    create(cin7)
    with pytest.raises(httpx2.RemoteProtocolError):
        create(cin7)
    create(cin7)

    assert len(cin7.get("sales")["sales"]) == 3


def test_named_answers_are_dropped_once_each(cin7):
    cin7.behave(drop_answer_next=["post /sale", "GET /me"])

    with pytest.raises(httpx2.RemoteProtocolError):
        create(cin7)
    with pytest.raises(httpx2.RemoteProtocolError):
        cin7.ask("GET", "/me")

    assert cin7.ask("GET", "/me").status_code == 200
    assert len(cin7.get("sales")["sales"]) == 1
    assert cin7.get("behaviour")["drop_answer_next"] == []


def test_every_nth_call_gets_a_web_page_and_nothing_is_done(cin7):
    cin7.behave(html_200_every=2)

    create(cin7)
    answer = cin7.ask("POST", "/sale", json=HEADER)

    assert (answer.status_code, answer.text[:15]) == (200, "<!DOCTYPE html>")
    assert len(cin7.get("sales")["sales"]) == 1


def test_every_nth_call_gets_errors_with_status_200_and_nothing_is_done(cin7):
    cin7.behave(error_in_200_every=1)

    answer = cin7.ask("POST", "/sale", json=HEADER)

    assert (answer.status_code, texts(answer)) == (200, ["Unexpected error"])
    assert cin7.get("sales")["sales"] == []


def test_slow_answers_hold_nobody_else_up(cin7):
    cin7.behave(latency_ms=500)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: cin7.ask("GET", "/me"), range(8)))

    assert {answer.status_code for answer in answers} == {200}
    assert min(answer.elapsed.total_seconds() for answer in answers) > 0.3


# --- stock and sales ------------------------------------------------------------------------------------------------


def test_availability_may_be_older_than_the_stock(cin7):
    cin7.behave(stale_minutes=15)
    availability(cin7)
    place(cin7, ("MUG", 40))

    (stale,) = availability(cin7, "Sku=MUG")
    cin7.behave(stale_minutes=0)
    (fresh,) = availability(cin7, "Sku=MUG")

    assert (stale["Available"], fresh["Available"]) == (100, 60)


def test_a_sale_of_its_location_may_not_touch_stock_elsewhere_unless_the_tenant_says_so(cin7):
    own = place(cin7, ("PLATE", 20))
    cin7.behave(stock_of_all_locations=True)
    every = place(cin7, ("PLATE", 20))

    assert [each["Lines"][0]["BackorderQuantity"] for each in (own, every)] == [13, 0]


def test_the_list_of_sales_may_lag(cin7):
    place(cin7, ("MUG", 1))
    cin7.behave(search_lag_seconds=3600)

    unseen = cin7.ask("GET", "/saleList").json()
    cin7.behave(search_lag_seconds=0)

    assert (unseen["Total"], cin7.ask("GET", "/saleList").json()["Total"]) == (0, 1)


@pytest.mark.parametrize(("switch", "void"), [("undo_ignored", "false"), ("void_ignored", "true")])
def test_an_undo_and_a_void_may_be_ignored_with_a_200(cin7, switch, void):
    sale = place(cin7, ("MUG", 10))
    cin7.behave(**{switch: True})

    answer = cin7.ask("DELETE", f"/sale?ID={sale['ID']}&Void={void}")

    assert answer.status_code == 200
    assert sale_of(cin7, sale["ID"])["Order"]["Status"] == "AUTHORISED"


def test_a_picked_sale_cannot_be_undone_or_the_undo_does_nothing(cin7):
    sale = place(cin7, ("MUG", 10))
    cin7.post(f"sales/{sale['ID']}", {"pick": True})

    refused = cin7.ask("DELETE", f"/sale?ID={sale['ID']}")
    cin7.behave(picked_delete="ignore")
    ignored = cin7.ask("DELETE", f"/sale?ID={sale['ID']}&Void=true")

    assert (refused.status_code, ignored.status_code) == (400, 200)
    assert sale_of(cin7, sale["ID"])["CombinedPickingStatus"] == "PICKED"


def test_pages_may_shift_so_that_a_row_comes_twice_or_not_at_all(cin7):
    skus = [f"SKU-{number:03d}" for number in range(100)]
    cin7.become(COMPANY | {"products": [{"SKU": sku} for sku in skus], "stock": []})

    def read():
        pages = [cin7.ask("GET", f"/product?Limit=5&Page={page}").json() for page in range(1, 21)]
        return [product["SKU"] for page in pages for product in page["Products"]]

    steady = read()
    cin7.behave(unstable_pages=True)

    assert steady == skus
    assert read() != skus


def test_a_z_in_a_date_may_be_refused(cin7):
    query = "/saleList?UpdatedSince=2026-11-24T00:00:00Z"
    accepted = cin7.ask("GET", query)
    cin7.behave(refuse_zone_in_dates=True)

    assert (accepted.status_code, cin7.ask("GET", query).status_code) == (200, 400)


def test_a_location_may_be_left_out_where_the_tenant_allows_it(cin7):
    header = {"Customer": "Amazon Vendor US"}
    refused = cin7.ask("POST", "/sale", json=header)
    cin7.behave(location_required=False)

    assert (refused.status_code, cin7.ask("POST", "/sale", json=header).status_code) == (400, 200)


# --- what happens from behind ---------------------------------------------------------------------------------------


def test_another_channel_takes_stock_right_after_it_was_read(cin7):
    cin7.post("take_after_reading", {"sku": "MUG", "quantity": 95})

    (read,) = availability(cin7, "Sku=MUG")
    sale = place(cin7, ("MUG", 10))

    assert (read["Available"], sale["Lines"][0]["BackorderQuantity"]) == (100, 5)


def test_what_a_scenario_sets_for_a_moment_happens_when_it_has_come(cin7):
    at = "2026-01-01T00:00:00+00:00"
    cin7.become(COMPANY | {"timeline": [
        {"at": at, "stock": [{"sku": "BOWL", "set": 5}], "sales": [{"customer_reference": "P1", "lines": []}]},
        {"at": "2999-01-01T00:00:00+00:00", "behaviour": {"down": True}},
    ]})  # fmt: skip

    (bowl,) = availability(cin7, "Sku=BOWL")

    assert bowl["Available"] == 5
    assert [event["at"] for event in cin7.get("events")["events"]][:2] == [at, at]
    assert not cin7.get("behaviour")["down"]


def test_a_sale_changed_by_hand_shows_as_changed(cin7):
    sale = place(cin7, ("MUG", 10), ("PLATE", 5))

    changed = cin7.post(f"sales/{sale['ID']}", {"quantities": {"MUG": 4, "PLATE": 0}, "reference": "OTHER"})

    assert [(line["SKU"], line["Quantity"]) for line in changed["Order"]["Lines"]] == [("MUG", 4)]
    assert changed["CustomerReference"] == "OTHER"
    assert availability(cin7, "Sku=MUG")[0]["Available"] == 96


@pytest.mark.parametrize("body", [{}, {"sku": "MUG", "set": "many"}, {"sku": "MUG", "add": None}])
def test_a_senseless_word_from_behind_is_refused(cin7, body):
    with pytest.raises(httpx2.HTTPStatusError, match="400"):
        cin7.post("stock", body)


def test_every_reading_and_change_is_an_event_in_order(cin7):
    availability(cin7)
    sale = place(cin7, ("MUG", 3))
    cin7.ask("DELETE", f"/sale?ID={sale['ID']}&Void=true")
    cin7.post("stock", {"sku": "MUG", "location": ELSEWHERE, "add": 5})

    told = cin7.get("events")

    assert [event["kind"] for event in told["events"]] == ["availability", "created", "authorised", "voided", "stock"]
    assert [event["n"] for event in told["events"]] == [1, 2, 3, 4, 5]
    assert told["events"][0]["available"][LOCATION] == {"MUG": 100, "PLATE": 7, "MUG-CASE": 8, "BOWL": 0, "JUG": 0}
    assert told["components"] == {"MUG-CASE": [{"sku": "MUG", "quantity": 12}]}


def test_every_call_is_in_the_log_as_it_was_answered(cin7):
    cin7.behave(limit_calls=2)
    cin7.ask("GET", "/Product?Sku=MUG")
    cin7.ask("POST", "/sale", json={})
    cin7.ask("GET", "/me")
    cin7.ask("GET", "/nowhere", headers={"api-auth-accountid": "x"})

    log, counts = cin7.get("log")["log"], cin7.get("counts")

    assert [(call["method"], call["path"], call["query"], call["status"], call["refused"]) for call in log] == [
        ("GET", "/product", "Sku=MUG", 200, False), ("POST", "/sale", "", 400, False),
        ("GET", "/me", "", 429, True), ("GET", "/nowhere", "", 403, False)]  # fmt: skip
    assert counts["by_kind"] == {"GET /product": 1, "POST /sale": 1, "GET /me": 1, "GET /nowhere": 1}
    assert (counts["calls"], counts["refused"]) == (4, 1)
    assert (counts["first_call"], counts["last_call"]) == (log[0], log[-1])


def test_the_window_is_counted_on_the_test_clock(tmp_path, monkeypatch):
    monkeypatch.setenv("VENDORLANE_CLOCK", f"{datetime.now(UTC).isoformat()}@1000000")  # a minute in 60 microseconds
    fast = Cin7Process(tmp_path, COMPANY | {"behaviour": {"limit_calls": 1}})

    statuses = [fast.ask("GET", "/me").status_code for _ in range(3)]
    fast.close()

    assert statuses == [200, 200, 200]
