"""What may be done to a sale's fulfilments: a new task, pick, pack, ship, void. What is authorised stays as it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from include.sandbox.cin7.behaviour import Behaviour
from include.sandbox.cin7.fulfilment import (
    AUTHORISED,
    DRAFT,
    NOT_AVAILABLE,
    PARTIALLY,
    BoxLine,
    Fulfilment,
    Goods,
    GoodsLine,
    units,
)
from include.sandbox.cin7.products import guid
from include.sandbox.cin7.refusal import Refused
from include.sandbox.cin7.sale import Json, Sale, picked
from include.sandbox.cin7.sale_book import API, HAND, SaleBook
from include.sandbox.cin7.stock import NOTHING
from include.sandbox.cin7.task_lines import day, place_of, read_boxes, read_goods, to_pick

Body = Mapping[str, Any]
Task = tuple[Sale, Fulfilment]
NON_AUTHORISED = "There is non authorised Fulfilment in this sale."
OPEN = (DRAFT, NOT_AVAILABLE)


@dataclass(slots=True)
class FulfilmentBook:
    """All tasks; `sales` knows whose each is."""

    book: SaleBook
    sales: dict[str, str] = field(default_factory=dict)  # by task id

    def find(self, task_id: str) -> Task:
        """A task by id, and its sale. A simple sale's is the sale's own, and is made when it is first asked for."""
        wanted = task_id.lower()
        sale = self.book.sales.get(self.sales.get(wanted, wanted))
        found = [each for each in sale.fulfilments if each.task_id == wanted] if sale else []
        if sale and not found and sale.is_simple and sale.order_status == AUTHORISED and not sale.fulfilments:
            found = [self._add(sale, sale.sale_id)]
        if sale is None or not found:
            raise Refused("Fulfilment with specified TaskID not found")
        return sale, found[0]

    def create(self, sale: Sale, now: datetime, by: str = API) -> Fulfilment:
        """POST /sale/fulfilment. A simple sale that gets one more is an advanced one from then on."""
        if sale.order_status != AUTHORISED:
            raise Refused("Sale Order must be authorised first")
        if any(each.pick.status != AUTHORISED for each in sale.tasks):
            raise Refused(NON_AUTHORISED)
        sale.header["Type"] = "Advanced Sale"
        task = self._add(sale, guid("task", sale.sale_id, str(len(sale.fulfilments) + 1)))
        self.book.moved(sale, now)
        return task

    def start(self, sale: Sale, behaviour: Behaviour) -> None:
        """Where the tenant's sales have it, the first task of an order that was authorised just now."""
        if behaviour.task_from_start and sale.order_status == AUTHORISED and not sale.tasks:
            task_id = sale.sale_id if sale.is_simple else guid("task", sale.sale_id, str(len(sale.fulfilments) + 1))
            self._add(sale, task_id)

    def pick(self, body: Body, now: datetime, behaviour: Behaviour, by: str = API) -> Task:
        """POST and PUT /sale/fulfilment/pick: the lines that are given, or what is allocated."""
        sale, task = self.find(str(body.get("TaskID") or ""))
        if sale.order_status != AUTHORISED:
            raise Refused("Sale Order must be authorised first")
        if not _is_open(task.pick.status, "Pick", behaviour):
            return sale, task
        is_auto = str(body.get("AutoPickMode") or "").upper() == "AUTOPICK"
        wanted = AUTHORISED if is_auto else _status(body)
        lines = self.allocated(sale) if is_auto else self._goods(sale, body, "pick", behaviour)
        if wanted == AUTHORISED and not lines:
            raise Refused("Lines are required")
        if by != HAND and not behaviour.over_pick:
            _check_allocated(sale, lines)
        task.pick = Goods(wanted, lines)
        if wanted == AUTHORISED and behaviour.pack_prefilled:
            task.pack = Goods(DRAFT, list(lines), is_prefilled=True)
        self._done(sale, task, "task picked" if wanted == AUTHORISED else "", lines, now, behaviour, by)
        return sale, task

    def allocated(self, sale: Sale) -> list[GoodsLine]:
        """What is promised to a sale and not picked yet."""
        done = picked(sale)
        left = {each.sku: max(NOTHING, each.quantity - each.backorder - done[each.sku]) for each in sale.lines}
        return [goods for line in sale.lines for goods in to_pick(sale, line, left[line.sku])]

    def pack(self, body: Body, now: datetime, behaviour: Behaviour, by: str = API, *, replaces: bool = False) -> Task:
        """POST adds lines, PUT replaces them; lines that nobody wrote are replaced by either."""
        sale, task = self.find(str(body.get("TaskID") or ""))
        if task.pick.status != AUTHORISED:
            raise Refused("Pick must be authorised first")
        if not _is_open(task.pack.status, "Pack", behaviour):
            return sale, task
        wanted, lines = _status(body), self._goods(sale, body, "pack", behaviour)
        if not (replaces or task.pack.is_prefilled):
            lines = [*task.pack.lines, *lines]
        _check_picked(task, lines, must_be_all=wanted == AUTHORISED and behaviour.pack_all_picked)
        if wanted == AUTHORISED and not lines:
            raise Refused("Lines are required")
        task.pack = Goods(wanted, lines)
        if wanted == AUTHORISED:
            task.ship.status = DRAFT
        self._done(sale, task, "task packed" if wanted == AUTHORISED else "", lines, now, behaviour, by)
        return sale, task

    def ship(self, body: Body, now: datetime, behaviour: Behaviour, by: str = API, *, replaces: bool = False) -> Task:
        """POST once, PUT until all boxes left; each box's stock leaves with it."""
        sale, task = self.find(str(body.get("TaskID") or ""))
        if replaces and body.get("AddTrackingNumbers"):
            return self._change_tracking(sale, task, body, now, by)
        if task.pack.status != AUTHORISED:
            raise Refused("Pack must be authorised first")
        still_open = (*OPEN, PARTIALLY) if replaces else OPEN
        if not _is_open(task.ship.status, "Ship", behaviour, still_open):
            return sale, task
        lines = read_boxes(self.book.tenant, body.get("Lines"), task.boxes, self._line_ids(task, now))
        missing = [each for each in task.boxes if each not in {line.box for line in lines}]
        if replaces and missing:
            raise Refused(f"All packed boxes must be listed: '{missing[0]}' is missing")
        lines = [replace(each, is_shipped=each.is_shipped or each.box in task.ship.gone) for each in lines]
        status = _ship_status(task, lines, _status(body, (DRAFT, PARTIALLY, AUTHORISED)))
        task.ship.status, task.ship.lines = status, lines
        task.ship.require_by = day(body, "RequireBy") if body.get("RequireBy") else None
        task.ship.notes = str(body.get("ShippingNotes") or "")[:1024]
        task.ship.address = body.get("ShippingAddress") or task.ship.address
        self.book.moved(sale, now)
        if status != DRAFT:
            self._set_off(sale, task, now, by)
        return sale, task

    def delete(self, task_id: str, is_void: bool, now: datetime, behaviour: Behaviour, by: str = API) -> Task:
        """DELETE /sale/fulfilment. Without Void an authorised task stays as it is, and is answered all the same."""
        sale, task = self.find(task_id)
        if sale.is_simple:
            raise Refused("Fulfilment of a Simple Sale cannot be deleted")
        if is_void and behaviour.task_void == "refuse":
            raise Refused("Fulfilment cannot be voided")
        if is_void and behaviour.task_void == "allow" and not task.is_void:
            self.void(sale, task, now, by)
        elif not is_void and task.pick.status == DRAFT:
            task.pick = Goods()
            self.book.moved(sale, now)
        return sale, task

    def void(self, sale: Sale, task: Fulfilment, now: datetime, by: str) -> None:
        """What left comes back, and the order holds it again."""
        lines = task.gone_lines()
        self.book.bring_back(sale, task, now)
        task.void()
        self.book.moved(sale, now)
        self.book.events.task("task voided", now, sale, by, _entry(task, lines))

    def _add(self, sale: Sale, task_id: str) -> Fulfilment:
        task = Fulfilment(task_id, len(sale.fulfilments) + 1)
        sale.fulfilments.append(task)
        self.sales[task_id] = sale.sale_id
        return task

    def _goods(self, sale: Sale, body: Body, name: str, behaviour: Behaviour) -> list[GoodsLine]:
        once = name in behaviour.one_sku_in
        return read_goods(self.book.tenant, sale, body.get("Lines"), one_sku_once=once)

    def _done(self, sale: Sale, task: Fulfilment, kind: str, lines: list[GoodsLine], now: datetime,
              behaviour: Behaviour, by: str) -> None:  # fmt: skip
        self.book.moved(sale, now if behaviour.stock_steps_move_updated else sale.updated_at)
        if kind:
            self.book.events.task(kind, now, sale, by, _entry(task, lines))

    def _set_off(self, sale: Sale, task: Fulfilment, now: datetime, by: str) -> None:
        shipped = {each.box for each in task.ship.lines if each.is_shipped}
        lines = [each for each in task.pack.lines if each.box in shipped - task.ship.gone]
        task.ship.gone = shipped
        self._leave(sale, task, lines, now)
        kind = "task shipped" if task.ship.status == AUTHORISED else "task partly shipped"
        ways = {name: sorted({getattr(each, name) for each in task.ship.lines if each.is_shipped})
                for name in ("shipment_date", "carrier", "tracking_number")}  # fmt: skip
        self.book.events.task(kind, now, sale, by, _entry(task, lines) | ways)

    def _leave(self, sale: Sale, task: Fulfilment, lines: list[GoodsLine], now: datetime) -> None:
        of_sku = {each.sku: each for each in sale.lines}
        for each in lines:
            line = of_sku[each.sku]
            gone = self.book.stock.send(each.sku, line.allocations, each.quantity, place_of(each))
            line.shipped += each.quantity
            task.ship.departures += gone
            self.book.tell_beyond(gone, now, -1)

    def _change_tracking(self, sale: Sale, task: Fulfilment, body: Body, now: datetime, by: str) -> Task:
        if task.ship.status not in {AUTHORISED, PARTIALLY}:
            raise Refused("Ship is not authorised")
        given = read_boxes(self.book.tenant, body.get("Lines"), task.boxes, self._line_ids(task, now))
        named = {each.box: each for each in given}
        task.ship.lines = [
            replace(each, carrier=named[each.box].carrier or each.carrier,
                    tracking_number=named[each.box].tracking_number)
            if each.box in named else each
            for each in task.ship.lines
        ]  # fmt: skip
        self.book.moved(sale, now)
        numbers = [each.tracking_number for each in task.ship.lines]
        self.book.events.task("task tracking", now, sale, by, {"task_id": task.task_id, "tracking_number": numbers})
        return sale, task

    def _line_ids(self, task: Fulfilment, now: datetime) -> Iterator[str]:
        number = 0
        while True:
            number += 1
            yield guid("box", task.task_id, now.isoformat(), str(number))


