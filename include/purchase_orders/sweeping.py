"""One look at what changed among the inventory system's sales, before anything is placed.

Finds sales that were keyed by hand for our orders (adopted), doubles of ours (voided), and ours that a person changed:
nothing is placed again in silence then. A list of sales costs a call a page; only what is in question is fetched.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import psycopg

from include.database import queries
from include.errors import RejectedError
from include.purchase_orders import hand_changes, orders, sales
from include.purchase_orders.adopting import adopt
from include.purchase_orders.desk import Desk
from include.purchase_orders.ledger import AUTHORISED, VOIDED, SaleListed
from include.purchase_orders.orders import SAME_NUMBER
from include.purchase_orders.sales import StoredSale
from include.purchase_orders.values import SaleState, StoredOrder

Connection = psycopg.Connection[dict[str, Any]]

FIRST_LOOK = timedelta(days=7)  # how far back the first sweep goes
OURS = "vendorlane:"  # what our external ids begin with
OVERLAP = timedelta(minutes=10)  # what changed while the last list was read is read again
CHECKED_AT_ONCE = 200

_queries = queries.load(__file__, "sweeping.sql")


@dataclass(frozen=True, slots=True)
class Seen:
    """A sale of the list that concerns one of our orders; `own_erp_sale_id` is the sale that we hold for its key."""

    erp_sale_id: str
    customer_reference: str
    external_id: str
    status: str
    order_status: str
    updated_at: datetime
    order_id: int
    own_erp_sale_id: str | None


def sweep(desk: Desk) -> int:
    """Read what changed and act on what concerns our orders; returns how many sales were looked at. Commits."""
    began_at = desk.now()
    watermark = f"{desk.relationship.name} sales"
    last = _queries.load_watermark(desk.connection, name=watermark)
    since = min(last, began_at) - OVERLAP if last else began_at - FIRST_LOOK
    desk.connection.commit()
    _save_seen(desk, desk.ledger.list_changed(since))
    _queries.save_watermark(desk.connection, name=watermark, until=began_at)
    desk.connection.commit()
    return check(desk)


def check(desk: Desk) -> int:
    """Compare what was seen with what we know, all of it; one that cannot be settled now stays to be compared."""
    erp = desk.relationship.erp
    _queries.mark_own(desk.connection, erp=erp, own_trace=hand_changes.OWN_TRACE)
    looked_at: list[str] = []
    while rows := _unchecked(desk, looked_at):
        for row in rows:
            seen = Seen(**row)
            looked_at.append(seen.erp_sale_id)
            (order,) = orders.load(desk.connection, [seen.order_id])
            live = sales.load_live(desk.connection, [seen.order_id]).get(seen.order_id, ())
            if _settle(desk, seen, order, live):
                _queries.mark_checked(
                    desk.connection, erp=erp, erp_sale_id=seen.erp_sale_id, updated_at=seen.updated_at
                )
            desk.connection.commit()
    return len(looked_at)


def _unchecked(desk: Desk, besides: list[str]) -> list[dict[str, Any]]:
    return list(
        _queries.unchecked(
            desk.connection,
            erp=desk.relationship.erp,
            relationship=desk.relationship.name,
            since=desk.now() - SAME_NUMBER,
            besides=besides,
            limit=CHECKED_AT_ONCE,
        )
    )


def _settle(desk: Desk, seen: Seen, order: StoredOrder, live: tuple[StoredSale, ...]) -> bool:
    held = next((sale for sale in live if sale.erp_sale_id == seen.erp_sale_id), None)
    if held is not None:
        is_plain = seen.status == VOIDED or (held.state is SaleState.AUTHORISED and seen.order_status != AUTHORISED)
        hand_changes.compare(desk, order, held, seen.updated_at, is_plain=is_plain)
        return True
    if seen.status == VOIDED:
        return True
    if seen.external_id.startswith(OURS):
        return _settle_own(desk, seen, order)
    return adopt(desk, order, live, seen.erp_sale_id)


def _settle_own(desk: Desk, seen: Seen, order: StoredOrder) -> bool:
    """A sale under a key of ours that is not the one we hold: an answer that was lost and whose call was repeated."""
    if seen.own_erp_sale_id is None:
        return False  # its creation is still in doubt, and placing looks it up
    if seen.own_erp_sale_id == seen.erp_sale_id:
        return True  # we voided or dropped it, and the list is older than that
    with suppress(RejectedError):  # whether it is void is looked at, whatever was answered
        desk.ledger.void(seen.erp_sale_id)
    is_void = desk.ledger.fetch(seen.erp_sale_id).status == VOIDED
    if is_void:
        desk.tell(order, f"A double of the sale {seen.external_id} was found and voided.")
    else:
        hand_changes.tell_second_sale(desk, order, seen.erp_sale_id)
    return True


def _save_seen(desk: Desk, listed: Iterable[SaleListed]) -> None:
    customer = desk.relationship.customer.casefold()
    rows = [
        {
            "sale_id": each.sale_id,
            "customer_reference": each.customer_reference,
            "external_id": each.external_id,
            "customer": each.customer,
            "status": each.status,
            "order_status": each.order_status,
            "updated_at": each.updated_at.isoformat(),
        }
        for each in listed
        if each.external_id.startswith(OURS) or (each.customer_reference and each.customer.casefold() == customer)
    ]
    _queries.save_seen(desk.connection, erp=desk.relationship.erp, rows=json.dumps(rows))
