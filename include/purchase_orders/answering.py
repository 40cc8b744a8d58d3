"""Every order that can be answered is: what stands on its live sales, and nothing else, becomes the 855.

An order with nothing in doubt is answered as soon as it is placed. One that is held waits for its share of the window;
then short stock is read again for the whole batch, what there is is placed as a further part, and the rule answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

import psycopg

from include.amazon.x12_855 import AnswerSettings, check_against_order, check_order_answer, write_order_answer
from include.errors import IntegrationError, RejectedError
from include.exceptions.kinds import Kind
from include.exceptions.queue import resolve
from include.purchase_orders import hand_changes, holding, orders, placing, planning, preparing, sales
from include.purchase_orders.decisions import DecidedLine, build_answer, decide, ships_on, waits_for_person
from include.purchase_orders.desk import Desk
from include.purchase_orders.drafting import may_back_order
from include.purchase_orders.line_checks import as_told, was_never_checked
from include.purchase_orders.reviews import today_at
from include.purchase_orders.values import OrderState, StoredOrder

Connection = psycopg.Connection[dict[str, Any]]

UNWRITABLE_WAIT = timedelta(minutes=30)


class WriteDocument(Protocol):
    """Writes a transaction set into the ledger and the outbox, once for each business key; the document's id."""

    def __call__(
        self,
        transaction_set: str,
        body: Sequence[Sequence[str]],
        *,
        business_key: str,
        purchase_order_number: str | None,
        now: datetime,
    ) -> int: ...


@dataclass(slots=True)
class Answered:
    """The documents written, and the last fault of the infrastructure, to be raised at the end."""

    document_ids: list[int] = field(default_factory=list)
    fault: IntegrationError | None = None


def answer_placed(desk: Desk, write_document: WriteDocument, order_ids: Sequence[int], run_id: str) -> Answered:
    """Answer those of these orders that wait for nothing, as soon as they are placed. Commits order by order."""
    claimed = orders.keep_claims(desk.connection, order_ids, run_id)
    batch = _answerable(desk, claimed)
    ready = [order for order in batch if not waits_for_person(order)]
    return _answer_all(desk, write_document, claimed, ready, run_id, Answered())


def answer(
    desk: Desk, write_document: WriteDocument, run_id: str, *, only: Sequence[str], answer_now: bool, limit: int
) -> Answered:
    """Answer what is due, or the orders named; `answer_now` does not wait for a person. Commits order by order."""
    claimed = orders.claim_due(
        desk.connection, desk.relationship.name, run_id, desk.now(), only=only, with_held=False, limit=limit
    )
    answered = Answered()
    batch = _answerable(desk, claimed)
    at_once = [order for order in batch if not waits_for_person(order)]
    now = desk.now()
    due = [order for order in batch if waits_for_person(order) and (answer_now or now >= order.answer_after)]
    settled = _read_once_more(desk, due, run_id, answered, answer_now=answer_now)
    ready = orders.load(desk.connection, [order.order_id for order in (*at_once, *settled)])
    return _answer_all(desk, write_document, claimed, ready, run_id, answered)


def mark_answered(desk: Desk) -> int:
    """Note which answers the partner has by now; returns how many."""
    answered = orders.mark_answered(desk.connection, desk.relationship.name)
    for order_id, _ in answered:
        resolve(
            desk.connection,
            desk.relationship.name,
            [Kind.ACKNOWLEDGEMENT_AT_RISK],
            subject=f"order {order_id}",
            why="The acknowledgement (855) was published.",
            now=desk.now(),
        )
        orders.add_event(desk.connection, order_id, "The acknowledgement (855) was published.", desk.now())
    return len(answered)


def _answerable(desk: Desk, order_ids: Sequence[int]) -> list[StoredOrder]:
    """The unanswered orders of which nothing is left to be done in the inventory system."""
    unfinished = placing.has_unfinished(desk.connection, order_ids)
    batch = [order for order in orders.load(desk.connection, order_ids) if order.order_id not in unfinished]
    desk.connection.commit()
    return [order for order in batch if order.answer_wanted and not order.has_answer and not was_never_checked(order)]


