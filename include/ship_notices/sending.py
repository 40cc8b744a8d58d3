"""A shipped notice leaves when every rule holds: staged once more, built, checked, and written as an 856.

All of it is one transaction that holds the notice, so that whoever comes second finds it sent. What a rule holds back
stays, with an exception that names the field.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from include.amazon import x12_856
from include.amazon.notice_rules import check_notice
from include.amazon.notices import Circumstances, SentNotice, ShipmentType
from include.errors import RejectedError
from include.money import Money
from include.relationships.desk import Connection
from include.ship_notices import label_sheets, staging, store
from include.ship_notices.building import Built, build, settings_of
from include.ship_notices.desk import Desk
from include.ship_notices.replacing import has_arrived, in_force
from include.ship_notices.store import named
from include.ship_notices.telling import EARLY, tell, tell_sent, worth_of
from include.ship_notices.values import Item, LineStanding, NoticeState, Obstacle, StagedNotice

WriteDocument = Callable[..., int]


@dataclass(frozen=True, slots=True)
class Examined:
    """A notice with all that is wrong with it."""

    built: Built
    obstacles: tuple[Obstacle, ...]
    standing: dict[tuple[int, str], LineStanding]

    @property
    def items(self) -> tuple[Item, ...]:
        return self.built.items

    @property
    def worth(self) -> Money | None:
        return worth_of(self.items, self.standing)

    @property
    def holds(self) -> bool:
        """Whether something stands in the way."""
        return any(not each.is_warning for each in self.obstacles)


def stage(desk: Desk, notice_id: int) -> StagedNotice | None:
    """Fill in what can be, and tell what is missing while there is time to mend it; in the caller's transaction."""
    notice = staging.stage(desk, notice_id)
    if notice is not None:
        examined = examine(desk, notice)
        label_sheets.renew(desk, notice, examined.built)
        _tell(desk, notice, examined)
    return notice


def send_due(desk: Desk, write_document: WriteDocument, *, only: Sequence[str] = (), limit: int) -> list[int]:
    """Send every notice that is to leave now; the ids of the documents. Commits one by one."""
    document_ids = []
    for notice_id in store.to_send(desk.connection, desk.relationship.name, desk.now(), only=only, limit=limit):
        try:
            document_id = send(desk, write_document, notice_id)
        except RejectedError as refusal:
            desk.connection.rollback()
            _hold_unwritable(desk, notice_id, refusal)
            document_id = None
        desk.connection.commit()
        if document_id is not None:
            document_ids.append(document_id)
    return document_ids


def send(desk: Desk, write_document: WriteDocument, notice_id: int) -> int | None:
    """Write the 856 of a shipped notice whose truck is gathered; its document's id, or None where it waits.

    In the caller's transaction, which is to be committed or rolled back whole.
    """
    notice = staging.stage(desk, notice_id)
    if notice is None or not notice.is_shipped or desk.now() < notice.send_after:
        return None
    examined = examine(desk, notice)
    if examined.holds:
        _hold(desk, notice, examined)
        return None
    label_sheets.renew(desk, notice, examined.built)
    revision = notice.revision + 1
    body = x12_856.write_notice(examined.built.notice, settings_of(desk.relationship, notice))
    numbers = sorted({carton.purchase_order_number for carton in notice.cartons})
    document_id = write_document(
        "856",
        body,
        business_key=f"{notice.shipment_number} {revision}",
        purchase_order_number=numbers[0] if len(numbers) == 1 else None,
        now=desk.now(),
    )
    store.save_sent(desk.connection, notice, examined.items, document_id, revision, desk.now())
    tell_sent(desk, notice)
    for order_id in sorted({carton.order_id for carton in notice.cartons}):
        what = f"The shipping notice (856) {notice.shipment_number} was written."
        store.add_event(desk.connection, order_id, what, desk.now())
    return document_id


def _hold_unwritable(desk: Desk, notice_id: int, refusal: RejectedError) -> None:
    """A validator refuses what was built: it stays, and engineering hears why."""
    notice = store.load_locked(desk.connection, notice_id)
    examined = examine(desk, notice)
    sentence = " ".join([str(refusal), *refusal.reasons])
    told = (*examined.obstacles, Obstacle("856-04", "document", notice.name, sentence))
    _hold(desk, notice, replace(examined, obstacles=told))


def examine(desk: Desk, notice: StagedNotice) -> Examined:
    """The notice as it would leave, and every rule that it breaks."""
    relationship = desk.relationship
    location = notice.cartons[0].location if notice.cartons else relationship.location
    settings = settings_of(relationship, notice)
    known = in_force(desk.connection, notice, settings)
    built = build(
        notice,
        store.load_shares(desk.connection, notice),
        relationship.notices.leaves_from(location),
        desk.address_book.resolve(notice.ship_to.qualifier, notice.ship_to.identifier),
        weight_unit=relationship.notices.weight_unit,
        is_replacement=known is not None,
        written_at=desk.now(),
    )
    standing = store.load_standing(desk.connection, notice)
    around = Circumstances(
        now=desk.now(),
        confirmed={
            (line.purchase_order_number, line.line_number): line.confirmed - line.notified for line in standing.values()
        },
        replaced=SentNotice(known.notice, known.sent_at, has_arrived(desk, notice)) if known else None,
        is_sscc_used=_notified(desk, notice).__contains__,
        centres={line.purchase_order_number: line.centre for line in standing.values()},
        notices_on_truck=_on_truck(desk.connection, notice) + 1,
    )
    faults = check_notice(built.notice, around, settings)
    # a carton whose goods are told to fit no line is empty for that reason alone
    is_told = {each.field for each in built.obstacles} & {"product", "quantity"}
    found = [
        Obstacle(each.rule, each.field, each.subject, each.sentence, each.is_warning)
        for each in faults
        if not (is_told and each.field == "cartons")
    ]
    return Examined(built, (*built.obstacles, *found), standing)


def _notified(desk: Desk, notice: StagedNotice) -> set[str]:
    """Which of its SSCCs left with another notice already: of a carton of two orders, one was shipped before."""
    rows = named.notified(
        desk.connection,
        ssccs=[carton.sscc for carton in notice.cartons if carton.sscc],
        notice_id=notice.notice_id,
        since=desk.now() - store.REUSE,
    )
    return {row["sscc"] for row in rows}


def _on_truck(connection: Connection, notice: StagedNotice) -> int:
    if not notice.bill_of_lading or notice.shipment_type == ShipmentType.SMALL_PARCEL:
        return 0
    return int(
        named.on_the_same_truck(
            connection,
            relationship=notice.relationship,
            centre=notice.centre,
            bill_of_lading=notice.bill_of_lading,
            shipped_on=notice.shipped_on,
            notice_id=notice.notice_id,
        )
    )


def _hold(desk: Desk, notice: StagedNotice, examined: Examined) -> None:
    named.set_held(desk.connection, notice_id=notice.notice_id)
    _tell(desk, notice, examined)


def _tell(desk: Desk, notice: StagedNotice, examined: Examined) -> None:
    """Before goods are shipped only what can be known by then; warnings hold nothing and are not told."""
    blocking = [each for each in examined.obstacles if not each.is_warning]
    told: Sequence[Obstacle] = blocking
    if notice.state is NoticeState.STAGED:
        told = [each for each in blocking if each.field in EARLY]
    tell(desk, notice, told, examined.worth)
