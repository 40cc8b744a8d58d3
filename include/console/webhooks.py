"""Cin7's webhooks: thin, unsigned and lossy, so that one is only a reason to look at a sale or a stock sooner.

A call is let in by its bearer token, read up to a limit, and answered at once: a row is written where it names a sale
of ours, and for each product of which it says that its stock changed; that event is a bare array of rows, which comes
in bursts. Nothing is asked of anybody. A call is never refused for what it says, since Cin7 gives up a webhook for good
after a few refusals.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import psycopg

from include.database import queries
from include.database.text import storable

Connection = psycopg.Connection[dict[str, Any]]

LARGEST_BODY = 4 * 1024 * 1024  # thousands of rows of stock in one call
SALE_KEYS = ("SaleID", "SaleTaskID", "TaskID")  # the name of the id differs by event
NUMBER_KEYS = ("SaleOrderNumber", "OrderNumber")
EVENT_LENGTH = 100
SKU_LENGTH = 256  # Cin7 grants 50

_queries = queries.load(__file__, "webhooks.sql")


def is_let_in(authorization: str | None, token: str | None) -> bool:
    """Whether the call bears the token that the connection holds, without blanks around it; without one nobody is."""
    wanted = (token or "").strip()
    if not wanted or authorization is None:
        return False
    scheme, _, given = authorization.partition(" ")  # as the server decodes a header, byte by byte
    return scheme.lower() == "bearer" and hmac.compare_digest(
        given.strip().encode("latin-1", "replace"), wanted.encode()
    )


def note(connection: Connection, erp: str, body: bytes, now: datetime) -> bool:
    """Write down which sale of ours or which products a call is about; False where it names none. In the caller's
    transaction.
    """
    told = _parsed(body)
    if isinstance(told, list):
        return _note_stock(connection, erp, told, now)
    return _note_sale(connection, erp, _texts(told), now)


def _note_sale(connection: Connection, erp: str, told: Mapping[str, Any], now: datetime) -> bool:
    row = _queries.note_call(
        connection,
        erp=erp,
        event=storable(str(told.get("EventType") or ""))[:EVENT_LENGTH],
        ids=[str(told[key]).lower() for key in SALE_KEYS if isinstance(told.get(key), str)],
        numbers=[str(told[key]) for key in NUMBER_KEYS if isinstance(told.get(key), str) and told[key]],
        now=now,
    )
    return row is not None


def _note_stock(connection: Connection, erp: str, rows: list[Any], now: datetime) -> bool:
    named = (row.get("SKU") for row in rows if isinstance(row, dict))
    skus = {storable(sku) for sku in named if isinstance(sku, str) and sku.strip() and len(sku) <= SKU_LENGTH}
    if skus:
        _queries.note_stock(connection, erp=erp, skus=sorted(skus), now=now)
    return bool(skus)


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _texts(told: Any) -> Mapping[str, Any]:
    """The call's fields; none where it is no JSON object."""
    fields = told if isinstance(told, dict) else {}
    return {key: storable(value) if isinstance(value, str) else value for key, value in fields.items()}
