"""Sales that were keyed by hand for an order: taken over instead of placing the order a second time."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from include.exceptions.kinds import Kind
from include.purchase_orders import holding, orders, sales
from include.purchase_orders.desk import Desk
from include.purchase_orders.hand_changes import tell_second_sale
from include.purchase_orders.ledger import AUTHORISED, VOIDED, SaleLineSeen, SaleSeen
from include.purchase_orders.sales import SaleLine, StoredSale
from include.purchase_orders.values import NOTHING, OrderLine, OrderState, SaleState, StoredOrder


def adopt(desk: Desk, order: StoredOrder, live: Iterable[StoredSale], erp_sale_id: str) -> bool:
    """Take the sale over for what it serves of the order; beside a sale of ours it is told as a second one."""
    if _is_served(order, live):
        tell_second_sale(desk, order, erp_sale_id)
        return True
    desk.connection.commit()
    seen = desk.ledger.fetch(erp_sale_id)
    if seen.status == VOIDED:
        return True
    (order,) = orders.load_locked(desk.connection, [order.order_id])
    live = sales.load_live(desk.connection, [order.order_id]).get(order.order_id, ())
    if _is_served(order, live):  # placed or cancelled while it was fetched
        tell_second_sale(desk, order, erp_sale_id)
        return True
    for sale in _own(live):
        sales.set_state(desk.connection, sale, SaleState.DROPPED)
    (order,) = orders.load(desk.connection, [order.order_id])
    lines = _lines_served(order, seen)
    is_authorised = seen.order_status == AUTHORISED
    sales.insert_adopted(
        desk.connection,
        order.order_id,
        desk.relationship.erp,
        order.location,
        erp_sale_id,
        seen.number,
        lines,
        desk.now(),
        is_authorised=is_authorised,
    )
    desk.tell(order, f"Sale {seen.number}, keyed by hand, was adopted.")
    _tell_odd_lines(desk, order, seen, lines)
    if not is_authorised:
        _tell_draft(desk, order, seen)
    return True


def _own(live: Iterable[StoredSale]) -> list[StoredSale]:
    return [sale for sale in live if not sale.is_adopted]


def _is_served(order: StoredOrder, live: Iterable[StoredSale]) -> bool:
    """Whether sales of ours serve the order, or none should."""
    return order.state is OrderState.CANCELLED or any(not sale.was_never_sent for sale in _own(live))


def _lines_served(order: StoredOrder, seen: SaleSeen) -> list[SaleLine]:
    """What of the sale serves the order's lines, in their order; the rest of it serves nothing that was ordered."""
    left = {line.line_number: line.remaining for line in order.lines}
    served = (_serve(line, order.lines, left) for line in seen.lines)
    return [line for line in served if line is not None]


def _serve(theirs: SaleLineSeen, lines: Iterable[OrderLine], left: dict[str, Decimal]) -> SaleLine | None:
    rest = theirs.quantity
    shares: list[tuple[str, Decimal]] = []
    first: OrderLine | None = None
    for line in lines:
        share = min(rest, max(left[line.line_number], NOTHING)) if line.sku == theirs.sku else NOTHING
        if share > 0:
            first = first or line
            shares.append((line.line_number, share))
            left[line.line_number] -= share
            rest -= share
    if first is None:
        return None
    quantity = theirs.quantity - rest
    return SaleLine(
        sku=theirs.sku,
        product_id=first.product_id,
        product_name=first.product_name or theirs.sku,
        stock_key=first.stock_key or theirs.sku,
        stock_factor=first.stock_factor or Decimal(1),
        quantity=quantity,
        planned=quantity,
        price=theirs.price,
        shares=tuple(shares),
        back_ordered=min(theirs.back_ordered, quantity),
    )


def _tell_odd_lines(desk: Desk, order: StoredOrder, seen: SaleSeen, lines: Iterable[SaleLine]) -> None:
    served = {line.sku: line.quantity for line in lines}
    odd = [line for line in seen.lines if line.quantity > served.get(line.sku, NOTHING)]
    if not odd:
        return
    told = ", ".join(f"{(line.quantity - served.get(line.sku, NOTHING)).normalize():f} {line.sku}" for line in odd)
    desk.raise_exception(
        Kind.SALE_CHANGED_BY_HAND,
        order,
        f"order {order.order_id} odd lines of {seen.sale_id}",
        f"{order.name}: sale {seen.number}, keyed by hand for it, holds more than was ordered: {told}.",
        f"Correct sale {seen.number}; the order goes on with what fits.",
    )


def _tell_draft(desk: Desk, order: StoredOrder, seen: SaleSeen) -> None:
    desk.raise_exception(
        Kind.UNALLOCATED_ORDER,
        order,
        holding.subject(order),
        f"{order.name}: sale {seen.number}, keyed by hand for it, is a draft, so that nothing is allocated.",
        f"Authorise sale {seen.number} before {holding.answered_by_rule_at(order)}, when the rule answers.",
    )
