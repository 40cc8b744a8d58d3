"""A stored 850 or 860 becomes an order, or a change of one that is known, in one transaction with the ledger's mark."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import psycopg

from include.amazon.orders import PurchaseOrder
from include.amazon.x12_850 import parse_purchase_order
from include.amazon.x12_860 import parse_order_change
from include.documents import inbound
from include.documents.inbound import InboundDocument
from include.exceptions.kinds import Kind
from include.exceptions.queue import NewException, open_exception
from include.purchase_orders import changes, faults, orders
from include.purchase_orders.heading import clock_of, heading_of
from include.purchase_orders.line_checks import check_lines
from include.purchase_orders.reviews import find_oddities, tell_oddities, today_at
from include.purchase_orders.values import OrderState
from include.relationships.address_book import AddressBook
from include.relationships.model import Relationship

Connection = psycopg.Connection[dict[str, Any]]

PARSERS = {"850": parse_purchase_order, "860": parse_order_change}


def transaction_sets(relationship: Relationship) -> tuple[str, ...]:
    """The sets that this process takes up."""
    return ("850", "860") if relationship.read_changes_860 else ("850",)


def register(
    connection: Connection,
    relationship: Relationship,
    address_book: AddressBook,
    document: InboundDocument,
    now: datetime,
) -> None:
    """Take up one document and commit; no effect where another worker has it or had it."""
    if not inbound.take_up(connection, document.document_id):
        connection.rollback()
        return
    told = _numbered(PARSERS[document.transaction_set](document.segments))
    known = orders.find(connection, relationship.name, told.purchase_order_number, now)
    if known is not None:
        changes.apply(connection, relationship, address_book, known, told, document, now)
    elif told.is_complete:
        _enter(connection, relationship, address_book, told, document, now)
    else:
        _tell_unknown_order(connection, relationship, told, document, now)
    inbound.mark_taken_up(connection, document.document_id, told.purchase_order_number, now)
    connection.commit()


def tell_unregistered(
    connection: Connection, relationship: Relationship, document: InboundDocument, fault: Exception, now: datetime
) -> None:
    """A document that could not be taken up for a reason nobody foresaw; it is tried again by every tick."""
    open_exception(
        connection,
        NewException(
            Kind.INVALID_ORDER,
            relationship.name,
            f"document {document.document_id}",
            document_id=document.document_id,
            deadline=document.clock_started_at + timedelta(hours=float(relationship.acknowledgement.window_hours)),
            what_happened=(
                f"The {document.transaction_set} of document {document.document_id} could not be made an order "
                f"({type(fault).__name__})."
            ),
            next_step="Give the task's log to engineering; answer it in Vendor Central before its window closes.",
        ),
        owners=relationship.owners,
        now=now,
    )


def _enter(
    connection: Connection,
    relationship: Relationship,
    address_book: AddressBook,
    told: PurchaseOrder,
    document: InboundDocument,
    now: datetime,
) -> None:
    checked = check_lines(connection, relationship, told.lines, told.deal)
    oddities = find_oddities(told, relationship, address_book, today_at(told.ship_to, relationship, address_book, now))
    is_adopted = relationship.start_date is not None and told.ordered_on < relationship.start_date
    order_id = orders.insert(
        connection,
        [each.line for each in checked],
        relationship=relationship.name,
        purchase_order_number=told.purchase_order_number,
        state=_first_state(told, is_adopted=is_adopted),
        document_id=document.document_id,
        ordered_on=told.ordered_on,
        vendor_code=told.vendor_code,
        is_adopted=is_adopted,
        answer_wanted=not is_adopted and not told.is_cancelled,
        **heading_of(told, relationship, address_book, oddities),
        **clock_of(document.clock_started_at, relationship),
        now=now,
    )
    (order,) = orders.load(connection, [order_id])
    orders.add_event(connection, order_id, f"Received: {len(checked)} lines, {order.worth}.", now)
    if not is_adopted and not told.is_cancelled:
        faults.tell(connection, relationship, order, checked, now)
        tell_oddities(connection, relationship, order, oddities, now)


def _first_state(told: PurchaseOrder, *, is_adopted: bool) -> OrderState:
    if told.is_cancelled:
        return OrderState.CANCELLED
    return OrderState.ACKNOWLEDGED if is_adopted else OrderState.RECEIVED


def _numbered(told: PurchaseOrder) -> PurchaseOrder:
    """Every line with a number of its own (the second 1 is 1.2), and none left of an order that is cancelled whole."""
    seen: Counter[str] = Counter()
    lines = []
    for place, line in enumerate(told.lines, 1):
        number = line.line_number or str(place)
        seen[number] += 1
        number = number if seen[number] == 1 else f"{number}.{seen[number]}"
        quantity = Decimal(0) if told.is_cancelled else line.quantity
        lines.append(replace(line, line_number=number, quantity=quantity))
    return replace(told, lines=tuple(lines))


def _tell_unknown_order(
    connection: Connection, relationship: Relationship, told: PurchaseOrder, document: InboundDocument, now: datetime
) -> None:
    open_exception(
        connection,
        NewException(
            Kind.INVALID_ORDER,
            relationship.name,
            f"document {document.document_id}",
            purchase_order_number=told.purchase_order_number,
            document_id=document.document_id,
            what_happened=f"A change (860) names order {told.purchase_order_number}, which never came here.",
            next_step="Ask the partner to send the order (850) again.",
        ),
        owners=relationship.owners,
        now=now,
    )