def _answer_all(
    desk: Desk,
    write_document: WriteDocument,
    claimed: Sequence[int],
    ready: Sequence[StoredOrder],
    run_id: str,
    answered: Answered,
) -> Answered:
    """Answer one by one in the order in which they are served; the claims end with it."""
    in_a_row = 0
    for order in sorted(ready, key=planning.served_order):
        try:
            document_id = _answer_one(desk, write_document, order)
            answered.document_ids += [] if document_id is None else [document_id]
            in_a_row = 0
        except RejectedError as refusal:
            desk.connection.rollback()
            _tell_unwritable(desk, order, refusal)
        except IntegrationError as fault:
            desk.connection.rollback()
            answered.fault = fault
            in_a_row += 1
        desk.connection.commit()
        if in_a_row == placing.FAULTS_IN_A_ROW:
            break  # what has to be read again before it is answered waits for the next run
    orders.release_claims(desk.connection, claimed, run_id)
    desk.connection.commit()
    return answered


def _read_once_more(
    desk: Desk, due: Sequence[StoredOrder], run_id: str, answered: Answered, *, answer_now: bool
) -> list[StoredOrder]:
    """Before anything is refused for want of stock: what there is now is placed, and what is in doubt waits for it."""
    short = [order for order in due if order.short_lines and not order.is_left_to_person]
    others = [order for order in due if order not in short]
    if not short:
        return others
    bold = {order.order_id for order in short if answer_now or desk.now() >= _latest_doubt(order)}
    ids = [order.order_id for order in short]
    try:
        if preparing.is_obstructed(desk, ids):
            return others
        planned = planning.plan(desk.connection, desk.relationship, desk.ledger, ids, desk.now, bold=bold, is_last=True)
    except IntegrationError as fault:
        desk.connection.rollback()
        answered.fault = fault
        return others
    placed = placing.place(desk, sorted(planned.with_sales), run_id)
    answered.fault = placed.fault
    in_doubt = planned.doubtful - bold
    waiting = placing.has_unfinished(desk.connection, ids) | in_doubt | planned.changed
    again_at = desk.now() + timedelta(minutes=desk.relationship.stock.lag_minutes)
    for order_id in in_doubt:
        orders.set_state(desk.connection, order_id, OrderState.HELD, again_at)
    desk.connection.commit()
    return [*others, *(order for order in short if order.order_id not in waiting)]


def _latest_doubt(order: StoredOrder) -> datetime:
    """Until half of the time that is left after the hold, a doubtful reading is waited for; then it is tried out."""
    return order.answer_after + (order.acknowledge_by - order.answer_after) / 2


def _answer_one(desk: Desk, write_document: WriteDocument, known: StoredOrder) -> int | None:
    """The document that answers it; None where it is not to be answered now, after all."""
    order = _as_it_stands(desk, known)
    if order is None:
        return None
    relationship = desk.relationship
    rest_waits = may_back_order(order, relationship)
    decided = [decide(line, relationship, rest_waits=rest_waits) for line in order.lines]
    today = today_at(order.ship_to, relationship, desk.address_book, desk.now())
    answer = build_answer(order, decided, relationship, today)
    faults = (*check_order_answer(answer), *check_against_order(answer, [as_told(line) for line in order.lines]))
    if broken := [fault for fault in faults if not fault.is_warning]:
        raise RejectedError(
            f"The answer breaks rule {broken[0].rule}: {broken[0].sentence}",
            document=order.purchase_order_number,
            reasons=tuple(fault.sentence for fault in broken),
        )
    _tell_excess(desk, order, decided)
    document_id = write_document(
        "855",
        write_order_answer(answer, _settings(desk)),
        business_key=f"855 order {order.order_id}.{order.answer_number + 1}",
        purchase_order_number=order.purchase_order_number,
        now=desk.now(),
    )
    _save(desk, order, decided, document_id)
    return document_id


