"""The steps of fulfilment_to_invoice, one function a task: open what the use case needs, run it, return ids only."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from include import clock
from include.errors import IntegrationError, RejectedError
from include.orchestration import connections, house, run_notes
from include.orchestration.intake import chosen
from include.relationships.model import Relationship

if TYPE_CHECKING:
    from include.ship_notices.desk import Desk

log = logging.getLogger(__name__)


def enter(names: Sequence[str], only: Sequence[str], entries: dict[str, Any], actor: str | None) -> None:
    """What a person enters on the one shipment that is named; nothing where nothing is entered."""
    if not entries:
        return
    from pydantic import TypeAdapter, ValidationError

    from include.ship_notices.completing import Entries, complete

    if len(only) != 1 or len(names) != 1:
        raise RejectedError(
            "Entries are for one shipment of one relationship.", next_step="Name both, and trigger it again."
        )
    try:
        checked = TypeAdapter(Entries).validate_python(entries)
    except ValidationError as invalid:
        raise RejectedError(f"The entries cannot be used: {invalid}", document=only[0]) from invalid
    with _shipping(names[0]) as desk:
        complete(desk, only[0], checked, actor=actor or "somebody")
        desk.connection.commit()


def find_shipments(names: Sequence[str], only: Sequence[str]) -> list[dict[str, Any]]:
    """Read what was packed, shipped and invoiced since the last run; the shipments that are to be staged."""
    found: list[dict[str, Any]] = []

    def find(relationship: Relationship) -> None:
        from include.ship_notices import finding, store

        with _shipping(relationship.name) as desk:
            limit = house.orders_a_run(connections.calls_per_minute(relationship.erp))
            fault = finding.find(desk, limit=limit)
            rows = store.to_stage(
                desk.connection, relationship.name, clock.now(), only=only, limit=house.SHIPMENTS - len(found)
            )
        found.extend({"relationship": relationship.name, "notice_id": each, "number": number} for each, number in rows)
        if fault is not None:
            raise fault

    _for_each(names, find, goes_on=lambda: bool(found))
    return found


def stage_notice(shipment: dict[str, Any]) -> None:
    """Fill in a notice and make its labels."""
    from include.ship_notices import sending

    with _shipping(shipment["relationship"]) as desk:
        sending.stage(desk, shipment["notice_id"])
        desk.connection.commit()


def send_notices(names: Sequence[str], only: Sequence[str]) -> dict[str, int]:
    """Write the notices that are complete, and publish what waits in the outbox."""
    counts = {"written": 0, "published": 0}

    def send(relationship: Relationship) -> None:
        from include.documents import sending as documents
        from include.ship_notices import sending

        with _shipping(relationship.name) as desk:
            write = partial(documents.write_document, desk.connection, relationship)
            counts["written"] += len(sending.send_due(desk, write, only=only, limit=house.MAX_IDS))
            counts["published"] += _publish(desk)

    _for_each(names, send)
    return counts


def settle(names: Sequence[str], task_instance: Any) -> None:
    """Raise what is late and not shipped, count into the run's note; fail if something stands still."""
    notes: list[str] = []
    stalled: list[str] = []

    def watch(relationship: Relationship) -> None:
        from include.ship_notices import watching

        with _shipping(relationship.name) as desk:
            watched = watching.watch(desk)
            desk.connection.commit()
        notes.append(f"{relationship.name}: {watched.summary()}")
        stalled.extend(watched.stalled)

    try:
        _for_each(names, watch)
    finally:
        task_instance.xcom_push(key=run_notes.NOTE_KEY, value="\n".join(notes))
    if stalled:
        raise RejectedError(
            f"{len(stalled)} stand still without a next attempt or an exception: {', '.join(stalled[:20])}.",
            next_step="Trigger fulfilment_to_invoice for them.",
        )


def _publish(desk: Desk) -> int:
    from include.documents import outbox

    relationship = desk.relationship
    with connections.mailbox(relationship.mailbox) as box:
        published = outbox.publish_due(desk.connection, box, relationship.mailbox, [relationship], desk.now)
    return len(published.published)


@contextmanager
def _shipping(name: str) -> Iterator[Desk]:
    """The relationship's desk for shipments; its Cin7 account is opened by the first call."""
    from include.orchestration import cin7_shipping

    ((relationship, address_book),) = chosen([name])
    with cin7_shipping.desk(relationship, address_book) as desk:
        yield desk


def _for_each(
    names: Sequence[str] | None, step: Callable[[Relationship], None], goes_on: Callable[[], bool] = lambda: False
) -> None:
    """Do it for every relationship; the first fault is raised at the end, unless `goes_on` says that there is work."""
    faults: list[IntegrationError] = []
    for relationship, _ in chosen(names):
        try:
            step(relationship)
        except IntegrationError as fault:
            log.error("%s: %s", relationship.name, fault)
            faults.append(fault)
    if faults and not goes_on():
        raise faults[0]
