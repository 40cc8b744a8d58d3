"""Calls of the sandbox's Cin7 Core as its tests make them: plain, and believed."""

from __future__ import annotations

from tests.sandbox.cin7_process import LOCATION

BIN = f"{LOCATION}: A-01"
EMPTY_TASK = "00000000-0000-0000-0000-000000000000"
COMBINED = ("CombinedPickingStatus", "CombinedPackingStatus", "CombinedShippingStatus", "FulFilmentStatus")
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


def picked(cin7, sale_id, **words):
    """A new fulfilment whose pick holds all that is allocated."""
    told = cin7.ask("POST", "/sale/fulfilment", json={"SaleID": sale_id}).json()
    task_id = told["Fulfilments"][-1]["TaskID"]
    answer = cin7.ask("POST", "/sale/fulfilment/pick", json={"TaskID": task_id, "AutoPickMode": "AUTOPICK"} | words)
    assert answer.status_code == 200, answer.text
    return task_id


def new_task(cin7, sale_id):
    answer = cin7.ask("POST", "/sale/fulfilment", json={"SaleID": sale_id})
    assert answer.status_code == 200, answer.text
    return answer.json()["Fulfilments"][-1]["TaskID"]


def pick(cin7, task_id, *lines, method="POST", status="AUTHORISED"):
    told = [{"SKU": sku, "Location": place, "Quantity": quantity} for sku, place, quantity in lines]
    return cin7.ask(method, "/sale/fulfilment/pick", json={"TaskID": task_id, "Status": status, "Lines": told})


def pack(cin7, task_id, *lines, method="POST", status="AUTHORISED"):
    told = [{"SKU": sku, "Location": place, "Quantity": quantity, "Box": box} for sku, place, quantity, box in lines]
    return cin7.ask(method, "/sale/fulfilment/pack", json={"TaskID": task_id, "Status": status, "Lines": told})


def ship(cin7, task_id, *boxes, method="POST", status="AUTHORISED", carrier="DEFAULT Carrier", **words):
    told = [{"ShipmentDate": "2026-11-27", "Carrier": carrier, "Box": box, "TrackingNumber": f"1Z{box}",
             "IsShipped": is_shipped} for box, is_shipped in boxes]  # fmt: skip
    body = {"TaskID": task_id, "Status": status, "Lines": told} | words
    return cin7.ask(method, "/sale/fulfilment/ship", json=body)


def shipped(cin7, sale_id, *lines):
    """A fulfilment that left whole: all that is allocated, in the boxes that the lines name."""
    task_id = picked(cin7, sale_id)
    assert pack(cin7, task_id, *lines).status_code == 200
    answer = ship(cin7, task_id, *[(box, True) for box in dict.fromkeys(line[3] for line in lines)])
    assert answer.status_code == 200, answer.text
    return task_id


def bill(cin7, sale_id, *lines, method="POST", task_id=EMPTY_TASK, status="AUTHORISED", **words):
    told = [{"SKU": sku, "Quantity": quantity, "Price": price, "Tax": 0, "Total": quantity * price,
             "TaxRule": "Tax Exempt"} for sku, quantity, price in lines]  # fmt: skip
    dates = {"InvoiceDate": "2026-11-27", "InvoiceDueDate": "2027-01-26"}
    body = {"SaleID": sale_id, "TaskID": task_id, "Status": status, "Lines": told} | dates | words
    return cin7.ask(method, "/sale/invoice", json=body)


def row_of(cin7, sale_id):
    """Its row in the list."""
    return next(each for each in cin7.ask("GET", "/saleList").json()["SaleList"] if each["SaleID"] == sale_id)


def sale_of(cin7, sale_id):
    return cin7.ask("GET", f"/sale?ID={sale_id}").json()


def tasks_of(cin7, sale_id):
    return cin7.ask("GET", f"/sale/fulfilment?SaleID={sale_id}").json()["Fulfilments"]


def progress(told):
    return [told[name] for name in COMBINED]


def availability(cin7, query=f"Location={LOCATION}"):
    return cin7.ask("GET", f"/ref/productavailability?{query}").json()["ProductAvailabilityList"]


def stock_of(cin7, sku):
    rows = availability(cin7, f"Sku={sku}&Location={LOCATION}")
    return tuple(sum(row[name] for row in rows) for name in ("OnHand", "Allocated", "Available"))


def texts(answer):
    return [each["Exception"] for each in answer.json()]
