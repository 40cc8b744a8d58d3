"""A sale as it is kept, and as GET /sale, /sale/order and /saleList show it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from include.sandbox.cin7.stock import NOTHING, Allocation

Json = dict[str, Any]
EMPTY_TASK = "00000000-0000-0000-0000-000000000000"


@dataclass(slots=True)
class SaleLine:
    """One SKU of the order, with what it was promised."""

    sku: str
    product_id: str
    name: str
    quantity: Decimal
    price: Decimal
    discount: Decimal
    tax: Decimal
    tax_rule: str
    comment: str
    total: Decimal
    average_cost: Decimal
    backorder: Decimal = NOTHING
    allocations: list[Allocation] = field(default_factory=list)


@dataclass(slots=True)
class Sale:
    """A sale; `header` holds what was written, under the names of GET /sale."""

    sale_id: str
    number: str
    header: Json
    created_at: datetime
    updated_at: datetime
    status: str = "DRAFT"
    quote_status: str = "NOT AVAILABLE"
    order_status: str = "NOT AVAILABLE"
    memo: str = ""
    lines: list[SaleLine] = field(default_factory=list)
    is_picked: bool = False

    @property
    def customer_reference(self) -> str:
        """Where the purchase order number stands."""
        return str(self.header["CustomerReference"] or "")

    @property
    def external_id(self) -> str:
        """The key that the integration gave."""
        return str(self.header["ExternalID"] or "")

    @property
    def total_before_tax(self) -> Decimal:
        """The lines' totals."""
        return sum((each.total for each in self.lines), NOTHING)

    @property
    def tax(self) -> Decimal:
        """The lines' taxes."""
        return sum((each.tax for each in self.lines), NOTHING)


def timestamp(moment: datetime) -> str:
    """As `LastModifiedOn` and `Updated` are written."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def order_json(sale: Sale) -> Json:
    """What /sale/order answers, and the Order of GET /sale."""
    return {
        "SaleID": sale.sale_id,
        "SaleOrderNumber": sale.number,
        "Memo": sale.memo,
        "Status": sale.order_status,
        "Lines": [_line_json(each) for each in sale.lines],
        "AdditionalCharges": [],
        "TotalBeforeTax": sale.total_before_tax,
        "Tax": sale.tax,
        "Total": sale.total_before_tax + sale.tax,
    }


def sale_json(sale: Sale) -> Json:
    """What GET, POST, PUT and DELETE /sale answer."""
    order = order_json(sale)
    del order["SaleID"]
    return {
        "ID": sale.sale_id,
        **sale.header,
        "LastModifiedOn": timestamp(sale.updated_at),
        "Status": sale.status,
        **_progress(sale),
        "COGSAmount": 0,
        "Quote": {"Memo": None, "Status": sale.quote_status, "Lines": [], "AdditionalCharges": []},
        "Order": order,
        "Fulfilments": _fulfilments(sale),
        "Invoices": [],
        "CreditNotes": [],
        "ManualJournals": {"Status": "NOT AVAILABLE", "Lines": []},
        "Attachments": [],
        "InventoryMovements": [],
        "Transactions": [],
    }


def row_json(sale: Sale) -> Json:
    """A row of saleList: no lines, and the id is called SaleID."""
    kept = ("Customer", "CustomerID", "CustomerReference", "ExternalID", "SourceChannel", "BaseCurrency",
            "CustomerCurrency", "ShipBy", "Type")  # fmt: skip
    return {
        "SaleID": sale.sale_id,
        "OrderNumber": sale.number,
        "Status": sale.status,
        "OrderDate": sale.header["SaleOrderDate"],
        **{name: sale.header[name] for name in kept},
        "InvoiceNumber": "",
        "InvoiceAmount": 0,
        "PaidAmount": 0,
        "Updated": timestamp(sale.updated_at),
        "QuoteStatus": sale.quote_status,
        "OrderStatus": sale.order_status,
        "CreditNoteStatus": "NOT AVAILABLE",
        **_progress(sale),
        "CombinedPaymentStatus": "VOIDED" if sale.status == "VOIDED" else "UNPAID",
        "OrderLocationID": sale.header["LocationID"],
    }


def _progress(sale: Sale) -> Json:
    if sale.status == "VOIDED":
        pick = rest = fulfilled = invoiced = "VOIDED"
    elif sale.order_status != "AUTHORISED":
        pick = rest = fulfilled = invoiced = "NOT AVAILABLE"
    else:
        pick, rest = ("PICKED" if sale.is_picked else "NOT PICKED"), "NOT AVAILABLE"
        fulfilled, invoiced = "NOT FULFILLED", "NOT INVOICED"
    return {
        "CombinedPickingStatus": pick,
        "CombinedPackingStatus": rest,
        "CombinedShippingStatus": rest,
        "FulFilmentStatus": fulfilled,
        "CombinedInvoiceStatus": invoiced,
        "CombinedTrackingNumbers": "",
    }


def _fulfilments(sale: Sale) -> list[Json]:
    if not sale.is_picked:
        return []
    lines = [
        {"ProductID": each.product_id, "SKU": each.sku, "Name": each.name, "Location": sale.header["Location"],
         "Quantity": each.quantity - each.backorder, "BatchSN": None, "ExpiryDate": None}
        for each in sale.lines
    ]  # fmt: skip
    nothing: Json = {"Status": "NOT AVAILABLE", "Lines": []}
    return [
        {
            "TaskID": EMPTY_TASK[:-12] + sale.sale_id[-12:],
            "FulfillmentNumber": 1,
            "LinkedInvoiceNumber": None,
            "FulFilmentStatus": "NOT FULFILLED",
            "Pick": {"Status": "VOIDED" if sale.status == "VOIDED" else "AUTHORISED", "Lines": lines},
            "Pack": {"Status": "DRAFT", "Lines": []},
            "Ship": nothing,
        }
    ]


def _line_json(line: SaleLine) -> Json:
    return {
        "ProductID": line.product_id,
        "SKU": line.sku,
        "Name": line.name,
        "Quantity": line.quantity,
        "Price": line.price,
        "Discount": line.discount,
        "Tax": line.tax,
        "AverageCost": line.average_cost,
        "TaxRule": line.tax_rule,
        "Comment": line.comment,
        "DropShip": False,
        "BackorderQuantity": line.backorder,
        "Backorder": line.backorder > 0,
        "Total": line.total,
    }
