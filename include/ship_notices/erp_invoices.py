"""The inventory system's invoices of a sale, kept for the match with its order and notice."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from include.database import queries
from include.relationships.desk import Connection
from include.ship_notices.desk import Desk
from include.ship_notices.ledger import ErpInvoice

_queries = queries.load(__file__, "erp_invoices.sql")


def take_invoices(desk: Desk, sale_key: int, invoices: Sequence[ErpInvoice], read_at: datetime) -> None:
    """What the sale holds no more is voided, unless it was made after the reading began."""
    save_invoices(desk.connection, sale_key, invoices, desk.now())
    known = [each.task_id for each in invoices]
    _queries.void_invoices(desk.connection, sale_key=sale_key, besides=known, read_at=read_at, now=desk.now())
    _queries.wake_invoices(desk.connection, sale_key=sale_key, now=desk.now())


def save_invoices(connection: Connection, sale_key: int, invoices: Sequence[ErpInvoice], now: datetime) -> None:
    """The inventory system's invoices of a sale as they are now; others of the sale stay as they were."""
    rows = json.dumps([_invoice_row(each) for each in invoices], default=str)
    _queries.save_invoices(connection, sale_key=sale_key, rows=rows, now=now)


def _invoice_row(invoice: ErpInvoice) -> dict[str, Any]:
    lines = [{name: str(value) for name, value in asdict(line).items()} for line in invoice.lines]
    charges = [{"description": description, "total": str(total)} for description, total in invoice.charges]
    return asdict(invoice) | {"lines": lines, "charges": charges}
