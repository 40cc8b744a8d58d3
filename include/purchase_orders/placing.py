"""Planned sales become authorised ones, whatever is lost on the way.

Before a call is sent its name is committed (`in_doubt`); its answer is saved in a transaction of its own. Whoever finds
a call in doubt, after a lost answer or a killed process, looks it up before anything is sent again (law 3).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import psycopg

from include.errors import IntegrationError, RejectedError, TransientError, UncertainOutcome
from include.exceptions.kinds import Kind
from include.exceptions.queue import NewException, open_exception, resolve
from include.purchase_orders import holding, orders, planning, sales
from include.purchase_orders.desk import Desk
from include.purchase_orders.looking_up import QUIET_TIME
from include.purchase_orders.sale_steps import advance
from include.purchase_orders.values import StoredOrder

Connection = psycopg.Connection[dict[str, Any]]

FAULTS_IN_A_ROW = 3  # after which the inventory system is taken to be down, and the rest waits
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(minutes=15)
REFUSED_WAIT = timedelta(minutes=30)


@dataclass(slots=True)
class Placed:
    """What became of a chunk of orders: `in_doubt` wait for a look-up, `waiting` ones for another attempt.

    `fault` is the last one of the infrastructure, to be raised at the end.
    """

    placed: int = 0
    refused: int = 0
    waiting: int = 0
    in_doubt: list[int] = field(default_factory=list)
    fault: IntegrationError | None = None


def place(desk: Desk, order_ids: Sequence[int], run_id: str) -> Placed:
    """Bring the sales of these orders to their end; one that fails waits for its next attempt and the rest go on.

    Commits after every step. Orders that another run has taken meanwhile are left to it, and so are those that another
    process of this run still works on: where a worker is killed, its task's process may live on beside the retry.
    """
    outcome = Placed()
    in_a_row = 0
    for order_id in order_ids:
        with orders.worked_on_alone(desk.connection, order_id) as is_alone:
            if in_a_row == FAULTS_IN_A_ROW or not is_alone or not _is_claimed(desk, order_id, run_id):
                outcome.waiting += 1
                continue
            fault = _place_one(desk, order_id)
        _let_go(desk, [order_id], run_id)
        in_a_row = in_a_row + 1 if isinstance(fault, TransientError | UncertainOutcome) else 0
        _count(outcome, fault, order_id)
    _let_go(desk, order_ids, run_id)
    return outcome


def _is_claimed(desk: Desk, order_id: int, run_id: str) -> bool:
    kept = orders.keep_claims(desk.connection, [order_id], run_id)
    desk.connection.commit()
    return bool(kept)


def _let_go(desk: Desk, order_ids: Sequence[int], run_id: str) -> None:
    orders.release_claims(desk.connection, order_ids, run_id)
    desk.connection.commit()


def _place_one(desk: Desk, order_id: int) -> IntegrationError | None:
    (order,) = orders.load(desk.connection, [order_id])
    try:
        advance(desk, order)
    except (TransientError, UncertainOutcome) as fault:
        desk.connection.rollback()
        orders.note_fault(desk.connection, order_id, str(fault), desk.now() + _wait(order, fault))
        desk.connection.commit()
        return fault
    except RejectedError as refusal:
        desk.connection.rollback()
        _tell_refusal(desk, order, refusal)
        desk.connection.commit()
        return refusal
    _resolve_refusal(desk, order)
    (order,) = orders.load_locked(desk.connection, [order_id])
    if order.state not in planning.FIRST_TIME:  # else Amazon changed it since, and nothing was planned for that
        holding.stand(desk.connection, desk.relationship, [order], desk.now())
    desk.connection.commit()
    return None


def has_unfinished(connection: Connection, order_ids: Sequence[int]) -> set[int]:
    """Which of these orders still have a sale to be brought to its end."""
    live = sales.load_live(connection, order_ids)
    return {order_id for order_id, own in live.items() if not all(sale.is_finished for sale in own)}


def _wait(order: StoredOrder, fault: IntegrationError) -> timedelta:
    if isinstance(fault, UncertainOutcome):
        return QUIET_TIME
    wait: timedelta = min(FIRST_WAIT * 2**order.attempts, LONGEST_WAIT)
    return wait


def _count(outcome: Placed, fault: IntegrationError | None, order_id: int) -> None:
    if fault is None:
        outcome.placed += 1
    elif isinstance(fault, RejectedError):
        outcome.refused += 1
    else:
        outcome.fault = fault
        if isinstance(fault, UncertainOutcome):
            outcome.in_doubt.append(order_id)
        else:
            outcome.waiting += 1


def _tell_refusal(desk: Desk, order: StoredOrder, refusal: RejectedError) -> None:
    orders.note_fault(desk.connection, order.order_id, str(refusal), desk.now() + REFUSED_WAIT)
    open_exception(
        desk.connection,
        NewException(
            Kind.INVENTORY_SYSTEM_REFUSED,
            order.relationship,
            holding.subject(order),
            purchase_order_number=order.purchase_order_number,
            deadline=order.acknowledge_by,
            money=order.worth,
            what_happened=f"{order.name} could not be placed. {refusal.what}",
            next_step=(
                "Correct what the inventory system names there, or in the relationship; it is tried again every half "
                "hour, and at once when po_intake is run for this order."
            ),
        ),
        owners=desk.relationship.owners,
        now=desk.now(),
    )


def _resolve_refusal(desk: Desk, order: StoredOrder) -> None:
    resolve(
        desk.connection,
        order.relationship,
        [Kind.INVENTORY_SYSTEM_REFUSED],
        subject=holding.subject(order),
        why="The order was placed.",
        now=desk.now(),
    )
