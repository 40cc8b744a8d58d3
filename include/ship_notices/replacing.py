"""A notice that was sent and is to say something else: what the partner has of it, and until when it takes another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from include.amazon import x12_856
from include.amazon.notices import LineKey, NoticeSettings, ShipNotice
from include.documents import sent
from include.exceptions.kinds import Kind
from include.relationships.desk import Connection
from include.ship_notices.desk import Desk
from include.ship_notices.values import StagedNotice

NONE = Decimal(0)


@dataclass(frozen=True, slots=True)
class InForce:
    """What the partner goes by."""

    document_id: int
    notice: ShipNotice
    sent_at: datetime


def in_force(connection: Connection, staged: StagedNotice, settings: NoticeSettings) -> InForce | None:
    """The last document that the partner has not refused. It has none where only replacements are left of what it did
    refuse: those replace nothing, and the next one is an original again.
    """
    documents = sent.with_partner(connection, staged.relationship, "856", f"{staged.shipment_number} ")
    notices = [x12_856.parse_notice(each.segments, settings) for each in documents]
    if all(each.is_replacement for each in notices):
        return None
    return InForce(documents[-1].document_id, notices[-1], documents[-1].recorded_at)


def has_arrived(desk: Desk, staged: StagedNotice) -> bool:
    """By what is expected now, since no document says it: the appointment, else the estimated day, is over.

    Who knows that a truck is late enters a later one.
    """
    if staged.appointment_at is not None:
        return staged.appointment_at <= desk.now()
    centre = desk.address_book.resolve(staged.ship_to.qualifier, staged.ship_to.identifier)
    zone = ZoneInfo(centre.zone) if centre else desk.relationship.time_zone
    return staged.delivery_on is not None and staged.delivery_on < desk.now().astimezone(zone).date()


def tell_difference(desk: Desk, staged: StagedNotice, said: ShipNotice, packed: ShipNotice) -> None:
    """Amazon was told something else than what is packed, and a person leaves it at that."""
    if differences := list(_differences(said.shipped(), packed.shipped())):
        desk.raise_about(
            Kind.SHIPMENT_UNDONE,
            f"notice {staged.notice_id}",
            f"Shipment {staged.shipment_number}: its notice (856) stays in force, but {'; '.join(differences)}.",
            "Tell Amazon what comes instead: no document says it. Close this when that is settled.",
        )


def _differences(said: dict[LineKey, Decimal], packed: dict[LineKey, Decimal]) -> Iterator[str]:
    for order, line in sorted(said.keys() | packed.keys()):
        told, there = said.get((order, line), NONE), packed.get((order, line), NONE)
        if told != there:
            yield f"of line {line} of {order} it says {told.normalize():f}, and {there.normalize():f} are packed"
