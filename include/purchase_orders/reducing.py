"""Sales that hold more than their order wants after a change: their lines are cut, and placing takes the rest back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import psycopg

from include.exceptions.kinds import Kind
from include.exceptions.queue import NewException, open_exception
from include.purchase_orders import sales
from include.purchase_orders.sales import SaleLine, StoredSale
from include.purchase_orders.values import NOTHING, SaleState, StoredOrder
from include.relationships.model import Relationship

Connection = psycopg.Connection[dict[str, Any]]


def reduce(
    connection: Connection,
    relationship: Relationship,
    order: StoredOrder,
    refitted: Collection[str],
    now: datetime,
) -> None:
    """Cut what is too much, from the newest sale backwards; of `refitted` lines all that stands is too much."""
    excess = {
        line.line_number: line.standing if line.line_number in refitted else -line.remaining for line in order.lines
    }
    excess = {number: quantity for number, quantity in excess.items() if quantity > 0}
    for sale in reversed(sales.load_live(connection, [order.order_id]).get(order.order_id, ())):
        cut = [_cut(line, excess) for line in sale.lines]
        if cut == list(sale.lines):
            continue
        sales.replace_lines(connection, sale, cut)
        if sale.is_adopted:
            _tell_adopted(connection, relationship, order, sale, cut, now)
        elif sale.in_doubt is None and sale.state is SaleState.AUTHORISED:
            sales.set_state(connection, sale, SaleState.OUTDATED)


def drop_unsent(connection: Connection, order_id: int) -> None:
    """Sales that the inventory system cannot know are planned anew for the order as it is now."""
    for sale in sales.load_live(connection, [order_id]).get(order_id, ()):
        if sale.was_never_sent:
            sales.set_state(connection, sale, SaleState.DROPPED)


def outdate_headers(connection: Connection, order_id: int) -> None:
    """The window or the centre moved: every sale that was sent gets its header written anew."""
    for sale in sales.load_live(connection, [order_id]).get(order_id, ()):
        if not sale.is_adopted and not sale.was_never_sent:
            sales.set_header_outdated(connection, sale, is_outdated=True)


def _cut(line: SaleLine, excess: dict[str, Decimal]) -> SaleLine:
    """The line less its part of the excess, which shrinks by it."""
    shares: dict[str, Decimal] = {}
    for number, share in line.shares:
        taken = min(share, excess.get(number, NOTHING))
        shares[number] = share - taken
        if taken > 0:
            excess[number] -= taken
    return line if shares == dict(line.shares) else line.cut_to(shares)


def _tell_adopted(
    connection: Connection,
    relationship: Relationship,
    order: StoredOrder,
    sale: StoredSale,
    cut: Sequence[SaleLine],
    now: datetime,
) -> None:
    left = ", ".join(f"{line.quantity.normalize():f} {line.sku}" for line in cut if line.quantity > 0)
    open_exception(
        connection,
        NewException(
            Kind.TRIM_BY_HAND,
            order.relationship,
            f"sale {sale.sale_key}",
            purchase_order_number=order.purchase_order_number,
            deadline=order.acknowledge_by,
            money=order.worth,
            what_happened=f"{order.name} was reduced or cancelled by Amazon, and {sale.name} was keyed by hand for it.",
            next_step=(
                f"Reduce {sale.name} by hand to {left or 'nothing'}; Vendorlane does not change what it did not make."
            ),
        ),
        owners=relationship.owners,
        now=now,
    )
