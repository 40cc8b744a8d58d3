"""The exceptions on lines that are not placed: told when the line comes, resolved when somebody mended the cause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import psycopg

from include.exceptions.kinds import Kind
from include.exceptions.queue import NewException, open_exception, resolve
from include.purchase_orders import orders
from include.purchase_orders.line_checks import KINDS, CheckedLine, LineFault, next_step, recheck
from include.purchase_orders.values import OrderState, StoredOrder
from include.relationships.model import Relationship

Connection = psycopg.Connection[dict[str, Any]]

NOT_RECHECKED = (LineFault.REFUSED_BY_INVENTORY_SYSTEM, LineFault.PRICE_REFUSED, LineFault.INVALID_QUANTITY)
RECHECKED_FOR = timedelta(days=60)


def subject(order_id: int, line_number: str) -> str:
    """What exceptions on a line are about."""
    return f"order {order_id} line {line_number}"


def tell(
    connection: Connection,
    relationship: Relationship,
    order: StoredOrder,
    checked: Sequence[CheckedLine],
    now: datetime,
) -> None:
    """One exception for each line that a person may still mend."""
    for each in checked:
        line = each.line
        kind = _kind(each)
        if kind is None:
            continue
        open_exception(
            connection,
            NewException(
                kind,
                relationship.name,
                subject(order.order_id, line.line_number),
                purchase_order_number=order.purchase_order_number,
                line_number=line.line_number,
                document_id=order.document_id,
                deadline=order.answer_after,
                money=order.money([line.worth(line.quantity)]),
                what_happened=f"{order.name}, line {line.line_number}: {each.sentence}",
                next_step=next_step(kind),
            ),
            owners=relationship.owners,
            now=now,
        )


def resolve_others(connection: Connection, order: StoredOrder, checked: Sequence[CheckedLine], now: datetime) -> None:
    """Resolve whatever was told of these lines and holds no more."""
    for each in checked:
        resolve(
            connection,
            order.relationship,
            sorted(set(KINDS.values()) - {_kind(each)}),
            subject=subject(order.order_id, each.line.line_number),
            why="The line is in order now." if each.line.fault is None else "Something else is wrong with the line.",
            now=now,
        )


def recheck_all(connection: Connection, relationship: Relationship, now: datetime) -> int:
    """See what was mended since (a product mapped, a price corrected); returns how many lines are different. Commits.

    Of an order that was answered already only the exceptions follow.
    """
    different = 0
    for order in orders.faulty(connection, relationship.name, NOT_RECHECKED, now - RECHECKED_FOR):
        if _find_mended(connection, relationship, order):
            (order,) = orders.load_locked(connection, [order.order_id])
            checked = _find_mended(connection, relationship, order)
            _follow(connection, relationship, order, checked, now)
            different += len(checked)
        connection.commit()
    return different


def _find_mended(connection: Connection, relationship: Relationship, order: StoredOrder) -> list[CheckedLine]:
    """The lines of the order whose fault is another one now, or gone."""
    known = {line.line_number: line for line in order.faulty_lines}
    checked = recheck(connection, relationship, order.faulty_lines, order.deal)
    return [
        replace(each, line=replace(each.line, refused_before=known[each.line.line_number].refused_before))
        for each in checked
        if each.line.fault != known[each.line.line_number].fault
    ]


def _follow(
    connection: Connection,
    relationship: Relationship,
    order: StoredOrder,
    checked: Sequence[CheckedLine],
    now: datetime,
) -> None:
    resolve_others(connection, order, checked, now)
    if not order.answer_wanted:
        for each in checked:
            orders.set_line_fault(connection, order.order_id, [each.line.line_number], each.line.fault)
        return
    orders.save_lines(connection, order.order_id, [each.line for each in checked])
    orders.set_state(connection, order.order_id, OrderState.RECEIVED, now)
    tell(connection, relationship, order, checked, now)


def _kind(checked: CheckedLine) -> Kind | None:
    """The exception that the line's fault is; none where it has none, or where policy refuses the line."""
    return KINDS.get(LineFault(checked.line.fault)) if checked.line.fault else None
