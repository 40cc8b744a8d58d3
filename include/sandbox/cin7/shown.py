"""Sales, fulfilments and invoices as GET /sale and its sisters show them, and the rows of /saleList."""

from __future__ import annotations

from include.sandbox.cin7.behaviour import Behaviour
from include.sandbox.cin7.fulfilment import BoxLine, Fulfilment, Goods, GoodsLine
from include.sandbox.cin7.invoice import Invoice, InvoiceLine
from include.sandbox.cin7.progress import progress, status_of
from include.sandbox.cin7.sale import Json, Sale, SaleLine, timestamp
from include.sandbox.cin7.stock import NOTHING


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


def sale_json(sale: Sale, behaviour: Behaviour) -> Json:
    """What GET, POST, PUT and DELETE /sale answer."""
    order = order_json(sale)
    del order["SaleID"]
    return {
        "ID": sale.sale_id,
        **sale.header,
        "LastModifiedOn": timestamp(sale.updated_at),
        "Status": status_of(sale, shows_stage=behaviour.advanced_shows_stage),
        **progress(sale),
        "COGSAmount": 0,
        "Quote": {"Memo": None, "Status": sale.quote_status, "Lines": [], "AdditionalCharges": []},
        "Order": order,
        "Fulfilments": fulfilments_json(sale, behaviour),
        "Invoices": invoices_json(sale)["Invoices"],
        "CreditNotes": [],
        "ManualJournals": {"Status": "NOT AVAILABLE", "Lines": []},
        "Attachments": [],
        "InventoryMovements": [],
        "Transactions": [],
    }


def row_json(sale: Sale, behaviour: Behaviour) -> Json:
    """A row of saleList: no lines, and the id is called SaleID."""
    kept = ("Customer", "CustomerID", "CustomerReference", "ExternalID", "SourceChannel", "BaseCurrency",
            "CustomerCurrency", "ShipBy", "Type")  # fmt: skip
    return {
        "SaleID": sale.sale_id,
        "OrderNumber": sale.number,
        "Status": status_of(sale, shows_stage=behaviour.advanced_shows_stage),
        "OrderDate": sale.header["SaleOrderDate"],
        **{name: sale.header[name] for name in kept},
        **_billed(sale),
        "PaidAmount": 0,
        "Updated": timestamp(sale.updated_at),
        "QuoteStatus": sale.quote_status,
        "OrderStatus": sale.order_status,
        "CreditNoteStatus": "NOT AVAILABLE",
        **progress(sale),
        "CombinedPaymentStatus": "VOIDED" if sale.status == "VOIDED" else "UNPAID",
        "OrderLocationID": sale.header["LocationID"],
    }


def _billed(sale: Sale) -> Json:
    standing = [each for each in sale.invoices if not each.is_void]
    amount = sum((each.total for each in standing if each.status == "AUTHORISED"), NOTHING)
    first = standing[0] if standing else None
    return {
        "InvoiceNumber": ", ".join(each.number for each in standing if each.number),
        "InvoiceDate": first.invoiced_on if first else None,
        "InvoiceDueDate": first.due_on if first else None,
        "InvoiceAmount": amount,
        "SaleInvoicesTotalAmount": amount,
    }


def fulfilments_json(sale: Sale, behaviour: Behaviour) -> list[Json]:
    """All tasks, the voided ones too."""
    return [_fulfilment_json(sale, each, behaviour) for each in sale.fulfilments]


def goods_json(task: Fulfilment, goods: Goods, *, with_box: bool) -> Json:
    """What /sale/fulfilment/pick and /pack answer."""
    return {"TaskID": task.task_id, "Status": goods.status,
            "Lines": [_goods_line_json(each, with_box=with_box) for each in goods.lines]}  # fmt: skip


