"""A webhook is let in by its token, limited in size, believed only as a reason to look, and answered at once."""

from __future__ import annotations

import gzip
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from include.console import webhooks
from include.console.app import make_app
from include.console.webhooks import LARGEST_BODY
from include.database.connection import connect
from include.database.text import storable
from tests.ship_notices.warehouse import NOON, Line, Warehouse, fulfilment, packed, shipped

TOKEN = "a token of the test"


@pytest.fixture
def warehouse(database):
    return Warehouse.begin(database)


@pytest.fixture
def call(warehouse):
    """Posts to the receiver as Cin7 would."""
    tokens = {"cin7_core": TOKEN}
    client = TestClient(make_app(tokens.get, lambda erp: warehouse.database, lambda: warehouse.now))

    def post(body, *, token=TOKEN, erp="cin7_core", **more):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return client.post(f"/webhooks/{erp}", headers=headers, json=body, **more).status_code

    return post


def noted(warehouse):
    return [row["event"] for row in warehouse.rows("SELECT event FROM webhook_call ORDER BY webhook_call_id")]


def event(sale, key="SaleTaskID", **more):
    return {key: sale.upper(), "OrderNumber": "SO-other", "EventType": "Sale/ShipmentAuthorised"} | more


@pytest.mark.parametrize("token", ["", "another token", TOKEN + " "[:0] + "x"])
def test_nobody_is_let_in_without_the_token(call, warehouse, token):
    sale = warehouse.order("4AB7XY2P", Line("MUG", 6))

    assert call(event(sale), token=token) == 401
    assert noted(warehouse) == []


def test_nobody_is_let_in_where_the_connection_has_no_token(call):
    assert call({}, erp="amazon_mailbox") == 401


@pytest.mark.parametrize("key", ["SaleID", "SaleTaskID", "TaskID"])
def test_a_sale_of_ours_is_noted_by_its_upper_case_id_whatever_the_key_is_called(call, warehouse, key):
    sale = warehouse.order("4AB7XY2P", Line("MUG", 6))

    assert call(event(sale, key)) == 202
    assert noted(warehouse) == ["Sale/ShipmentAuthorised"]


def test_a_sale_is_known_by_its_number_where_the_id_is_another(call, warehouse):
    warehouse.order("4AB7XY2P", Line("MUG", 6))

    assert call(event("unknown", OrderNumber="SO-4AB7XY2P")) == 202
    assert len(noted(warehouse)) == 1


@pytest.mark.parametrize("body", [[], "text", None, {"SaleID": 7}, {"SaleID": "x", "EventType": "\u0000"}, [[[]]] * 9])
def test_what_names_no_sale_of_ours_is_answered_and_leaves_no_trace(call, warehouse, body):
    warehouse.order("4AB7XY2P", Line("MUG", 6))

    assert call(body) == 202
    assert noted(warehouse) == []


def test_a_body_that_is_too_long_is_not_read(call, warehouse):
    sale = warehouse.order("4AB7XY2P", Line("MUG", 6))

    assert call(event(sale, CustomerName="x" * LARGEST_BODY)) == 413
    assert noted(warehouse) == []


def test_a_call_hurries_the_next_poll_whatever_the_list_says(call, warehouse):
    sale = warehouse.order("4AB7XY2P", Line("MUG", 6))
    warehouse.say(sale, fulfilment(1, [packed("MUG", 6)], boxes=[shipped()]))
    warehouse.changed.clear()  # the list lags
    call(event(sale))

    warehouse.tick()

    assert warehouse.fetched == [sale]
    assert [notice["state"] for notice in warehouse.notices()] == ["shipped"]
    assert warehouse.rows("SELECT FROM webhook_call WHERE seen_at IS NULL") == []


def test_the_pages_that_list_routes_are_not_there(warehouse):
    client = TestClient(make_app({}.get, lambda erp: None, lambda: NOON))

    assert [client.get(path).status_code for path in ("/docs", "/redoc", "/openapi.json")] == [404, 404, 404]


# --- stock ----------------------------------------------------------------------------------------------------------


def stock_row(sku, **more):
    told = {"ID": "3bfdf57a-1", "SKU": sku, "Location": "Main Warehouse", "Bin": None, "Category": "Other"}
    units = {"OnHand": 10.0, "Allocated": 2.0, "Available": 8.0, "StockOnHand": 50.0, "MaxRows": 3}
    return told | units | more


def changed(warehouse):
    rows = warehouse.rows("SELECT erp, sku, heard_at FROM stock_change ORDER BY sku")
    return [(row["erp"], row["sku"], row["heard_at"]) for row in rows]


def test_a_product_whose_stock_changed_is_kept_once_with_the_last_time(call, warehouse):
    assert call([stock_row("MUG"), stock_row("MUG", Bin="A-01"), stock_row("PLATE")]) == 202
    first, warehouse.now = warehouse.now, warehouse.now + timedelta(minutes=1)
    assert call([stock_row("MUG")]) == 202

    assert changed(warehouse) == [("cin7_core", "MUG", warehouse.now), ("cin7_core", "PLATE", first)]
    assert noted(warehouse) == []


