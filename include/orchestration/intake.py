"""The steps of po_intake, one function a task: open what the use case needs, run it, return ids and counts only."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from include import clock
from include.errors import ConfigurationError, IntegrationError, TransientError
from include.orchestration import connections, house, run_notes
from include.relationships import loading
from include.relationships.model import Relationship

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
            setting="VENDORLANE_RELATIONSHIPS",
            next_step="; ".join(str(fault) for fault in loaded.faults) or None,
        )
    return names


def receive(name: str) -> dict[str, int]:
    """Take, store, answer (997) and route what lies in the relationship's mailbox, for whichever relationship it is."""
    from include.documents import outbox, receiving

    loaded = loading.load_relationships()
    relationship = _named(loaded.relationships, name)
    sharing = [each for each in loaded.relationships if each.mailbox == relationship.mailbox]
    with connections.database(relationship.database) as connection, connections.mailbox(relationship.mailbox) as box:
        received = receiving.receive_mailbox(connection, box, relationship.mailbox, sharing, clock.now)
        published = outbox.publish_due(connection, box, relationship.mailbox, sharing, clock.now)
    return {
        "files": received.files,
        "documents": received.documents,
        "quarantined": received.quarantined,
        "unreadable": received.unreadable,
        "published": len(published.published),
    }


def register(
    names: Sequence[str] | None, only: Sequence[str], run_id: str, *, answer_now: bool
) -> list[dict[str, Any]]:
    """Make orders of what arrived, plan the stock of all that are due, and return them in chunks to place."""
    chunks: list[dict[str, Any]] = []
    faults: list[IntegrationError] = []
    for relationship in _chosen(names):
        try:
            order_ids = _register_one(relationship, only, run_id, answer_now=answer_now, left=house.MAX_IDS)
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


def _register_one(
    relationship: Relationship, only: Sequence[str], run_id: str, *, answer_now: bool, left: int
) -> list[int]:
    from include.cin7.client import Lane
    from include.orchestration.cin7_ledger import Cin7Ledger, refresh_catalogue
    from include.purchase_orders import planning, registration

    loaded = loading.load_relationships()
    with (
        connections.database(relationship.database) as connection,
        connections.cin7(relationship.erp, relationship.database, Lane.ACKNOWLEDGEMENT) as client,
    ):
        try:
            refresh_catalogue(connection, relationship, client, clock.now())
        except TransientError as fault:  # the products known already serve; what they lack is tried again next tick
            log.warning("The product index stays as it is: %s", fault)
        registration.register_documents(connection, relationship, loaded.address_book, clock.now())
        registration.rematch_held_lines(connection, relationship, clock.now())
        planned = planning.plan(
            connection,
            relationship,
            relationship.erp,
            Cin7Ledger(client, relationship),
            clock.now(),
            only=only,
            answer_now=answer_now,
            run_id=run_id,
        )
    return list(planned.order_ids[:left])


def place(chunk: dict[str, Any], run_id: str) -> dict[str, int]:
    """Place the planned sales of a chunk of orders; one that fails waits for its next attempt, the rest go on."""
    from include.cin7.client import Lane
    from include.orchestration.cin7_ledger import Cin7Ledger
    from include.purchase_orders import placing

    relationship = _named(loading.load_relationships().relationships, chunk["relationship"])
    with (
        connections.database(relationship.database) as connection,
        connections.cin7(relationship.erp, relationship.database, Lane.ACKNOWLEDGEMENT) as client,
    ):
        ledger = Cin7Ledger(client, relationship)
        placed = placing.place(connection, relationship, ledger, chunk["order_ids"], clock.now, run_id)
    return placed.counts()


def acknowledge(names: Sequence[str] | None, only: Sequence[str], run_id: str, *, answer_now: bool) -> dict[str, int]:
    """Answer every order that can be answered, and publish what waits in the outbox."""
    counts = {"written": 0, "published": 0}
    faults: list[IntegrationError] = []
    for relationship in _chosen(names):
        try:
            written, published = _acknowledge_one(relationship, only, run_id, answer_now=answer_now)
        except IntegrationError as fault:
            log.error("%s: %s", relationship.name, fault)
            faults.append(fault)
            continue
        counts["written"] += written
        counts["published"] += published
    if faults:
        raise faults[0]
    return counts


def _acknowledge_one(
    relationship: Relationship, only: Sequence[str], run_id: str, *, answer_now: bool
) -> tuple[int, int]:
    from functools import partial

    from include.cin7.client import Lane
    from include.documents import outbox, sending
    from include.orchestration.cin7_ledger import Cin7Ledger
    from include.purchase_orders import answering

    with (
        connections.database(relationship.database) as connection,
        connections.cin7(relationship.erp, relationship.database, Lane.ACKNOWLEDGEMENT) as client,
    ):
        answered = answering.answer(
            connection,
            relationship,
            Cin7Ledger(client, relationship),
            partial(sending.write_document, connection, relationship),
            clock.now,
            only=only,
            answer_now=answer_now,
            run_id=run_id,
        )
        with connections.mailbox(relationship.mailbox) as box:
            published = outbox.publish_due(connection, box, relationship.mailbox, [relationship], clock.now)
        answering.mark_answered(connection, relationship, clock.now())
        connection.commit()
    return len(answered.document_ids), len(published.published)


def settle(names: Sequence[str] | None, task_instance: Any) -> None:
    """Count what stands where into the run's note; fail if an order has no answer, no next attempt and no exception."""
    from include.purchase_orders import settling

    notes: list[str] = []
    stalled: list[str] = []
    for relationship in _chosen(names):
        with connections.database(relationship.database) as connection:
            settled = settling.settle(connection, relationship, clock.now())
            connection.commit()
        notes.append(f"{relationship.name}: {settled.summary()}")
        stalled += settled.stalled
    task_instance.xcom_push(key=run_notes.NOTE_KEY, value="\n".join(notes))
    if stalled:
        raise IntegrationError(
            f"{len(stalled)} orders stand still without an answer, a next attempt or an exception: "
            f"{', '.join(stalled[:20])}.",
            next_step="Clear this run's `register` task, or trigger po_intake for these orders.",
        )


def _chosen(names: Sequence[str] | None) -> list[Relationship]:
    loaded = loading.load_relationships().relationships
    return [each for each in loaded if names is None or each.name in names]


def _named(loaded: Sequence[Relationship], name: str) -> Relationship:
    for relationship in loaded:
        if relationship.name == name:
            return relationship
    raise ConfigurationError(f"No relationship named {name} was loaded.", setting="VENDORLANE_RELATIONSHIPS")
