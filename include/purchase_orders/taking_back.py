"""A sale that is not what it should be: undone and placed again with less, or voided and replaced, or a person's work.

An authorised order cannot be amended, an undo may answer 200 and do nothing, and what was picked is not touched.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from include.errors import RejectedError
from include.exceptions.kinds import Kind
from include.purchase_orders import orders, sales
from include.purchase_orders.desk import Desk
from include.purchase_orders.ledger import AUTHORISED, VOIDED, SaleSeen
from include.purchase_orders.sales import StoredSale
from include.purchase_orders.values import SaleState, StoredOrder

FRESH = timedelta(minutes=1)  # nobody picks a sale so soon after it was seen
MOST_RACES = 2
MOST_GENERATIONS = 3


def take_back(desk: Desk, order: StoredOrder, sale: StoredSale) -> None:
    """Free what the sale holds beyond its lines; afterwards it is a draft, voided and replaced, or left to a person."""
    if not _is_fresh(desk, sale):
        order, sale, seen = desk.look(order, sale)
        if is_settled(desk, order, sale, seen):
            return
    if sale.lines and sale.races_lost <= MOST_RACES:
        order, sale, seen = _send(desk, order, sale, sales.UNDO, desk.ledger.undo)
        if is_settled(desk, order, sale, seen):
            return
    if sale.generation < MOST_GENERATIONS:
        order, sale, seen = _send(desk, order, sale, sales.VOID, desk.ledger.void)
    else:
        order, sale, seen = desk.look(order, sale)
    if not is_settled(desk, order, sale, seen):
        _leave_to_be_trimmed(desk, order, sale, seen)


def is_settled(desk: Desk, order: StoredOrder, sale: StoredSale, seen: SaleSeen) -> bool:
    """Save what became of a sale that was to be taken back; False where it still stands as it was."""
    if seen.status == VOIDED:
        sales.set_state(desk.connection, sale, SaleState.VOIDED)
        if sale.lines:
            sales.insert_next_generation(desk.connection, sale, desk.now())
        desk.tell(order, f"{sale.name} was voided" + (", and is placed anew." if sale.lines else "."))
        return True
    if seen.is_picked:
        _stop_the_warehouse(desk, order, sale)
        return True
    if seen.order_status != AUTHORISED and sale.lines:
        sales.restart_authorisation(desk.connection, sale, is_race_lost=False)
        sales.set_state(desk.connection, sale, SaleState.CREATED)
        return True
    return False


def _is_fresh(desk: Desk, sale: StoredSale) -> bool:
    return sale.read_at is not None and desk.now() - sale.read_at < FRESH


def _send(
    desk: Desk, order: StoredOrder, sale: StoredSale, name: str, call: Callable[[str], None]
) -> tuple[StoredOrder, StoredSale, SaleSeen]:
    """Undo or void, then look: a 200 may have done nothing, and a refusal says no more than that."""
    assert sale.erp_sale_id is not None, "what is to be taken back exists"
    try:
        with desk.call(sale, name) as sent:
            call(sale.erp_sale_id)
    except RejectedError:
        sent = replace(sale, in_doubt=None)
    return desk.look(order, sent)


def _leave_to_be_trimmed(desk: Desk, order: StoredOrder, sale: StoredSale, seen: SaleSeen) -> None:
    wanted = {line.sku: line.quantity for line in sale.lines}
    words = ", ".join(
        f"{line.sku} from {line.quantity.normalize():f} to {wanted.get(line.sku, 0):f}"
        for line in seen.lines
        if line.quantity != wanted.get(line.sku, 0)
    )
    sales.save_authorised(desk.connection, sale, seen.number, {}, desk.now())
    desk.raise_exception(
        Kind.TRIM_BY_HAND,
        order,
        f"sale {sale.sale_key}",
        f"{order.name}: {sale.name} holds more than Amazon is promised, and could be neither undone nor voided.",
        f"Reduce {sale.name} by hand: {words or 'void it'}.",
    )


def _stop_the_warehouse(desk: Desk, order: StoredOrder, sale: StoredSale) -> None:
    sales.set_state(desk.connection, sale, SaleState.AUTHORISED)
    orders.leave_to_person(desk.connection, order.order_id)
    left = ", ".join(f"{line.quantity.normalize():f} {line.sku}" for line in sale.lines) or "nothing"
    desk.raise_exception(
        Kind.STOP_THE_WAREHOUSE,
        order,
        f"sale {sale.sale_key}",
        f"{order.name} was changed by Amazon, and {sale.name} is picked already.",
        f"Stop {sale.name} in the warehouse now; only this may be shipped of it: {left}.",
    )
