"""All sales and what may be done to one: create, change, order, undo, void, pick, and change by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from include.sandbox.cin7.behaviour import Behaviour
from include.sandbox.cin7.events import Events
from include.sandbox.cin7.order_lines import read_lines
from include.sandbox.cin7.refusal import Refused
from include.sandbox.cin7.sale import Sale
from include.sandbox.cin7.sale_header import changed_header, new_header
from include.sandbox.cin7.stock import NOTHING, Stock
from include.sandbox.cin7.tenant import Tenant, guid

OPEN_FOR_LINES = ("DRAFT", "NOT AVAILABLE")
API, HAND = "api", "hand"


@dataclass(slots=True)
class SaleBook:
    """The sales of the company; every change is an event and moves `updated_at`."""

    tenant: Tenant
    stock: Stock
    events: Events
    sales: dict[str, Sale] = field(default_factory=dict)

    def find(self, sale_id: str) -> Sale:
        """A sale by id, upper or lower case."""
        sale = self.sales.get(sale_id.lower())
        if sale is None:
            raise Refused("Sale with specified ID not found")
        return sale

    def create(self, body: Mapping[str, Any], now: datetime, behaviour: Behaviour, by: str = API) -> Sale:
        """POST /sale. Nothing guards against a second one with the same keys."""
        header = new_header(self.tenant, body, now, location_required=behaviour.location_required)
        number = f"SO-{len(self.sales) + 1:05d}"
        sale = Sale(guid("sale", number, now.isoformat()), number, header, now, now)
        sale.status = "ESTIMATED" if header["SkipQuote"] else "DRAFT"
        self.sales[sale.sale_id] = sale
        self.events.sale("created", now, sale, by)
        return sale

    def change(self, body: Mapping[str, Any], now: datetime) -> Sale:
        """PUT /sale."""
        sale = self.find(str(body.get("ID") or ""))
        if sale.status == "VOIDED":
            raise Refused("Voided sale cannot be changed")
        sale.header = changed_header(self.tenant, sale.header, body)
        self._changed(sale, "header", now, API)
        return sale

    def order(self, body: Mapping[str, Any], now: datetime, behaviour: Behaviour, by: str = API) -> Sale:
        """POST /sale/order: as a draft it overwrites the lines, authorised it allocates."""
        sale = self.find(str(body.get("SaleID") or ""))
        wanted = str(body.get("Status") or "")
        if wanted not in {"DRAFT", "AUTHORISED"}:
            raise Refused("Status must be DRAFT or AUTHORISED")
        if sale.order_status not in OPEN_FOR_LINES or sale.status == "VOIDED":
            raise Refused(f"Sale Order is already {sale.order_status} and cannot be changed")
        if not sale.header["SkipQuote"] and sale.quote_status != "AUTHORISED":
            raise Refused("Sale Quote must be authorised first")
        lines = body.get("Lines")
        if not isinstance(lines, list) or (wanted == "AUTHORISED" and not lines):
            raise Refused("Lines are required")
        sale.lines = read_lines(self.tenant, lines, self._automatic_discount(sale))
        sale.memo = str(body.get("Memo") or "")
        sale.order_status, sale.status = wanted, "ORDERING"
        if wanted == "AUTHORISED":
            self._allocate(sale, behaviour)
        self._changed(sale, "authorised" if wanted == "AUTHORISED" else "drafted", now, by)
        return sale

    def delete(self, sale_id: str, is_void: bool, now: datetime, behaviour: Behaviour) -> Sale:
        """DELETE /sale: void, or undo to a draft; both may be told to do nothing."""
        sale = self.find(sale_id)
        if sale.is_picked and behaviour.picked_delete == "refuse":
            raise Refused("Sale is picked and cannot be undone or voided")
        is_ignored = behaviour.void_ignored if is_void else behaviour.undo_ignored
        if is_ignored or sale.is_picked or sale.status == "VOIDED":
            return sale
        if is_void:
            self.void(sale, now, API)
        else:
            self.undo(sale, now, API)
        return sale

    def void(self, sale: Sale, now: datetime, by: str) -> None:
        """Everything is let go and emptied."""
        self._release(sale)
        sale.lines = []
        sale.status = sale.order_status = sale.quote_status = "VOIDED"
        self._changed(sale, "voided", now, by)

    def undo(self, sale: Sale, now: datetime, by: str) -> None:
        """An authorised order becomes a draft again, lines kept, nothing allocated."""
        if sale.order_status == "AUTHORISED":
            self._release(sale)
            sale.order_status, sale.status = "DRAFT", "ORDERING"
            self._changed(sale, "undone", now, by)

    def pick(self, sale: Sale, now: datetime) -> None:
        """The warehouse picked what is allocated."""
        sale.is_picked, sale.status = True, "PICKED"
        self._changed(sale, "picked", now, HAND)

    def set_quantities(self, sale: Sale, wanted: Mapping[str, Decimal], now: datetime, behaviour: Behaviour) -> None:
        """A person undoes the order, changes quantities and authorises it again, all at once."""
        is_authorised = sale.order_status == "AUTHORISED"
        self._release(sale)
        for line in sale.lines:
            if line.sku in wanted:
                line.quantity = wanted[line.sku]
                line.total = line.quantity * line.price
        sale.lines = [line for line in sale.lines if line.quantity > 0]
        if is_authorised:
            self._allocate(sale, behaviour)
        self._changed(sale, "changed", now, HAND)

    def touch(self, sale: Sale, now: datetime) -> None:
        """A person changed something of the header."""
        self._changed(sale, "header", now, HAND)

    def _allocate(self, sale: Sale, behaviour: Behaviour) -> None:
        place = None if behaviour.stock_of_all_locations else sale.header["Location"]
        for line in sale.lines:
            line.allocations, got = self.stock.allocate(line.sku, place, line.quantity)
            line.backorder = line.quantity - got
        sale.status = "BACKORDERED" if any(line.backorder for line in sale.lines) else "ORDERED"

    def _release(self, sale: Sale) -> None:
        for line in sale.lines:
            self.stock.release(line.allocations)
            line.allocations, line.backorder = [], NOTHING

    def _automatic_discount(self, sale: Sale) -> Decimal:
        if not self.tenant.me["AutomaticallyApplyDiscounts"]:
            return NOTHING
        customer = self.tenant.by_name(self.tenant.customers, sale.header["Customer"])
        return Decimal(str((customer or {}).get("Discount", 0)))

    def _changed(self, sale: Sale, kind: str, now: datetime, by: str) -> None:
        sale.updated_at = now
        self.events.sale(kind, now, sale, by)
