"""The sandbox's Cin7 Core invoices as the API does: twice, if it is asked twice."""

from __future__ import annotations

import httpx2
import pytest

from tests.sandbox.cin7_calls import (
    EMPTY_TASK,
    authorise,
    bill,
    create,
    place,
    row_of,
    sale_of,
    shipped,
    texts,
)
from tests.sandbox.cin7_process import COMPANY, LOCATION


def invoices_of(cin7, sale_id):
    return cin7.ask("GET", f"/sale/invoice?SaleID={sale_id}").json()["Invoices"]


def test_an_invoice_adds_up_and_stands_in_the_sale_and_in_the_list(cin7):
    sale = place(cin7, ("MUG", 10), ("PLATE", 2))
    charge = {"Description": "Freight", "Quantity": 1, "Price": 7.5, "Tax": 1.5, "TaxRule": "VAT"}

    told = bill(cin7, sale["ID"], ("MUG", 10, 2), ("PLATE", 2, 2), AdditionalCharges=[charge], Memo="thanks").json()

    (invoice,) = sale_of(cin7, sale["ID"])["Invoices"]
    row = row_of(cin7, sale["ID"])
    assert told == {"SaleID": sale["ID"], "Invoices": [invoice]}
    assert [invoice[name] for name in ("InvoiceNumber", "Status", "Memo")] == ["INV-00001", "AUTHORISED", "thanks"]
    assert [invoice[name] for name in ("TotalBeforeTax", "Tax", "Total", "Paid")] == [31.5, 1.5, 33, 0]
    assert (invoice["InvoiceDate"], invoice["InvoiceDueDate"]) == ("2026-11-27T00:00:00", "2027-01-26T00:00:00")
    assert [row[name] for name in ("InvoiceNumber", "InvoiceAmount", "CombinedInvoiceStatus", "Status")] == [
        "INV-00001", 33, "INVOICED", "INVOICED"]  # fmt: skip
    assert cin7.ask("GET", "/saleList?Search=inv-00001").json()["Total"] == 1


def test_nothing_guards_against_the_same_invoice_twice(cin7):
    sale = place(cin7, ("MUG", 10))

    for _ in range(2):
        bill(cin7, sale["ID"], ("MUG", 10, 2))

    first, second = invoices_of(cin7, sale["ID"])
    assert [each["InvoiceNumber"] for each in (first, second)] == ["INV-00001", "INV-00002"]
    assert first["TaskID"] != second["TaskID"] != EMPTY_TASK
    assert row_of(cin7, sale["ID"])["InvoiceAmount"] == 40


@pytest.mark.parametrize("number_at", ["authorisation", "creation"])
def test_a_draft_is_overwritten_under_its_id_and_an_authorised_one_is_not(cin7, number_at):
    cin7.behave(invoice_number_at=number_at)
    sale = place(cin7, ("MUG", 10))
    (draft,) = bill(cin7, sale["ID"], ("MUG", 10, 2), status="DRAFT").json()["Invoices"]
    drafted = row_of(cin7, sale["ID"])

    bill(cin7, sale["ID"], ("MUG", 4, 2), task_id=draft["TaskID"].upper())
    refused = bill(cin7, sale["ID"], ("MUG", 5, 2), task_id=draft["TaskID"])

    (invoice,) = invoices_of(cin7, sale["ID"])
    assert draft["InvoiceNumber"] == ("" if number_at == "authorisation" else "INV-00001")
    assert (drafted["CombinedInvoiceStatus"], drafted["Status"]) == ("NOT INVOICED", "INVOICING")
    assert (invoice["InvoiceNumber"], invoice["Lines"][0]["Quantity"]) == ("INV-00001", 4)
    assert texts(refused) == ["Invoice is already AUTHORISED and cannot be changed"]
    assert row_of(cin7, sale["ID"])["CombinedInvoiceStatus"] == "PARTIALLY INVOICED"


def test_a_put_keeps_what_it_leaves_out_and_an_empty_list_empties(cin7):
    sale = place(cin7, ("MUG", 10))
    charge = {"Description": "Freight", "Quantity": 1, "Price": 5, "Tax": 0, "TaxRule": "Tax Exempt"}
    (draft,) = bill(cin7, sale["ID"], ("MUG", 10, 2), status="DRAFT", AdditionalCharges=[charge]).json()["Invoices"]
    body = {"SaleID": sale["ID"], "TaskID": draft["TaskID"]}

    (changed,) = cin7.ask("PUT", "/sale/invoice", json=body | {"Memo": "123", "AdditionalCharges": []}).json()[
        "Invoices"
    ]
    (authorised,) = cin7.ask("PUT", "/sale/invoice", json=body | {"Status": "AUTHORISED"}).json()["Invoices"]

    assert changed == draft | {"Memo": "123", "AdditionalCharges": [], "TotalBeforeTax": 20, "Total": 20}
    assert authorised == changed | {"Status": "AUTHORISED", "InvoiceNumber": "INV-00001"}
    assert cin7.ask("PUT", "/sale/invoice", json=body | {"Memo": "4"}).status_code == 400


