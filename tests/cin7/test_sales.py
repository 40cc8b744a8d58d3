"""Sales: made in two calls, found again after a lost answer, undone, voided, and never believed unread."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from include.cin7 import sales
from include.cin7.reference import fetch_customer, fetch_tax_percent, fetch_tenant
from include.cin7.values import SaleHeader, SaleLineDraft, ShipTo
from include.errors import RejectedError, TransientError, UncertainOutcome
from tests.cin7.odd_server import Reply
from tests.sandbox.cin7_process import COMPANY, LOCATION

HEADER = SaleHeader(
    customer="Amazon Vendor US",
    customer_id=None,
    location=LOCATION,
    tax_rule="Tax Exempt",
    price_tier="Amazon",
    customer_reference="4AB7XY2P",
    external_id="vendorlane:us:4AB7XY2P:1.1",
    ordered_on=date(2026, 11, 23),
    required_by=date(2026, 11, 30),
)


def line(sku="MUG", quantity=10, price="4.25", **changes):
    draft = SaleLineDraft(sku, None, sku.title(), Decimal(quantity), Decimal(price), "Tax Exempt", "line 1")
    return replace(draft, **changes)


def place(client, *lines, header=HEADER):
    sale = sales.create_sale(client, header)
    return sales.authorise_order(client, sale.sale_id, lines or [line()], "Amazon 4AB7XY2P")


def find(client, reference="4AB7XY2P", external_id=HEADER.external_id):
    return sales.find_sales(client, external_id=external_id, customer_reference=reference)


def test_a_header_is_a_sale_that_waits_for_its_order(client):
    sale = sales.create_sale(client, HEADER)

    assert sale.lines == ()
    assert (sale.order_status, sale.customer_reference, sale.external_id) == (
        "NOT AVAILABLE", "4AB7XY2P", HEADER.external_id)  # fmt: skip
    assert sales.fetch_sale(client, sale.sale_id) == sale


def test_the_whole_header_arrives(cin7, client):
    place_of = ShipTo("Amazon PHX6", "4750 W Mohave St", None, "Phoenix", "AZ", "85043", "US")
    header = replace(HEADER, terms="Net 60", sales_representative="Vendor Desk", revenue_account="200",
                     carrier="DEFAULT Carrier", note="N" * 2_000, ship_to=place_of,
                     billing=replace(place_of, company=None), tax_inclusive=True)  # fmt: skip

    sales.create_sale(client, header)

    (kept,) = cin7.get("sales")["sales"]
    assert (kept["Type"], kept["SkipQuote"], kept["Status"]) == ("Advanced Sale", True, "ESTIMATED")
    assert (kept["Terms"], kept["SalesRepresentative"], kept["DefaultAccount"]) == ("Net 60", "Vendor Desk", "200")
    assert (kept["Carrier"], kept["TaxCalculation"], len(kept["Note"])) == ("DEFAULT Carrier", "Inclusive", 1024)
    assert (kept["ShipBy"], kept["SaleOrderDate"]) == ("2026-11-30T00:00:00", "2026-11-23T00:00:00")
    assert (kept["ShippingAddress"]["Company"], kept["ShippingAddress"]["ShipToOther"]) == ("Amazon PHX6", True)
    assert kept["BillingAddress"]["Line1"] == "4750 W Mohave St"


def test_a_ship_to_does_not_grow_the_customers_card(cin7, client):
    header = replace(HEADER, ship_to=ShipTo(None, "1 FC Way", None, None, None, None, "US"))

    sales.create_sale(client, header)

    (customer,) = cin7.ask("GET", "/customer").json()["CustomerList"]
    assert customer.get("Addresses", []) == []


def test_a_foreign_currency_without_its_rate_is_refused_and_never_booked_at_one(cin7, client):
    cin7.become(COMPANY | {"me": {"Currency": "GBP"}})
    with pytest.raises(RejectedError, match="Please specify CurrencyRate"):
        sales.create_sale(client, HEADER)

    sales.create_sale(client, replace(HEADER, currency_rate=Decimal("0.79123")))

    (kept,) = cin7.get("sales")["sales"]
    assert kept["CurrencyRate"] == 0.79123


def test_an_authorised_order_says_what_is_allocated_and_what_is_not(client):
    sale = place(client, line("MUG", 120), line("PLATE", 7, "10.0001"))

    assert sale.order_status == "AUTHORISED"
    assert [(each.sku, each.quantity, each.back_ordered) for each in sale.lines] == [
        ("MUG", 120, 20), ("PLATE", 7, 0)]  # fmt: skip
    assert sale.lines[1].price == Decimal("10.0001")
    assert sales.fetch_sale(client, sale.sale_id).lines == sale.lines


@pytest.mark.parametrize(("quantity", "price"), [(3, "0.3333"), (7, "1.005"), (1, "0.0001"), (99999, "12345.6789")])
def test_totals_are_what_cin7_works_out(client, quantity, price):
    sale = place(client, line("MUG", quantity, price))

    assert sale.lines[0].price == Decimal(price)


def test_the_same_product_twice_is_refused_in_cin7s_words(client):
    with pytest.raises(RejectedError, match="one SKU more once"):
        place(client, line(), line())


def test_an_authorised_order_cannot_be_amended(client):
    sale = place(client)

    with pytest.raises(RejectedError, match="already AUTHORISED"):
        sales.authorise_order(client, sale.sale_id, [line("MUG", 20)], "")


def test_a_comment_too_long_is_cut(cin7, client):
    place(client, line(comment="1, 2, 3, " * 100))

    (kept,) = cin7.get("sales")["sales"]
    assert len(kept["Order"]["Lines"][0]["Comment"]) == 256


def test_a_discount_that_cin7_gave_by_itself_shows_in_the_price(cin7, client):
    (customer,) = COMPANY["customers"]
    cin7.become(COMPANY | {"me": {"AutomaticallyApplyDiscounts": True}, "customers": [customer | {"Discount": 10}]})

    sale = place(client, line(price="4.20"))

    assert sale.lines[0].price == Decimal("3.78")


def test_a_sale_is_found_by_its_external_id_and_by_its_reference(cin7, client):
    placed = place(client)
    cin7.post("sales", {"customer_reference": "BYHAND01", "lines": [{"sku": "MUG", "quantity": 1}]})

    (by_key,) = find(client, reference="nothing")
    (by_hand,) = find(client, reference="BYHAND01", external_id="nothing")

    assert (by_key.sale_id, by_key.order_status) == (placed.sale_id, "AUTHORISED")
    assert (by_hand.customer_reference, by_hand.external_id) == ("BYHAND01", "")


@pytest.mark.parametrize("keyed", ["byhand01", " BYHAND01 "])
def test_a_reference_keyed_carelessly_is_found_too(cin7, client, keyed):
    cin7.post("sales", {"customer_reference": keyed, "lines": []})

    assert len(find(client, reference="BYHAND01", external_id="nothing")) == 1


def test_a_search_that_matches_more_finds_only_the_order_itself(cin7, client):
    for reference in ("4AB7XY2P", "4AB7XY2P-OLD", "X4AB7XY2P"):
        cin7.post("sales", {"customer_reference": reference, "lines": []})

    assert [row.customer_reference for row in find(client)] == ["4AB7XY2P"]


def test_a_filter_that_is_ignored_still_finds_the_sale_on_a_later_page(odd, odd_client):
    every = [{"SaleID": f"ID-{number}", "CustomerReference": f"PO{number}"} for number in range(1_200)]
    odd.answer = lambda asked: Reply(body=json.dumps(
        {"Total": 1_200, "SaleList": every[1_000 * (int(asked.query["Page"]) - 1) :][:1_000]}))  # fmt: skip

    (found,) = find(odd_client, reference="PO1150", external_id="nothing")

    assert found.sale_id == "id-1150"


def test_a_look_up_costs_two_calls(cin7, client):
    find(client)

    assert cin7.get("counts")["by_kind"] == {"GET /salelist": 2}


def test_a_sale_whose_answer_was_lost_is_there_to_be_found(cin7, client):
    cin7.behave(drop_answer_next=["POST /sale", "POST /sale/order"])

    with pytest.raises(UncertainOutcome):
        sales.create_sale(client, HEADER)
    (found,) = find(client)
    with pytest.raises(UncertainOutcome):
        sales.authorise_order(client, found.sale_id, [line()], "")

    assert [each.quantity for each in sales.fetch_sale(client, found.sale_id).lines] == [10]
    assert len(cin7.get("sales")["sales"]) == 1


def test_changed_sales_are_listed_since_an_instant_without_a_z(cin7, client):
    cin7.behave(refuse_zone_in_dates=True)
    place(client)
    now = datetime.now(UTC)

    assert [row.status for row in sales.list_changed(client, now - timedelta(minutes=1))] == ["ORDERED"]
    assert list(sales.list_changed(client, now + timedelta(minutes=1))) == []


def test_an_undone_sale_lets_its_stock_go_and_can_be_authorised_anew(client):
    sale = place(client, line("MUG", 100))

    sales.undo_sale(client, sale.sale_id)

    assert sales.fetch_sale(client, sale.sale_id).order_status == "DRAFT"
    again = sales.authorise_order(client, sale.sale_id, [line("MUG", 40)], "")
    assert [(each.quantity, each.back_ordered) for each in again.lines] == [(40, 0)]


@pytest.mark.parametrize("ignored", [True, False])
def test_what_an_undo_or_a_void_did_is_read_back(cin7, client, ignored):
    undone, voided = place(client), place(client)
    cin7.behave(undo_ignored=ignored, void_ignored=ignored)

    sales.undo_sale(client, undone.sale_id)
    sales.void_sale(client, voided.sale_id)

    assert sales.fetch_sale(client, undone.sale_id).order_status == ("AUTHORISED" if ignored else "DRAFT")
    assert sales.fetch_sale(client, voided.sale_id).status == ("ORDERED" if ignored else "VOIDED")


def test_a_picked_sale_is_seen_as_picked(cin7, client):
    sale = place(client)
    cin7.post(f"sales/{sale.sale_id}", {"pick": True})

    assert sales.fetch_sale(client, sale.sale_id).is_picked
    with pytest.raises(RejectedError):
        sales.void_sale(client, sale.sale_id)


def test_a_header_is_written_anew(client):
    sale = place(client)

    sales.update_header(client, sale.sale_id, replace(HEADER, customer_reference="4AB7XY2Q"))

    assert sales.fetch_sale(client, sale.sale_id).customer_reference == "4AB7XY2Q"


def test_ids_are_the_same_in_any_case(client):
    sale = place(client)

    assert sales.fetch_sale(client, sale.sale_id.upper()).sale_id == sale.sale_id


def test_another_sale_than_the_one_asked_for_is_not_believed(odd, odd_client):
    odd.always(body='{"ID": "OTHER", "Order": {"Lines": []}}')

    with pytest.raises(TransientError, match="answered other"):
        sales.fetch_sale(odd_client, "mine")


@pytest.mark.parametrize("body", ['{}', '{"Success": true}', '{"ID": "A", "Order": {"Lines": [{"Quantity": "ten"}]}}',
                                  '{"ID": "A", "Order": [1]}'])  # fmt: skip
def test_a_header_whose_answer_names_no_sale_is_looked_up(odd, odd_client, body):
    odd.always(body=body)

    with pytest.raises(UncertainOutcome):
        sales.create_sale(odd_client, HEADER)


@pytest.mark.parametrize(
    "body", ["{}", '{"SaleID": "OTHER", "Status": "AUTHORISED"}', '{"SaleID": "MINE", "Lines": 3}']
)
def test_an_order_whose_answer_is_of_no_use_is_looked_up(odd, odd_client, body):
    odd.always(body=body)

    with pytest.raises(UncertainOutcome):
        sales.authorise_order(odd_client, "mine", [line()], "")


def test_numbers_of_an_order_are_sent_as_they_are(odd, odd_client):
    odd.always(body='{"SaleID": "S"}')

    sales.authorise_order(odd_client, "s", [line(quantity="7", price="3.3333")], "")

    sent = json.loads(odd.asked[0].body, parse_float=Decimal)["Lines"][0]
    assert (sent["Quantity"], sent["Price"], sent["Total"]) == (7, Decimal("3.3333"), Decimal("23.3331"))
    assert "ProductID" not in sent


# --- what is asked before a sale is placed ---------------------------------------------------------------------------


def test_the_tenant_tells_its_lock_its_discounts_and_its_currency(cin7, client):
    cin7.become(COMPANY | {"me": {"LockDate": "2026-10-31T00:00:00", "AutomaticallyApplyDiscounts": True}})

    tenant = fetch_tenant(client)

    assert (tenant.locked_until, tenant.applies_discounts, tenant.currency) == (date(2026, 10, 31), True, "USD")


def test_a_customer_is_the_one_of_exactly_this_name(cin7, client):
    names = ("Amazon Vendor US East", "amazon vendor us")
    cin7.become(COMPANY | {"customers": [{"Name": name, "IsOnCreditHold": name.islower()} for name in names]})

    customer = fetch_customer(client, "Amazon Vendor US")

    assert (customer.name, customer.is_on_hold) == ("amazon vendor us", True)
    assert fetch_customer(client, "Amazon") is None


def test_a_tax_rule_is_the_one_of_exactly_this_name(client):
    assert fetch_tax_percent(client, "VAT") == 20
    assert fetch_tax_percent(client, "Tax Exempt") == 0
    assert fetch_tax_percent(client, "Tax") is None


@pytest.mark.parametrize("reply", [Reply(400, '[{"ErrorCode":400,"Exception":"Account with specified ID not found"}]'),
                                   Reply(body="<html>Page not found</html>")])  # fmt: skip
def test_what_cin7_does_not_tell_is_unknown(odd, odd_client, reply):
    odd.answer = lambda _: reply

    assert fetch_tax_percent(odd_client, "VAT") is None
    assert fetch_tenant(odd_client) is None


def test_what_cin7_cannot_tell_just_now_is_not_taken_for_unknown(odd, odd_client):
    odd.always(503, "")

    for ask in (lambda: fetch_tenant(odd_client), lambda: fetch_customer(odd_client, "x")):
        with pytest.raises(TransientError):
            ask()
