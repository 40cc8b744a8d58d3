"""A call whose answer was lost: what did it do? Nothing is sent again before that is known (law 3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from include.errors import UncertainOutcome
from include.purchase_orders import sales, taking_back
from include.purchase_orders.desk import Desk
from include.purchase_orders.ledger import AUTHORISED, VOIDED
from include.purchase_orders.sales import StoredSale
from include.purchase_orders.taking_in import take_in
from include.purchase_orders.values import SaleState, StoredOrder

QUIET_TIME = timedelta(seconds=15)  # before each look-up, for what was sent to arrive and to be found
LOOK_UPS = 2  # in vain, after which the call is taken as never done


def look_up(desk: Desk, order: StoredOrder, sale: StoredSale) -> None:
    """Settle the call that is in doubt; UncertainOutcome while that has to wait."""
    _keep_quiet(desk, order, sale)
    if sale.in_doubt == sales.CREATE:
        _look_for_sale(desk, order, sale)
        return
    order, sale, seen = desk.look(order, sale)
    if sale.in_doubt == sales.AUTHORISE and seen.order_status == AUTHORISED:
        take_in(desk, order, sale, seen)
    elif sale.in_doubt == sales.AUTHORISE or not taking_back.is_settled(desk, order, sale, seen):
        sales.clear_doubt(desk.connection, sale)


def _keep_quiet(desk: Desk, order: StoredOrder, sale: StoredSale) -> None:
    assert sale.in_doubt_since is not None, "a doubt has a beginning"
    if desk.now() < sale.in_doubt_since + QUIET_TIME:
        raise UncertainOutcome(
            f"The answer to `{sale.in_doubt}` of {sale.name} was lost.",
            document=order.purchase_order_number,
            next_step="It is looked up after a quiet time.",
        )


def _look_for_sale(desk: Desk, order: StoredOrder, sale: StoredSale) -> None:
    desk.connection.commit()
    found = [
        listed
        for listed in desk.ledger.find(sale.external_id, order.purchase_order_number)
        if listed.external_id == sale.external_id and listed.status != VOIDED
    ]
    order, sale = desk.again(order, sale)
    if found:
        sales.save_created(desk.connection, sale, found[0].sale_id, found[0].number)
        desk.tell(order, f"The sale {found[0].number}, whose answer was lost, was found.")
        if found[0].order_status == AUTHORISED:
            created = replace(sale, state=SaleState.CREATED, in_doubt=None, erp_sale_id=found[0].sale_id)
            take_in(desk, *desk.look(order, created))
    elif sale.look_ups + 1 >= LOOK_UPS:
        sales.set_state(desk.connection, sale, SaleState.PLANNED)
    else:
        sales.still_in_doubt(desk.connection, sale, desk.now())
        desk.connection.commit()
        raise UncertainOutcome(
            f"The sale {sale.external_id} is not to be found.",
            document=order.purchase_order_number,
            next_step="It is looked up once more before it is made again.",
        )