def test_a_burst_of_five_thousand_changes_in_one_call_is_kept_as_five_thousand_products(call, warehouse):
    rows = [stock_row(f"INV-{number:05}", Location=place) for number in range(5_000) for place in ("Main", "Overflow")]

    assert call(rows) == 202
    assert call(rows[::-1]) == 202

    assert len(changed(warehouse)) == 5_000


def test_calls_that_name_the_same_products_in_other_orders_do_not_hinder_each_other(warehouse):
    def note(turn):
        skus = [f"INV-{number:05}" for number in range(500)]
        rows = [stock_row(sku) for sku in (skus if turn % 2 else skus[::-1])]
        with connect(warehouse.database) as connection:
            webhooks.note(connection, "cin7_core", json.dumps(rows).encode(), warehouse.now)
            connection.commit()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(note, range(40)))

    assert len(changed(warehouse)) == 500


@pytest.mark.parametrize(
    "rows", [[{}], [None, 7, "MUG"], [{"SKU": None}, {"SKU": ["MUG"]}, {"SKU": "  "}], [{"SKU": "x" * 300}]]
)
def test_rows_that_name_no_product_are_answered_and_leave_no_trace(call, warehouse, rows):
    assert call([*rows]) == 202
    assert changed(warehouse) == []


def test_one_row_that_is_wrong_does_not_cost_the_others(call, warehouse):
    assert call([None, stock_row("MUG"), stock_row("NUL\u0000")]) == 202
    assert [sku for _, sku, _ in changed(warehouse)] == ["MUG", storable("NUL\u0000")]


def test_a_database_that_is_down_is_told_so_that_the_call_is_repeated(warehouse):
    app = make_app({"cin7_core": TOKEN}.get, lambda erp: "postgresql://127.0.0.1:9/none", lambda: NOON)

    answer = TestClient(app).post("/webhooks/cin7_core", headers={"Authorization": f"Bearer {TOKEN}"}, json={})

    assert answer.status_code == 503


def test_a_database_that_fails_on_the_way_is_told_so_that_the_call_is_repeated(warehouse):
    sale = warehouse.order("4AB7XY2P", Line("MUG", 6))
    with connect(warehouse.database) as connection:
        connection.execute("ALTER TABLE webhook_call RENAME TO away")
    app = make_app({"cin7_core": TOKEN}.get, lambda erp: warehouse.database, lambda: NOON)
    client = TestClient(app, raise_server_exceptions=False)

    answer = client.post("/webhooks/cin7_core", headers={"Authorization": f"Bearer {TOKEN}"}, json=event(sale))

    assert answer.status_code == 503


def test_nothing_that_may_wait_is_asked_on_the_servers_own_thread(warehouse):
    threads = []

    def database_of(erp):
        threads.append(threading.current_thread())
        return warehouse.database

    app = make_app({"cin7_core": TOKEN}.get, database_of, lambda: NOON)

    @app.get("/own_thread")
    async def own_thread():
        threads.append(threading.current_thread())

    with TestClient(app) as client:
        client.get("/own_thread")
        client.post("/webhooks/cin7_core", headers={"Authorization": f"Bearer {TOKEN}"}, json={})

    assert len(set(threads)) == 2


@pytest.mark.parametrize(
    ("stored", "given", "status"),
    [
        (" padded ", "padded", 202),
        ("two words", "two words", 202),
        ("  ", "", 401),
        ("  ", "  ", 401),
        ("\u00e4", "\u00e4".encode(), 202),
        ("x", "x" * 8_000, 401),
    ],
)
def test_blanks_around_a_token_are_no_part_of_it(warehouse, stored, given, status):
    client = TestClient(make_app({"cin7_core": stored}.get, lambda erp: warehouse.database, lambda: NOON))
    bearer = b"Bearer " + (given if isinstance(given, bytes) else given.encode())

    assert client.post("/webhooks/cin7_core", headers={"Authorization": bearer}, json={}).status_code == status


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"[" * 60_000, {}),
        (b'{"SaleID":' * 6_000, {}),
        (gzip.compress(b"{}"), {"content-encoding": "gzip"}),
        (b"\xff\xfe\x00", {"content-type": "image/png"}),
        (b'{"SaleID": ' + b"9" * 50_000 + b"}", {}),
        (b'{"SaleID": "\\ud800", "OrderNumber": "\\u0000\\udfff"}', {}),
        (b'{"SaleID": NaN, "EventType": {"a": [1e999]}}', {}),
        (b"", {"transfer-encoding": "chunked"}),
    ],
    ids=range(8),
)
def test_a_body_that_is_no_call_is_answered_as_one(warehouse, body, headers):
    client = TestClient(make_app({"cin7_core": TOKEN}.get, lambda erp: warehouse.database, lambda: NOON))
    headers = {"Authorization": f"Bearer {TOKEN}"} | headers

    assert client.post("/webhooks/cin7_core", headers=headers, content=body).status_code == 202


def test_a_long_body_in_chunks_is_refused_before_all_of_it_came(warehouse):
    given = []

    def chunks():
        for _ in range(1_000):
            given.append(1)
            yield b"x" * 8_192

    client = TestClient(make_app({"cin7_core": TOKEN}.get, lambda erp: warehouse.database, lambda: NOON))

    answer = client.post("/webhooks/cin7_core", headers={"Authorization": f"Bearer {TOKEN}"}, content=chunks())

    assert answer.status_code == 413
