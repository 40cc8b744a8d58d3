"""The steps of po_intake, one function a task: open what the use case needs, run it, return ids and counts only."""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from include import clock
from include.errors import ConfigurationError, IntegrationError, RejectedError, TransientError
from include.orchestration import connections, house, run_notes
from include.relationships import loading
from include.relationships.address_book import AddressBook
from include.relationships.model import Relationship

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from include.amazon.mailbox import Mailbox
    from include.purchase_orders.desk import Desk

OpenMailbox = Callable[[], "AbstractContextManager[Mailbox]"]

log = logging.getLogger(__name__)


def relationship_names(only: str | None) -> list[str]:
    """The relationships of this run, by name; a faulty file is logged and the others go on."""
    loaded = loading.load_relationships()
    for fault in loaded.faults:
        log.error("Relationship not loaded: %s", fault)
    names = [each.name for each in loaded.relationships if only in (None, each.name)]
    if not names:
        raise ConfigurationError(
            f"No relationship named {only} was loaded." if only else "No relationship was loaded.",
            setting=loading.VARIABLE,
            next_step="; ".join(str(fault) for fault in loaded.faults) or None,
        )
    return names


def receive(name: str) -> dict[str, int]:
    """Take, store, answer (997) and route what lies in the relationship's mailbox, for whichever relationship it is."""
    from include.documents import mailbox_outages, outbox, receiving

    loaded = loading.load_relationships()
    ((relationship, _),) = chosen([name])
    sharing = [each for each in loaded.relationships if each.mailbox == relationship.mailbox]
    with (
        connections.database(relationship.database) as connection,
        mailbox_outages.watched(connection, relationship, clock.now),
        connections.mailbox(relationship.mailbox) as box,
    ):
        received = receiving.receive_mailbox(connection, box, relationship.mailbox, sharing, clock.now)
        published = outbox.publish_due(connection, box, relationship.mailbox, sharing, clock.now)
    return {
        "files": received.files,
        "documents": received.documents,
        "quarantined": received.quarantined,
        "unreadable": received.unreadable,
        "published": len(published.published),
    }


def register(names: Sequence[str], only: Sequence[str], run_id: str) -> list[dict[str, Any]]:
    """Make orders of what arrived, plan the stock of all that are due, and return them in chunks to place."""
    from include.orchestration import cin7_ledger

    chunks: list[dict[str, Any]] = []
    faults: list[IntegrationError] = []
    for relationship, address_book in chosen(names):
        try:
            with cin7_ledger.desk(relationship, address_book) as desk:
                limit = house.orders_a_run(connections.calls_per_minute(relationship.erp))
                order_ids = register_at(desk, only, run_id, limit=limit)
        except IntegrationError as fault:
            log.error("%s: %s", relationship.name, fault)
            faults.append(fault)
            continue
        chunks += [
            {"relationship": relationship.name, "order_ids": order_ids[start : start + house.CHUNK]}
            for start in range(0, len(order_ids), house.CHUNK)
        ]
    if faults and not chunks:
        raise faults[0]
    return chunks


def register_at(desk: Desk, only: Sequence[str], run_id: str, *, limit: int) -> list[int]:
    """The same for one relationship: the ids of the orders to place, the most urgent first."""
    from include.orchestration import cin7_ledger
    from include.purchase_orders import faults, outages, preparing

    with outages.watched(desk):
        try:
            cin7_ledger.refresh_catalogue(desk)
        except TransientError as fault:  # the products known already serve; what they lack is tried again next tick
            log.warning("The product index stays as it is: %s", fault)
            desk.connection.rollback()
        _register_documents(desk)
        faults.recheck_all(desk.connection, desk.relationship, desk.now())
        return preparing.prepare(desk, run_id, only=only, limit=limit)


def _register_documents(desk: Desk) -> None:
    """Take up what arrived; a document that cannot be taken up is told and the others go on."""
    import psycopg

    from include.documents import inbound
    from include.purchase_orders import registration

    relationship = desk.relationship
    sets = registration.transaction_sets(relationship)
    for document in inbound.load_to_take_up(desk.connection, relationship.name, sets, limit=house.MAX_IDS):
        try:
            registration.register(desk.connection, relationship, desk.address_book, document, desk.now())
        except psycopg.OperationalError:
            raise
        except Exception as fault:
            log.exception("Document %s could not be registered", document.document_id)
            desk.connection.rollback()
            registration.tell_unregistered(desk.connection, relationship, document, fault, desk.now())
            desk.connection.commit()


def place(chunk: dict[str, Any], run_id: str) -> dict[str, int]:
    """Place the planned sales of a chunk of orders; one that fails waits for its next attempt, the rest go on."""
    from include.orchestration import cin7_ledger

    (found,) = chosen([chunk["relationship"]])
    with cin7_ledger.desk(*found) as desk:
        return place_at(desk, partial(connections.mailbox, found[0].mailbox), chunk["order_ids"], run_id)