def _status(body: Body, known: tuple[str, ...] = (DRAFT, AUTHORISED)) -> str:
    wanted = str(body.get("Status") or "")
    if wanted not in known:
        raise Refused(f"Status must be {' or '.join(known)}")
    return wanted


def _is_open(status: str, name: str, behaviour: Behaviour, still_open: tuple[str, ...] = OPEN) -> bool:
    """Whether it may be written; what may not is refused, or left alone with a 200."""
    if status not in still_open and behaviour.rewrite_of_authorised == "refuse":
        raise Refused(f"{name} is already {status} and cannot be changed")
    return status in still_open


def _ship_status(task: Fulfilment, lines: list[BoxLine], wanted: str) -> str:
    shipped = {each.box for each in lines if each.is_shipped}
    if shipped >= set(task.boxes):
        return AUTHORISED
    if wanted != DRAFT and not shipped:
        raise Refused("No box is shipped")
    return PARTIALLY if wanted != DRAFT or task.ship.gone else DRAFT


def _check_allocated(sale: Sale, lines: list[GoodsLine]) -> None:
    done, wanted = picked(sale), units(lines)
    for line in sale.lines:
        if wanted[line.sku] + done[line.sku] > line.quantity - line.backorder:
            raise Refused(f"Quantity of product '{line.sku}' is more than is allocated")


def _check_picked(task: Fulfilment, lines: list[GoodsLine], *, must_be_all: bool) -> None:
    done, wanted = units(task.pick.lines), units(lines)
    for sku in wanted:
        if wanted[sku] > done[sku]:
            raise Refused(f"Quantity of product '{sku}' is more than is picked")
    if must_be_all and wanted != done:
        raise Refused("All picked products must be packed")


def _entry(task: Fulfilment, lines: list[GoodsLine]) -> Json:
    summed: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for each in lines:
        summed[each.sku, each.box] += each.quantity
    return {"task_id": task.task_id, "fulfilment_number": task.number,
            "lines": [{"sku": sku, "box": box, "quantity": count} for (sku, box), count in summed.items()]}  # fmt: skip
