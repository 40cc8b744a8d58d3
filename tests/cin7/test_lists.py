"""Lists: pages that shift, filters that let through too much, products and availability."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from include.cin7.availability import available_by_sku, fetch_availability
from include.cin7.paging import read_pages
from include.cin7.products import fetch_products
from include.errors import RejectedError, TransientError
from tests.cin7.odd_server import Reply
from tests.sandbox.cin7_process import COMPANY, ELSEWHERE, LOCATION


def listing(key, rows, total=None, page=1):
    return Reply(body=json.dumps({"Total": len(rows) if total is None else total, "Page": page, key: rows}))


def pages(odd, key, *told):
    """Let the server tell these (rows, total) as its pages, in the order in which they are asked for."""
    odd.in_turn(*(listing(key, rows, total) for rows, total in told))


def read(client, page_size=2, **query):
    return [row["ID"] for row in read_pages(client, "/product", "Products", query, lambda row: row["ID"],
                                            page_size=page_size)]  # fmt: skip


def rows(*ids):
    return [{"ID": each} for each in ids]


def test_pages_are_read_until_the_total(odd, odd_client):
    pages(odd, "Products", (rows(1, 2), 3), (rows(3), 3))

    assert read(odd_client, Name="x") == [1, 2, 3]
    assert [asked.query for asked in odd.asked] == [
        {"Name": "x", "Limit": "2", "Page": "1"},
        {"Name": "x", "Limit": "2", "Page": "2"},
    ]


def test_a_full_last_page_needs_no_further_call(odd, odd_client):
    pages(odd, "Products", (rows(1, 2), 4), (rows(3, 4), 4))

    assert read(odd_client) == [1, 2, 3, 4]
    assert len(odd.asked) == 2


def test_a_page_size_that_cin7_does_not_grant_cuts_nothing_off(odd, odd_client):
    pages(odd, "Products", (rows(1, 2), 5), (rows(3, 4), 5), (rows(5), 5))

    assert read(odd_client, page_size=1000) == [1, 2, 3, 4, 5]


def test_a_list_without_a_total_ends_with_a_page_that_is_not_full(odd, odd_client):
    odd.in_turn(Reply(body='{"Products": [{"ID": 1}, {"ID": 2}]}'), Reply(body='{"Products": [{"ID": 3}]}'))

    assert read(odd_client) == [1, 2, 3]


@pytest.mark.parametrize("total", ['"Total": 9, ', ""])
def test_a_page_number_that_is_ignored_does_not_go_on_for_ever(odd, odd_client, total):
    odd.always(body=f'{{{total}"Products": [{{"ID": 1}}, {{"ID": 2}}]}}')

    assert read(odd_client) == [1, 2]
    assert len(odd.asked) <= 4


@pytest.mark.parametrize("body", ["{}", '{"Total": 0, "Products": null}', '{"Total": 7, "Products": []}'])
def test_an_empty_list_is_empty(odd, odd_client, body):
    odd.always(body=body)

    assert read(odd_client) == []


def test_a_row_that_comes_twice_is_given_once(odd, odd_client):
    pages(odd, "Products", (rows(1, 2), 4), (rows(2, 3), 4), (rows(1, 2), 4), (rows(3, 4), 4))

    assert read(odd_client) == [1, 2, 3, 4]


def test_a_row_that_slipped_to_a_page_already_read_is_found_by_a_second_reading(odd, odd_client):
    pages(odd, "Products", (rows(1, 2), 4), (rows(4), 3), (rows(2, 3), 3), (rows(4), 3))

    assert read(odd_client) == [1, 2, 4, 3]


def test_a_list_that_stood_still_is_read_once(odd, odd_client):
    pages(odd, "Products", (rows(1, 2), 3), (rows(3), 3))

    read(odd_client)

    assert len(odd.asked) == 2


def test_a_list_of_one_page_is_read_once_whatever_its_total_says(odd, odd_client):
    pages(odd, "Products", (rows(1), 1))

    read(odd_client)

    assert len(odd.asked) == 1


def test_a_list_that_never_stands_still_is_not_read_for_ever(odd, odd_client):
    pages(odd, "Products", (rows(1, 2), 4), (rows(2, 3), 4))

    read(odd_client)

    assert len(odd.asked) <= 5


def test_every_row_arrives_though_the_pages_of_the_sandbox_shift(cin7, client):
    skus = [f"SKU-{number:04d}" for number in range(2_600)]
    cin7.become({
        **COMPANY,
        "products": [{"SKU": sku} for sku in skus],
        "stock": [{"sku": sku, "location": LOCATION, "on_hand": 1} for sku in skus],
    })  # fmt: skip
    cin7.behave(unstable_pages=True)

    reading = fetch_availability(client, LOCATION, skus)

    assert [sku for sku, units in available_by_sku(reading, skus).items() if units != 1] == []
    assert sorted(product.sku for product in fetch_products(client)) == skus


# --- availability ---------------------------------------------------------------------------------------------------


def test_availability_is_summed_over_bins_and_only_of_the_location(client):
    skus = ["MUG", "PLATE", "BOWL"]

    reading = fetch_availability(client, LOCATION, skus)

    assert available_by_sku(reading, skus) == {"MUG": 100, "PLATE": 7, "BOWL": 0}


def test_a_location_is_found_whatever_its_case(client):
    assert available_by_sku(fetch_availability(client, LOCATION.upper(), ["MUG"]), ["MUG"]) == {"MUG": 100}


def test_the_available_of_a_case_is_taken_as_cin7_tells_it(client):
    assert available_by_sku(fetch_availability(client, LOCATION, ["MUG-CASE"]), ["MUG-CASE"]) == {"MUG-CASE": 8}


def test_one_list_is_read_for_many_skus_and_a_few_are_asked_for_one_by_one(cin7, client):
    fetch_availability(client, LOCATION, ["MUG", "PLATE", "BOWL"])
    fetch_availability(client, LOCATION, ["MUG"])

    queries = [call["query"] for call in cin7.get("log")["log"]]
    assert ["Sku=" in query for query in queries] == [False, True]


def test_no_sku_costs_no_call(cin7, client):
    assert fetch_availability(client, LOCATION, []).rows == ()
    assert cin7.get("counts")["calls"] == 0


def test_filters_that_cin7_ignores_are_applied_here(odd, odd_client):
    odd.answer = lambda _: listing("ProductAvailabilityList", [
        {"SKU": "MUG", "Location": LOCATION, "Bin": None, "Available": 5},
        {"SKU": "MUG", "Location": LOCATION, "Bin": "A", "Available": -1.5},
        {"SKU": "MUG", "Location": ELSEWHERE, "Available": 100},
        {"SKU": "MUG XL", "Location": LOCATION, "Available": 100},
    ])  # fmt: skip

    reading = fetch_availability(odd_client, LOCATION, ["MUG"])

    assert available_by_sku(reading, ["MUG"]) == {"MUG": Decimal("3.5")}


def test_a_row_that_fell_between_two_pages_unseen_is_asked_for_again(odd, odd_client):
    others = [{"SKU": f"S{number}", "Location": LOCATION, "Available": 1} for number in range(1_500)]

    def answer(asked):
        if asked.query.get("Sku") == "MUG":
            return listing("ProductAvailabilityList", [{"SKU": "MUG", "Location": LOCATION, "Available": 9}])
        start = 1000 * (int(asked.query["Page"]) - 1)
        return listing("ProductAvailabilityList", others[start : start + 1000], len(others))

    odd.answer = answer

    reading = fetch_availability(odd_client, LOCATION, ["MUG", "S1", "S1400"])

    assert available_by_sku(reading, ["MUG", "S1"]) == {"MUG": 9, "S1": 1}
    assert len(odd.asked) == 3


def test_of_a_list_that_has_more_pages_than_skus_are_wanted_only_the_first_is_read(odd, odd_client):
    others = [{"SKU": f"S{number}", "Location": LOCATION, "Available": 1} for number in range(1_000)]
    odd.answer = lambda asked: (
        listing("ProductAvailabilityList", [{"SKU": asked.query["Sku"], "Location": LOCATION, "Available": 4}])
        if "Sku" in asked.query
        else listing("ProductAvailabilityList", others, 100_000)
    )

    reading = fetch_availability(odd_client, LOCATION, ["MUG", "PLATE", "BOWL"])

    assert available_by_sku(reading, ["MUG", "PLATE", "BOWL"]) == {"MUG": 4, "PLATE": 4, "BOWL": 4}
    assert len(odd.asked) == 4


def test_many_skus_without_a_row_are_not_asked_for_one_by_one(odd, odd_client):
    others = [{"SKU": f"S{number}", "Location": LOCATION, "Available": 1} for number in range(1_500)]
    odd.answer = lambda asked: listing(
        "ProductAvailabilityList", others[1000 * (int(asked.query["Page"]) - 1) :][:1000], len(others)
    )

    fetch_availability(odd_client, LOCATION, [f"N{number}" for number in range(50)])

    assert len(odd.asked) == 2


# --- products -------------------------------------------------------------------------------------------------------


def test_products_come_with_their_identifiers_prices_and_parts(client):
    products = {product.sku: product for product in fetch_products(client)}

    mug, case = products["MUG"], products["MUG-CASE"]
    assert (mug.asin, mug.barcode, mug.carton_quantity) == ("b000000mug", "036000291452", 12)
    assert mug.prices["Amazon"] == Decimal("4.25")
    assert products["PLATE"].prices["Amazon"] == Decimal("10.0001")
    assert case.components == (("MUG", Decimal(12)),)
    assert products["JUG"].status == "DEPRECATED"


def test_the_changes_since_an_instant_are_asked_for_in_utc_and_without_a_z(cin7, client):
    cin7.behave(refuse_zone_in_dates=True)

    changed = list(
        fetch_products(client, modified_since=datetime(2026, 11, 24, 2, tzinfo=timezone(timedelta(hours=2))))
    )

    assert changed == []
    assert "ModifiedSince=2026-11-24T00%3A00%3A00&" in cin7.get("log")["log"][0]["query"]


def test_an_attribute_slot_may_be_named_directly(client):
    mug = next(product for product in fetch_products(client, asin_attribute="additionalattribute1"))

    assert mug.asin == "blue"


def test_an_attribute_that_no_set_has_is_no_asin(client):
    assert {product.asin for product in fetch_products(client, asin_attribute="Amazon code")} == {None}


def product_books(odd, products, **books):
    """Serve products, and of the reference books those that are given."""

    def answer(asked):
        name = asked.path.rpartition("/")[2]
        if name == "product":
            return listing("Products", products)
        return books.get(name, Reply(body="<html>Page not found</html>"))

    odd.answer = answer


MUG = {"ID": "AB", "SKU": "MUG", "AdditionalAttribute1": "B000000MUG", "PriceTier2": 4.5, "Barcode": 36000291452}


def test_an_account_without_books_keeps_the_asin_in_the_first_slot(odd, odd_client):
    product_books(odd, [MUG])

    (mug,) = fetch_products(odd_client)

    assert (mug.asin, mug.prices, mug.product_id) == ("B000000MUG", {"Tier 2": Decimal("4.5")}, "ab")


def test_tiers_by_number_get_their_names_from_the_book(odd, odd_client):
    product_books(odd, [MUG], priceTier=Reply(body='{"PriceTiers": [{"Code": 2, "Name": "Amazon"}]}'))

    (mug,) = fetch_products(odd_client)

    assert mug.prices == {"Amazon": Decimal("4.5")}


@pytest.mark.parametrize("book", ["attributeset", "priceTier"])
def test_a_book_that_cannot_be_read_just_now_breaks_the_reading_off(odd, odd_client, book):
    product_books(odd, [MUG], **{book: Reply(429, "")})

    with pytest.raises(TransientError, match="limit"):
        list(fetch_products(odd_client))


def test_a_number_that_is_none_is_told(odd, odd_client):
    product_books(odd, [MUG | {"CartonQuantity": "a dozen"}])

    with pytest.raises(RejectedError, match="'a dozen' where a number belongs"):
        list(fetch_products(odd_client))


def test_a_product_without_assembly_has_no_parts(odd, odd_client):
    parts = [{"ProductCode": "CLAY", "Quantity": 2}]
    product_books(odd, [MUG | {"BillOfMaterialsProducts": parts}, MUG | {"ID": 2, "AutoAssembly": True,
                                                                        "BillOfMaterialsProducts": None}])  # fmt: skip

    assert [product.components for product in fetch_products(odd_client)] == [(), ()]


def test_a_reading_says_when_it_began(client):
    before = datetime.now(UTC)

    reading = fetch_availability(client, LOCATION, ["MUG"])

    assert before <= reading.read_at <= datetime.now(UTC)
