"""Making an invoice in Cin7: one call, which nothing there guards against being made twice.

Whoever calls looks first, and after a lost answer again: the memo carries our key.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from include.cin7.client import Cin7Client
from include.cin7.fulfilments import Invoice, read_invoices
from include.cin7.sales import TOTAL_PLACES, get_sale
from include.errors import RejectedError, UncertainOutcome

NEW_TASK = "00000000-0000-0000-0000-000000000000"
NAME_LENGTH, MEMO_LENGTH = 1_024, 1_024


@dataclass(frozen=True, slots=True)
class InvoiceLineDraft:
    """A line of POST /sale/invoice."""

    sku: str
    product_id: str | None
    name: str
    quantity: Decimal
    price: Decimal
    tax_rule: str
    account: str | None


@dataclass(frozen=True, slots=True)
class InvoiceDraft:
    """An invoice of a sale, linked to its fulfilment of that number where there is one."""

    sale_id: str
    memo: str
    invoiced_on: date
    due_on: date
    fulfilment_number: int | None
    lines: tuple[InvoiceLineDraft, ...]
    currency_rate: Decimal | None = None


def find_invoice(client: Cin7Client, sale_id: str, memo: str) -> Invoice | None:
    """The invoice of a sale with exactly this memo that is not voided: one call."""
    return _with_memo(read_invoices(get_sale(client, sale_id)), memo)


def create_invoice(client: Cin7Client, draft: InvoiceDraft) -> Invoice:
    """POST /sale/invoice, a new one and authorised at once. UncertainOutcome where its answer cannot be used."""
    told = client.post("/sale/invoice", _body(draft))
    try:
        made = _with_memo(read_invoices(told), draft.memo)
    except (AttributeError, TypeError, RejectedError) as fault:
        raise UncertainOutcome(f"Cin7's answer to POST /sale/invoice cannot be read: {fault}") from fault
    if made is None:
        raise UncertainOutcome("Cin7's answer to POST /sale/invoice does not hold the invoice that was made.")
    return made


def _with_memo(invoices: Iterable[Invoice], memo: str) -> Invoice | None:
    return next((each for each in invoices if each.memo == memo), None)


def _body(draft: InvoiceDraft) -> dict[str, Any]:
    body: dict[str, Any] = {
        "SaleID": draft.sale_id,
        "TaskID": NEW_TASK,
        "CombineAdditionalCharges": False,
        "Memo": draft.memo[:MEMO_LENGTH],
        "Status": "AUTHORISED",
        "InvoiceDate": f"{draft.invoiced_on:%Y-%m-%d}T00:00:00",
        "InvoiceDueDate": f"{draft.due_on:%Y-%m-%d}T00:00:00",
        "CurrencyConversionRate": draft.currency_rate,
        "LinkedFulfillmentNumber": str(draft.fulfilment_number) if draft.fulfilment_number else None,
        "Lines": [_line(line) for line in draft.lines],
        "AdditionalCharges": [],
    }
    return {key: value for key, value in body.items() if value is not None}


def _line(line: InvoiceLineDraft) -> dict[str, Any]:
    body = {
        "ProductID": line.product_id,
        "SKU": line.sku,
        "Name": line.name[:NAME_LENGTH],
        "Quantity": line.quantity,
        "Price": line.price,
        "Discount": Decimal(0),
        "Tax": Decimal(0),
        "Total": (line.quantity * line.price).quantize(TOTAL_PLACES, ROUND_HALF_UP),
        "TaxRule": line.tax_rule,
        "Account": line.account,
    }
    return {key: value for key, value in body.items() if value is not None}
