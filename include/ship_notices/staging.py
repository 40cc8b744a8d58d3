"""A staged notice gets what can be known without a person: the carrier's code, dates, SSCCs and pallets.

What a person entered stays. An SSCC is the box's own where its name holds a valid one, else the next of the company
prefix; none is used twice within a year, whoever allots at the same time.
"""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date, timedelta

from include.identifiers import as_sscc, build_sscc
from include.ship_notices import store
from include.ship_notices.desk import Desk
from include.ship_notices.store import named
from include.ship_notices.values import NoticeState, StagedNotice

OPEN = {NoticeState.STAGED, NoticeState.SHIPPED, NoticeState.HELD}
LOOK_AGAIN = timedelta(hours=6)  # where nothing changes: its settings may
SSCC_BODY = 16  # digits of company prefix and serial
BOX, ALLOTTED = "box", "allotted"


def stage(desk: Desk, notice_id: int) -> StagedNotice | None:
    """The notice with all that can be filled in, held until the transaction ends; None where it has left meanwhile."""
    notice = store.load_locked(desk.connection, notice_id)
    if notice.state not in OPEN or not notice.cartons:
        return None
    _fill(desk, notice)
    _form_pallets(desk, notice)
    _mark_cartons(desk, notice)
    _mark_pallets(desk, store.load_locked(desk.connection, notice_id))
    return store.load_locked(desk.connection, notice_id)


def _fill(desk: Desk, notice: StagedNotice) -> None:
    """Carrier code, kind of shipment, estimated delivery and deadline, where a person entered none."""
    told = desk.relationship.notices
    carrier = told.carrier(notice.carrier or desk.relationship.carrier or "")
    scac, shipment, delivery_on, due_at = notice.scac, notice.shipment_type, notice.delivery_on, notice.due_at
    if carrier is not None and "scac" not in notice.entered:
        scac = carrier.scac
    if carrier is not None and "shipment_type" not in notice.entered:
        shipment = carrier.shipment.value
    if carrier is not None and notice.shipped_on and "delivery_on" not in notice.entered:
        delivery_on = _after(notice.shipped_on, carrier.transit_days)
    if notice.appointment_at is not None:
        by_appointment = notice.appointment_at - timedelta(hours=float(told.before_appointment_hours))
        due_at = min(due_at or by_appointment, by_appointment)
    named.save_staging(
        desk.connection,
        notice_id=notice.notice_id,
        scac=scac,
        shipment_type=shipment,
        delivery_on=delivery_on,
        due_at=due_at,
        next_attempt_at=desk.now() + LOOK_AGAIN,
    )


def _after(day: date, days: int) -> date | None:
    """So many days later; None where the calendar ends, since a rule tells that such a shipping date is none."""
    return day + timedelta(days=days) if day <= date.max - timedelta(days=days) else None


def _form_pallets(desk: Desk, notice: StagedNotice) -> None:
    """Cartons whose box names a pallet stand on it, unless a person put them elsewhere."""
    pattern = desk.relationship.notices.pallet_pattern
    if pattern is not None and "pallets" not in notice.entered:
        by_name: dict[str, list[int]] = defaultdict(list)
        for carton in notice.cartons:
            if carton.pallet_id is None and (found := re.search(pattern, carton.box)):
                by_name[found[1]].append(carton.carton_id)
        for name, carton_ids in by_name.items():
            put_on_pallet(desk, notice.notice_id, name, carton_ids)
    named.drop_empty_pallets(desk.connection, notice_id=notice.notice_id)


def put_on_pallet(desk: Desk, notice_id: int, name: str, carton_ids: list[int]) -> None:
    """Put cartons of a notice on its pallet of that name, which is there or made."""
    pallet_id = named.save_pallet(desk.connection, notice_id=notice_id, name=name)
    named.put_on_pallet(desk.connection, pallet_id=pallet_id, carton_ids=carton_ids)


def _mark_cartons(desk: Desk, notice: StagedNotice) -> None:
    """Give each carton its SSCC. Goods in no box get none: how many cartons they are is not known."""
    unboxed_is_one = desk.relationship.notices.unboxed_is_one_carton
    unmarked = [each for each in notice.cartons if each.sscc is None and (each.box or unboxed_is_one)]
    for carton in unmarked:  # one by one, since a box of two orders brings the same SSCC twice
        if sscc := _from_name(desk, notice, carton.box):
            named.set_carton_ssccs(desk.connection, carton_ids=[carton.carton_id], ssccs=[sscc])
    nameless = [each.carton_id for each in unmarked if as_sscc(each.box) is None]
    if ssccs := _allot(desk, len(nameless)):
        named.set_carton_ssccs(desk.connection, carton_ids=nameless, ssccs=ssccs)


def _mark_pallets(desk: Desk, notice: StagedNotice) -> None:
    for pallet in notice.pallets:
        if pallet.sscc is None:
            own = _from_name(desk, notice, pallet.name)
            for sscc in [own] if own else _allot(desk, 1):
                named.set_pallet_sscc(desk.connection, pallet_id=pallet.pallet_id, sscc=sscc)


def _from_name(desk: Desk, notice: StagedNotice, name: str) -> str | None:
    """The SSCC that a box or pallet brought, unless something else has carried it within the year."""
    sscc = as_sscc(name)
    if sscc is None:
        return None
    is_free = _use(desk, [sscc], BOX) or named.stands_open(
        desk.connection, sscc=sscc, relationship=notice.relationship, centre=notice.centre
    )
    return sscc if is_free else None


def _allot(desk: Desk, count: int) -> list[str]:
    """So many next SSCCs of the company prefix; its serial runs on into the extension digit. Without a prefix, none."""
    prefix = desk.relationship.notices.company_prefix
    if prefix is None:
        return []
    room = 10 ** (SSCC_BODY - len(prefix))
    allotted: list[str] = []
    while len(allotted) < count:
        rows = list(named.next_serials(desk.connection, count=count - len(allotted)))
        places = [divmod(row["serial"] % (room * 10), room) for row in rows]
        allotted += _use(desk, [build_sscc(extension, prefix, serial) for extension, serial in places], ALLOTTED)
    return allotted


def _use(desk: Desk, ssccs: list[str], origin: str) -> list[str]:
    """Those that were free, which now are taken."""
    now = desk.now()
    rows = named.use_ssccs(desk.connection, ssccs=ssccs, origin=origin, now=now, free_before=now - store.REUSE)
    taken = {row["sscc"] for row in rows}
    return [sscc for sscc in ssccs if sscc in taken]
