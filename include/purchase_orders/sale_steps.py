"""One sale, step by step, until nothing is left to be done about it in the inventory system."""

from __future__ import annotations

import re
from contextlib import suppress

from include.errors import RejectedError
from include.exceptions.kinds import Kind
from include.purchase_orders import faults, hand_changes, looking_up, orders, sales, taking_back
from include.purchase_orders.desk import Desk, Overtaken
from include.purchase_orders.drafting import draft_header, draft_lines
from include.purchase_orders.ledger import AUTHORISED, VOIDED
from include.purchase_orders.line_checks import KINDS, LineFault, next_step
from include.purchase_orders.sales import StoredSale
from include.purchase_orders.taking_in import take_in
from include.purchase_orders.values import SaleState, StoredOrder

MOST_STEPS = 40  # of all sales of an order at one go


def advance(desk: Desk, order: StoredOrder) -> None:
    """Bring every sale of the order to its end; raises what stops it."""
    for _ in range(MOST_STEPS):
        (order,) = orders.load_locked(desk.connection, [order.order_id])
        live = sales.load_live(desk.connection, [order.order_id]).get(order.order_id, ())
        unfinished = next((sale for sale in live if not sale.is_finished), None)
        if unfinished is None:
            return
        with suppress(Overtaken):
            _step(desk, order, unfinished)
        desk.connection.commit()
    raise RejectedError(
        f"Its sales did not come to an end in {MOST_STEPS} steps.",
        document=order.purchase_order_number,
        next_step="Look at its sales in the inventory system; give its history to engineering.",
    )


def _step(desk: Desk, order: StoredOrder, sale: StoredSale) -> None:
    if sale.in_doubt is not None:
        looking_up.look_up(desk, order, sale)
    elif sale.state is SaleState.PLANNED:
        _create(desk, order, sale)
    elif sale.state is SaleState.CREATED and sale.lines:
        _authorise(desk, order, sale)
    elif sale.state in {SaleState.CREATED, SaleState.OUTDATED}:
        taking_back.take_back(desk, order, sale)
    else:
        _update_header(desk, order, sale)


def _create(desk: Desk, order: StoredOrder, sale: StoredSale) -> None:
    if not sale.lines:
        sales.set_state(desk.connection, sale, SaleState.DROPPED)
        return
    header = draft_header(order, sale, desk.relationship, desk.address_book)
    with desk.call(sale, sales.CREATE) as sent:
        seen = desk.ledger.create(header)
    order, sale = desk.again(order, sent)
    sales.save_created(desk.connection, sale, seen.sale_id, seen.number)


def _authorise(desk: Desk, order: StoredOrder, sale: StoredSale) -> None:
    assert sale.erp_sale_id is not None, "a created sale has an id"
    try:
        with desk.call(sale, sales.AUTHORISE) as sent:
            seen = desk.ledger.authorise(sale.erp_sale_id, draft_lines(sale), order.purchase_order_number)
    except RejectedError as refusal:
        order, sale, seen = desk.look(order, sale)
        if seen.status == VOIDED:
            sales.set_state(desk.connection, sale, SaleState.VOIDED)
            hand_changes.tell(desk, order, sale, ["It was voided before it was authorised."])
            return
        if seen.order_status != AUTHORISED:  # else somebody, or an answer that was lost, was faster
            _go_on_without_refused_lines(desk, order, sale, refusal)
            return
    else:
        order, sale = desk.again(order, sent)
    take_in(desk, order, sale, seen)


def _go_on_without_refused_lines(desk: Desk, order: StoredOrder, sale: StoredSale, refusal: RejectedError) -> None:
    """Fault the lines whose SKU the refusal names, so that the others can go on; nothing is named: raise it again."""
    text = " ".join(refusal.reasons)
    named = {line.sku for line in sale.lines if re.search(rf"(?<![\w-]){re.escape(line.sku)}(?![\w-])", text)}
    if not named:
        raise refusal
    numbers = [number for line in sale.lines if line.sku in named for number, _ in line.shares]
    orders.set_line_fault(desk.connection, order.order_id, numbers, LineFault.REFUSED_BY_INVENTORY_SYSTEM)
    sales.replace_lines(desk.connection, sale, [line for line in sale.lines if line.sku not in named])
    for line in order.lines:
        if line.line_number in numbers:
            kind = KINDS[LineFault.REFUSED_BY_INVENTORY_SYSTEM]
            desk.raise_exception(
                kind,
                order,
                faults.subject(order.order_id, line.line_number),
                f"{order.name}, line {line.line_number}: the inventory system refuses {line.sku}. {text}",
                next_step(kind),
                order.money([line.worth(line.quantity)]),
            )


def _update_header(desk: Desk, order: StoredOrder, sale: StoredSale) -> None:
    assert sale.erp_sale_id is not None, "an authorised sale has an id"
    header, document_id = draft_header(order, sale, desk.relationship, desk.address_book), order.document_id
    desk.connection.commit()
    try:
        desk.ledger.update_header(sale.erp_sale_id, header)
    except RejectedError as refusal:
        desk.raise_exception(
            Kind.CHANGE_BY_HAND,
            order,
            f"header of sale {sale.sale_key}",
            f"Amazon moved the window or the centre of {order.name}, and {sale.name} could not follow. {refusal.what}",
            f"Set the required-by date and the ship-to of {sale.name} by hand.",
        )
    order, sale = desk.again(order, sale)
    if order.document_id == document_id:  # else Amazon moved it once more meanwhile
        sales.set_header_outdated(desk.connection, sale, is_outdated=False)
