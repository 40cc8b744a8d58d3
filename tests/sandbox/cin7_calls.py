"""Calls of the sandbox's Cin7 Core as its tests make them: plain, and believed."""

from __future__ import annotations

from tests.sandbox.cin7_process import LOCATION

HEADER = {"Customer": "Amazon Vendor US", "Location": LOCATION, "SkipQuote": True, "SaleType": "Advanced"}


def create(cin7, **changes):
    return cin7.ask("POST", "/sale", json=HEADER | changes).json()


def authorise(cin7, sale_id, *lines, status="AUTHORISED"):
    told = [{"SKU": sku, "Quantity": quantity, "Price": 2, "Total": 2 * quantity, "TaxRule": "Tax Exempt"}
            for sku, quantity in lines]  # fmt: skip
    return cin7.ask("POST", "/sale/order", json={"SaleID": sale_id, "Status": status, "Lines": told})


def place(cin7, *lines, **changes):
    sale_id = create(cin7, **changes)["ID"]
    answer = authorise(cin7, sale_id, *lines)
    assert answer.status_code == 200, answer.text
    return answer.json() | {"ID": sale_id}


def sale_of(cin7, sale_id):
    return cin7.ask("GET", f"/sale?ID={sale_id}").json()


def availability(cin7, query=f"Location={LOCATION}"):
    return cin7.ask("GET", f"/ref/productavailability?{query}").json()["ProductAvailabilityList"]


def texts(answer):
    return [each["Exception"] for each in answer.json()]
