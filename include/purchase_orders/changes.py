"""What Amazon says anew of a known order: compared line by line, and what stands on sales brought down to it.

Same content is no change. More is placed as a further sale, so that acknowledged stock is never let go for it; less is
taken back; a moved window or centre changes the header; what was refused stays refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import psycopg

from include.amazon import orders as amazon
from include.amazon.orders import PurchaseOrder
from include.documents.inbound import InboundDocument
from include.exceptions.kinds import Kind
from include.exceptions.queue import NewException, open_exception
from include.purchase_orders import clocks, faults, orders, reducing
from include.purchase_orders.heading import clock_of, heading_of
from include.purchase_orders.line_checks import CheckedLine, as_told, check_lines
from include.purchase_orders.reviews import find_oddities, tell_oddities, today_at
from include.purchase_orders.values import NOTHING, OrderLine, OrderState, StoredOrder
from include.relationships.address_book import AddressBook
from include.relationships.model import Relationship

Connection = psycopg.Connection[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Change:
    """The order as it is told now; `lines` are those that differ or are new, `is_heading_only` where none does."""

    told: PurchaseOrder
    lines: tuple[amazon.OrderLine, ...]
    is_heading_different: bool

    @property
    def is_none(self) -> bool:
        """Whether the document says nothing new."""
        return not self.lines and not self.is_heading_different


def compare(known: StoredOrder, told: PurchaseOrder) -> Change:
    """What is different; an 860 (not complete) leaves what it does not name as it was."""
    before = {line.line_number: line for line in known.lines}
    lines = [line for line in told.lines if _is_different(before.get(line.line_number), line)]
    if told.is_complete or told.is_cancelled:
        named = {line.line_number for line in told.lines}
        gone = [line for line in known.lines if line.quantity > 0]
        gone = [line for line in gone if told.is_cancelled or line.line_number not in named]
        lines = [line for line in lines if line.line_number not in {each.line_number for each in gone}]
        lines += [replace(as_told(line), quantity=Decimal(0)) for line in gone]
    told = told if told.is_complete else _completed(known, told)
    heading = (told.window_start, told.window_end, told.ship_to, told.back_order_allowed, told.deal)
    was = (known.window_start, known.window_end, known.ship_to, known.back_order_allowed, known.deal)
    return Change(told, tuple(lines), heading != was)


def apply(
    connection: Connection,
    relationship: Relationship,
    address_book: AddressBook,
    known: StoredOrder,
    told: PurchaseOrder,
    document: InboundDocument,
    now: datetime,
) -> None:
    """Enter the change: lines, heading and a new question to be answered; sales that hold too much are outdated."""
    change = compare(known, told)
    if change.is_none or document.document_id < known.document_id:
        orders.add_event(connection, known.order_id, "It came again and says nothing new.", now)
        return
    if known.is_adopted:
        _by_hand(
            connection,
            relationship,
            known,
            f"order {known.order_id}",
            f"{known.name}, which is from before the start date, was changed by Amazon.",
            "Change its sale by hand and answer it in Vendor Central.",
            now,
        )
        return
    told = change.told
    checked = _check_changed(connection, relationship, known, change)
    oddities = find_oddities(told, relationship, address_book, today_at(told.ship_to, relationship, address_book, now))
    may_answer = _may_answer(known, relationship, change, now)
    heading = heading_of(told, relationship, address_book, oddities)
    if any(line.standing > 0 for line in known.lines):
        heading["location"] = known.location  # what stands there stays there
    orders.update(
        connection,
        known.order_id,
        _all_lines(known, checked),
        state=_next_state(known, told),
        document_id=document.document_id,
        answer_wanted=(known.answer_wanted or may_answer) and not told.is_cancelled,
        **heading,
        **_clock(known, relationship, document),
        now=now,
    )
    _tell(connection, relationship, known, change, checked, now, may_answer=may_answer)
    if not known.answer_wanted:
        clocks.restart(connection, known.order_id)
    reducing.drop_unsent(connection, known.order_id)
    (order,) = orders.load(connection, [known.order_id])
    tell_oddities(connection, relationship, order, oddities, now)
    reducing.reduce(connection, relationship, order, _refitted(known, checked), now)
    if change.is_heading_different:
        reducing.outdate_headers(connection, order.order_id)


def _is_different(known: OrderLine | None, told: amazon.OrderLine) -> bool:
    if known is None:
        return True
    return (known.quantity, known.unit, known.unit_price, known.identifiers) != (
        told.quantity,
        told.unit,
        told.unit_price,
        told.identifiers,
    )


def _completed(known: StoredOrder, told: PurchaseOrder) -> PurchaseOrder:
    """An 860's heading with what it leaves out taken from the order."""
    return replace(
        told,
        order_type=amazon.OrderType(known.order_type),
        deal=told.deal or known.deal,
        back_order_allowed=(known.back_order_allowed if told.back_order_allowed is None else told.back_order_allowed),
        window_start=told.window_start or known.window_start,
        window_end=told.window_end or known.window_end,
        ship_to=told.ship_to or known.ship_to,
        currency=told.currency or known.currency,
    )


def _check_changed(
    connection: Connection, relationship: Relationship, known: StoredOrder, change: Change
) -> list[CheckedLine]:
    before = {line.line_number: line for line in known.lines}
    checked = check_lines(connection, relationship, change.lines, change.told.deal)
    return [_carry_over(before.get(each.line.line_number), each) for each in checked]


