"""Where an order stands once its sales are planned or placed: ready to be answered, or held for a person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import psycopg

from include.exceptions.kinds import Kind
from include.exceptions.queue import NewException, open_exception, resolve
from include.purchase_orders import orders, sales
from include.purchase_orders.decisions import waits_for_person
from include.purchase_orders.values import OrderLine, OrderState, StoredOrder
from include.relationships.model import Relationship

Connection = psycopg.Connection[dict[str, Any]]

FINISHED = {OrderState.ACKNOWLEDGED, OrderState.CLOSED, OrderState.CANCELLED}


def stand(connection: Connection, relationship: Relationship, known: Sequence[StoredOrder], now: datetime) -> None:
    """Bring the states of these orders up to date, and the exceptions on what they lack.

    One that Amazon has changed since it was `known` is left alone: what it lacks was never looked for.
    """
    documents = {order.order_id: order.document_id for order in known}
    there = orders.load_locked(connection, sorted(documents))
    live = sales.load_live(connection, sorted(documents))
    for order in there:
        if order.document_id != documents[order.order_id]:
            continue
        if order.state in FINISHED or not order.answer_wanted:
            continue
        if not all(sale.is_finished for sale in live.get(order.order_id, ())):
            orders.set_state(connection, order.order_id, OrderState.PLANNED, now)
        elif waits_for_person(order):
            orders.set_state(connection, order.order_id, OrderState.HELD, max(order.answer_after, now))
        else:
            orders.set_state(connection, order.order_id, OrderState.PLACED, now)
        _tell_shortage(connection, relationship, order, now)


def answered_by_rule_at(order: StoredOrder) -> str:
    """When the rule answers, for sentences."""
    return f"{order.answer_after:%Y-%m-%d %H:%M} UTC"


def subject(order: StoredOrder) -> str:
    """What exceptions on the whole order are about."""
    return f"order {order.order_id}"


def _tell_shortage(connection: Connection, relationship: Relationship, order: StoredOrder, now: datetime) -> None:
    is_not_tried = bool(order.faulty_lines) and not relationship.place_good_lines_at_once
    if not order.short_lines or is_not_tried or order.answer_after <= now:
        resolve(
            connection,
            order.relationship,
            [Kind.SHORT_STOCK],
            subject=subject(order),
            why="Nothing is short any more, or the rule answers now.",
            now=now,
        )
        return
    open_exception(
        connection,
        NewException(
            Kind.SHORT_STOCK,
            order.relationship,
            subject(order),
            purchase_order_number=order.purchase_order_number,
            deadline=order.answer_after,
            money=order.money(line.worth(_short(line)) for line in order.short_lines),
            what_happened=f"{order.name} cannot be met in full. " + " ".join(map(_sentence, order.short_lines)),
            next_step=(
                f"Find stock, or run po_intake for it with `answer now`; at {answered_by_rule_at(order)} the stock is "
                "read again and what is still short is refused."
            ),
        ),
        owners=relationship.owners,
        now=now,
    )


def _short(line: OrderLine) -> Decimal:
    return line.quantity - line.refused_before - line.in_order_units(line.standing)


def _sentence(line: OrderLine) -> str:
    ordered, short = (f"{each.normalize():f}" for each in (line.quantity, _short(line)))
    return f"Line {line.line_number} ({line.sku}): {short} of {ordered} {line.unit} are not there."
