"""What operations enter on a notice: fields that nothing else knows, pallets, tracking, and decisions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import AwareDatetime, Field, StringConstraints

from include.amazon.notices import ShipmentType
from include.errors import RejectedError
from include.ship_notices import store
from include.ship_notices.building import settings_of
from include.ship_notices.desk import Desk
from include.ship_notices.replacing import in_force, tell_difference
from include.ship_notices.sending import examine
from include.ship_notices.staging import put_on_pallet
from include.ship_notices.store import named
from include.ship_notices.telling import IN_THE_WAY
from include.ship_notices.values import NoticeState, StagedNotice

FIELDS = (
    "scac", "shipment_type", "bill_of_lading", "pro_number", "amazon_reference_number", "seal_number", "weight",
    "delivery_on", "appointment_at",
)  # fmt: skip

# What an element of the 856 can hold (REF02, TD107): printable ASCII without the usual delimiters.
Element = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=50, pattern=r"^[ -)+-=?-\]_a-}]+$")
]
PalletName = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00]+$")]
Weight = Annotated[Decimal, Field(gt=0, max_digits=10, decimal_places=3)]
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2099, 12, 31))]
Moment = Annotated[AwareDatetime, Field(ge=datetime(2000, 1, 1, tzinfo=UTC), le=datetime(2099, 12, 31, tzinfo=UTC))]


@dataclass(frozen=True, slots=True)
class Entries:
    """What a person enters; what is None or empty stays as it is. Boxes are named as in the inventory system."""

    scac: Element | None = None
    shipment_type: ShipmentType | None = None
    bill_of_lading: Element | None = None
    pro_number: Element | None = None
    amazon_reference_number: Element | None = None
    seal_number: Element | None = None
    weight: Weight | None = None
    delivery_on: Day | None = None
    appointment_at: Moment | None = None
    tracking: dict[str, Element] = field(default_factory=dict)  # box → tracking number
    pallets: dict[PalletName, list[str]] = field(default_factory=dict)  # pallet → boxes
    send_as_packed: bool = False  # more was packed than confirmed, and it shall be said so
    send_again: bool = False  # new content for a notice that was sent, or that the partner refused
    keep_as_sent: bool = False  # no replacement after all: what was sent stays in force


def complete(desk: Desk, shipment_number: str, entries: Entries, *, actor: str) -> StagedNotice:
    """Enter it; RejectedError where the shipment is not known or has left, unless it shall be sent again."""
    notice_id = store.find(desk.connection, desk.relationship.name, shipment_number)
    if notice_id is None:
        raise RejectedError(f"No shipment has the number {shipment_number}.", next_step="Check the number.")
    notice = store.load_locked(desk.connection, notice_id)
    if entries.keep_as_sent:
        _keep_as_sent(desk, notice, entries, actor)
        return store.load_locked(desk.connection, notice_id)
    if entries.send_again and notice.state is not NoticeState.WITHDRAWN:
        named.reopen(desk.connection, notice_id=notice_id, now=desk.now())
    elif notice.state in {NoticeState.SENT, NoticeState.REOPENED, NoticeState.WITHDRAWN}:
        raise RejectedError(
            f"{notice.name} is {notice.state} already.",
            document=shipment_number,
            next_step="Nothing is left of it to send."
            if notice.state is NoticeState.WITHDRAWN
            else "Say `send_again` to send a replacement with other content.",
        )
    _enter(desk, notice, entries, actor)
    return store.load_locked(desk.connection, notice_id)


def _keep_as_sent(desk: Desk, notice: StagedNotice, entries: Entries, actor: str) -> None:
    """Give a replacement up; RejectedError where there is none, or nothing that it would replace."""
    known = in_force(desk.connection, notice, settings_of(desk.relationship, notice))
    is_sent = notice.state is NoticeState.SENT and known is not None and known.document_id == notice.document_id
    if known is None or is_sent or notice.state is NoticeState.WITHDRAWN:
        raise RejectedError(
            f"{notice.name} has no replacement to be given up.",
            document=notice.shipment_number,
            next_step="`keep_as_sent` is for a notice that Amazon has and that is to be sent again.",
        )
    if entries != Entries(keep_as_sent=True):
        raise RejectedError("`keep_as_sent` goes with no other entry.", document=notice.shipment_number)
    named.keep_as_sent(
        desk.connection, notice_id=notice.notice_id, document_id=known.document_id, sent_at=known.sent_at
    )
    desk.settle_exception(IN_THE_WAY, f"notice {notice.notice_id}", "The notice that was sent stays in force.")
    tell_difference(desk, notice, known.notice, examine(desk, notice).built.notice)
    for order_id in sorted({carton.order_id for carton in notice.cartons}):
        sentence = f"Shipment {notice.shipment_number}: its notice (856) stays as it was sent."
        store.add_event(desk.connection, order_id, sentence, desk.now(), actor)


def _enter(desk: Desk, notice: StagedNotice, entries: Entries, actor: str) -> None:
    told = {name: value for name in FIELDS if (value := getattr(entries, name)) is not None}
    entered = [*told, *(["pallets"] if entries.pallets else []), *(f"tracking {box}" for box in entries.tracking)]
    named.enter(
        desk.connection,
        notice_id=notice.notice_id,
        **(dict.fromkeys(FIELDS) | told),
        send_as_packed=actor if entries.send_as_packed else None,
        entered=entered,
        now=desk.now(),
    )
    for box, tracking_number in entries.tracking.items():
        _demand_boxes(notice, [box])
        named.set_tracking(desk.connection, notice_id=notice.notice_id, box=box, tracking_number=tracking_number)
    for name, boxes in entries.pallets.items():
        _demand_boxes(notice, boxes)
        carton_ids = [carton.carton_id for carton in notice.cartons if carton.box in boxes]
        put_on_pallet(desk, notice.notice_id, name, carton_ids)
    decisions = [word for word in ("send_as_packed", "send_again") if getattr(entries, word)]
    tables = [word for word in ("tracking", "pallets") if getattr(entries, word)]
    what = ", ".join([*told, *tables, *decisions])
    for order_id in sorted({carton.order_id for carton in notice.cartons}):
        sentence = f"Shipment {notice.shipment_number}: {what or 'nothing'} was entered."
        store.add_event(desk.connection, order_id, sentence, desk.now(), actor)


def _demand_boxes(notice: StagedNotice, boxes: list[str]) -> None:
    known = {carton.box for carton in notice.cartons}
    if unknown := [box for box in boxes if box not in known]:
        raise RejectedError(
            f"{notice.name} has no box {unknown[0][:100]!r}.",
            document=notice.shipment_number,
            next_step=f"Its boxes are {', '.join(sorted(known))[:500]}.",
        )