def ship_json(sale: Sale, task: Fulfilment, behaviour: Behaviour) -> Json:
    """What /sale/fulfilment/ship answers: a line for all boxes that travel alike, if they are to be joined."""
    separator = behaviour.box_separator
    alike: dict[object, list[BoxLine]] = {}
    for each in task.ship.lines:
        way = (each.shipment_date, each.carrier, each.tracking_number, each.is_shipped)
        alike.setdefault(way if separator else each.line_id, []).append(each)
    return {
        "TaskID": task.task_id,
        "Status": task.ship.status,
        "RequireBy": task.ship.require_by,
        "ShippingAddress": task.ship.address or sale.header["ShippingAddress"],
        "ShippingNotes": task.ship.notes,
        "Lines": [_boxes_json(each, separator) for each in alike.values()],
    }


def invoices_json(sale: Sale) -> Json:
    """What /sale/invoice answers: all invoices of the sale, the voided ones too."""
    return {"SaleID": sale.sale_id, "Invoices": [_invoice_json(each) for each in sale.invoices]}


def _fulfilment_json(sale: Sale, task: Fulfilment, behaviour: Behaviour) -> Json:
    linked = [each.number for each in sale.invoices if each.fulfilment_number == str(task.number) and not each.is_void]
    pick, pack = goods_json(task, task.pick, with_box=False), goods_json(task, task.pack, with_box=True)
    parts = {"Pick": pick, "Pack": pack, "Ship": ship_json(sale, task, behaviour)}
    for each in parts.values():
        del each["TaskID"]
    return {
        "TaskID": task.task_id,
        "FulfillmentNumber": task.number,
        "LinkedInvoiceNumber": (linked[0] if linked else "") or None,
        "FulFilmentStatus": task.word,
        **parts,
    }


def _goods_line_json(line: GoodsLine, *, with_box: bool) -> Json:
    told = {"ProductID": line.product_id, "SKU": line.sku, "Name": line.name, "Location": line.location,
            "LocationID": line.location_id, "Quantity": line.quantity, "BatchSN": line.batch,
            "ExpiryDate": line.expiry, "NonInventory": False}  # fmt: skip
    return told | {"Box": line.box, "WarrantyRegistrationNumber": None} if with_box else told


def _boxes_json(lines: list[BoxLine], separator: str) -> Json:
    first = lines[0]
    return {"ID": first.line_id, "ShipmentDate": first.shipment_date, "Carrier": first.carrier,
            "Boxes": separator.join(each.box for each in lines), "TrackingNumber": first.tracking_number,
            "TrackingURL": "", "IsShipped": first.is_shipped}  # fmt: skip


def _invoice_json(invoice: Invoice) -> Json:
    return {
        "TaskID": invoice.task_id,
        "CombineAdditionalCharges": False,
        "InvoiceNumber": invoice.number,
        "Memo": invoice.memo,
        "Status": invoice.status,
        "InvoiceDate": invoice.invoiced_on,
        "InvoiceDueDate": invoice.due_on,
        "CurrencyConversionRate": invoice.currency_rate,
        "BillingAddressLine1": invoice.billing_lines[0],
        "BillingAddressLine2": invoice.billing_lines[1],
        "LinkedFulfillmentNumber": invoice.fulfilment_number,
        "Lines": [_invoice_line_json(each) for each in invoice.lines],
        "AdditionalCharges": [_charge_json(each) for each in invoice.charges],
        "Payments": [],
        "TotalBeforeTax": invoice.total_before_tax,
        "Tax": invoice.tax,
        "Total": invoice.total,
        "Paid": NOTHING,
    }


def _invoice_line_json(line: InvoiceLine) -> Json:
    return {"ProductID": line.product_id, "SKU": line.sku, "Name": line.name, **_amounts(line)}


def _charge_json(line: InvoiceLine) -> Json:
    return {"Description": line.name, **_amounts(line)}


def _amounts(line: InvoiceLine) -> Json:
    return {"Quantity": line.quantity, "Price": line.price, "Discount": line.discount, "Tax": line.tax,
            "Total": line.total, "TaxRule": line.tax_rule, "Account": line.account,
            "Comment": line.comment}  # fmt: skip


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