def _as_it_stands(desk: Desk, known: StoredOrder) -> StoredOrder | None:
    """The order, held until it is answered, after another look at sales that were authorised a while ago.

    A person may have been there since, or Amazon may have changed it: None where it has to be placed or held first.
    """
    oldest = desk.now() - timedelta(minutes=desk.relationship.acknowledgement.recheck_minutes)
    for sale in sales.load_live(desk.connection, [known.order_id]).get(known.order_id, ()):
        if sale.read_at is not None and sale.read_at < oldest:
            hand_changes.compare(desk, known, sale, desk.now())
    (order,) = orders.load_locked(desk.connection, [known.order_id])
    is_changed = (order.document_id, order.answer_number) != (known.document_id, known.answer_number)
    is_to_be_held = waits_for_person(order) and not waits_for_person(known)
    if (
        is_changed
        or (is_to_be_held and _has_lost(order, known))
        or placing.has_unfinished(desk.connection, [known.order_id])
    ):
        return None
    return order


def _has_lost(order: StoredOrder, known: StoredOrder) -> bool:
    """Whether a person took something away that would be refused for good now."""
    before = {line.line_number: line.allocated for line in known.lines}
    return any(line.allocated < before.get(line.line_number, line.allocated) for line in order.lines)


def _settings(desk: Desk) -> AnswerSettings:
    told = desk.relationship.acknowledgement
    return AnswerSettings(told.price_basis, told.scheduled_date_qualifier, told.quantity_changed_form)


def _save(desk: Desk, order: StoredOrder, decided: Sequence[DecidedLine], document_id: int) -> None:
    today = today_at(order.ship_to, desk.relationship, desk.address_book, desk.now())
    day = ships_on(order, desk.relationship, today)
    is_promised = any(each.accepted + each.back_ordered > 0 for each in decided)
    state = OrderState.ACKNOWLEDGED if is_promised else OrderState.CLOSED
    columns = [each.columns(day) for each in decided]
    orders.save_answer(desk.connection, order.order_id, document_id, state, columns)
    resolve(
        desk.connection,
        order.relationship,
        [Kind.SHORT_STOCK, Kind.REJECTED_DOCUMENT],
        subject=holding.subject(order),
        why="The order was answered for what is allocated.",
        now=desk.now(),
    )
    refused = [each for each in decided if each.reject_code is not None]
    words = f"{len(refused)} of {len(decided)} lines refused, whole or in part" if refused else "nothing refused"
    desk.tell(order, f"Answered: {words}.")


def _tell_excess(desk: Desk, order: StoredOrder, decided: Sequence[DecidedLine]) -> None:
    """What was refused must stand on no live sale; where it does, a person hears of it first (law 3)."""
    excess = [each for each in decided if each.excess > 0]
    if not excess:
        return
    words = ", ".join(f"{each.excess.normalize():f} {each.line.sku} of line {each.line.line_number}" for each in excess)
    desk.raise_exception(
        Kind.TRIM_BY_HAND,
        order,
        holding.subject(order),
        f"{order.name}: its sales hold more than Amazon is promised: {words}.",
        "Reduce its sales by hand by what is named.",
        order.money(each.line.worth(each.rejected) for each in excess),
    )


def _tell_unwritable(desk: Desk, order: StoredOrder, refusal: RejectedError) -> None:
    orders.note_fault(desk.connection, order.order_id, str(refusal), desk.now() + UNWRITABLE_WAIT)
    desk.raise_exception(
        Kind.REJECTED_DOCUMENT,
        order,
        holding.subject(order),
        f"{order.name}: its acknowledgement (855) was not written. {refusal.what} {' '.join(refusal.reasons)}",
        "Answer it in Vendor Central by hand before the window closes, and give the sentences to engineering.",
    )
