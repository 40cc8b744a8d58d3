"""Sales: two calls to make one, and the ways to find, read, undo and void it. An authorised order cannot be amended."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from include.cin7.client import Cin7Client, Json
from include.cin7.paging import read_pages
from include.cin7.values import Sale, SaleHeader, SaleLineDraft, SaleRow, ShipTo, guid
from include.errors import RejectedError, TransientError, UncertainOutcome

NOTE_LENGTH = 1_024
COMMENT_LENGTH = 256
COMPANY_LENGTH = 128
TOTAL_PLACES = Decimal("0.0001")


def list_changed(client: Cin7Client, since: datetime) -> Iterator[SaleRow]:
    """The sales changed since an instant, by whomever; the time is sent without a Z, which was refused once."""
    return _list_sales(client, {"UpdatedSince": f"{since.astimezone(UTC):%Y-%m-%dT%H:%M:%S}"})


def find_sales(client: Cin7Client, *, external_id: str, customer_reference: str) -> tuple[SaleRow, ...]:
    """The sales that carry exactly this external id, or this reference in any case: two calls, whatever Cin7's
    filters let through besides.
    """
    found: dict[str, SaleRow] = {}
    for query in ({"ExternalID": external_id}, {"Search": customer_reference}):
        for row in _list_sales(client, query):
            if row.external_id == external_id or row.customer_reference.casefold() == customer_reference.casefold():
                found[row.sale_id] = row
    return tuple(found.values())


def create_sale(client: Cin7Client, header: SaleHeader) -> Sale:
    """POST /sale: the header alone, ready for its order."""
    return _written(Sale.from_json, client.post("/sale", _header_body(header)), "POST /sale")


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
    return _written(Sale.from_order_json, client.post("/sale/order", body), "POST /sale/order", sale_id)


def fetch_sale(client: Cin7Client, sale_id: str) -> Sale:
    """GET /sale, without the movements of stock."""
    return Sale.from_json(get_sale(client, sale_id))


def get_sale(client: Cin7Client, sale_id: str) -> Json:
    """The whole sale as Cin7 tells it; TransientError where it answers another one."""
    told = client.get("/sale", {"ID": sale_id, "HideInventoryMovements": "true"})
    answered = guid(told.get("ID") or told.get("SaleID"))
    if answered != guid(sale_id):
        raise TransientError(f"Cin7 was asked for sale {sale_id} and answered {answered or 'none'}.")
    return told


def undo_sale(client: Cin7Client, sale_id: str) -> None:
    """Back to a draft that can be authorised anew. A 200 may have done nothing: read it back."""
    client.delete("/sale", {"ID": sale_id, "Void": "false"})


def void_sale(client: Cin7Client, sale_id: str) -> None:
    """Void the sale for good. A 200 may have done nothing: read it back."""
    client.delete("/sale", {"ID": sale_id, "Void": "true"})


def update_header(client: Cin7Client, sale_id: str, header: SaleHeader) -> None:
    """PUT /sale: the whole header again, as it should be."""
    client.put("/sale", {"ID": sale_id, **_header_body(header)})


def _list_sales(client: Cin7Client, query: Mapping[str, Any]) -> Iterator[SaleRow]:
    return map(
        SaleRow.from_json, read_pages(client, "/saleList", "SaleList", query, lambda row: guid(row.get("SaleID")))
    )


def _written(read: Callable[[Json], Sale], told: Json, what: str, sale_id: str | None = None) -> Sale:
    """The sale that a write answered with. It was done even where its answer cannot be used: that must be looked up."""
    try:
        sale = read(told)
    except (AttributeError, TypeError, RejectedError) as fault:
        raise UncertainOutcome(f"Cin7's answer to {what} cannot be read: {fault}") from fault
    if not sale.sale_id or (sale_id is not None and sale.sale_id != guid(sale_id)):
        raise UncertainOutcome(f"Cin7's answer to {what} names {sale.sale_id or 'no sale'}.")
    return sale


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
        "CurrencyRate": header.currency_rate,
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
        address |= {"Company": (place.company or "")[:COMPANY_LENGTH] or None, "ShipToOther": True}
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
        "Comment": line.comment[:COMMENT_LENGTH],
        "DropShip": False,
    }
    return {key: value for key, value in body.items() if value is not None}


def _day(day: date | None) -> str | None:
    return f"{day:%Y-%m-%d}T00:00:00" if day else None
