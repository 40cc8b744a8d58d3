"""The sandbox's Cin7 Core answers as the API does on a good day."""

from __future__ import annotations

import pytest

from tests.sandbox.cin7_calls import HEADER, authorise, availability, create, place, sale_of, texts
from tests.sandbox.cin7_process import COMPANY, KEY, LOCATION

LINE = {"SKU": "MUG", "Quantity": 3, "Price": 2.5, "Total": 7.5, "TaxRule": "Tax Exempt"}


def order(cin7, *lines, status="AUTHORISED", sale_id=None):
    body = {"SaleID": sale_id or create(cin7)["ID"], "Status": status, "Lines": list(lines)}
    return cin7.ask("POST", "/sale/order", json=body)


def test_wrong_credentials_are_refused_and_use_no_call(cin7):
    answer = cin7.ask("GET", "/me", headers={"api-auth-applicationkey": KEY + "x"})

    assert (answer.status_code, texts(answer)) == (403, ["Incorrect credentials!"])
    assert cin7.get("counts")["most_in_window"] == 0


@pytest.mark.parametrize("path", ["/sale/document", "/customers", "/customer/4711"])
def test_a_path_that_does_not_exist_is_a_web_page_with_status_200(cin7, path):
    answer = cin7.ask("GET", path)

    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")


def test_a_wrong_verb_is_405_and_an_unreadable_body_is_500(cin7):
    assert cin7.ask("DELETE", "/me").status_code == 405
    assert cin7.ask("POST", "/sale", content=b"{").status_code == 500
    assert cin7.ask("POST", "/sale", json=[1]).status_code == 500


def test_paths_and_parameters_are_the_same_in_any_case(cin7):
    told = cin7.ask("GET", "/REF/ProductAvailability?SKU=mug&lOcation=main warehouse").json()

    assert [row["SKU"] for row in told["ProductAvailabilityList"]] == ["MUG"]


def test_unknown_filters_are_ignored_and_known_ones_are_fuzzy(cin7):
    def skus(query):
        return [product["SKU"] for product in cin7.ask("GET", f"/product?{query}").json()["Products"]]

    assert skus("Barcode=036000291452") == ["MUG", "PLATE", "BOWL", "MUG-CASE"]
    assert skus("Sku=mug") == ["MUG", "MUG-CASE"]
    assert skus("IncludeDeprecated=true")[-1] == "JUG"


def test_lists_are_paged_and_a_page_past_the_end_is_empty(cin7):
    told = [cin7.ask("GET", f"/product?Limit=3&Page={page}").json() for page in (1, 2, 3)]

    assert [(each["Total"], each["Page"], len(each["Products"])) for each in told] == [(4, 1, 3), (4, 2, 1), (4, 3, 0)]


@pytest.mark.parametrize("query", ["Limit=0", "Page=0", "Limit=many", "Page=-1"])
def test_a_senseless_page_is_refused(cin7, query):
    assert cin7.ask("GET", f"/product?{query}").status_code == 400


def test_the_parts_of_a_product_are_shown_when_asked_for(cin7):
    def case(query):
        return cin7.ask("GET", f"/product?Sku=MUG-CASE{query}").json()["Products"][0]["BillOfMaterialsProducts"]

    assert case("") == []
    assert [(part["ProductCode"], part["Quantity"]) for part in case("&IncludeBOM=true")] == [("MUG", 12)]


def test_availability_leaves_out_zeros_and_shows_each_bin(cin7):
    rows = [(row["SKU"], row["Bin"], row["OnHand"], row["Available"]) for row in availability(cin7)]

    assert rows == [("MUG", None, 100, 100), ("PLATE", "A-01", 4, 4), ("PLATE", "A-02", 3, 3), ("MUG-CASE", None, 0, 8)]


def test_an_allocation_shows_in_the_case_and_in_the_each(cin7):
    place(cin7, ("MUG-CASE", 3))

    (mug, *_, case) = availability(cin7)

    assert (mug["OnHand"], mug["Allocated"], mug["Available"], case["Available"]) == (100, 36, 64, 5)


def test_a_row_whose_stock_is_all_promised_is_still_shown(cin7):
    place(cin7, ("MUG", 100))

    assert availability(cin7, "Sku=MUG")[0]["Available"] == 0


