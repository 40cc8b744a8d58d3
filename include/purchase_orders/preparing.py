"""Everything that comes before the first sale of a run is placed: claim, sweep, look for obstacles, plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

from include.errors import IntegrationError
from include.exceptions.kinds import Kind
from include.exceptions.queue import NewException, open_exception, resolve
from include.purchase_orders import holding, orders, placing, planning, stock
from include.purchase_orders.desk import Desk
from include.purchase_orders.line_checks import LineFault
from include.purchase_orders.sweeping import sweep
from include.purchase_orders.values import StoredOrder

OBSTACLE_WAIT = timedelta(minutes=15)


def prepare(desk: Desk, run_id: str, *, only: Sequence[str], limit: int) -> list[int]:
    """Plan what is due, or the orders named; the ids of those with sales to be placed, claimed for this run.

    Orders that wait for a person are planned along, so that stock that came since goes to whoever was first. What is
    due beyond `limit` is put off to the next run.
    """
    name = desk.relationship.name
    with _let_go_on_fault(desk, run_id):
        orders.take_back_from_person(desk.connection, name, only, LineFault.REFUSED_BY_INVENTORY_SYSTEM)
        claimed = orders.claim_due(desk.connection, name, run_id, desk.now(), only=only, with_held=False, limit=limit)
        if not only:
            orders.put_off(desk.connection, name, desk.now())
        desk.connection.commit()
        sweep(desk)
        if claimed and not only:
            claimed = orders.claim_due(desk.connection, name, run_id, desk.now(), only=(), with_held=True, limit=limit)
        desk.connection.commit()
        if claimed and not is_obstructed(desk, claimed):
            known = orders.load(desk.connection, claimed)
            with stock.in_turn(desk.connection, desk.relationship.erp):
                planning.plan(desk.connection, desk.relationship, desk.ledger, claimed, desk.now)
            holding.stand(desk.connection, desk.relationship, known, desk.now())
        to_place = placing.has_unfinished(desk.connection, claimed)
        orders.release_claims(desk.connection, sorted(set(claimed) - to_place), run_id)
        batch = sorted(orders.load(desk.connection, sorted(to_place)), key=planning.served_order)
        desk.connection.commit()
        return [order.order_id for order in batch]


@contextmanager
def _let_go_on_fault(desk: Desk, run_id: str) -> Iterator[None]:
    """A run that cannot go on holds nothing, so that the next one need not wait for its claims to lapse."""
    try:
        yield
    except IntegrationError:
        desk.connection.rollback()
        orders.release_all_claims(desk.connection, desk.relationship.name, run_id)
        desk.connection.commit()
        raise


def is_obstructed(desk: Desk, claimed: Sequence[int]) -> bool:
    """Whether the tenant or the relationship stands in the way of every sale: told, and tried again later."""
    wanted = [order for order in orders.load(desk.connection, claimed) if order.short_lines]
    if not wanted:
        return False
    obstacles = desk.ledger.obstacles(desk.now().date())
    for order in wanted if obstacles else ():
        orders.note_fault(desk.connection, order.order_id, " ".join(obstacles), desk.now() + OBSTACLE_WAIT)
    _tell(desk, obstacles, wanted)
    desk.connection.commit()
    return bool(obstacles)


def _tell(desk: Desk, obstacles: Sequence[str], wanted: Sequence[StoredOrder]) -> None:
    subject = f"sales of {desk.relationship.erp}"
    if not obstacles:
        why = "Nothing stands in the way any more."
        resolve(desk.connection, desk.relationship.name, [Kind.CONFIGURATION], subject=subject, why=why, now=desk.now())
        return
    open_exception(
        desk.connection,
        NewException(
            Kind.CONFIGURATION,
            desk.relationship.name,
            subject,
            deadline=min(order.acknowledge_by for order in wanted),
            money=wanted[0].money(order.worth.amount for order in wanted),
            what_happened=f"{len(wanted)} orders cannot be placed. {' '.join(obstacles)}",
            next_step="Mend what is named in the inventory system or in the relationship; it is tried again by itself.",
        ),
        owners=desk.relationship.owners,
        now=desk.now(),
    )
