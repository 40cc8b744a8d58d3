"""The sandbox's goods on the move: movements, products that change, pages that shift, and who is told of it."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.sandbox.cin7.availability import AvailabilityDesk
from include.sandbox.cin7.behaviour import Behaviour
from include.sandbox.cin7.world import build_world
from tests.sandbox.cin7_calls import availability, hook, place
from tests.sandbox.cin7_process import COMPANY, ELSEWHERE, LOCATION

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
STOCK_CHANGED = "Stock/AvailableStockLevelChanged"
PLENTY = {
    **COMPANY,
    "products": [{"SKU": f"SKU-{number:04}"} for number in range(2_500)],
    "stock": [{"sku": f"SKU-{number:04}", "location": LOCATION, "on_hand": 5} for number in range(2_500)],
}


def move(cin7, kind, quantity, sku="MUG", location=LOCATION, **more):
    told = {"kind": kind, "sku": sku, "location": location, "quantity": quantity} | more
    return cin7.post("movements", {"movements": [told]})


def rows_of(cin7, sku):
    return [(row["Location"], row["Bin"], row["Batch"], row["Available"]) for row in availability(cin7, f"Sku={sku}")]


def page(cin7, number, path="/ref/productavailability", key="ProductAvailabilityList", query="Limit=1000"):
    told = cin7.ask("GET", f"{path}?Page={number}&{query}").json()
    return [row["SKU"] for row in told[key]], told["Total"]


@pytest.mark.parametrize(
    ("kind", "more", "expected"),
    [
        ("receipt", {}, [(LOCATION, None, None, 107)]),
        ("adjustment", {}, [(LOCATION, None, None, 7)]),
        ("transfer", {"to": ELSEWHERE}, [(LOCATION, None, None, 93), (ELSEWHERE, None, None, 7)]),
        ("sale", {}, [(LOCATION, None, None, 93)]),
        ("receipt", {"bin": "A-02", "batch": "B7"}, [(LOCATION, None, None, 100), (LOCATION, "A-02", "B7", 7)]),
        ("adjustment", {"bin": "A-01", "quantity": -7}, [(LOCATION, None, None, 100), (LOCATION, "A-01", None, -7)]),
        ("receipt", {"location": "Nowhere"}, [(LOCATION, None, None, 100), ("Nowhere", None, None, 7)]),
        ("adjustment", {"quantity": 0}, []),
    ],
)
def test_a_movement_shows_in_the_rows(cin7, kind, more, expected):
    move(cin7, **{"kind": kind, "quantity": 7} | more)

    assert rows_of(cin7, "MUG") == expected


def test_a_channel_sells_no_more_than_there_is_and_the_event_says_how_much(cin7):
    move(cin7, "sale", 150)

    (event,) = [each for each in cin7.get("events")["events"] if each["kind"] == "stock"]
    assert rows_of(cin7, "MUG") == []
    assert (event["change"], event["reason"]) == (-100, "sale")


def test_a_batch_shows_its_expiry_date(cin7):
    move(cin7, "receipt", 3, batch="B7", expires_on="2026-12-24T00:00:00")

    (row,) = availability(cin7, "Sku=MUG&Batch=B7")
    assert (row["Batch"], row["ExpiryDate"], row["OnHand"]) == ("B7", "2026-12-24T00:00:00", 3)


def test_a_movement_of_no_known_kind_is_refused(cin7):
    with pytest.raises(httpx2.HTTPStatusError):
        move(cin7, "theft", 1)


def test_a_row_that_goes_moves_all_that_follow_it_so_that_one_is_never_shown(cin7):
    cin7.become(PLENTY)
    first, before = page(cin7, 1)
    move(cin7, "sale", 5, sku="SKU-0003")
    second, after = page(cin7, 2)

    assert (first[-1], second[0]) == ("SKU-0999", "SKU-1001")
    assert (before, after) == (2_500, 2_499)


@pytest.mark.parametrize(
    ("path", "key"), [("/ref/productavailability", "ProductAvailabilityList"), ("/product", "Products")]
)
def test_where_pages_are_unstable_rows_come_twice_and_not_at_all(cin7, path, key):
    cin7.become(PLENTY)
    cin7.behave(unstable_pages=True)
    told = [page(cin7, number, path, key, "Limit=100") for number in range(1, 26)]

    skus = [sku for rows, _ in told for sku in rows]
    assert {total for _, total in told} == {2_500}
    assert len(set(skus)) < len(skus)
    assert len(set(skus)) < 2_500


def test_a_product_changes_at_its_time_and_is_found_by_it(cin7):
    early, later = "2026-01-05T00:00:00+00:00", "2026-01-06T00:00:00+00:00"
    changes = [
        {"at": early, "products": [{"SKU": "BOWL", "Status": "Deprecated"}]},
        {"at": later, "products": [{"SKU": "PLATE", "AdditionalAttribute2": " b000000mug ", "AttributeSet": "Amazon"},
                                   {"SKU": "LID", "Name": "A lid", "Barcode": "036000291453"}]},
    ]  # fmt: skip
    cin7.become({**COMPANY, "timeline": changes})

    told = cin7.ask("GET", "/product?ModifiedSince=2026-01-05T12:00:00&IncludeDeprecated=true").json()["Products"]
    active, _ = page(cin7, 1, "/product", "Products")

    assert [(each["SKU"], each["AdditionalAttribute2"], each["Barcode"]) for each in told] == [
        ("PLATE", " b000000mug ", ""), ("LID", "", "036000291453")]  # fmt: skip
    assert active == ["MUG", "PLATE", "MUG-CASE", "LID"]


def test_prices_are_changed_by_tier_and_a_new_case_draws_on_its_parts(cin7):
    parts = [{"ProductCode": "PLATE", "Quantity": 2}]
    case = {"SKU": "PLATES", "AutoAssembly": True, "BillOfMaterialsProducts": parts}
    cin7.post("products", {"products": [{"SKU": "MUG", "PriceTiers": {"Retail": 9}}, case]})

    mug = cin7.ask("GET", "/product?Sku=MUG").json()["Products"][0]
    assert (mug["PriceTiers"]["Amazon"], mug["PriceTiers"]["Retail"], mug["CartonQuantity"]) == (4.25, 9, 12)
    assert rows_of(cin7, "PLATES") == [(LOCATION, None, None, 3), (ELSEWHERE, None, None, 25)]


@pytest.fixture
def told(fast, listener):
    """A Cin7 Core of fast minutes that tells somebody of stock, and what gives the next message."""
    hook(fast, STOCK_CHANGED, listener.url)
    return fast, lambda: listener.next()[0]


def test_a_change_of_stock_is_told_as_a_bare_array_of_the_products_rows(told):
    cin7, next_message = told
    place(cin7, ("PLATE", 5))

    rows = next_message()

    assert [(row["SKU"], row["Location"], row["Bin"], row["Available"]) for row in rows] == [
        ("PLATE", LOCATION, "A-01", 0), ("PLATE", LOCATION, "A-02", 2), ("PLATE", ELSEWHERE, None, 50)]  # fmt: skip
    assert set(rows[0]) == {"ID", "SKU", "Location", "Bin", "OnHand", "Allocated", "Available", "StockOnHand",
                            "Category", "MaxRows"}  # fmt: skip
    assert {row["MaxRows"] for row in rows} == {3}


def test_the_case_that_draws_on_a_product_is_told_with_it(told):
    cin7, next_message = told
    move(cin7, "sale", 100)

    assert {row["SKU"]: row["Available"] for row in next_message()} == {"MUG": 0, "MUG-CASE": 0}


@pytest.mark.parametrize(("at_most", "messages"), [(100, 25), (5_000, 1)])
def test_a_burst_is_told_in_messages_of_so_many_rows(fast, listener, at_most, messages):
    fast.become(PLENTY)
    fast.behave(webhook_stock_rows=at_most)
    hook(fast, STOCK_CHANGED, listener.url)
    moves = [{"kind": "sale", "sku": f"SKU-{number:04}", "location": LOCATION, "quantity": 1}
             for number in range(2_500)]  # fmt: skip
    fast.post("movements", {"movements": moves})

    heard = [listener.next()[0] for _ in range(messages)]

    assert len({row["SKU"] for rows in heard for row in rows}) == 2_500
    assert {len(rows) for rows in heard} == {2_500 // messages}


SKUS = st.sampled_from(["MUG", "PLATE", "BOWL", "MUG-CASE"])
MOVEMENTS = st.fixed_dictionaries({
    "kind": st.sampled_from(["receipt", "adjustment", "transfer", "sale"]), "sku": SKUS,
    "location": st.sampled_from([LOCATION, ELSEWHERE]), "to": st.sampled_from([LOCATION, ELSEWHERE]),
    "bin": st.sampled_from([None, "A-01"]), "quantity": st.integers(-3, 60),
})  # fmt: skip


@given(st.lists(st.lists(MOVEMENTS, max_size=4), max_size=6))
@settings(max_examples=60)
def test_what_is_kept_of_the_rows_is_what_they_would_be_if_made_anew(steps):
    world = build_world(COMPANY)
    for moves in steps:
        for each in moves:
            world.move_stock(each, NOW)
        kept = world.desk.read({"limit": "1000"}, NOW, world.behaviour)
        anew = AvailabilityDesk(world.tenant, world.stock, world.events).read({"limit": "1000"}, NOW, Behaviour())
        by_place = [world.desk.read({"location": name}, NOW, world.behaviour)["ProductAvailabilityList"]
                    for name in (LOCATION, ELSEWHERE)]  # fmt: skip

        assert kept == anew
        assert sorted(map(str, [*by_place[0], *by_place[1]])) == sorted(map(str, kept["ProductAvailabilityList"]))


def test_a_snapshot_is_kept_over_a_restart():
    world = build_world(COMPANY, {"stale_minutes": 10})
    before = world.desk.read({}, NOW, world.behaviour)
    world.move_stock({"kind": "sale", "sku": "MUG", "location": LOCATION, "quantity": 9}, NOW)

    again = pickle.loads(pickle.dumps(world))

    assert again.desk.read({}, NOW, again.behaviour) == before
    assert again.desk.read({"location": LOCATION}, NOW, again.behaviour)["Total"] == 4
    later = again.desk.read({"sku": "mug"}, NOW.replace(hour=13), again.behaviour)
    assert [row["Available"] for row in later["ProductAvailabilityList"]] == [91]