def _carry_over(before: OrderLine | None, checked: CheckedLine) -> CheckedLine:
    """What of the earlier line goes on to hold: its product where it is the same item, and what was refused of it."""
    now = checked.line
    if before is None or not _is_same_item(before, now):
        return checked
    kept = min(before.refused_before, max(now.quantity - before.in_order_units(before.standing), NOTHING))
    now = replace(now, refused_before=kept)
    if before.standing == 0 or before.sku is None:
        return replace(checked, line=now)
    placed = replace(
        now,
        sku=before.sku,
        product_id=before.product_id,
        product_name=before.product_name,
        sku_units=before.sku_units,
        stock_key=before.stock_key,
        stock_factor=before.stock_factor,
        sku_price=now.sku_price if now.sku == before.sku else before.sku_price,
    )
    return replace(checked, line=placed)


def _is_same_item(before: OrderLine, now: OrderLine) -> bool:
    return before.identifiers[:1] == now.identifiers[:1] and before.unit == now.unit


def _refitted(known: StoredOrder, checked: Sequence[CheckedLine]) -> frozenset[str]:
    """The lines that are another item now: nothing that stands on sales for them serves them any more."""
    before = {line.line_number: line for line in known.lines}
    return frozenset(
        each.line.line_number
        for each in checked
        if each.line.line_number in before and not _is_same_item(before[each.line.line_number], each.line)
    )


def _all_lines(known: StoredOrder, checked: Sequence[CheckedLine]) -> list[OrderLine]:
    changed = {each.line.line_number: each.line for each in checked}
    lines = [changed.pop(line.line_number, line) for line in known.lines]
    return [*lines, *changed.values()]


def _next_state(known: StoredOrder, told: PurchaseOrder) -> OrderState:
    if told.is_cancelled:
        return OrderState.CANCELLED
    is_placed = known.answer_number > 0 or any(line.standing > 0 for line in known.lines)
    return OrderState.CHANGED if is_placed else OrderState.RECEIVED


def _clock(known: StoredOrder, relationship: Relationship, document: InboundDocument) -> dict[str, datetime]:
    """A question that is still open keeps its clock; an answered order gets the clock of the change."""
    if not known.answer_wanted:
        return clock_of(document.clock_started_at, relationship)
    return {
        "clock_started_at": known.clock_started_at,
        "acknowledge_by": known.acknowledge_by,
        "answer_after": known.answer_after,
    }


def _may_answer(known: StoredOrder, relationship: Relationship, change: Change, now: datetime) -> bool:
    """After the hours that Amazon gives for it, only dates may be answered anew."""
    latest = known.received_at + timedelta(hours=float(relationship.acknowledgement.change_hours))
    return now <= latest or not change.lines


def _tell(
    connection: Connection,
    relationship: Relationship,
    known: StoredOrder,
    change: Change,
    checked: Sequence[CheckedLine],
    now: datetime,
    *,
    may_answer: bool,
) -> None:
    words = "cancelled it" if change.told.is_cancelled else f"changed {len(change.lines)} lines of it"
    orders.add_event(connection, known.order_id, f"Amazon {words if change.lines else 'moved it'}.", now)
    faults.resolve_others(connection, known, checked, now)
    faults.tell(connection, relationship, known, checked, now)
    if not may_answer and not known.answer_wanted and not change.told.is_cancelled:
        hours = relationship.acknowledgement.change_hours
        _by_hand(
            connection,
            relationship,
            known,
            f"order {known.order_id}",
            f"{known.name} was changed by Amazon after the {hours:f} hours in which such a change may be answered.",
            "Agree on it with the buyer; its sale follows the change, and no 855 is sent.",
            now,
        )
    _tell_prices(connection, relationship, known, checked, now)


def _tell_prices(
    connection: Connection,
    relationship: Relationship,
    known: StoredOrder,
    checked: Sequence[CheckedLine],
    now: datetime,
) -> None:
    """A price that changed after the line was placed: acknowledged stock is not let go for it."""
    placed = {line.line_number: line for line in known.lines if line.standing > 0}
    for each in checked:
        line, before = each.line, placed.get(each.line.line_number)
        if before is None or line.quantity == 0 or line.sku != before.sku or line.sku_price == before.sku_price:
            continue
        _by_hand(
            connection,
            relationship,
            known,
            f"price of order {known.order_id} line {line.line_number}",
            f"{known.name}, line {line.line_number}: Amazon changed the price from {before.unit_price} to "
            f"{line.unit_price} after {line.sku} was placed at {before.sku_price}.",
            f"Set the price of {line.sku} on its sale to {line.sku_price} by hand; the 855 carries the new price.",
            now,
        )


def _by_hand(
    connection: Connection,
    relationship: Relationship,
    known: StoredOrder,
    subject: str,
    what: str,
    next_step: str,
    now: datetime,
) -> None:
    open_exception(
        connection,
        NewException(
            Kind.CHANGE_BY_HAND,
            known.relationship,
            subject,
            purchase_order_number=known.purchase_order_number,
            money=known.worth,
            what_happened=what,
            next_step=next_step,
        ),
        owners=relationship.owners,
        now=now,
    )
