"""Which cartons are on their way, and the notice of their truck: one centre, carrier, bill of lading and day.

Without a bill of lading nothing is shared but a carton, so that parcels are a notice for each fulfilment and a fault of
one order holds no other back.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from include.identifiers import as_sscc
from include.ship_notices.desk import Desk
from include.ship_notices.ledger import Fulfilment, ShippedBox
from include.ship_notices.shipments import OPEN, Row, Sale, named, staged_notice, tell
from include.ship_notices.undoing import withdraw_empty

LONGEST_NAME = 100  # of a box, in a sentence


@dataclass(frozen=True, slots=True)
class Truck:
    """What cartons share that go on one notice."""

    carrier: str
    bill_of_lading: str
    shipped_on: date


def take_shipped(desk: Desk, sale: Sale, fulfilment: Fulfilment) -> None:
    """Note which boxes are on their way, and bring those that are new on the way to the notice of their truck."""
    notes = desk.relationship.notices
    bill_of_lading = _found(notes.bill_of_lading_pattern, fulfilment.notes) or ""
    trucks: dict[tuple[Truck, int | None], list[Row]] = defaultdict(list)
    on_their_way = list(_on_their_way(sale, fulfilment))
    _note_unpacked(sale, fulfilment)
    news = []
    for row, shipped in on_their_way:
        day = shipped.shipped_on or sale.changed_at.astimezone(_zone(desk, sale)).date()
        if (row["shipped_on"], row["tracking_number"]) != (day, shipped.tracking_number):
            number = shipped.tracking_number or None
            news.append({"carton_id": row["carton_id"], "shipped_on": day, "tracking_number": number})
        if row["state"] in OPEN:
            to_be_replaced = row["notice_id"] if row["revision"] else None
            trucks[Truck(shipped.carrier.strip(), bill_of_lading, day), to_be_replaced].append(row)
    if news:
        named.save_shipping(desk.connection, rows=json.dumps(news, default=str))
    for (truck, notice_id), rows in trucks.items():
        _board(desk, sale, fulfilment, truck, rows, notice_id)
    _call_back(desk, sale, fulfilment, {row["carton_id"] for row, _ in on_their_way})


def _on_their_way(sale: Sale, fulfilment: Fulfilment) -> Iterator[tuple[Row, ShippedBox]]:
    """The cartons of a fulfilment that were shipped, each with how."""
    told = {each.box: each for each in fulfilment.boxes}
    rest = replace(fulfilment.boxes[0], tracking_number=None) if fulfilment.boxes else ShippedBox("", "", None, None)
    for (task_id, box), row in sale.cartons.items():
        if task_id == fulfilment.task_id and (box in told or fulfilment.is_shipped):
            yield row, told.get(box, rest)


def _note_unpacked(sale: Sale, fulfilment: Fulfilment) -> None:
    """Which shipped boxes have a name that none was packed under; what is in them counts as not shipped."""
    packed = {line.box for line in fulfilment.packed}
    names = dict.fromkeys(repr(each.box[:LONGEST_NAME]) for each in fulfilment.boxes if each.box not in packed)
    if names and not fulfilment.is_shipped:
        sale.unpacked.append(f"fulfilment {fulfilment.number} says {', '.join(names)}")


def _call_back(desk: Desk, sale: Sale, fulfilment: Fulfilment, on_their_way: Collection[int]) -> None:
    """Boxes whose shipping was undone while their packing stands wait on a staged notice again."""
    rows = [row for row in sale.cartons.values() if row["task_id"] == fulfilment.task_id and row["shipped_on"]]
    rows = [row for row in rows if row["carton_id"] not in on_their_way]
    back = [row for row in rows if row["state"] in OPEN]
    for row in rows:
        if row["state"] not in OPEN:
            sale.undone[row["carton_id"]] = row, f"the box {row['box']!r} is packed, and shipped no more"
    if back:
        _move(desk, sale, staged_notice(desk, sale, fulfilment.task_id), back)
        named.clear_shipping(desk.connection, carton_ids=[row["carton_id"] for row in back])
        for row in back:
            row |= {"state": "staged", "revision": 0, "shipped_on": None}
        tell(desk, sale, f"Fulfilment {fulfilment.number}: {len(back)} cartons are shipped no more.")


def _board(
    desk: Desk, sale: Sale, fulfilment: Fulfilment, truck: Truck, rows: Sequence[Row], to_be_replaced: int | None
) -> None:
    """Put cartons on the notice of their truck: one that waits for others, else the one that they stand on, alone.

    Those of a notice that is sent anew stay on it.
    """
    found = None
    if to_be_replaced is None:
        found = named.find_open(
            desk.connection,
            relationship=desk.relationship.name,
            centre=sale.centre,
            marks=[f"%{sscc}%" for row in rows if (sscc := as_sscc(row["box"]))],
            before=[row["notice_id"] for row in rows],
            **asdict(truck),
        )
    notice_id = to_be_replaced or (found["notice_id"] if found else _own_notice(desk, sale, fulfilment, rows))
    is_news = any(row["shipped_on"] is None for row in rows)
    _move(desk, sale, notice_id, rows)
    _mark_shipped(desk, sale, fulfilment, truck, notice_id)
    for row in rows:
        row |= {"state": "shipped", "shipped_on": truck.shipped_on}
    if is_news:
        tell(desk, sale, f"Fulfilment {fulfilment.number} was shipped with {truck.carrier or 'no carrier'}.")


def _own_notice(desk: Desk, sale: Sale, fulfilment: Fulfilment, rows: Sequence[Row]) -> int:
    """The notice that these cartons stand on where none stays behind on it, else a new one."""
    notice_id = rows[0]["notice_id"]
    carton_ids = [row["carton_id"] for row in rows]
    if not named.others_in(desk.connection, notice_id=notice_id, carton_ids=carton_ids):
        return int(notice_id)
    return staged_notice(desk, Sale(sale.row, sale.changed_at, (), {}), fulfilment.task_id)


def _move(desk: Desk, sale: Sale, notice_id: int, rows: Sequence[Row]) -> None:
    """Cartons go to a notice, with their pallets and with what was entered for them."""
    carton_ids = [row["carton_id"] for row in rows]
    from_ids = sorted({row["notice_id"] for row in rows} - {notice_id})
    for from_id in from_ids:
        named.move_pallets(desk.connection, notice_id=notice_id, from_id=from_id, carton_ids=carton_ids)
    named.move_cartons(desk.connection, notice_id=notice_id, carton_ids=carton_ids)
    for from_id in from_ids:
        named.inherit_entries(desk.connection, notice_id=notice_id, from_id=from_id)
    for row in rows:
        row["notice_id"] = notice_id
    withdraw_empty(desk, sale, from_ids)


def _mark_shipped(desk: Desk, sale: Sale, fulfilment: Fulfilment, truck: Truck, notice_id: int) -> None:
    told = desk.relationship.notices
    departed_at = min(sale.changed_at, desk.now())
    named.mark_shipped(
        desk.connection,
        notice_id=notice_id,
        centre=sale.centre,
        ship_to=sale.ship_to,
        carrier=truck.carrier,
        shipped_on=truck.shipped_on,
        departed_at=departed_at,
        send_after=departed_at + timedelta(minutes=told.gather_minutes),
        due_at=departed_at + timedelta(minutes=told.after_departure_minutes),
        before_appointment=timedelta(hours=float(told.before_appointment_hours)),
        bill_of_lading=truck.bill_of_lading or None,
        pro_number=_found(told.pro_number_pattern, fulfilment.notes),
        amazon_reference_number=_found(told.amazon_reference_pattern, fulfilment.notes),
        seal_number=_found(told.seal_pattern, fulfilment.notes),
        now=desk.now(),
    )


def _found(pattern: str, notes: str) -> str | None:
    found = re.search(pattern, notes)
    return found[1].strip() or None if found else None


def _zone(desk: Desk, sale: Sale) -> ZoneInfo:
    told = sale.row["ship_to"] or {}
    centre = desk.address_book.resolve(told.get("qualifier") or "", told.get("identifier") or "")
    return ZoneInfo(centre.zone) if centre else desk.relationship.time_zone
