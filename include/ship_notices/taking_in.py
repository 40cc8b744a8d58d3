"""What a sale's fulfilments say now, taken over into cartons and the notices that they stand on.

Cartons appear when packing is authorised, on a staged notice of their fulfilment; those that were shipped move to the
notice of their truck: one centre, carrier, bill of lading and day. Without a bill of lading nothing is shared but a
carton, so that parcels are a notice for each fulfilment and a fault of one order holds no other back. What is undone
before its notice left is taken back; what is undone or changed after that is a person's to settle.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from include.amazon.orders import Party
from include.database import queries
from include.exceptions.kinds import Kind
from include.identifiers import as_sscc
from include.ship_notices import store
from include.ship_notices.desk import Connection, Desk
from include.ship_notices.ledger import ErpInvoice, Fulfilment, PackedLine, ShippedBox, ShippedSale

OPEN = {"staged", "shipped", "held"}  # of a notice that has not left
NOT_LETTERS = re.compile(r"[^A-Z0-9]")
PREFIX_LENGTH = 10
NOBODY = Party("", "")
INCOMPLETE = (Kind.INCOMPLETE_NOTICE, Kind.QUANTITY_MISMATCH, Kind.LATE_NOTICE)

_queries = queries.load(__file__, "shipments.sql")

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Truck:
    """What cartons share that go on one notice."""

    carrier: str
    bill_of_lading: str
    shipped_on: date


@dataclass(slots=True)
class _Sale:
    """A sale of ours in work: its row, when it changed, and its cartons by task and box."""

    row: Row
    changed_at: datetime
    tasks: tuple[str, ...]
    cartons: dict[tuple[str, str], Row]
    undone: dict[int, tuple[Row, str]] = field(default_factory=dict)  # what is not as its notice said: carton, how

    @property
    def name(self) -> str:
        return f"Order {self.row['purchase_order_number']}"


def take_in(desk: Desk, sale_key: int, changed_at: datetime, seen: ShippedSale, *, read_at: datetime) -> None:
    """Bring cartons, notices and the inventory system's invoices to what the sale says; in the caller's transaction.

    A reading that began (`read_at`) before the one that was taken over last is left alone.
    """
    list(_queries.lock_shipments(desk.connection, relationship=desk.relationship.name))
    if _queries.is_overtaken(desk.connection, sale_key=sale_key, read_at=read_at):
        return
    cartons = {(row["task_id"], row["box"]): row for row in _queries.load_cartons(desk.connection, sale_key=sale_key)}
    fulfilments = () if seen.is_voided else seen.fulfilments
    tasks = tuple(each.task_id for each in fulfilments)
    sale = _Sale(_queries.load_sale(desk.connection, sale_key=sale_key), changed_at, tasks, cartons)
    for fulfilment in fulfilments:
        _take_fulfilment(desk, sale, fulfilment)
    packed = {(each.task_id, line.box) for each in fulfilments for line in each.packed}
    for key, row in sale.cartons.items():
        if key not in packed:
            _undo(desk, sale, row)
    _tell_undone(desk, sale)
    _queries.void_fulfilments(desk.connection, sale_key=sale_key, besides=list(tasks), now=desk.now())
    _take_invoices(desk, sale_key, () if seen.is_voided else seen.invoices, read_at)
    touched = sorted({row["notice_id"] for row in sale.cartons.values()})
    _queries.wake_notices(desk.connection, notice_ids=touched, now=desk.now())
    _withdraw_empty(desk, sale, touched)


def _take_fulfilment(desk: Desk, sale: _Sale, fulfilment: Fulfilment) -> None:
    fulfilment_id = _queries.save_fulfilment(
        desk.connection,
        sale_key=sale.row["sale_key"],
        task_id=fulfilment.task_id,
        number=fulfilment.number,
        now=desk.now(),
    )
    by_box: dict[str, list[PackedLine]] = defaultdict(list)
    for line in fulfilment.packed:
        by_box[line.box].append(line)
    _take_over(desk, sale, fulfilment.task_id, fulfilment_id, by_box)
    fresh = [box for box in by_box if (fulfilment.task_id, box) not in sale.cartons]
    if fresh:
        notice_id = _staged_notice(desk, sale, fulfilment.task_id)
        for box in fresh:
            _insert_carton(desk, sale, fulfilment, fulfilment_id, box, by_box[box], notice_id)
        _queries.ask_again(desk.connection, notice_id=notice_id)
        _tell(desk, sale, f"Fulfilment {fulfilment.number} was packed in {len(fresh)} cartons.")
    for box in by_box.keys() - set(fresh):
        _compare(desk, sale, sale.cartons[fulfilment.task_id, box], by_box[box])
    _ship(desk, sale, fulfilment)


def _take_over(
    desk: Desk, sale: _Sale, task_id: str, fulfilment_id: int, by_box: Mapping[str, Sequence[PackedLine]]
) -> None:
    """A fulfilment that was voided and made anew is the same shipment where its boxes were notified just so."""
    for (task, box), row in list(sale.cartons.items()):
        is_gone = task not in sale.tasks and row["state"] not in OPEN
        if is_gone and (task_id, box) not in sale.cartons and _contents(row) == _packed(by_box.get(box, ())):
            _queries.take_over(desk.connection, carton_id=row["carton_id"], fulfilment_id=fulfilment_id)
            del sale.cartons[task, box]
            sale.cartons[task_id, box] = row | {"task_id": task_id}


def _staged_notice(desk: Desk, sale: _Sale, task_id: str) -> int:
    """The notice on which cartons of this fulfilment wait already, else a new one."""
    for (task, _), row in sale.cartons.items():
        if task == task_id and row["state"] == "staged":
            return int(row["notice_id"])
    told = sale.row["ship_to"] or {}
    prefix = NOT_LETTERS.sub("", (desk.relationship.vendor_code or desk.relationship.name).upper())[:PREFIX_LENGTH]
    return int(
        _queries.insert_notice(
            desk.connection,
            relationship=desk.relationship.name,
            prefix=prefix,
            centre=told.get("identifier") or "",
            ship_to=json.dumps(told or asdict(NOBODY)),
            now=desk.now(),
        )
    )


def _insert_carton(
    desk: Desk,
    sale: _Sale,
    fulfilment: Fulfilment,
    fulfilment_id: int,
    box: str,
    lines: Sequence[PackedLine],
    notice_id: int,
) -> None:
    carton_id = _queries.insert_carton(desk.connection, fulfilment_id=fulfilment_id, box=box, notice_id=notice_id)
    _save_lines(desk, carton_id, lines)
    sale.cartons[fulfilment.task_id, box] = {
        "carton_id": carton_id,
        "task_id": fulfilment.task_id,
        "box": box,
        "notice_id": notice_id,
        "state": "staged",
        "revision": 0,
        "is_told": False,
        "shipped_on": None,
        "tracking_number": None,
    }


def _compare(desk: Desk, sale: _Sale, row: Row, lines: Sequence[PackedLine]) -> None:
    if _contents(row) == _packed(lines):
        return
    if row["state"] in OPEN:
        _queries.delete_lines(desk.connection, carton_id=row["carton_id"])
        _save_lines(desk, row["carton_id"], lines)
        _queries.ask_again(desk.connection, notice_id=row["notice_id"])
        _tell(desk, sale, f"The box {row['box']!r} was packed anew.")
        return
    sale.undone[row["carton_id"]] = row, f"the box {row['box']!r} now holds something else than its notice says"


def _contents(row: Row) -> Counter[tuple[str | None, ...]]:
    return _sums(((sku, lot, expires_on), Decimal(quantity)) for sku, quantity, lot, expires_on in row["lines"])


def _packed(lines: Sequence[PackedLine]) -> Counter[tuple[str | None, ...]]:
    return _sums(((line.sku, line.lot, _iso(line.expires_on)), line.quantity) for line in lines)


def _sums(parts: Iterable[tuple[tuple[str | None, ...], Decimal]]) -> Counter[tuple[str | None, ...]]:
    """How much of what: in which order and in how many lines it was packed is no difference."""
    found: Counter[tuple[str | None, ...]] = Counter()
    for what, quantity in parts:
        found[what] += quantity  # type: ignore[assignment]  # a Counter counts decimals too
    return found


def _ship(desk: Desk, sale: _Sale, fulfilment: Fulfilment) -> None:
    """Note which boxes are on their way, and bring those that are new on the way to the notice of their truck."""
    notes = desk.relationship.notices
    bill_of_lading = _found(notes.bill_of_lading_pattern, fulfilment.notes) or ""
    trucks: dict[tuple[Truck, int | None], list[Row]] = defaultdict(list)
    on_their_way = list(_on_their_way(sale, fulfilment))
    for row, shipped in on_their_way:
        day = shipped.shipped_on or sale.changed_at.astimezone(_zone(desk, sale)).date()
        if (row["shipped_on"], row["tracking_number"]) != (day, shipped.tracking_number):
            _queries.save_shipping(
                desk.connection,
                carton_id=row["carton_id"],
                shipped_on=day,
                tracking_number=shipped.tracking_number or None,
            )
        if row["state"] in OPEN:
            to_be_replaced = row["notice_id"] if row["revision"] else None
            trucks[Truck(shipped.carrier.strip(), bill_of_lading, day), to_be_replaced].append(row)
    for (truck, notice_id), rows in trucks.items():
        _board(desk, sale, fulfilment, truck, rows, notice_id)
    _call_back(desk, sale, fulfilment, {row["carton_id"] for row, _ in on_their_way})


def _call_back(desk: Desk, sale: _Sale, fulfilment: Fulfilment, on_their_way: Collection[int]) -> None:
    """Boxes whose shipping was undone while their packing stands wait on a staged notice again."""
    rows = [row for row in sale.cartons.values() if row["task_id"] == fulfilment.task_id and row["shipped_on"]]
    rows = [row for row in rows if row["carton_id"] not in on_their_way]
    back = [row for row in rows if row["state"] in OPEN]
    for row in rows:
        if row["state"] not in OPEN:
            sale.undone[row["carton_id"]] = row, f"the box {row['box']!r} is packed, and shipped no more"
    if back:
        _move(desk, sale, _staged_notice(desk, sale, fulfilment.task_id), back)
        _queries.clear_shipping(desk.connection, carton_ids=[row["carton_id"] for row in back])
        for row in back:
            row |= {"state": "staged", "revision": 0, "shipped_on": None}
        _tell(desk, sale, f"Fulfilment {fulfilment.number}: {len(back)} cartons are shipped no more.")


def _on_their_way(sale: _Sale, fulfilment: Fulfilment) -> Iterator[tuple[Row, ShippedBox]]:
    """The cartons of a fulfilment that were shipped, each with how."""
    told = {each.box: each for each in fulfilment.boxes}
    rest = replace(fulfilment.boxes[0], tracking_number=None) if fulfilment.boxes else ShippedBox("", "", None, None)
    for (task_id, box), row in sale.cartons.items():
        if task_id == fulfilment.task_id and (box in told or fulfilment.is_shipped):
            yield row, told.get(box, rest)


def _board(
    desk: Desk, sale: _Sale, fulfilment: Fulfilment, truck: Truck, rows: Sequence[Row], to_be_replaced: int | None
) -> None:
    """Put cartons on the notice of their truck: one that waits for others, else the one that they stand on, alone.

    Those of a notice that is sent anew stay on it.
    """
    found = None
    if to_be_replaced is None:
        found = _queries.find_open(
            desk.connection,
            relationship=desk.relationship.name,
            centre=(sale.row["ship_to"] or {}).get("identifier") or "",
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
        _tell(desk, sale, f"Fulfilment {fulfilment.number} was shipped with {truck.carrier or 'no carrier'}.")


def _move(desk: Desk, sale: _Sale, notice_id: int, rows: Sequence[Row]) -> None:
    """Cartons go to a notice, with their pallets and with what was entered for them."""
    carton_ids = [row["carton_id"] for row in rows]
    from_ids = sorted({row["notice_id"] for row in rows} - {notice_id})
    for from_id in from_ids:
        _queries.move_pallets(desk.connection, notice_id=notice_id, from_id=from_id, carton_ids=carton_ids)
    _queries.move_cartons(desk.connection, notice_id=notice_id, carton_ids=carton_ids)
    for from_id in from_ids:
        _queries.inherit_entries(desk.connection, notice_id=notice_id, from_id=from_id)
    for row in rows:
        row["notice_id"] = notice_id
    _withdraw_empty(desk, sale, from_ids)


def _own_notice(desk: Desk, sale: _Sale, fulfilment: Fulfilment, rows: Sequence[Row]) -> int:
    """The notice that these cartons stand on where none stays behind on it, else a new one."""
    notice_id = rows[0]["notice_id"]
    carton_ids = [row["carton_id"] for row in rows]
    if not _queries.others_in(desk.connection, notice_id=notice_id, carton_ids=carton_ids):
        return int(notice_id)
    return _staged_notice(desk, _Sale(sale.row, sale.changed_at, (), {}), fulfilment.task_id)


def _mark_shipped(desk: Desk, sale: _Sale, fulfilment: Fulfilment, truck: Truck, notice_id: int) -> None:
    told = desk.relationship.notices
    departed_at = min(sale.changed_at, desk.now())
    _queries.mark_shipped(
        desk.connection,
        notice_id=notice_id,
        centre=(sale.row["ship_to"] or {}).get("identifier") or "",
        ship_to=json.dumps(sale.row["ship_to"] or asdict(NOBODY)),
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


def _undo(desk: Desk, sale: _Sale, row: Row) -> None:
    """A carton that is packed no more."""
    if row["state"] in OPEN:
        _queries.delete_carton(desk.connection, carton_id=row["carton_id"])
        _tell(desk, sale, f"The box {row['box']!r} is packed no more; it was taken off its notice.")
    elif row["state"] != "withdrawn":
        sale.undone[row["carton_id"]] = row, f"the box {row['box']!r} is packed and shipped no more"


def _tell_undone(desk: Desk, sale: _Sale) -> None:
    """What is not as its notice said is told, and what is so again, or goes into a replacement, is told no more."""
    for carton_id, (row, what) in sale.undone.items():
        desk.raise_exception(
            Kind.SHIPMENT_UNDONE,
            f"carton {carton_id}",
            f"{sale.name}: {what}, but the shipping notice (856) {row['shipment_number']} was sent.",
            "If the goods are on their way, put the sale right; else run fulfilment_to_invoice for the shipment with "
            "`send_again`, which reads the sale anew and sends a replacement notice, and void its invoice.",
            purchase_order_number=sale.row["purchase_order_number"],
        )
    for row in sale.cartons.values():
        if row["is_told"] and row["carton_id"] not in sale.undone:
            why = "The sale and the notice say the same again."
            desk.settle_exception((Kind.SHIPMENT_UNDONE,), f"carton {row['carton_id']}", why)


def _withdraw_empty(desk: Desk, sale: _Sale, notice_ids: Sequence[int]) -> None:
    for row in list(_queries.withdraw_empty(desk.connection, notice_ids=list(set(notice_ids)))):
        subject = f"notice {row['notice_id']}"
        desk.settle_exception(INCOMPLETE, subject, "Nothing is left on the notice.")
        _tell(desk, sale, f"The shipment {row['shipment_number']} was withdrawn: nothing is left on it.")
        if row["is_with_partner"]:
            desk.raise_exception(
                Kind.SHIPMENT_UNDONE,
                subject,
                f"{sale.name}: all of the shipment {row['shipment_number']} was undone, but its notice (856) was sent.",
                "Tell Amazon that it does not come: no document takes a notice back.",
                purchase_order_number=sale.row["purchase_order_number"],
            )


def save_invoices(connection: Connection, sale_key: int, invoices: Sequence[ErpInvoice], now: datetime) -> None:
    """The inventory system's invoices of a sale as they are now; others of the sale stay as they were."""
    rows = json.dumps([_invoice_row(each) for each in invoices], default=str)
    _queries.save_invoices(connection, sale_key=sale_key, rows=rows, now=now)


