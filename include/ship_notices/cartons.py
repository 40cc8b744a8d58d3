"""The cartons of a fulfilment as they are packed: new ones wait on a staged notice, known ones are compared."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal

from include.ship_notices.desk import Desk
from include.ship_notices.ledger import Fulfilment, PackedLine
from include.ship_notices.shipments import OPEN, Row, Sale, named, staged_notice, tell


def take_packed(desk: Desk, sale: Sale, fulfilment: Fulfilment) -> None:
    """Bring the cartons of a fulfilment to what was packed; those that are packed no more stay as they are."""
    fulfilment_id = named.save_fulfilment(
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
        notice_id = staged_notice(desk, sale, fulfilment.task_id)
        told = named.insert_cartons(desk.connection, fulfilment_id=fulfilment_id, boxes=fresh, notice_id=notice_id)
        carton_ids = {row["box"]: row["carton_id"] for row in told}
        _save_lines(desk, {carton_ids[box]: by_box[box] for box in fresh})
        for box in fresh:
            sale.cartons[fulfilment.task_id, box] = _new_carton(carton_ids[box], fulfilment.task_id, box, notice_id)
        named.ask_again(desk.connection, notice_id=notice_id)
        tell(desk, sale, f"Fulfilment {fulfilment.number} was packed in {len(fresh)} cartons.")
    for box in by_box.keys() - set(fresh):
        _compare(desk, sale, sale.cartons[fulfilment.task_id, box], by_box[box])


def _take_over(
    desk: Desk, sale: Sale, task_id: str, fulfilment_id: int, by_box: Mapping[str, Sequence[PackedLine]]
) -> None:
    """A fulfilment that was voided and made anew is the same shipment where its boxes were notified just so."""
    for (task, box), row in list(sale.cartons.items()):
        is_gone = task not in sale.tasks and row["state"] not in OPEN
        if is_gone and (task_id, box) not in sale.cartons and _contents(row) == _packed(by_box.get(box, ())):
            named.take_over(desk.connection, carton_id=row["carton_id"], fulfilment_id=fulfilment_id)
            del sale.cartons[task, box]
            sale.cartons[task_id, box] = row | {"task_id": task_id}


def _new_carton(carton_id: int, task_id: str, box: str, notice_id: int) -> Row:
    return {
        "carton_id": carton_id,
        "task_id": task_id,
        "box": box,
        "notice_id": notice_id,
        "state": "staged",
        "revision": 0,
        "is_told": False,
        "shipped_on": None,
        "tracking_number": None,
    }


def _save_lines(desk: Desk, packed: Mapping[int, Sequence[PackedLine]]) -> None:
    """What each of these cartons holds, by its id."""
    rows = [
        {**asdict(line), "carton_id": carton_id, "position": position}
        for carton_id, lines in packed.items()
        for position, line in enumerate(lines, 1)
    ]
    named.insert_lines(desk.connection, rows=json.dumps(rows, default=str))


def _compare(desk: Desk, sale: Sale, row: Row, lines: Sequence[PackedLine]) -> None:
    if _contents(row) == _packed(lines):
        return
    if row["state"] in OPEN:
        named.delete_lines(desk.connection, carton_id=row["carton_id"])
        _save_lines(desk, {row["carton_id"]: lines})
        named.ask_again(desk.connection, notice_id=row["notice_id"])
        tell(desk, sale, f"The box {row['box']!r} was packed anew.")
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


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
