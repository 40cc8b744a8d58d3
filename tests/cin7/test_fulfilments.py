"""What Cin7 says of packing, shipping and invoices, against the sandbox and in the odd shapes that it takes."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from include.cin7 import sales
from include.cin7.client import Cin7Client, Lane
from include.cin7.fulfilments import Fulfilment, Invoice, ShippedSale, fetch_shipped, split_boxes
from include.cin7.invoices import InvoiceDraft, InvoiceLineDraft, create_invoice, find_invoice
from include.errors import RejectedError, UncertainOutcome
from tests.purchase_orders.trade import UnlimitedLimiter
from tests.sandbox.cin7_calls import bill, pack, picked, place, ship, shipped
from tests.sandbox.cin7_process import ACCOUNT, KEY, LOCATION


@pytest.fixture
def client(cin7):
    opened = Cin7Client(cin7.url, ACCOUNT, KEY, UnlimitedLimiter(), lane=Lane.BULK, timeout=5)
    yield opened
    opened.close()


LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def draft(sale_id, *, memo="vendorlane:amazon_us:4AB7XY2P:S1", number=1):
    line = InvoiceLineDraft("MUG", None, "A mug", Decimal(12), Decimal("4.25"), "Tax Exempt", None)
    return InvoiceDraft(sale_id, memo, date(2026, 11, 27), date(2027, 1, 26), number, (line,))


def invoices_of(cin7, sale_id):
    return cin7.ask("GET", f"/sale?ID={sale_id}").json()["Invoices"]


# --- packed and shipped ---------------------------------------------------------------------------------------------


def test_one_call_brings_what_was_packed_shipped_and_invoiced(cin7, client):
    sale_id = place(cin7, ("MUG", 12))["ID"]
    task_id = shipped(cin7, sale_id, ("MUG", LOCATION, 7, "Box 1"), ("MUG", LOCATION, 5, "Box, the second"))
    bill(cin7, sale_id, ("MUG", 12, 4.25), LinkedFulfillmentNumber="1")

    sale = fetch_shipped(client, sale_id.upper())

    ((fulfilment,), (invoice,)) = sale.fulfilments, sale.invoices
    assert (fulfilment.task_id, fulfilment.number, fulfilment.is_packed, fulfilment.is_shipped) == (
        task_id, 1, True, True)  # fmt: skip
    assert [(line.box, line.quantity) for line in fulfilment.packed] == [("Box 1", 7), ("Box, the second", 5)]
    assert [(line.boxes, line.shipped_on) for line in fulfilment.shipped] == [
        (("Box 1",), date(2026, 11, 27)), (("Box, the second",), date(2026, 11, 27))]  # fmt: skip
    assert (invoice.status, invoice.fulfilment_number, invoice.total) == ("AUTHORISED", 1, Decimal(51))


def test_what_is_packed_and_not_shipped_says_so(cin7, client):
    sale_id = place(cin7, ("MUG", 12))["ID"]
    task_id = picked(cin7, sale_id)
    pack(cin7, task_id, ("MUG", LOCATION, 7, "Box 1"), ("MUG", LOCATION, 5, "Box 2"))
    ship(cin7, task_id, ("Box 1", True), ("Box 2", False), status="PARTIALLY AUTHORISED")

    (fulfilment,) = fetch_shipped(client, sale_id).fulfilments

    assert (fulfilment.is_packed, fulfilment.is_shipped) == (True, False)
    assert {line.boxes: line.is_shipped for line in fulfilment.shipped} == {("Box 1",): True, ("Box 2",): False}


def test_what_was_voided_is_left_out(cin7, client):
    sale_id = place(cin7, ("MUG", 12))["ID"]
    task_id = shipped(cin7, sale_id, ("MUG", LOCATION, 12, "Box 1"))
    bill(cin7, sale_id, ("MUG", 12, 4.25))
    (made,) = invoices_of(cin7, sale_id)
    cin7.ask("DELETE", f"/sale/invoice?TaskID={made['TaskID']}&Void=true")
    cin7.ask("DELETE", f"/sale/fulfilment?TaskID={task_id}&Void=true")

    sale = fetch_shipped(client, sale_id)

    assert (sale.fulfilments, sale.invoices) == ((), ())


def test_the_list_says_which_sales_may_be_packed(cin7, client):
    untouched, packed = place(cin7, ("MUG", 1))["ID"], place(cin7, ("MUG", 1))["ID"]
    shipped(cin7, packed, ("MUG", LOCATION, 1, "Box 1"))

    rows = {row.sale_id: row.may_be_packed for row in sales.list_changed(client, LONG_AGO)}

    assert rows == {untouched: False, packed: True}


@pytest.mark.parametrize("value", ["Partially Packed", "PACKING", "something new"])
def test_a_status_in_any_case_or_unknown_is_looked_at(value):
    assert sales.SaleRow.from_json({"SaleID": "x", "CombinedPackingStatus": value}).may_be_packed


@pytest.mark.parametrize(
    ("joined", "packed", "boxes"),
    [
        ("Box 1,Box 2", {"Box 1", "Box 2"}, ["Box 1", "Box 2"]),
        ("Box 1, Box 10", {"Box 1", "Box 10"}, ["Box 1", "Box 10"]),
        ("Box, left,Box", {"Box", "Box, left"}, ["Box, left", "Box"]),
        ("", {""}, [""]),
        ("Other,Box 1", {"Box 1"}, ["Other", "Box 1"]),
        ("Box 1 and more", {"Box 1"}, ["Box 1 and more"]),
    ],
)
def test_boxes_are_told_apart_by_the_names_that_were_packed(joined, packed, boxes):
    assert list(split_boxes(joined, packed)) == boxes


def test_a_fulfilment_of_nulls_is_nothing_packed():
    told = {
        "TaskID": "A",
        "FulfillmentNumber": None,
        "Pick": None,
        "Pack": {"Status": None, "Lines": None},
        "Ship": None,
    }

    fulfilment = Fulfilment.from_json(told)

    assert (fulfilment.is_packed, fulfilment.packed, fulfilment.shipped) == (False, (), ())


def test_an_invoice_in_numbers_as_text_and_without_totals_adds_up_its_lines():
    told = {
        "TaskID": "B",
        "InvoiceNumber": "INV-1",
        "Status": "Authorised",
        "LinkedFulfillmentNumber": "2",
        "Lines": [{"SKU": "MUG", "Quantity": "3", "Price": "2.0000", "Discount": 10, "Total": "5.40"}],
        "AdditionalCharges": [{"Description": "Freight", "Total": 4}],
    }

    invoice = Invoice.from_json(told)

    assert (invoice.status, invoice.fulfilment_number, invoice.total) == ("AUTHORISED", 2, Decimal("9.40"))
    assert invoice.lines[0].price == Decimal("1.8")


@pytest.mark.parametrize(
    ("number", "status", "total", "quantities"),
    [
        ("INV-1", "Authorised", "6.00", [3, -1]),
        ("INV-1", "DRAFT", "9.00", [3]),
        ("INV-1", "VOIDED", "9.00", [3]),
        ("INV-2", "AUTHORISED", "9.00", [3]),
    ],
)
def test_what_was_credited_of_an_invoice_is_taken_off_it(number, status, total, quantities):
    line = {"SKU": "MUG", "Quantity": 3, "Price": 3, "Total": 9}
    told = {
        "ID": "C",
        "Invoices": [{"TaskID": "B", "InvoiceNumber": "INV-1", "Status": "AUTHORISED", "Lines": [line], "Total": 9}],
        "CreditNotes": [
            {"TaskID": "D", "CreditNoteNumber": "CR-1", "CreditNoteInvoiceNumber": number, "Status": status,
             "Lines": [line | {"Quantity": 1, "Total": 3}], "Total": 3}
        ],
    }  # fmt: skip

    (invoice,) = ShippedSale.from_json(told).invoices

    assert invoice.total == Decimal(total)
    assert [line.quantity for line in invoice.lines] == quantities


def test_a_sale_without_fulfilments_is_empty():
    assert ShippedSale.from_json({"ID": "C", "Status": "Voided"}) == ShippedSale("c", True, None, (), ())


# --- an invoice made ------------------------------------------------------------------------------------------------


def test_an_invoice_is_made_and_authorised_in_one_call(cin7, client):
    sale_id = place(cin7, ("MUG", 12))["ID"]
    shipped(cin7, sale_id, ("MUG", LOCATION, 12, "Box 1"))

    made = create_invoice(client, draft(sale_id))

    (theirs,) = invoices_of(cin7, sale_id)
    assert (theirs["Status"], theirs["InvoiceNumber"], theirs["LinkedFulfillmentNumber"]) == (
        "AUTHORISED", made.number, "1")  # fmt: skip
    assert made.total == Decimal(51)


def test_an_invoice_whose_answer_was_lost_is_found_by_its_memo(cin7, client):
    sale_id = place(cin7, ("MUG", 12))["ID"]
    shipped(cin7, sale_id, ("MUG", LOCATION, 12, "Box 1"))
    cin7.behave(drop_answer_next=["POST /sale/invoice"])

    with pytest.raises(UncertainOutcome):
        create_invoice(client, draft(sale_id))

    found = find_invoice(client, sale_id, draft(sale_id).memo)
    assert found is not None and found.total == Decimal(51)
    assert find_invoice(client, sale_id, "another key") is None


def test_an_invoice_that_cin7_refuses_is_a_rejection_in_its_words(cin7, client):
    sale_id = place(cin7, ("MUG", 12))["ID"]

    with pytest.raises(RejectedError) as refusal:
        create_invoice(client, InvoiceDraft(sale_id, "key", date(2026, 11, 27), date(2027, 1, 26), None, ()))

    assert refusal.value.reasons