def _take_invoices(desk: Desk, sale_key: int, invoices: Sequence[ErpInvoice], read_at: datetime) -> None:
    """What the sale holds no more is voided, unless it was made after the reading began."""
    save_invoices(desk.connection, sale_key, invoices, desk.now())
    known = [each.task_id for each in invoices]
    _queries.void_invoices(desk.connection, sale_key=sale_key, besides=known, read_at=read_at, now=desk.now())
    _queries.wake_invoices(desk.connection, sale_key=sale_key, now=desk.now())


def _invoice_row(invoice: ErpInvoice) -> Row:
    lines = [{name: str(value) for name, value in asdict(line).items()} for line in invoice.lines]
    charges = [{"description": description, "total": str(total)} for description, total in invoice.charges]
    return asdict(invoice) | {"lines": lines, "charges": charges}


def _save_lines(desk: Desk, carton_id: int, lines: Sequence[PackedLine]) -> None:
    rows = [{**asdict(line), "position": position} for position, line in enumerate(lines, 1)]
    _queries.insert_lines(desk.connection, carton_id=carton_id, rows=json.dumps(rows, default=str))


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _tell(desk: Desk, sale: _Sale, what: str) -> None:
    store.add_event(desk.connection, sale.row["order_id"], what, desk.now())


def _found(pattern: str, notes: str) -> str | None:
    found = re.search(pattern, notes)
    return found[1].strip() or None if found else None


def _zone(desk: Desk, sale: _Sale) -> ZoneInfo:
    told = sale.row["ship_to"] or {}
    centre = desk.address_book.resolve(told.get("qualifier") or "", told.get("identifier") or "")
    return ZoneInfo(centre.zone) if centre else desk.relationship.time_zone
