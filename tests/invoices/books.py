"""The books of a vendor on a test's own time: a warehouse whose notices are answered, an inventory system that has
invoices or makes them, and the ticks of fulfilment up to the 810.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from include.database.connection import connect
from include.documents import sending as documents
from include.errors import IntegrationError
from include.exceptions.queue import ExceptionEntry
from include.invoices import agreeing, opening, sending, watching
from include.invoices.completing import Entries, complete
from include.invoices.desk import Desk
from include.invoices.ledger import Draft
from include.invoices.watching import Watched
from include.relationships.address_book import AddressBook
from include.ship_notices.ledger import ErpInvoice, Fulfilment, InvoicedLine, PackedLine
from tests.purchase_orders.trade import CENTRES
from tests.ship_notices.warehouse import Line, Warehouse, fulfilment, shipped

BILL_TO = {
    "code": "AMZ01",
    "name": "Amazon.com Services LLC",
    "address": {"line1": "PO Box 80387", "city": "Seattle", "state": "WA", "postcode": "98108", "country": "US"},
}
REMIT_TO = {
    "code": "VNDR1",
    "name": "Vendor Goods LLC",
    "address": {"line1": "1 Dock Rd", "city": "Reno", "state": "NV", "postcode": "89502", "country": "US"},
}
INVOICES = {"bill_to": BILL_TO, "remit_to": REMIT_TO}
MUGS = Line("MUG", 12)
_numbers = itertools.count(1001)


def erp_invoice(*lines: tuple[str, int, str], number: str = "", **more: Any) -> ErpInvoice:
    """An authorised invoice of the inventory system: SKU, units and price of each line."""
    told = tuple(
        InvoicedLine(sku, Decimal(units), Decimal(price), Decimal(units) * Decimal(price))
        for sku, units, price in lines
    )
    name = number or f"INV-{next(_numbers)}"
    charges = tuple((description, Decimal(amount)) for description, amount in more.pop("charges", ()))
    tax = Decimal(more.pop("tax", 0))
    total = sum((line.total for line in told), Decimal(0)) + sum((amount for _, amount in charges), Decimal(0)) + tax
    usual: dict[str, Any] = {
        "status": "AUTHORISED", "invoiced_on": None, "fulfilment_number": 1, "memo": "", "total": total,
    }  # fmt: skip
    return ErpInvoice(f"task-{name}", name, lines=told, charges=charges, tax=tax, **(usual | more))


def mugs(units: int = 12, price: str = "4.25", **more: Any) -> ErpInvoice:
    """The invoice for an order of `MUGS`."""
    return erp_invoice(("MUG", units, price), **more)


@dataclass(slots=True)
class Accounts:
    """The inventory system's invoices, made by key: what is called, and what is answered in place of an answer."""

    made: dict[str, ErpInvoice] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    lost: list[tuple[bool, IntegrationError]] = field(default_factory=list)  # whether it was done, and the fault

    def find(self, sale_id: str, key: str) -> ErpInvoice | None:
        self.calls.append("find")
        return self.made.get(key)

    def create(self, draft: Draft) -> ErpInvoice:
        self.calls.append("create")
        is_done, fault = self.lost.pop(0) if self.lost else (True, None)
        if is_done:
            assert draft.key not in self.made, "two invoices would stand there"
            told = erp_invoice(
                *((line.sku, int(line.quantity), str(line.price)) for line in draft.lines),
                memo=draft.key, fulfilment_number=draft.fulfilment_number, invoiced_on=draft.invoiced_on,
            )  # fmt: skip
            self.made[draft.key] = told
        if fault is not None:
            raise fault
        return self.made[draft.key]