@pytest.mark.parametrize(("change", "text"), [
    ({"SKU": "NONE"}, "Product with SKU 'NONE' and ID '' was not found"),
    ({"Quantity": None}, "Lines: Quantity is required for 'MUG'"),
    ({"Tax": None}, "Lines: Tax is required for 'MUG'"),
    ({"Quantity": 0}, "Quantity: Minimal value is 1"),
    ({"Total": 21}, "Total of 'MUG' is 21 and should be 20"),
    ({"TaxRule": "Tax Exempt (old)"}, "Tax rule 'Tax Exempt (old)' was not found in reference book"),
])  # fmt: skip
def test_a_faulty_line_is_refused_in_words_and_no_invoice_is_made(cin7, change, text):
    sale = place(cin7, ("MUG", 10))
    line = {"SKU": "MUG", "Quantity": 10, "Price": 2, "Tax": 0, "Total": 20, "TaxRule": "Tax Exempt"} | change

    answer = bill(cin7, sale["ID"], Lines=[line])

    assert (answer.status_code, texts(answer)) == (400, [text])
    assert invoices_of(cin7, sale["ID"]) == []


@pytest.mark.parametrize("missing", ["TaskID", "Status", "InvoiceDate", "InvoiceDueDate", "Lines"])
def test_what_must_be_told_is_asked_for(cin7, missing):
    sale = place(cin7, ("MUG", 10))

    assert texts(bill(cin7, sale["ID"], ("MUG", 10, 2), **{missing: None})) == [f"{missing} is required"]


def test_the_order_must_be_authorised_and_the_period_open(cin7):
    cin7.become(COMPANY | {"me": {"LockDate": "2026-11-27T00:00:00"}})
    draft = create(cin7)["ID"]
    authorise(cin7, draft, ("MUG", 1), status="DRAFT")
    sale = place(cin7, ("MUG", 1))

    assert texts(bill(cin7, draft, ("MUG", 1, 2))) == ["Sale Order must be authorised first"]
    assert texts(bill(cin7, sale["ID"], ("MUG", 1, 2))) == [
        "The period is locked: InvoiceDate must be after 2026-11-27"
    ]


def test_an_unknown_task_is_refused(cin7):
    sale = place(cin7, ("MUG", 1))

    answer = bill(cin7, sale["ID"], ("MUG", 1, 2), task_id="11111111-1111-1111-1111-111111111111")

    assert texts(answer) == ["Invoice with specified TaskID not found"]


def test_a_simple_sale_s_first_invoice_has_the_sale_s_own_id(cin7):
    sale = place(cin7, ("MUG", 1), SaleType="Simple")

    bill(cin7, sale["ID"], ("MUG", 1, 2), task_id=sale["ID"])

    assert invoices_of(cin7, sale["ID"])[0]["TaskID"] == sale["ID"]
    assert cin7.ask("DELETE", f"/sale/invoice?TaskID={sale['ID']}&Void=true").status_code == 400


def test_fulfilment_and_invoice_name_each_other(cin7):
    sale = place(cin7, ("MUG", 10))
    shipped(cin7, sale["ID"], ("MUG", LOCATION, 10, "Box 1"))
    before = sale_of(cin7, sale["ID"])["Fulfilments"][0]["LinkedInvoiceNumber"]

    (invoice,) = bill(cin7, sale["ID"], ("MUG", 10, 2), LinkedFulfillmentNumber="1").json()["Invoices"]
    linked = sale_of(cin7, sale["ID"])["Fulfilments"][0]["LinkedInvoiceNumber"]
    cin7.ask("DELETE", f"/sale/invoice?TaskID={invoice['TaskID']}&Void=true")

    assert (before, linked, invoice["LinkedFulfillmentNumber"]) == (None, "INV-00001", "1")
    assert sale_of(cin7, sale["ID"])["Fulfilments"][0]["LinkedInvoiceNumber"] is None