@pytest.mark.parametrize(("change", "text"), [
    ({"Customer": "Nobody"}, "Customer 'Nobody' was not found"),
    ({"Customer": ""}, "Customer is required"),
    ({"Location": "Nowhere"}, "Location 'Nowhere' was not found in reference book"),
    ({"TaxRule": "None"}, "Tax rule 'None' was not found in reference book"),
    ({"Terms": "Net 7"}, "Active payment term with name Net 7 was not found in Payment Terms reference book"),
    ({"PriceTier": "Gold"}, "Price tier 'Gold' was not found"),
    ({"SalesRepresentative": "Bob"}, "'Bob' was not found in Company Contacts reference book"),
    ({"Carrier": "Mule"}, "Carrier 'Mule' was not found in reference book"),
    ({"SaleType": "Odd"}, "SaleType must be Simple or Advanced"),
    ({"SaleOrderDate": "soon"}, "SaleOrderDate is not a date"),
    ({"ShippingAddress": {"City": "Kent"}}, "ShippingAddress: Line1 and Country are required"),
    ({"ExternalID": "x" * 257}, "ExternalID must not be longer than 256 characters"),
])  # fmt: skip
def test_a_faulty_header_is_refused_in_words(cin7, change, text):
    answer = cin7.ask("POST", "/sale", json=HEADER | change)

    assert (answer.status_code, texts(answer)) == (400, [text])


def test_a_locked_period_and_an_inactive_customer_take_no_sale(cin7):
    (customer,) = COMPANY["customers"]
    cin7.become(COMPANY | {"me": {"LockDate": "2026-10-31T00:00:00"},
                           "customers": [customer, customer | {"Name": "Gone", "Status": "Deprecated"}]})  # fmt: skip

    locked = cin7.ask("POST", "/sale", json=HEADER | {"SaleOrderDate": "2026-10-31"})
    inactive = cin7.ask("POST", "/sale", json=HEADER | {"Customer": "Gone"})

    assert [answer.status_code for answer in (locked, inactive)] == [400, 400]


def test_two_sales_with_the_same_keys_are_two_sales(cin7):
    ids = {create(cin7, ExternalID="one", CustomerReference="PO")["ID"] for _ in range(2)}

    assert len(ids) == 2
    assert cin7.ask("GET", "/saleList?ExternalID=one").json()["Total"] == 2


def test_the_list_of_sales_searches_within_words_and_filters_by_status(cin7):
    place(cin7, ("MUG", 1), CustomerReference="4AB7XY2P")
    create(cin7, CustomerReference="OTHER")

    def references(query):
        return [row["CustomerReference"] for row in cin7.ask("GET", f"/saleList?{query}").json()["SaleList"]]

    assert references("Search=ab7x") == ["4AB7XY2P"]
    assert references("OrderStatus=authorised") == ["4AB7XY2P"]
    assert references("CustomerReference=OTHER") == ["4AB7XY2P", "OTHER"]


def test_an_unshared_ship_to_becomes_an_address_of_the_customer(cin7):
    place_of = {"Line1": "1 FC Way", "Country": "USA"}
    create(cin7, ShippingAddress=place_of)
    create(cin7, ShippingAddress=place_of)

    (customer,) = cin7.ask("GET", "/customer").json()["CustomerList"]
    assert [each["Line1"] for each in customer["Addresses"]] == ["1 FC Way"]


@pytest.mark.parametrize(("change", "text"), [
    ({"SKU": "NONE"}, "Product with SKU 'NONE' and ID '' was not found"),
    ({"SKU": "JUG"}, "Product 'JUG' is deprecated"),
    ({"Quantity": None}, "Lines: Quantity is required for product 'MUG'"),
    ({"Price": None}, "Lines: Price is required for product 'MUG'"),
    ({"Total": None}, "Lines: Total is required for product 'MUG'"),
    ({"TaxRule": None}, "Lines: TaxRule is required for product 'MUG'"),
    ({"TaxRule": "Tax Exempt (old)"}, "Tax rule 'Tax Exempt (old)' was not found in reference book"),
    ({"Quantity": 0.5, "Total": 1.25}, "Quantity: Minimal value is 1"),
    ({"Total": 7.6}, "Total of product 'MUG' is 7.6 and should be 7.5"),
    ({"Quantity": "three"}, "Quantity is not a number"),
])  # fmt: skip
def test_a_faulty_line_is_refused_in_words_and_nothing_is_allocated(cin7, change, text):
    answer = order(cin7, LINE | change)

    assert (answer.status_code, texts(answer)) == (400, [text])
    assert availability(cin7, "Sku=MUG")[0]["Allocated"] == 0


