"""What a person did to a sale of ours: noticed, told with the allowed repair, and never mended in silence.

Carrier, tracking, dates, bins and notes are free. A changed quantity, price, SKU or reference, a void, an undo and a
second sale are not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from include.exceptions.kinds import Kind
from include.exceptions.queue import resolve
from include.purchase_orders import orders, sales
from include.purchase_orders.desk import Desk, Overtaken
from include.purchase_orders.ledger import AUTHORISED, VOIDED, SaleSeen
from include.purchase_orders.sales import StoredSale
from include.purchase_orders.values import NOTHING, SaleState, StoredOrder

OWN_TRACE = timedelta(minutes=2)  # our own call is what changed the sale so near to when we saw it
REPAIR = "To let Vendorlane place again what is missing, run po_intake for this order; else answer for it by hand."


def compare(desk: Desk, order: StoredOrder, sale: StoredSale, updated_at: datetime, *, is_plain: bool = False) -> None:
    """Fetch a sale that changed since we saw it last, and tell what is not as it should be.

    `is_plain`: its status alone says that it was not our own call that changed it.
    """
    trace = timedelta(0) if sale.is_adopted else OWN_TRACE
    is_ours = not is_plain and sale.read_at is not None and updated_at <= sale.read_at + trace
    if not sale.is_finished or is_ours:
        return  # what is unfinished is looked at by placing
    try:
        order, sale, seen = desk.look(order, sale)
    except Overtaken:
        return
    differences = tuple(_differences(sale, seen, order))
    _follow(desk, sale, seen)
    orders.wake(desk.connection, order.order_id, desk.now())
    if not differences:
        _tell_trimmed(desk, sale)
    else:
        tell(desk, order, sale, differences)


def tell(desk: Desk, order: StoredOrder, sale: StoredSale, differences: Sequence[str]) -> None:
    """A person did this to the sale: nothing more is placed for its order before a person gives it back."""
    orders.leave_to_person(desk.connection, order.order_id)
    desk.tell(order, f"{sale.name} was changed by hand: " + " ".join(differences))
    desk.raise_exception(
        Kind.SALE_CHANGED_BY_HAND,
        order,
        f"sale {sale.sale_key}",
        f"{order.name}: {sale.name} was changed by hand. " + " ".join(differences),
        REPAIR,
    )


def tell_second_sale(desk: Desk, order: StoredOrder, erp_sale_id: str) -> None:
    """Another sale carries the order's number beside ours."""
    desk.raise_exception(
        Kind.SALE_CHANGED_BY_HAND,
        order,
        f"order {order.order_id} second sale {erp_sale_id}",
        f"{order.name}: a second sale ({erp_sale_id}) carries its number beside the one placed for it.",
        "Void the one that is not needed, or its goods are promised twice.",
    )


def _tell_trimmed(desk: Desk, sale: StoredSale) -> None:
    """It holds what it should, so that nothing is left to be trimmed."""
    resolve(
        desk.connection,
        desk.relationship.name,
        [Kind.TRIM_BY_HAND],
        subject=f"sale {sale.sale_key}",
        why=f"{sale.name} holds what it should.",
        now=desk.now(),
    )


def _follow(desk: Desk, sale: StoredSale, seen: SaleSeen) -> None:
    """What is answered and shipped follows the sale as it is, whoever made it so."""
    if seen.status == VOIDED:
        sales.set_state(desk.connection, sale, SaleState.VOIDED)
        return
    is_authorised = seen.order_status == AUTHORISED
    if sale.state is SaleState.CREATED and not is_authorised:
        return  # keyed by hand, and still a draft
    got = {line.sku: line.quantity - line.back_ordered for line in seen.lines if is_authorised}
    back_ordered = {line.sku: line.quantity - min(max(got.get(line.sku, NOTHING), NOTHING), line.quantity)
                    for line in sale.lines}  # fmt: skip
    sales.save_authorised(desk.connection, sale, seen.number or sale.erp_number or "", back_ordered, desk.now())
    if is_authorised:
        resolve(
            desk.connection,
            desk.relationship.name,
            [Kind.UNALLOCATED_ORDER],
            subject=f"order {sale.order_id}",
            why=f"{sale.name} was authorised.",
            now=desk.now(),
        )


def _differences(sale: StoredSale, seen: SaleSeen, order: StoredOrder) -> Iterator[str]:
    if seen.status == VOIDED:
        yield "It was voided."
        return
    if seen.order_status != AUTHORISED and sale.state is SaleState.AUTHORISED:
        yield "It was undone and stands as a draft."
    if seen.customer_reference and seen.customer_reference.strip() != order.purchase_order_number:
        yield f"Its reference is {seen.customer_reference!r}."
    ours = {line.sku: line for line in sale.lines}
    theirs = {line.sku: line for line in seen.lines}
    for sku in ours.keys() | theirs.keys():
        if sku not in ours:
            yield f"{sku} was added."
        elif sku not in theirs:
            yield f"{sku} was removed."
        elif theirs[sku].quantity != ours[sku].quantity:
            yield f"{sku}: {theirs[sku].quantity.normalize():f} instead of {ours[sku].quantity.normalize():f}."
        elif theirs[sku].price != ours[sku].price:
            yield f"{sku} costs {theirs[sku].price} instead of {ours[sku].price}."
