"""Cin7's webhooks: thin, unsigned and lossy, so that one is only a reason to look at a sale sooner.

A call is let in by its bearer token, read up to a limit, and answered at once: a row is written where it names a sale
of ours, and nothing is asked of anybody. It is never refused for what it says, since Cin7 gives up a webhook for good
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

LARGEST_BODY = 64 * 1024
SALE_KEYS = ("SaleID", "SaleTaskID", "TaskID")  # the name of the id differs by event
NUMBER_KEYS = ("SaleOrderNumber", "OrderNumber")
EVENT_LENGTH = 100

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
    """Write down which sale of ours a call is about; False where it names none. In the caller's transaction."""
    told = _read(body)
    row = _queries.note_call(
        connection,
        erp=erp,
        event=storable(str(told.get("EventType") or ""))[:EVENT_LENGTH],
        ids=[str(told[key]).lower() for key in SALE_KEYS if isinstance(told.get(key), str)],
        numbers=[str(told[key]) for key in NUMBER_KEYS if isinstance(told.get(key), str) and told[key]],
        now=now,
    )
    return row is not None


def _read(body: bytes) -> Mapping[str, Any]:
    """The call's fields; none where it is no JSON object."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return (
        {key: storable(value) if isinstance(value, str) else value for key, value in told.items()}
        if isinstance(told, dict)
        else {}
    )
