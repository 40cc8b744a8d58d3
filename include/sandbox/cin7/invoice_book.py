"""What may be done to a sale's invoices. Nothing guards against a second one of the same; none is changed when it is
authorised.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from include.sandbox.cin7.behaviour import Behaviour
from include.sandbox.cin7.fulfilment import AUTHORISED, DRAFT, NOT_AVAILABLE, units
from include.sandbox.cin7.invoice import Invoice, InvoiceLine
from include.sandbox.cin7.order_lines import ONE_SKU_TWICE, TOLERANCE, find_product, line_total, number_of
from include.sandbox.cin7.products import guid
from include.sandbox.cin7.progress import invoiced, shipped
from include.sandbox.cin7.refusal import Refused
from include.sandbox.cin7.sale import EMPTY_TASK, Sale
from include.sandbox.cin7.sale_book import API, SaleBook
from include.sandbox.cin7.stock import NOTHING
from include.sandbox.cin7.task_lines import day, objects
from include.sandbox.cin7.tenant import Json, Tenant

Body = Mapping[str, Any]
REQUIRED = ("Quantity", "Price", "Tax", "Total", "TaxRule")
CHARGE_REQUIRED = ("Description", "Quantity", "Price", "Tax", "TaxRule")
NEEDED_TO_POST = ("TaskID", "Status", "InvoiceDate", "InvoiceDueDate", "Lines")


@dataclass(slots=True)
class InvoiceBook:
    """All invoices; `sales` knows whose each is."""

    book: SaleBook
    sales: dict[str, str] = field(default_factory=dict)  # by task id
    numbered: int = 0

    def post(self, body: Body, now: datetime, behaviour: Behaviour, by: str = API) -> Sale:
        """A new invoice for the empty task id, each time; else the draft of that id is overwritten."""
        sale = self._sale(body)
        for name in NEEDED_TO_POST:
            if body.get(name) is None:
                raise Refused(f"{name} is required")
        wanted = str(body["TaskID"]).lower()
        before = None if wanted == EMPTY_TASK or self._is_first_of_simple(sale, wanted) else self._open(sale, wanted)
        written = self._written(sale, Invoice(self._new_id(sale)), body)
        if before:
            written = replace(written, task_id=before.task_id, number=before.number)
        self._keep(sale, before, written, now, behaviour, by)
        return sale

    def put(self, body: Body, now: datetime, behaviour: Behaviour, by: str = API) -> Sale:
        """What is left out stays; an empty list empties."""
        sale = self._sale(body)
        before = self._open(sale, str(body.get("TaskID") or "").lower())
        self._keep(sale, before, self._written(sale, before, body), now, behaviour, by)
        return sale

    def delete(self, task_id: str, is_void: bool, now: datetime, behaviour: Behaviour, by: str = API) -> Sale:
        """Void it, or make it a draft again."""
        sale = self.book.sales.get(self.sales.get(task_id.lower(), ""))
        if sale is None:
            raise Refused("Invoice with specified TaskID not found")
        if sale.is_simple:
            raise Refused("Invoice of a Simple Sale cannot be deleted")
        invoice = next(each for each in sale.invoices if each.task_id == task_id.lower())
        guard = behaviour.invoice_void if invoice.status == AUTHORISED else "allow"
        if guard == "refuse":
            raise Refused("Invoice is already AUTHORISED and cannot be voided")
        if guard == "allow" and not invoice.is_void:
            self._undo(sale, invoice, is_void, now, by)
        return sale

    def _undo(self, sale: Sale, invoice: Invoice, is_void: bool, now: datetime, by: str) -> None:
        if is_void:
            invoice.void()
        else:
            invoice.status = DRAFT
        self.book.moved(sale, now)
        kind = "invoice voided" if is_void else "invoice undone"
        self.book.events.task(kind, now, sale, by, {"task_id": invoice.task_id, "invoice_number": invoice.number})

    def _sale(self, body: Body) -> Sale:
        sale = self.book.find(str(body.get("SaleID") or ""))
        if sale.order_status != AUTHORISED:
            raise Refused("Sale Order must be authorised first")
        return sale

    def _open(self, sale: Sale, task_id: str) -> Invoice:
        found = [each for each in sale.invoices if each.task_id == task_id]
        if not found:
            raise Refused("Invoice with specified TaskID not found")
        if found[0].status not in {DRAFT, NOT_AVAILABLE}:
            raise Refused(f"Invoice is already {found[0].status} and cannot be changed")
        return found[0]

    def _is_first_of_simple(self, sale: Sale, task_id: str) -> bool:
        return sale.is_simple and task_id == sale.sale_id and not sale.invoices

    def _new_id(self, sale: Sale) -> str:
        if sale.is_simple and not sale.invoices:
            return sale.sale_id
        return guid("invoice", sale.sale_id, str(len(sale.invoices) + 1))

    def _written(self, sale: Sale, invoice: Invoice, body: Body) -> Invoice:
        changes: Json = {}
        for name, key in (("memo", "Memo"), ("fulfilment_number", "LinkedFulfillmentNumber")):
            if key in body:
                changes[name] = str(body[key] or "")
        for name, key in (("invoiced_on", "InvoiceDate"), ("due_on", "InvoiceDueDate")):
            if key in body:
                changes[name] = self._day(body, key)
        if body.get("CurrencyConversionRate"):
            changes["currency_rate"] = number_of(body, "CurrencyConversionRate")
        told = [body.get(f"BillingAddressLine{place}", invoice.billing_lines[place - 1]) for place in (1, 2)]
        changes["billing_lines"] = tuple(str(each or "") for each in told)
        if "Lines" in body:
            changes["lines"] = [_read_line(self.book.tenant, each) for each in objects(body["Lines"])]
        if "AdditionalCharges" in body:
            changes["charges"] = [_read_charge(self.book.tenant, each) for each in objects(body["AdditionalCharges"])]
        if "Status" in body:
            changes["status"] = body["Status"]
        return replace(invoice, **changes)

    def _day(self, body: Body, name: str) -> str:
        told, locked = day(body, name), self.book.tenant.me["LockDate"]
        if name == "InvoiceDate" and locked and told[:10] <= str(locked)[:10]:
            raise Refused(f"The period is locked: {name} must be after {str(locked)[:10]}")
        return told

    def _keep(self, sale: Sale, before: Invoice | None, written: Invoice, now: datetime,
              behaviour: Behaviour, by: str) -> None:  # fmt: skip
        if written.status not in {DRAFT, AUTHORISED}:
            raise Refused("Status must be DRAFT or AUTHORISED")
        if written.status == AUTHORISED and not (written.lines or written.charges):
            raise Refused("Lines are required")
        if "invoice" in behaviour.one_sku_in and len({each.sku for each in written.lines}) < len(written.lines):
            raise Refused(ONE_SKU_TWICE)
        _check_cap(sale, written, behaviour.invoice_cap)
        if not written.number and (written.status == AUTHORISED or behaviour.invoice_number_at == "creation"):
            self.numbered += 1
            written.number = f"INV-{self.numbered:05d}"
        if before:
            sale.invoices[sale.invoices.index(before)] = written
        else:
            sale.invoices.append(written)
            self.sales[written.task_id] = sale.sale_id
        self.book.moved(sale, now)
        if written.status == AUTHORISED:
            self.book.events.task("invoiced", now, sale, by, _entry(written))


def _read_line(tenant: Tenant, given: Body) -> InvoiceLine:
    product = find_product(tenant, given)
    return _read(tenant, given, REQUIRED, product["SKU"], product["ID"], product["Name"])


def _read_charge(tenant: Tenant, given: Body) -> InvoiceLine:
    return _read(tenant, given, CHARGE_REQUIRED, "", "", str(given.get("Description") or ""))


def _read(tenant: Tenant, given: Body, required: tuple[str, ...], sku: str, product_id: str, name: str) -> InvoiceLine:
    for each in required:
        if given.get(each) is None:
            raise Refused(f"{'Lines' if sku else 'AdditionalCharges'}: {each} is required for '{sku or name}'")
    quantity, price, tax = (number_of(given, each) for each in ("Quantity", "Price", "Tax"))
    discount = number_of(given, "Discount") if given.get("Discount") is not None else NOTHING
    if sku and quantity < 1:
        raise Refused("Quantity: Minimal value is 1")
    expected = line_total(quantity, price, discount)
    total = number_of(given, "Total") if given.get("Total") is not None else expected
    if abs(total - expected) > TOLERANCE:
        raise Refused(f"Total of '{sku or name}' is {total:f} and should be {expected:f}")
    rule = tenant.by_name(tenant.tax_rules, str(given["TaxRule"]))
    if rule is None or not rule.get("IsActive", True):
        raise Refused(f"Tax rule '{given['TaxRule']}' was not found in reference book")
    return InvoiceLine(sku, product_id, name, quantity, price, discount, tax, total, rule["Name"],
                       given.get("Account"), str(given.get("Comment") or "")[:256])  # fmt: skip


def _check_cap(sale: Sale, written: Invoice, cap: str) -> None:
    if not cap:
        return
    limits = shipped(sale) if cap == "shipped" else units(sale.lines)
    done, wanted = invoiced(sale), units(written.lines)
    for sku, quantity in wanted.items():
        if quantity + done.get(sku, Decimal(0)) > limits.get(sku, Decimal(0)):
            raise Refused(f"Quantity of product '{sku}' is more than is {cap}")


def _entry(invoice: Invoice) -> Json:
    lines = [{"sku": each.sku, "quantity": each.quantity, "price": each.price, "total": each.total}
             for each in (*invoice.lines, *invoice.charges)]  # fmt: skip
    return {"task_id": invoice.task_id, "invoice_number": invoice.number, "total": invoice.total,
            "fulfilment_number": invoice.fulfilment_number, "lines": lines}  # fmt: skip