def test_one_product_twice_is_refused_in_the_words_of_cin7(cin7):
    answer = order(cin7, LINE, LINE)

    assert texts(answer) == ["It is impossible to use product with one SKU more once in Lines"]


def test_tax_comes_on_top_of_the_lines_total(cin7):
    told = order(cin7, LINE | {"TaxRule": "VAT"}).json()

    assert (told["TotalBeforeTax"], told["Tax"], told["Total"]) == (7.5, 1.5, 9)


def test_a_draft_allocates_nothing_and_is_overwritten(cin7):
    sale_id = create(cin7)["ID"]
    authorise(cin7, sale_id, ("MUG", 5), status="DRAFT")

    drafted = sale_of(cin7, sale_id)
    told = authorise(cin7, sale_id, ("PLATE", 2)).json()

    assert (drafted["Status"], drafted["Order"]["Lines"][0]["BackorderQuantity"]) == ("ORDERING", 0)
    assert [line["SKU"] for line in told["Lines"]] == ["PLATE"]
    assert availability(cin7, "Sku=MUG")[0]["Allocated"] == 0


@pytest.mark.parametrize(("quantity", "status", "missing"), [(100, "ORDERED", 0), (101, "BACKORDERED", 1)])
def test_what_is_not_there_is_back_ordered_in_silence(cin7, quantity, status, missing):
    told = place(cin7, ("MUG", quantity))

    assert told["Lines"][0]["BackorderQuantity"] == missing
    assert sale_of(cin7, told["ID"])["Status"] == status


def test_an_authorised_order_takes_no_second_one_until_it_is_undone(cin7):
    sale_id = place(cin7, ("MUG", 100))["ID"]
    refused = authorise(cin7, sale_id, ("MUG", 1))

    cin7.ask("DELETE", f"/sale?ID={sale_id.upper()}")
    undone = sale_of(cin7, sale_id)

    assert texts(refused) == ["Sale Order is already AUTHORISED and cannot be changed"]
    assert (undone["Order"]["Status"], len(undone["Order"]["Lines"])) == ("DRAFT", 1)
    assert authorise(cin7, sale_id, ("MUG", 100)).json()["Lines"][0]["BackorderQuantity"] == 0


def test_a_void_sale_is_empty_and_for_good(cin7):
    sale_id = place(cin7, ("MUG", 100))["ID"]

    cin7.ask("DELETE", f"/sale?ID={sale_id}&Void=true")

    void = sale_of(cin7, sale_id)
    assert (void["Status"], void["Order"]["Status"], void["Order"]["Lines"]) == ("VOIDED", "VOIDED", [])
    assert authorise(cin7, sale_id, ("MUG", 1)).status_code == 400
    assert cin7.ask("PUT", "/sale", json={"ID": sale_id, "Note": "x"}).status_code == 400
    assert availability(cin7, "Sku=MUG")[0]["Available"] == 100


def test_a_header_is_changed_in_what_is_named(cin7):
    sale_id = create(cin7, Note="old", CustomerReference="PO")["ID"]

    told = cin7.ask("PUT", "/sale", json={"ID": sale_id, "Note": "new", "Unknown": 1}).json()

    assert (told["Note"], told["CustomerReference"]) == ("new", "PO")


def test_a_discount_that_the_tenant_gives_by_itself_lowers_the_line(cin7):
    (customer,) = COMPANY["customers"]
    cin7.become(COMPANY | {"me": {"AutomaticallyApplyDiscounts": True}, "customers": [customer | {"Discount": 20}]})

    (line,) = order(cin7, LINE).json()["Lines"]

    assert (line["Price"], line["Discount"], line["Total"]) == (2.5, 20, 6)


def test_time_stamps_carry_a_z_and_dates_none(cin7):
    told = create(cin7, ShipBy="2026-11-30T00:00:00")

    assert told["LastModifiedOn"].endswith("Z")
    assert (told["ShipBy"], told["Location"]) == ("2026-11-30T00:00:00", LOCATION)
