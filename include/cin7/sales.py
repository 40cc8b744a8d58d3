"""Sales: two calls to make one, and the ways to find, read, undo and void it. An authorised order cannot be amended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from include.cin7.client import Cin7Client
from include.cin7.paging import read_pages
from include.cin7.values import Sale, SaleHeader, SaleLineDraft, SaleRow, ShipTo

NOTE_LENGTH = 1_024
TOTAL_PLACES = Decimal("0.0001")


def list_changed(client: Cin7Client, since: datetime) -> Iterator[SaleRow]:
    """The sales changed since an instant, by whomever; the time is sent without a Z, which was refused once."""
    query = {"UpdatedSince": f"{since:%Y-%m-%dT%H:%M:%S}"}
    return (
        SaleRow.from_json(row)
        for row in read_pages(client, "/saleList", "SaleList", query, lambda row: str(row.get("SaleID")).lower())
    )


def find_sales(client: Cin7Client, *, external_id: str, customer_reference: str) -> tuple[SaleRow, ...]:
    """The sales that carry exactly this external id, or exactly this reference: two calls, whatever Cin7's filters let
    through besides.
    """
    found: dict[str, SaleRow] = {}
    for query in ({"ExternalID": external_id}, {"Search": customer_reference}):
        for told in read_pages(client, "/saleList", "SaleList", query, lambda row: str(row.get("SaleID")).lower()):
            row = SaleRow.from_json(told)
            if row.external_id == external_id or row.customer_reference == customer_reference:
                found[row.sale_id] = row
    return tuple(found.values())


def create_sale(client: Cin7Client, header: SaleHeader) -> Sale:
    """POST /sale: the header alone, ready for its order."""
    return Sale.from_json(client.post("/sale", _header_body(header)))


def authorise_order(client: Cin7Client, sale_id: str, lines: Sequence[SaleLineDraft], memo: str) -> Sale:
    """POST /sale/order, authorised: stock is allocated now, and what lacks comes back as BackorderQuantity."""
    body = {
        "SaleID": sale_id,
        "Status": "AUTHORISED",
        "Memo": memo,
        "AutoPickPackShipMode": "NOPICK",
        "Lines": [_line_body(line) for line in lines],
        "AdditionalCharges": [],
    }
    return Sale.from_order_json(client.post("/sale/order", body))


def fetch_sale(client: Cin7Client, sale_id: str) -> Sale:
    """GET /sale, without the movements of stock."""
    return Sale.from_json(client.get("/sale", {"ID": sale_id, "HideInventoryMovements": "true"}))


def undo_sale(client: Cin7Client, sale_id: str) -> None:
    """Back to a draft that can be authorised anew. A 200 may have done nothing: read it back."""
    client.delete("/sale", {"ID": sale_id, "Void": "false"})


def void_sale(client: Cin7Client, sale_id: str) -> None:
    """Void the sale for good. A 200 may have done nothing: read it back."""
    client.delete("/sale", {"ID": sale_id, "Void": "true"})


def update_header(client: Cin7Client, sale_id: str, header: SaleHeader) -> None:
    """PUT /sale: the whole header again, as it should be."""
    client.put("/sale", {"ID": sale_id, **_header_body(header)})


def _header_body(header: SaleHeader) -> dict[str, Any]:
    body: dict[str, Any] = {
        "Customer": header.customer,
        "CustomerID": header.customer_id,
        "Location": header.location,
        "SaleType": "Advanced",
        "SkipQuote": True,
        "TaxRule": header.tax_rule,
        "TaxInclusive": header.tax_inclusive,
        "PriceTier": header.price_tier,
        "CurrencyRate": 1,
        "CustomerReference": header.customer_reference,
        "ExternalID": header.external_id,
        "SaleOrderDate": _day(header.ordered_on),
        "ShipBy": _day(header.required_by),
        "Terms": header.terms,
        "SalesRepresentative": header.sales_representative,
        "DefaultAccount": header.revenue_account,
        "Carrier": header.carrier,
        "Note": (header.note or "")[:NOTE_LENGTH] or None,
        "BillingAddress": _address(header.billing),
        "ShippingAddress": _address(header.ship_to, is_other=True),
    }
    return {key: value for key, value in body.items() if value is not None}


def _address(place: ShipTo | None, *, is_other: bool = False) -> Mapping[str, Any] | None:
    if place is None:
        return None
    address: dict[str, Any] = {
        "Line1": place.line1,
        "Line2": place.line2,
        "City": place.city,
        "State": place.state,
        "Postcode": place.postcode,
        "Country": place.country,
    }
    if is_other:  # or Cin7 adds the address to the customer's card
        address |= {"Company": place.company, "ShipToOther": True}
    return {key: value for key, value in address.items() if value is not None}


def _line_body(line: SaleLineDraft) -> dict[str, Any]:
    body = {
        "ProductID": line.product_id,
        "SKU": line.sku,
        "Name": line.name,
        "Quantity": line.quantity,
        "Price": line.price,
        "Discount": Decimal(0),
        "Tax": Decimal(0),
        "TaxRule": line.tax_rule,
        "Total": (line.quantity * line.price).quantize(TOTAL_PLACES, ROUND_HALF_UP),
        "Comment": line.comment,
        "DropShip": False,
    }
    return {key: value for key, value in body.items() if value is not None}


def _day(day: date | None) -> str | None:
    return f"{day:%Y-%m-%d}T00:00:00" if day else None
