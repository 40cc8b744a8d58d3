"""The steps of fulfilment_to_invoice, one function a task: open what the use case needs, run it, return ids only."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from functools import partial
from typing import TYPE_CHECKING, Any

from include import clock
from include.errors import IntegrationError, RejectedError
from include.orchestration import connections, house, run_notes
from include.orchestration.intake import chosen
from include.relationships.model import Relationship

if TYPE_CHECKING:
    from include.invoices.desk import Desk as BillingDesk
    from include.ship_notices.desk import Desk

log = logging.getLogger(__name__)


def enter(names: Sequence[str], only: Sequence[str], entries: dict[str, Any], actor: str | None) -> None:
    """What a person enters on the one shipment that is named; nothing where nothing is entered."""
    if not entries:
        return
    if len(only) != 1 or len(names) != 1:
        raise RejectedError(
            "Entries are for one shipment or invoice of one relationship.", next_step="Name both, and trigger it again."
        )
    who = actor or "somebody"
    with _shipping(names[0]) as desk:
        if _is_about_invoice(desk, only[0], entries):
            _decide_invoice(names[0], only[0], entries, who)
        else:
            _complete_notice(desk, only[0], entries, who)


def _is_about_invoice(desk: Desk, number: str, entries: dict[str, Any]) -> bool:
    """By its keys; to send again is said of both, and then the number tells."""
    from include.ship_notices import store

    if set(entries) <= {"accept", "new_number", "send_again"}:
        return set(entries) != {"send_again"} or store.find(desk.connection, desk.relationship.name, number) is None
    return False


def _complete_notice(desk: Desk, number: str, entries: dict[str, Any], actor: str) -> None:
    from include.ship_notices.completing import Entries, complete

    complete(desk, number, _checked(Entries, number, entries), actor=actor)
    desk.connection.commit()


def _decide_invoice(name: str, number: str, entries: dict[str, Any], actor: str) -> None:
    from include.invoices.completing import Entries, complete

    with _billing(name) as desk:
        complete(desk, number, _checked(Entries, number, entries), actor=actor)
        desk.connection.commit()


def _checked(kind: type[Any], number: str, entries: dict[str, Any]) -> Any:
    from pydantic import TypeAdapter, ValidationError

    if unknown := sorted(set(entries) - {each.name for each in fields(kind)}):
        raise RejectedError(f"There is no entry {', '.join(unknown)}.", document=number)
    try:
        return TypeAdapter(kind).validate_python(entries)
    except ValidationError as invalid:
        raise RejectedError(f"The entries cannot be used: {invalid}", document=number) from invalid


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

    for_each(names, find, goes_on=lambda: bool(found))
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

    for_each(names, send)
    return counts


def due_invoices(names: Sequence[str], only: Sequence[str]) -> list[dict[str, Any]]:
    """Open the invoices of what was notified; those that are to be matched now."""
    found: list[dict[str, Any]] = []

    def open_due(relationship: Relationship) -> None:
        from include.invoices import agreeing, opening, store

        with _billing(relationship.name) as desk:
            opening.open_due(desk)
            desk.connection.commit()
            due = agreeing.due_to_match(desk, only=only, limit=house.SHIPMENTS - len(found))
            found.extend(
                {"relationship": relationship.name, "invoice_id": each.invoice_id, "label": each.name}
                for each in store.load(desk.connection, due, relationship)
            )

    for_each(names, open_due, goes_on=lambda: bool(found))
    return found


def match_invoice(invoice: dict[str, Any]) -> None:
    """Find or make the inventory system's invoice, and hold order, notice and invoice against each other."""
    from include.invoices import agreeing

    with _billing(invoice["relationship"]) as desk:
        agreeing.settle(desk, invoice["invoice_id"])


def send_invoices(names: Sequence[str], only: Sequence[str]) -> dict[str, int]:
    """Write the invoices that agree, and publish what waits in the outbox."""
    counts = {"written": 0, "published": 0}

    def send(relationship: Relationship) -> None:
        from include.documents import sending as documents
        from include.invoices import sending

        with _billing(relationship.name) as desk:
            write = partial(documents.write_document, desk.connection, relationship)
            counts["written"] += len(sending.send_due(desk, write, only=only, limit=house.MAX_IDS))
            counts["published"] += _publish(desk)

    for_each(names, send)
    return counts


def settle(names: Sequence[str], task_instance: Any) -> None:
    """Raise what is late and not shipped, count into the run's note; fail if something stands still."""
    notes: list[str] = []
    stalled: list[str] = []

    def watch(relationship: Relationship) -> None:
        from include.invoices import watching as invoices
        from include.ship_notices import watching as notices

        with _shipping(relationship.name) as desk:
            notified = notices.watch(desk)
            desk.connection.commit()
        with _billing(relationship.name) as billing:
            billed = invoices.watch(billing)
            billing.connection.commit()
        notes.append(f"{relationship.name}: {notified.summary()}; {billed.summary()}")
        stalled.extend([*notified.stalled, *billed.stalled])

    try:
        for_each(names, watch)
    finally:
        task_instance.xcom_push(key=run_notes.NOTE_KEY, value="\n".join(notes))
    if stalled:
        raise RejectedError(
            f"{len(stalled)} stand still without a next attempt or an exception: {', '.join(stalled[:20])}.",
            next_step="Trigger fulfilment_to_invoice for them.",
        )


def _publish(desk: Desk | BillingDesk) -> int:
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


@contextmanager
def _billing(name: str) -> Iterator[BillingDesk]:
    """The relationship's desk for invoices; its Cin7 account is opened by the first call."""
    from include.orchestration import cin7_shipping

    ((relationship, address_book),) = chosen([name])
    with cin7_shipping.billing(relationship, address_book) as desk:
        yield desk


def for_each(
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