@dataclass(slots=True)
class Books:
    """A warehouse, its invoices here and there, and the ticks."""

    warehouse: Warehouse
    accounts: Accounts = field(default_factory=Accounts)
    told: dict[str, tuple[list[Fulfilment], list[ErpInvoice]]] = field(default_factory=dict)
    watched: Watched | None = None
    fault: IntegrationError | None = None

    @classmethod
    def open(cls, database: str, **settings: Any) -> Books:
        beside = {name: settings.pop(name) for name in ("pricing", "line_total_confirmed") if name in settings}
        return cls(Warehouse.begin(database, invoices=INVOICES | settings, **beside))

    # --- the world --------------------------------------------------------------------------------------------------

    def ship(self, sale: str, *lines: PackedLine, number: int = 1) -> None:
        """Packed and shipped as one more fulfilment of a sale."""
        boxes = [shipped(box, tracking=f"1Z{number}{box[-1]}") for box in dict.fromkeys(line.box for line in lines)]
        self._say(sale)[0].append(fulfilment(number, lines, boxes=boxes))
        self._tell(sale)

    def invoice(self, sale: str, *invoices: ErpInvoice) -> None:
        """These are the sale's invoices in the inventory system from now on."""
        self._say(sale)[1][:] = invoices
        self._tell(sale)

    def answer_notices(self, verdict: str = "accepted") -> None:
        """What was written is published, and the partner answers every notice that has no answer yet."""
        with connect(self.warehouse.database) as connection:
            connection.execute(
                "UPDATE document SET state = %s WHERE direction = 'out' AND transaction_set = '856' "
                "AND state IN ('written', 'published')",
                [verdict],
            )

    def refuse_invoice(self, findings: Sequence[Mapping[str, Any]] = ()) -> None:
        self.warehouse.answer("rejected", findings)

    def _say(self, sale: str) -> tuple[list[Fulfilment], list[ErpInvoice]]:
        return self.told.setdefault(sale, ([], []))

    def _tell(self, sale: str) -> None:
        self.warehouse.pass_time(minutes=1)
        fulfilments, invoices = self.told[sale]
        self.warehouse.say(sale, *fulfilments, invoices=invoices)

    # --- our side ---------------------------------------------------------------------------------------------------

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        with connect(self.warehouse.database) as connection:
            address_book = AddressBook.model_validate(CENTRES)
            yield Desk(connection, self.warehouse.relationship, address_book, self.accounts, lambda: self.warehouse.now)

    def notify(self, verdict: str = "accepted") -> None:
        """The truck is gathered, its notice leaves, and the partner answers."""
        self.warehouse.tick()
        self.warehouse.pass_time(minutes=10)
        self.warehouse.tick()
        self.answer_notices(verdict)

    def tick(self) -> Watched:
        """One run: what changed is read, invoices are opened, matched and sent."""
        self.warehouse.tick()
        with self.desk() as desk:
            opening.open_due(desk)
            desk.connection.commit()
            self.fault = agreeing.settle_due(desk, limit=100)
            write = partial(documents.write_document, desk.connection, desk.relationship)
            sending.send_due(desk, write, limit=100)
            self.watched = watching.watch(desk)
            desk.connection.commit()
        return self.watched

    def decide(self, name: str, **entries: Any) -> None:
        with self.desk() as desk:
            complete(desk, name, Entries(**entries), actor="fiona")
            desk.connection.commit()

    def set(self, **invoices: Any) -> None:
        """The relationship's settings of invoices change."""
        told = self.warehouse.relationship
        changed = told.invoices.model_validate(told.invoices.model_dump() | invoices)
        self.warehouse.relationship = told.model_copy(update={"invoices": changed})

    def pass_time(self, **length: float) -> None:
        self.warehouse.now += timedelta(**length)

    # --- what came of it --------------------------------------------------------------------------------------------

    def states(self) -> list[str]:
        return [row["state"] for row in self.warehouse.rows("SELECT state FROM invoice ORDER BY invoice_id")]

    def order_states(self) -> list[str]:
        return [row["state"] for row in self.warehouse.rows("SELECT state FROM purchase_order ORDER BY order_id")]

    def written(self) -> list[list[list[str]]]:
        return self.warehouse.written("810")

    def exceptions(self) -> dict[str, ExceptionEntry]:
        return self.warehouse.exceptions()


def bill_and_match(books: Books, *lines: Line, invoice: ErpInvoice, number: str = "4AB7XY2P") -> str:
    """An order that was shipped whole and notified, with its invoice in the inventory system; returns the sale."""
    sale = books.warehouse.order(number, *lines)
    by_sku: dict[str, int] = {}
    for line in lines:
        by_sku[line.sku] = by_sku.get(line.sku, 0) + line.confirmed * line.eaches
    books.ship(sale, *(PackedLine(sku, Decimal(units), "Box 1") for sku, units in by_sku.items()))
    books.notify()
    books.invoice(sale, invoice)
    return sale


def told(books: Books, kind: str = "invoice_mismatch") -> str:
    """What the open exception of a kind says."""
    return books.exceptions()[kind].what_happened


def number_of(segments: Sequence[Sequence[str]]) -> str:
    """BIG02."""
    return next(segment[2] for segment in segments if segment[0] == "BIG")


def total_of(segments: Sequence[Sequence[str]]) -> Decimal:
    """TDS01, in cents on the wire."""
    return next(Decimal(segment[1]).scaleb(-2) for segment in segments if segment[0] == "TDS")


def lines_of(segments: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """Line number, quantity, unit, price and basis of each IT1."""
    return [tuple(segment[1:6]) for segment in segments if segment[0] == "IT1"]


def changed(told: ErpInvoice, **values: Any) -> ErpInvoice:
    return replace(told, **values)
