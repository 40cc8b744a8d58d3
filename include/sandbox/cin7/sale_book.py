"""All sales and what may be done to one: create, change, order, undo, void, and change by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from include.sandbox.cin7.behaviour import Behaviour
from include.sandbox.cin7.events import Events
from include.sandbox.cin7.fulfilment import AUTHORISED, DRAFT, Fulfilment, Goods, Ship, units
from include.sandbox.cin7.order_lines import read_lines
from include.sandbox.cin7.products import guid
from include.sandbox.cin7.refusal import Refused
from include.sandbox.cin7.sale import Json, Sale
from include.sandbox.cin7.sale_header import changed_header, new_header
from include.sandbox.cin7.stock import NOTHING, Departure, Stock
from include.sandbox.cin7.tenant import Tenant

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
        guard, reached = _guard(sale, behaviour)
        if guard == "refuse":
            raise Refused(f"Sale is {reached} and cannot be undone or voided")
        is_ignored = behaviour.void_ignored if is_void else behaviour.undo_ignored
        if is_ignored or guard == "ignore" or sale.status == "VOIDED":
            return sale
        if is_void:
            self.void(sale, now, API)
        else:
            self.undo(sale, now, API)
        return sale

    def void(self, sale: Sale, now: datetime, by: str) -> None:
        """What left comes back; everything is let go and emptied."""
        for task in sale.tasks:
            self.bring_back(sale, task, now)
            task.void()
        for invoice in sale.invoices:
            invoice.void()
        self._release(sale)
        sale.lines = []
        sale.status = sale.order_status = sale.quote_status = "VOIDED"
        self._changed(sale, "voided", now, by)

    def undo(self, sale: Sale, now: datetime, by: str) -> None:
        """The last authorised stage becomes a draft again; of the order, nothing stays allocated."""
        if sale.order_status != AUTHORISED:
            return
        if stage := self._undo_stage(sale, now):
            self.moved(sale, now)
            self.events.task("task undone", now, sale, by, stage)
            return
        self._release(sale)
        sale.fulfilments = [each for each in sale.fulfilments if each.is_void]
        sale.order_status, sale.status = "DRAFT", "ORDERING"
        self._changed(sale, "undone", now, by)

    def bring_back(self, sale: Sale, task: Fulfilment, now: datetime) -> None:
        """What left with a task lies there again, promised to its sale."""
        returned = units(task.gone_lines())
        for line in sale.lines:
            line.shipped -= returned[line.sku]
        self.stock.take_back(task.ship.departures, {each.sku: each.allocations for each in sale.lines})
        self.tell_beyond(task.ship.departures, now, 1)
        task.ship.departures, task.ship.gone = [], set()

    def tell_beyond(self, departures: list[Departure], now: datetime, sign: int) -> None:
        """What left beyond the promises of its sale is stock that others have no more."""
        for each in departures:
            if not each.was_promised:
                self.events.stock(now, each.row.sku, each.row.location, sign * each.quantity, "beyond the promise")

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
            line.allocations, got = self.stock.allocate(line.sku, place, line.quantity - line.shipped)
            line.backorder = line.quantity - line.shipped - got
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

    def moved(self, sale: Sale, now: datetime) -> None:
        """It was updated."""
        sale.updated_at = now

    def _undo_stage(self, sale: Sale, now: datetime) -> Json:
        """Which stage it was; nothing where only the order is left."""
        for invoice in reversed(sale.invoices):
            if invoice.status == AUTHORISED:
                invoice.status = DRAFT
                return {"task_id": invoice.task_id, "stage": "invoice"}
        for task in reversed(sale.tasks):
            if task.ship.gone:
                self.bring_back(sale, task, now)
                task.ship.status = DRAFT
                task.ship.lines = [replace(each, is_shipped=False) for each in task.ship.lines]
                return {"task_id": task.task_id, "stage": "ship"}
            if task.pack.status == AUTHORISED:
                task.pack.status, task.ship = DRAFT, Ship()
                return {"task_id": task.task_id, "stage": "pack"}
            if task.pick.status == AUTHORISED:
                task.pick.status, task.pack = DRAFT, Goods()
                return {"task_id": task.task_id, "stage": "pick"}
        return {}

    def _changed(self, sale: Sale, kind: str, now: datetime, by: str) -> None:
        self.moved(sale, now)
        self.events.sale(kind, now, sale, by)


def _guard(sale: Sale, behaviour: Behaviour) -> tuple[str, str]:
    """What a DELETE meets, and how far the sale has come that it does."""
    stages = (
        (sale.is_invoiced, behaviour.invoiced_delete, "invoiced"),
        (sale.is_shipped, behaviour.shipped_delete, "shipped"),
        (sale.is_picked, behaviour.picked_delete, "picked"),
    )
    return next(((guard, word) for is_so, guard, word in stages if is_so and guard != "allow"), ("allow", ""))
