"""One company's Cin7 Core: books, stock, sales, calls, and what the scenario says will happen at which moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from decimal import Decimal
from typing import Any

from include.sandbox.cin7.availability import AvailabilityDesk, Race
from include.sandbox.cin7.behaviour import Behaviour
from include.sandbox.cin7.calls import Calls
from include.sandbox.cin7.events import Events
from include.sandbox.cin7.fulfilment_book import FulfilmentBook
from include.sandbox.cin7.invoice_book import InvoiceBook
from include.sandbox.cin7.movements import move
from include.sandbox.cin7.products import Product
from include.sandbox.cin7.sale import Sale, timestamp
from include.sandbox.cin7.sale_book import HAND, SaleBook
from include.sandbox.cin7.stock import Components, Stock, load_stock
from include.sandbox.cin7.tenant import Tenant, load_tenant
from include.sandbox.cin7.warehouse import Warehouse
from include.sandbox.cin7.warehouse_plan import read_plan
from include.sandbox.cin7.webhooks import Webhooks

Json = dict[str, Any]


@dataclass(slots=True)
class World:
    """Everything that is kept over a restart."""

    tenant: Tenant
    stock: Stock
    events: Events
    book: SaleBook
    desk: AvailabilityDesk
    behaviour: Behaviour
    fulfilments: FulfilmentBook
    invoices: InvoiceBook
    warehouse: Warehouse
    webhooks: Webhooks
    calls: Calls = field(default_factory=Calls)
    timeline: list[Json] = field(default_factory=list)  # what is still to happen, earliest first
    version: int = 0  # moves with every call
    _restocked: dict[str, None] = field(init=False)  # SKUs of which nobody was told yet

    def __post_init__(self) -> None:
        self._restocked = self.stock.watch()

    def catch_up(self, now: datetime) -> None:
        """Let happen what the scenario has set for a moment that has come, and what people do by then."""
        while (due := self.next_due()) and due <= now:
            if self.timeline and _moment(self.timeline[0]) == due:
                self._happen(self.timeline.pop(0), due)
            else:
                self.warehouse.do_next(self.behaviour)

    def next_due(self) -> datetime | None:
        """When something will happen by itself."""
        self.warehouse.notice()
        moments = [_moment(each) for each in self.timeline[:1]]
        return min((each for each in (*moments, self.warehouse.next_due()) if each), default=None)

    def become(self, other: World) -> None:
        """Another company from now on: a test begins anew without another process."""
        for each in fields(self):
            if each.name != "version":
                setattr(self, each.name, getattr(other, each.name))

    def tell(self, now: datetime) -> None:
        """Queue for the webhooks what has happened since the last time."""
        self.webhooks.notice(self.events.entries, self.behaviour)
        if self._restocked and self.webhooks.wants_stock():
            self.webhooks.notice_stock(list(self.desk.news(self._restocked)), now, self.behaviour)
        self._restocked.clear()

    def move_stock(self, given: Mapping[str, Any], now: datetime) -> None:
        """`{kind: receipt | adjustment | transfer | sale, sku, location?, quantity, …}`, as movements.py says."""
        for moved in move(self.stock, {**given, "location": self._place(given)}):
            self.events.stock(now, moved.sku, moved.location, moved.change, str(given["kind"]))

    def write_product(self, given: Mapping[str, Any], now: datetime) -> None:
        """`{SKU, …}` as the API names the fields: a product is changed, or newly made."""
        product = self.tenant.write_product(given, timestamp(now))
        self.stock.components.update(_components([product]))
        self.stock.touch(product["SKU"])

    def change_stock(self, given: Mapping[str, Any], now: datetime) -> Decimal:
        """`{sku, location?, bin?, set | add, reason?}`: a delivery, a count, a sale of another channel."""
        place = self._place(given)
        to = Decimal(str(given["set"])) if "set" in given else None
        by = Decimal(str(given.get("add", 0)))
        change = self.stock.change(str(given["sku"]), place, given.get("bin"), to=to, by=by)
        self.events.stock(now, str(given["sku"]), place, change, str(given.get("reason", "hand")))
        return change

    def add_race(self, given: Mapping[str, Any]) -> None:
        """`{sku, location?, quantity, after_readings}`."""
        quantity, after = Decimal(str(given["quantity"])), int(given.get("after_readings", 1))
        self.desk.races.append(Race(str(given["sku"]), self._place(given), quantity, after))

    def key_sale(self, given: Mapping[str, Any], now: datetime) -> Sale:
        """A sale keyed by hand: `{customer?, customer_reference, external_id?, lines: [{sku, quantity, price}]}`."""
        customer = given.get("customer") or self.tenant.customers[0]["Name"]
        header = {"Customer": customer, "Location": self._place(given), "SaleType": "Advanced", "SkipQuote": True,
                  "CustomerReference": given.get("customer_reference"),
                  "ExternalID": given.get("external_id")}  # fmt: skip
        sale = self.book.create(header, now, self.behaviour, HAND)
        rule = sale.header["TaxRule"] or self.tenant.tax_rules[0]["Name"]
        lines = [self._keyed_line(each, rule) for each in given.get("lines", ())]
        if lines:
            status = "AUTHORISED" if given.get("authorise", True) else "DRAFT"
            self.book.order({"SaleID": sale.sale_id, "Status": status, "Lines": lines}, now, self.behaviour, HAND)
            self.fulfilments.start(sale, self.behaviour)
        return sale

    def change_sale(self, sale: Sale, given: Mapping[str, Any], now: datetime) -> Sale:
        """By hand: `{quantities: {sku: n}}`, `{void: true}`, `{undo: true}`, `{pick: true}`, `{reference: text}`."""
        if "quantities" in given:
            wanted = {sku: Decimal(str(number)) for sku, number in given["quantities"].items()}
            self.book.set_quantities(sale, wanted, now, self.behaviour)
        if "reference" in given:
            sale.header["CustomerReference"] = given["reference"]
            self.book.touch(sale, now)
        if given.get("void"):
            self.book.void(sale, now, HAND)
        if given.get("undo"):
            self.book.undo(sale, now, HAND)
        if given.get("pick"):
            self._pick(sale, now)
        return sale

    def _pick(self, sale: Sale, now: datetime) -> None:
        open_tasks = [each for each in sale.tasks if each.pick.status != "AUTHORISED"]
        task = open_tasks[0] if open_tasks else self.fulfilments.create(sale, now, HAND)
        told = {"TaskID": task.task_id, "AutoPickMode": "AUTOPICK"}
        self.fulfilments.pick(told, now, self.behaviour, HAND)

    def _happen(self, what: Json, now: datetime) -> None:
        self.behaviour = self.behaviour.merged(what.get("behaviour", {}))
        if "warehouse" in what:
            self.warehouse.follow(what["warehouse"], now)
        for each in what.get("products", ()):
            self.write_product(each, now)
        for each in what.get("stock", ()):
            self.change_stock(each, now)
        for each in what.get("movements", ()):
            self.move_stock(each, now)
        for each in what.get("races", ()):
            self.add_race(each)
        for each in what.get("sales", ()):
            self.key_sale(each, now)
        for each in what.get("sale_changes", ()):
            self._change_sales_of(each, now)

    def _change_sales_of(self, given: Json, now: datetime) -> None:
        for sale in list(self.book.sales.values()):
            if sale.customer_reference == given["customer_reference"] and sale.status != "VOIDED":
                self.change_sale(sale, given, now)

    def _keyed_line(self, given: Mapping[str, Any], rule: str) -> Json:
        quantity, price = Decimal(str(given["quantity"])), Decimal(str(given.get("price", 0)))
        return {"SKU": given["sku"], "Quantity": quantity, "Price": price, "Total": quantity * price, "TaxRule": rule}

    def _place(self, given: Mapping[str, Any]) -> str:
        return str(given.get("location") or self.tenant.locations[0]["Name"])


def build_world(data: Mapping[str, Any], changes: Mapping[str, Any] | None = None) -> World:
    """A company from a catalogue file; `changes` are behaviours that come on top of the file's."""
    tenant, events = load_tenant(data), Events()
    stock = load_stock(data.get("stock", ()), _components(tenant.products.values()))
    behaviour = Behaviour().merged(data.get("behaviour", {})).merged(changes or {})
    desk = AvailabilityDesk(tenant, stock, events)
    book = SaleBook(tenant, stock, events)
    fulfilments, invoices = FulfilmentBook(book), InvoiceBook(book)
    warehouse = Warehouse(fulfilments, invoices)
    world = World(tenant, stock, events, book, desk, behaviour, fulfilments, invoices, warehouse, Webhooks(tenant))
    if "warehouse" in data:
        warehouse.follow(data["warehouse"], warehouse.since)
    world.timeline = sorted(data.get("timeline", ()), key=_moment)
    for each in world.timeline:
        read_plan(each.get("warehouse") or {})  # a fault in it shows now and not when it has come
    for each in data.get("races", ()):
        world.add_race(each)
    return world


def _moment(what: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(what["at"])


def _components(products: Iterable[Product]) -> dict[str, Components]:
    assembled = [each for each in products if each["AutoAssembly"] and each["BillOfMaterialsProducts"]]
    return {
        each["SKU"]: tuple(
            (part["ProductCode"], Decimal(str(part["Quantity"]))) for part in each["BillOfMaterialsProducts"]
        )
        for each in assembled
    }  # fmt: skip
