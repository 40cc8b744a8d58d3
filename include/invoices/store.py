"""The tables of invoices; the only place that knows their columns. All in the caller's transaction."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import psycopg

from include.amazon.invoices import Invoice
from include.amazon.orders import Party
from include.catalogue import units
from include.database import queries, working_alone
from include.exceptions.queue import THE_SYSTEM
from include.identifiers import ItemIdentifier
from include.invoices.pricing import eaches_of
from include.invoices.values import Goods, InvoiceState, Line, Order, Sale, SaleInvoice, StoredInvoice
from include.purchase_orders.decisions import answered_price
from include.purchase_orders.values import OrderLine
from include.relationships.model import PriceBasis, Relationship
from include.ship_notices.ledger import ErpInvoice, InvoicedLine

Connection = psycopg.Connection[dict[str, Any]]
Row = dict[str, Any]

named = queries.load(__file__, "invoices.sql")


def due(
    connection: Connection,
    relationship: str,
    states: Sequence[InvoiceState],
    now: datetime,
    *,
    hold: timedelta,
    only: Sequence[str] = (),
    limit: int,
) -> list[int]:
    """Ids of the invoices in these states that may leave by their notices; `only` names numbers, shipments, orders."""
    rows = named.due(
        connection, relationship=relationship, states=list(states), now=now, hold=hold, only=list(only), limit=limit
    )
    return [row["invoice_id"] for row in rows]


def worked_on_alone(connection: Connection, invoice_id: int) -> AbstractContextManager[bool]:
    """Whether no other process works on the invoice. Commits before and after."""
    return working_alone.worked_on_alone(connection, f"invoice {invoice_id}")


def load_locked(connection: Connection, invoice_id: int, relationship: Relationship) -> StoredInvoice:
    """An invoice as it is now, held until the transaction ends."""
    named.lock_invoice(connection, invoice_id=invoice_id)
    (invoice,) = load(connection, [invoice_id], relationship)
    return invoice


def load(connection: Connection, invoice_ids: Sequence[int], relationship: Relationship) -> tuple[StoredInvoice, ...]:
    """Invoices with what they bill; two queries for any number of them."""
    by_invoice: dict[int, list[Row]] = defaultdict(list)
    for row in named.load_goods(connection, invoice_ids=list(invoice_ids)):
        by_invoice[row["invoice_id"]].append(row)
    return tuple(
        StoredInvoice(
            **(row | {"state": InvoiceState(row["state"])}),
            goods=tuple(_all_goods(by_invoice[row["invoice_id"]], relationship)),
        )
        for row in named.load_invoices(connection, invoice_ids=list(invoice_ids))
    )


def load_erp_invoices(connection: Connection, sales: Sequence[Sale]) -> list[tuple[SaleInvoice, int | None]]:
    """All invoices of these sales in the inventory system, each with the invoice of ours that was sent by it."""
    rows = named.load_erp_invoices(connection, sale_keys=[sale.sale_key for sale in sales])
    return [(SaleInvoice(row["sale_key"], _erp_invoice(row)), row["invoice_id"]) for row in rows]


def save_sent(
    connection: Connection,
    invoice: StoredInvoice,
    built: Invoice,
    third: Sequence[SaleInvoice],
    document_id: int,
    revision: int,
    now: datetime,
) -> None:
    """What was said, beside the document that says it."""
    order_ids = {order.purchase_order_number: order.order_id for order in invoice.orders}
    rows = [
        {
            "position": position,
            "order_id": order_ids[line.purchase_order_number],
            "line_number": line.line_number,
            "quantity": str(line.quantity),
            "unit": line.unit,
            "unit_price": str(line.unit_price),
        }
        for position, line in enumerate(built.lines, 1)
    ]
    named.delete_lines(connection, invoice_id=invoice.invoice_id)
    named.insert_lines(connection, invoice_id=invoice.invoice_id, rows=json.dumps(rows))
    named.save_sent(
        connection,
        invoice_id=invoice.invoice_id,
        number=built.invoice_number,
        revision=revision,
        total=built.total,
        charge_codes=[charge.code for charge in built.charges],
        invoiced_on=built.invoiced_on,
        document_id=document_id,
        now=now,
    )
    mark_billed(connection, invoice, third)
    named.mark_orders_invoiced(connection, order_ids=sorted(order_ids.values()))
    named.wake_others(
        connection,
        invoice_id=invoice.invoice_id,
        relationship=invoice.relationship,
        order_ids=sorted(order_ids.values()),
        now=now,
    )


def mark_billed(connection: Connection, invoice: StoredInvoice, third: Sequence[SaleInvoice]) -> None:
    """These invoices of the inventory system, and no others, stand for ours."""
    named.mark_billed(
        connection,
        invoice_id=invoice.invoice_id,
        sale_keys=[each.sale_key for each in third],
        task_ids=[each.told.task_id for each in third],
    )


def add_event(
    connection: Connection, invoice: StoredInvoice, what: str, now: datetime, actor: str = THE_SYSTEM
) -> None:
    """A line in the life of every order that the invoice bills."""
    for order in invoice.orders:
        named.add_event(connection, order_id=order.order_id, what=what, now=now, actor=actor)


def _all_goods(rows: Sequence[Row], relationship: Relationship) -> Iterator[Goods]:
    numbers: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        numbers[row["sale_key"]].update(row["fulfilment_numbers"])
    for row in rows:
        sale_key = row["sale_key"]
        sale = Sale(sale_key, row["erp_sale_id"], row["external_id"], tuple(sorted(numbers[sale_key])))
        yield _goods(row, sale, relationship)


def _goods(row: Row, sale: Sale, relationship: Relationship) -> Goods:
    is_as_ordered = row["line_sku"] == row["sku"]
    return Goods(
        line=_line(row, relationship),
        sale=sale,
        quantity=row["quantity"],
        unit=row["unit"],
        sku=row["sku"],
        sku_quantity=row["sku_quantity"],
        sku_price=row["sku_price"] if is_as_ordered else None,
        product_id=row["product_id"] if is_as_ordered else None,
        product_name=(row["product_name"] if is_as_ordered else None) or row["sku"],
        notified=row["notified"],
        billed=row["billed"],
    )


def _line(row: Row, relationship: Relationship) -> Line:
    identifiers = tuple(ItemIdentifier(*pair) for pair in row["identifiers"])
    kept = OrderLine(
        line_number=row["line_number"],
        identifiers=identifiers,
        quantity=row["ordered"],
        unit=row["line_unit"],
        unit_price=row["unit_price"],
        price_basis=row["price_basis"],
        sku_units=row["sku_units"],
        sku_price=row["sku_price"],
        list_price=row["list_price"],
    )
    return Line(
        order=_order(row),
        line_number=row["line_number"],
        identifier=identifiers[0] if identifiers else None,
        unit=row["line_unit"],
        confirmed=row["confirmed"],
        price=answered_price(kept, relationship),
        is_per_each=units.basis_of(row["price_basis"], relationship.pricing) is PriceBasis.EACH,
        eaches=eaches_of(kept, relationship),
    )


def _order(row: Row) -> Order:
    told = row["ship_to"]
    return Order(
        row["order_id"],
        row["purchase_order_number"],
        row["ordered_on"],
        row["currency"],
        Party(**(told | {"address_lines": tuple(told["address_lines"])})) if told else None,
        row["location"],
    )


def _erp_invoice(row: Row) -> ErpInvoice:
    lines = tuple(
        InvoicedLine(line["sku"], Decimal(line["quantity"]), Decimal(line["price"]), Decimal(line["total"]))
        for line in row["lines"]
    )
    charges = tuple((each["description"], Decimal(each["total"])) for each in row["charges"])
    kept = {key: value for key, value in row.items() if key not in {"sale_key", "invoice_id"}}
    return ErpInvoice(**(kept | {"lines": lines, "charges": charges}))