def test_a_voided_invoice_stays_with_no_lines_and_its_number_is_not_used_again(cin7):
    sale = place(cin7, ("MUG", 10))
    (invoice,) = bill(cin7, sale["ID"], ("MUG", 10, 2)).json()["Invoices"]

    cin7.ask("DELETE", f"/sale/invoice?TaskID={invoice['TaskID'].upper()}&Void=true")
    voided = row_of(cin7, sale["ID"])
    bill(cin7, sale["ID"], ("MUG", 10, 2))

    told = [(each["InvoiceNumber"], each["Status"], len(each["Lines"])) for each in invoices_of(cin7, sale["ID"])]
    assert told == [("INV-00001", "VOIDED", 0), ("INV-00002", "AUTHORISED", 1)]
    assert [voided[name] for name in ("InvoiceNumber", "InvoiceAmount", "CombinedInvoiceStatus")] == [
        "", 0, "NOT INVOICED"]  # fmt: skip


def test_an_invoice_may_be_taken_back_to_a_draft_or_stay_whatever_is_asked(cin7):
    sale = place(cin7, ("MUG", 10))
    (invoice,) = bill(cin7, sale["ID"], ("MUG", 10, 2)).json()["Invoices"]
    path = f"/sale/invoice?TaskID={invoice['TaskID']}"
    cin7.behave(invoice_void="refuse")
    refused = cin7.ask("DELETE", f"{path}&Void=true")
    cin7.behave(invoice_void="ignore")
    ignored = cin7.ask("DELETE", f"{path}&Void=true")
    cin7.behave(invoice_void="allow")

    (undone,) = cin7.ask("DELETE", path).json()["Invoices"]

    assert (refused.status_code, ignored.status_code) == (400, 200)
    assert ignored.json()["Invoices"] == [invoice]
    assert undone == invoice | {"Status": "DRAFT"}


@pytest.mark.parametrize(("cap", "statuses"), [("", [200, 200]), ("ordered", [200, 400]), ("shipped", [400, 400])])
def test_what_may_be_billed_is_open_or_ends_at_what_was_ordered_or_shipped(cin7, cap, statuses):
    cin7.behave(invoice_cap=cap)
    sale = place(cin7, ("MUG", 10))

    assert [bill(cin7, sale["ID"], ("MUG", count, 2)).status_code for count in (10, 1)] == statuses


def test_a_tenant_s_rule_of_one_sku_may_reach_the_invoice(cin7):
    sale = place(cin7, ("MUG", 10))
    cin7.behave(one_sku_in=["invoice"])

    assert bill(cin7, sale["ID"], ("MUG", 4, 2), ("MUG", 6, 2)).status_code == 400


def test_an_invoice_is_made_though_its_answer_is_lost(cin7):
    sale = place(cin7, ("MUG", 10))
    cin7.behave(drop_answer_next=["POST /sale/invoice"])

    with pytest.raises(httpx2.RemoteProtocolError):
        bill(cin7, sale["ID"], ("MUG", 10, 2))

    assert [each["InvoiceNumber"] for each in invoices_of(cin7, sale["ID"])] == ["INV-00001"]


@pytest.mark.parametrize("switch", ["html_200_every", "error_in_200_every"])
def test_an_invoice_that_was_answered_by_nonsense_was_not_made(cin7, switch):
    sale = place(cin7, ("MUG", 10))
    cin7.behave(**{switch: 1})

    answer = bill(cin7, sale["ID"], ("MUG", 10, 2))
    cin7.behave(**{switch: 0})

    assert answer.status_code == 200
    assert invoices_of(cin7, sale["ID"]) == []


def test_a_sale_with_an_invoice_is_not_deleted_unless_the_tenant_allows_it(cin7):
    sale = place(cin7, ("MUG", 10))
    bill(cin7, sale["ID"], ("MUG", 10, 2))
    refused = cin7.ask("DELETE", f"/sale?ID={sale['ID']}&Void=true")
    cin7.behave(invoiced_delete="allow")

    voided = cin7.ask("DELETE", f"/sale?ID={sale['ID']}&Void=true").json()

    assert texts(refused) == ["Sale is invoiced and cannot be undone or voided"]
    assert [(each["Status"], each["Lines"]) for each in voided["Invoices"]] == [("VOIDED", [])]
    assert voided["CombinedInvoiceStatus"] == "VOIDED"


def test_the_list_filters_by_what_is_billed(cin7):
    billed, partly, other = (place(cin7, ("MUG", 4))["ID"] for _ in range(3))
    bill(cin7, billed, ("MUG", 4, 2))
    bill(cin7, partly, ("MUG", 1, 2))

    def found(status):
        rows = cin7.ask("GET", f"/saleList?CombinedInvoiceStatus={status}").json()["SaleList"]
        return [row["SaleID"] for row in rows]

    assert (found("INVOICED"), found("partially invoiced"), found("NOT INVOICED")) == ([billed], [partly], [other])
