"""Cin7 Core as the ledger of shipped sales and of invoices; the account is opened by the first call."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from functools import cached_property

from include import clock
from include.cin7 import fulfilments, invoices, sales
from include.cin7.client import Cin7Client, Lane
from include.database.text import storable
from include.invoices import desk as invoices_desk
from include.invoices import ledger as invoices_ledger
from include.orchestration import connections
from include.relationships.address_book import AddressBook
from include.relationships.model import Relationship
from include.ship_notices import ledger
from include.ship_notices.desk import Desk


@contextmanager
def billing(relationship: Relationship, address_book: AddressBook) -> Iterator[invoices_desk.Desk]:
    """A relationship's desk for invoices, its database opened for the length of a task."""
    with ExitStack() as opened:
        connection = opened.enter_context(connections.database(relationship.database))

        def client() -> Cin7Client:
            return opened.enter_context(connections.cin7(relationship.erp, relationship.database, Lane.BULK))

        ledger = Cin7Invoices(client, relationship)
        yield invoices_desk.Desk(connection, relationship, address_book, ledger, clock.now)


@contextmanager
def desk(relationship: Relationship, address_book: AddressBook) -> Iterator[Desk]:
    """A relationship's desk for shipments, its database opened for the length of a task."""
    with ExitStack() as opened:
        connection = opened.enter_context(connections.database(relationship.database))

        def client() -> Cin7Client:
            return opened.enter_context(connections.cin7(relationship.erp, relationship.database, Lane.BULK))

        yield Desk(connection, relationship, address_book, Cin7Shipping(client), clock.now)


class Cin7Shipping:
    """Answers ShippingLedger over a Cin7 client."""

    def __init__(self, open_client: Callable[[], Cin7Client]) -> None:
        self._open_client = open_client

    @cached_property
    def client(self) -> Cin7Client:
        return self._open_client()

    def list_changed(self, since: datetime) -> Iterable[ledger.ChangedSale]:
        return sales.list_changed(self.client, since)

    def fetch(self, sale_id: str) -> ledger.ShippedSale:
        return shipped_sale(fulfilments.fetch_shipped(self.client, sale_id))


class Cin7Invoices:
    """Answers InvoiceLedger over a Cin7 client."""

    def __init__(self, open_client: Callable[[], Cin7Client], relationship: Relationship) -> None:
        self._open_client = open_client
        self._relationship = relationship

    @cached_property
    def client(self) -> Cin7Client:
        return self._open_client()

    def find(self, sale_id: str, key: str) -> ledger.ErpInvoice | None:
        found = invoices.find_invoice(self.client, sale_id, key)
        return erp_invoice(found) if found else None

    def create(self, draft: invoices_ledger.Draft) -> ledger.ErpInvoice:
        told = self._relationship
        lines = tuple(
            invoices.InvoiceLineDraft(
                line.sku, line.product_id, line.name, line.quantity, line.price, told.tax_rule, told.revenue_account
            )
            for line in draft.lines
        )
        made = invoices.InvoiceDraft(
            draft.sale_id,
            draft.key,
            draft.invoiced_on,
            draft.due_on,
            draft.fulfilment_number,
            lines,
            told.currency_rate,
        )
        return erp_invoice(invoices.create_invoice(self.client, made))


def shipped_sale(told: fulfilments.ShippedSale) -> ledger.ShippedSale:
    """A sale of Cin7's as the processes know it."""
    return ledger.ShippedSale(
        told.sale_id,
        told.is_voided,
        told.modified_at,
        tuple(_fulfilment(each) for each in told.fulfilments if each.is_packed),
        tuple(erp_invoice(each) for each in told.invoices),
    )


def _fulfilment(told: fulfilments.Fulfilment) -> ledger.Fulfilment:
    return ledger.Fulfilment(
        task_id=told.task_id,
        number=told.number,
        packed=tuple(
            ledger.PackedLine(
                storable(line.sku),
                line.quantity,
                storable(line.box),
                storable(line.batch) if line.batch else None,
                line.expires_on,
            )
            for line in told.packed
            if line.quantity > 0
        ),
        boxes=tuple(
            ledger.ShippedBox(
                storable(box),
                storable(line.carrier),
                storable(line.tracking_number) if line.tracking_number else None,
                line.shipped_on,
            )
            for line in told.shipped
            if line.is_shipped
            for box in line.boxes
        ),
        is_shipped=told.is_shipped,
        notes=storable(told.notes),
    )


def erp_invoice(told: fulfilments.Invoice) -> ledger.ErpInvoice:
    """Cin7's invoice as the processes know it."""
    return ledger.ErpInvoice(
        task_id=told.task_id,
        number=storable(told.number),
        status=told.status,
        invoiced_on=told.invoiced_on,
        fulfilment_number=told.fulfilment_number,
        memo=storable(told.memo),
        lines=tuple(
            ledger.InvoicedLine(storable(line.sku), line.quantity, line.price, line.total) for line in told.lines
        ),
        charges=tuple((storable(description), total) for description, total in told.charges),
        tax=told.tax,
        total=told.total,
    )