def place_at(desk: Desk, open_mailbox: OpenMailbox, order_ids: Sequence[int], run_id: str) -> dict[str, int]:
    """The same for the orders of one relationship; who waits for nothing is answered before a fault is raised.

    A call whose answer was lost is looked up here, after the others, so that it costs no retry of the task.
    """
    from include.documents import sending
    from include.purchase_orders import answering, looking_up, outages, placing

    counts = Counter(dict.fromkeys(("placed", "refused", "waiting", "written"), 0))
    write = partial(sending.write_document, desk.connection, desk.relationship)
    left, rounds = list(order_ids), 0
    with outages.watched(desk):
        while left:
            placed = placing.place(desk, left, run_id)
            answered = answering.answer_placed(desk, write, left, run_id)
            if answered.document_ids:
                with open_mailbox() as box:
                    _publish(desk, box)
            counts += Counter(placed=placed.placed, refused=placed.refused, written=len(answered.document_ids))
            counts["waiting"] = placed.waiting + len(placed.in_doubt)
            left, rounds = placed.in_doubt, rounds + 1
            if placed.waiting or rounds > looking_up.LOOK_UPS:
                break
            if left:
                desk.wait(looking_up.QUIET_TIME)
        log.info("%s", dict(counts))
        if fault := placed.fault or answered.fault:
            raise fault
    return dict(counts)


def _publish(desk: Desk, box: Mailbox) -> int:
    """Publish what waits in the outbox and note which orders are answered by it; how many documents left."""
    from include.documents import outbox
    from include.purchase_orders import answering

    published = outbox.publish_due(desk.connection, box, desk.relationship.mailbox, [desk.relationship], desk.now)
    answering.mark_answered(desk)
    desk.connection.commit()
    return len(published.published)


def acknowledge(names: Sequence[str], only: Sequence[str], run_id: str, *, answer_now: bool) -> dict[str, int]:
    """Answer every order that can be answered, and publish what waits in the outbox."""
    from include.orchestration import cin7_ledger

    counts = {"written": 0, "published": 0}
    faults: list[IntegrationError] = []
    for relationship, address_book in chosen(names):
        try:
            with cin7_ledger.desk(relationship, address_book) as desk, connections.mailbox(relationship.mailbox) as box:
                written, published = acknowledge_at(desk, box, only, run_id, answer_now=answer_now)
        except IntegrationError as fault:
            log.error("%s: %s", relationship.name, fault)
            faults.append(fault)
            continue
        counts["written"] += written
        counts["published"] += published
    if faults:
        raise faults[0]
    return counts


def acknowledge_at(desk: Desk, box: Mailbox, only: Sequence[str], run_id: str, *, answer_now: bool) -> tuple[int, int]:
    """The same for one relationship: how many answers were written, and how many documents published."""
    from include.documents import sending
    from include.purchase_orders import answering, stock

    write = partial(sending.write_document, desk.connection, desk.relationship)
    with stock.in_turn(desk.connection, desk.relationship.erp):
        answered = answering.answer(desk, write, run_id, only=only, answer_now=answer_now, limit=house.MAX_IDS)
        published = _publish(desk, box)
    if answered.fault is not None:
        raise answered.fault
    return len(answered.document_ids), published


def settle(names: Sequence[str], task_instance: Any) -> None:
    """Count what stands where into the run's note; fail if an order has no answer, no next attempt and no exception."""
    from include.purchase_orders import settling

    notes: list[str] = []
    stalled: list[str] = []
    faults: list[IntegrationError] = []
    for relationship, _ in chosen(names):
        try:
            with connections.database(relationship.database) as connection:
                settled = settling.settle(connection, relationship, clock.now())
                connection.commit()
        except IntegrationError as fault:
            notes.append(f"{relationship.name}: {fault}")
            faults.append(fault)
            continue
        notes.append(f"{relationship.name}: {settled.summary()}")
        for each in settled.exceptions:
            deadline = f"{each.deadline:%Y-%m-%d %H:%M} UTC" if each.deadline else "no deadline"
            log.info(
                "%s, %s, %s, %s: %s %s",
                each.kind,
                each.owner_team,
                deadline,
                each.money or "no money",
                each.what_happened,
                each.next_step,
            )
        stalled += settled.stalled
    task_instance.xcom_push(key=run_notes.NOTE_KEY, value="\n".join(notes))
    if faults:
        raise faults[0]
    _tell_unserved()
    if stalled:
        raise RejectedError(
            f"{len(stalled)} orders stand still without an answer, a next attempt or an exception: "
            f"{', '.join(stalled[:20])}.",
            next_step="Clear this run's `register` task, or trigger po_intake for these orders.",
        )


def _tell_unserved() -> None:
    """Relationships whose files cannot be used have no task of their own to turn red."""
    from include.purchase_orders import unserved

    loaded = loading.load_relationships()
    faulty: dict[str, list[str]] = defaultdict(list)
    for fault in loaded.faults:
        faulty[Path(fault.file).stem].append(str(fault))
    served = {each.name for each in loaded.relationships}
    for name in sorted({each.database for each in loaded.relationships}):
        with connections.database(name) as connection:
            unserved.tell(connection, served, {file: "; ".join(told) for file, told in faulty.items()}, clock.now())
            connection.commit()


def chosen(names: Sequence[str] | None) -> list[tuple[Relationship, AddressBook]]:
    """The relationships of these names; None is what a task gets whose `relationships` failed."""
    if names is None:
        raise ConfigurationError("This run has no relationship.", setting="what the task `relationships` names")
    loaded = loading.load_relationships()
    found = [(each, loaded.address_book) for each in loaded.relationships if each.name in names]
    if not found:
        raise ConfigurationError(
            f"{', '.join(names)}: no such relationship is loaded any more.",
            setting=loading.VARIABLE,
            next_step="; ".join(str(fault) for fault in loaded.faults) or None,
        )
    return found
