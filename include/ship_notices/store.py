"""The tables of notices; the only place that knows their columns. All in the caller's transaction."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import psycopg

from include.amazon.orders import Party
from include.database import queries
from include.exceptions.queue import THE_SYSTEM
from include.identifiers import ItemIdentifier
from include.ship_notices.values import (
    Item,
    LineStanding,
    NoticeState,
    Packed,
    Share,
    StagedCarton,
    StagedNotice,
    StagedPallet,
)

Connection = psycopg.Connection[dict[str, Any]]

REUSE = timedelta(days=365)  # of an SSCC

named = queries.load(__file__, "notices.sql")


def to_stage(
    connection: Connection, relationship: str, now: datetime, *, only: Sequence[str] = (), limit: int
) -> list[tuple[int, str]]:
    """Ids and shipment numbers of what is to be staged; `only` names shipments or purchase orders."""
    rows = named.to_stage(connection, relationship=relationship, now=now, only=list(only), limit=limit)
    return [(row["notice_id"], row["shipment_number"]) for row in rows]


def to_send(
    connection: Connection, relationship: str, now: datetime, *, only: Sequence[str] = (), limit: int
) -> list[int]:
    """Ids of what is to leave now, the soonest due first."""
    rows = named.to_send(connection, relationship=relationship, now=now, only=list(only), limit=limit)
    return [row["notice_id"] for row in rows]


def find(connection: Connection, relationship: str, shipment_number: str) -> int | None:
    """The id of the notice of this shipment number."""
    notice_id: int | None = named.find_by_number(connection, relationship=relationship, shipment_number=shipment_number)
    return notice_id


def load_locked(connection: Connection, notice_id: int) -> StagedNotice:
    """A notice as it is now, held until the transaction ends."""
    named.lock_notice(connection, notice_id=notice_id)
    (notice,) = load(connection, [notice_id])
    return notice


def load(connection: Connection, notice_ids: Sequence[int]) -> tuple[StagedNotice, ...]:
    """Notices with their cartons and pallets; three queries for any number of them."""
    cartons: dict[int, list[StagedCarton]] = defaultdict(list)
    for row in named.load_cartons(connection, notice_ids=list(notice_ids)):
        packed = tuple(_packed(*line) for line in row["packed"])
        cartons[row.pop("notice_id")].append(StagedCarton(**(row | {"packed": packed})))
    pallets: dict[int, list[StagedPallet]] = defaultdict(list)
    for row in named.load_pallets(connection, notice_ids=list(notice_ids)):
        pallets[row.pop("notice_id")].append(StagedPallet(**row))
    rows = named.load_notices(connection, notice_ids=list(notice_ids))
    return tuple(_notice(row, cartons[row["notice_id"]], pallets[row["notice_id"]]) for row in rows)


def load_shares(connection: Connection, notice: StagedNotice) -> tuple[Share, ...]:
    """Which order lines the sales of a notice serve."""
    sale_keys = sorted({carton.sale_key for carton in notice.cartons})
    rows = named.load_shares(connection, notice_id=notice.notice_id, sale_keys=sale_keys)
    return tuple(_share(row) for row in rows)


def load_standing(connection: Connection, notice: StagedNotice) -> dict[tuple[int, str], LineStanding]:
    """The lines of a notice's orders, by order and line number."""
    order_ids = sorted({carton.order_id for carton in notice.cartons})
    rows = named.load_standing(connection, notice_id=notice.notice_id, order_ids=order_ids)
    return {(row["order_id"], row["line_number"]): LineStanding(**row) for row in rows}


def save_sent(
    connection: Connection, notice: StagedNotice, items: Iterable[Item], document_id: int, revision: int, now: datetime
) -> None:
    """What was said, beside the document that says it."""
    rows = [
        {
            "position": position,
            "carton_id": item.carton_id,
            "order_id": item.share.order_id,
            "line_number": item.share.line_number,
            "quantity": str(item.quantity),
            "unit": item.share.unit,
            "sku": item.share.sku,
            "sku_quantity": str(item.sku_quantity),
        }
        for position, item in enumerate(items, 1)
    ]
    named.delete_items(connection, notice_id=notice.notice_id)
    named.insert_items(connection, notice_id=notice.notice_id, rows=json.dumps(rows))
    named.save_sent(connection, notice_id=notice.notice_id, document_id=document_id, revision=revision, now=now)
    order_ids = sorted({carton.order_id for carton in notice.cartons})
    named.mark_orders_shipped(connection, order_ids=order_ids)


def add_event(connection: Connection, order_id: int, what: str, now: datetime, actor: str = THE_SYSTEM) -> None:
    """A line of an order's life."""
    named.add_event(connection, order_id=order_id, what=what, now=now, actor=actor)


def _packed(sku: str, quantity: str, lot: str | None, expires_on: str | None) -> Packed:
    return Packed(sku, Decimal(quantity), lot, date.fromisoformat(expires_on) if expires_on else None)


def _share(row: dict[str, Any]) -> Share:
    first = next((ItemIdentifier(*pair) for pair in row.pop("identifiers")), None)
    return Share(**row, identifier=first)


def _notice(row: dict[str, Any], cartons: Sequence[StagedCarton], pallets: Sequence[StagedPallet]) -> StagedNotice:
    told = row["ship_to"]
    columns = row | {
        "state": NoticeState(row["state"]),
        "ship_to": Party(**(told | {"address_lines": tuple(told["address_lines"])})),
        "entered": tuple(row["entered"]),
    }
    return StagedNotice(**columns, cartons=tuple(cartons), pallets=tuple(pallets))
