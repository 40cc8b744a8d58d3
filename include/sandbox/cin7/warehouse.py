"""The people in the warehouse and in accounts, who work in Cin7's own screens: they pick what is allocated, pack it in
boxes, ship it and bill it, each at its time on the clock, and go wrong where the plan says so.
"""

from __future__ import annotations

import heapq
import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from include.sandbox.cin7.behaviour import Behaviour
from include.sandbox.cin7.boxes import Names, into_boxes
from include.sandbox.cin7.fulfilment import AUTHORISED, Fulfilment, GoodsLine, units
from include.sandbox.cin7.fulfilment_book import FulfilmentBook
from include.sandbox.cin7.invoice_book import InvoiceBook
from include.sandbox.cin7.refusal import Refused
from include.sandbox.cin7.sale import EMPTY_TASK, Sale
from include.sandbox.cin7.sale_book import HAND
from include.sandbox.cin7.task_lines import to_pick
from include.sandbox.cin7.tenant import Json
from include.sandbox.cin7.warehouse_plan import Intent, Plan, intend, read_plan

NOBODY_KNOWS = "Joe's Trucks"
STEPS = ("pick", "pack", "ship", "invoice")
NEVER = datetime.min.replace(tzinfo=UTC)
PENNY, PLACES = Decimal("0.01"), Decimal("0.0001")


@dataclass(frozen=True, slots=True, order=True)
class Job:
    """A step of one part of a sale. It lapses when the order was authorised anew since."""

    due: datetime
    number: int
    step: str
    sale_id: str
    part: int
    turn: int
    task_id: str = ""


@dataclass(slots=True)
class Warehouse:
    """What is to be done, and what was done wrong."""

    fulfilments: FulfilmentBook
    invoices: InvoiceBook
    plan: Plan | None = None
    since: datetime = NEVER
    jobs: list[Job] = field(default_factory=list)
    faults: list[Json] = field(default_factory=list)
    troubles: list[Json] = field(default_factory=list)
    names: Names = field(default_factory=Names)
    turns: Counter[str] = field(default_factory=Counter)  # how often each sale's order was authorised
    noticed: int = 0  # of the events
    made: int = 0

    def follow(self, told: Mapping[str, Any] | None, now: datetime) -> None:
        """Work by this plan from now on, also on what was authorised before; by none, work on nothing new."""
        self.plan, self.since = (None if told is None else read_plan(told)), now

    def notice(self) -> None:
        """See what was authorised, and set a time for it."""
        events = self.fulfilments.book.events.entries
        while self.plan and self.noticed < len(events):
            event = events[self.noticed]
            self.noticed += 1
            if event["kind"] == "authorised" and self.plan.customer in {None, event["customer"]}:
                self.turns[event["sale_id"]] += 1
                sale = self.fulfilments.book.find(event["sale_id"])
                wait = _minutes(self._intent(sale, self.plan).plan.pick_after_minutes)
                self._add(max(datetime.fromisoformat(event["at"]) + wait, self.since), "pick", sale, 1)

    def next_due(self) -> datetime | None:
        """When the next step is to be done."""
        return self.jobs[0].due if self.jobs else None

    def do_next(self, behaviour: Behaviour) -> None:
        """Do it, at its moment, and set a time for what follows from it."""
        job = heapq.heappop(self.jobs)
        sale = self.fulfilments.book.find(job.sale_id)
        if self.plan is None or sale.order_status != AUTHORISED or job.turn != self.turns[job.sale_id]:
            return
        intent = self._intent(sale, self.plan)
        try:
            task = self._task(sale, job.task_id)
            done = self._do(job.step, sale, task, intent, job.part, job.due, behaviour)
        except Refused as refused:
            self.troubles.append(self._of(sale, task=None, at=job.due) | {"step": job.step, "text": refused.text})
            return
        if done:
            self._go_on(job, sale, done, intent)

    def work(self, sale: Sale, told: Mapping[str, Any], now: datetime, behaviour: Behaviour) -> Fulfilment:
        """At once: take the open part of a sale, else a new one, up to the step `until` (ship, if not told)."""
        habits = dict(told)
        until = str(habits.pop("until", "ship"))
        intent = self._intent(sale, read_plan(habits, self.plan))
        last = "invoice" if until == "invoice" else "ship"
        task = next((each for each in sale.tasks if _is_to_do("ship", sale, each) or _is_to_do(last, sale, each)), None)
        part = min(intent.parts, sum(each.pick.status == AUTHORISED for each in sale.tasks) + 1)
        for step in STEPS[: STEPS.index(until) + 1]:
            if task is None or _is_to_do(step, sale, task):
                task = self._do(step, sale, task, intent, part, now, behaviour) or task
        if task is None:
            raise Refused("Nothing is allocated to pick")
        return task

    def as_json(self) -> Json:
        """What is set, what waits, and the faults by kind and one by one."""
        return {
            "is_working": self.plan is not None,
            "waiting": [{"at": each.due.isoformat(), "step": each.step, "sale_id": each.sale_id, "part": each.part}
                        for each in sorted(self.jobs)],
            "counts": dict(Counter(each["fault"] for each in self.faults)),
            "faults": self.faults,
            "troubles": self.troubles,
        }  # fmt: skip

    def _do(self, step: str, sale: Sale, task: Fulfilment | None, intent: Intent, part: int, now: datetime,
            behaviour: Behaviour) -> Fulfilment | None:  # fmt: skip
        if step == "pick":
            return self._pick(sale, task, intent, part, now, behaviour)
        if task is None or task.is_void:
            return None
        if step == "pack":
            self._pack(sale, task, intent, now, behaviour)
        elif step == "ship":
            self._ship(sale, task, intent, now, behaviour)
        elif step == "invoice":
            self._invoice(sale, task, intent, now, behaviour)
        elif step == "void":
            self.fulfilments.void(sale, task, now, HAND)
            self._fault("void_after_shipping", sale, task, now)
        return task

    def _go_on(self, job: Job, sale: Sale, task: Fulfilment, intent: Intent) -> None:
        plan, at = intent.plan, job.due
        if job.step == "pick":
            self._add(at + _minutes(plan.pack_after_minutes), "pack", sale, job.part, task)
            if job.part < intent.parts:
                self._add(at + timedelta(hours=plan.hours_between_parts), "pick", sale, job.part + 1)
        elif job.step == "pack":
            late = timedelta(hours=plan.late_hours if "late_shipping" in intent.faults else 0)
            self._add(at + _minutes(plan.ship_after_minutes) + late, "ship", sale, job.part, task)
        elif job.step == "ship" and "void_after_shipping" in intent.faults:
            self._add(at + _minutes(plan.void_after_minutes), "void", sale, job.part, task)
        elif job.step == "ship" and intent.is_invoiced:
            self._add(at + _minutes(plan.invoice_after_minutes), "invoice", sale, job.part, task)

    def _pick(self, sale: Sale, task: Fulfilment | None, intent: Intent, part: int, now: datetime,
              behaviour: Behaviour) -> Fulfilment | None:  # fmt: skip
        if "never_shipped" in intent.faults:
            self._fault("never_shipped", sale, task, now)
            return None
        lines = self._portion(sale, intent.plan, intent.parts - part + 1)
        if lines and "pack_more" in intent.faults and part == intent.parts:
            lines[0] = replace(lines[0], quantity=lines[0].quantity + 1)
        if not lines:
            return None
        open_tasks = [each for each in sale.tasks if each.pick.status != AUTHORISED]
        task = open_tasks[0] if open_tasks else self._new_task(sale, now)
        if "pack_more" in intent.faults and part == intent.parts:
            self._fault("pack_more", sale, task, now, sku=lines[0].sku)
        told = {"TaskID": task.task_id, "Status": AUTHORISED, "Lines": [_goods(each) for each in lines]}
        self.fulfilments.pick(told, now, behaviour, HAND)
        return task

    def _new_task(self, sale: Sale, now: datetime) -> Fulfilment:
        if sale.is_simple and not sale.fulfilments:
            return self.fulfilments.find(sale.sale_id)[1]
        return self.fulfilments.create(sale, now, HAND)

    def _portion(self, sale: Sale, plan: Plan, parts_left: int) -> list[GoodsLine]:
        left = units(self.fulfilments.allocated(sale))
        sizes = {sku: self._units_per_carton(sku, plan) if plan.whole_cartons else 1 for sku in left}
        wanted = {sku: min(count, (count / parts_left / sizes[sku]).to_integral_value(ROUND_CEILING) * sizes[sku])
                  for sku, count in left.items()}  # fmt: skip
        return [goods for line in sale.lines for goods in to_pick(sale, line, wanted.get(line.sku, Decimal(0)))]

    def _pack(self, sale: Sale, task: Fulfilment, intent: Intent, now: datetime, behaviour: Behaviour) -> None:
        sizes = {each.sku: self._units_per_carton(each.sku, intent.plan) for each in task.pick.lines}
        lines: list[Json] = []
        faults: set[str] = set()
        boxes = into_boxes(task.pick.lines, sizes, is_mixed=intent.plan.mixed_cartons)
        for number, box in enumerate(boxes, 1):
            name, fault = self.names.name(intent, number)
            faults |= {fault} - {""}
            lines += [_goods(each) | {"Box": name} for each in box]
        told = {"TaskID": task.task_id, "Status": AUTHORISED, "Lines": lines}
        self.fulfilments.pack(told, now, behaviour, HAND, replaces=True)
        for each in sorted(faults):
            self._fault(each, sale, task, now)

    def _ship(self, sale: Sale, task: Fulfilment, intent: Intent, now: datetime, behaviour: Behaviour) -> None:
        chance, is_untracked = intent.chance("ship", task.number), "missing_tracking" in intent.faults
        stays = task.boxes[-1:] if "ship_less" in intent.faults and len(task.boxes) > 1 else []
        carrier = NOBODY_KNOWS if "unknown_carrier" in intent.faults else intent.carrier
        if carrier not in self.fulfilments.book.tenant.carriers:
            self.fulfilments.book.tenant.carriers.append(carrier)
        numbers = _tracking(task.boxes, "none" if is_untracked else intent.plan.tracking, chance)
        notes = [f"{each}: {chance.randrange(10**9, 10**10)}" for each in intent.plan.notes if not is_untracked]
        lines = [{"ShipmentDate": self._today(now), "Carrier": carrier, "Box": each, "TrackingNumber": numbers[each],
                  "IsShipped": each not in stays} for each in task.boxes]  # fmt: skip
        told = {"TaskID": task.task_id, "Status": AUTHORISED, "ShippingNotes": "\n".join(notes), "Lines": lines}
        self.fulfilments.ship(told, now, behaviour, HAND)
        if stays:
            self._fault("ship_less", sale, task, now, boxes=stays)
        for name in ("missing_tracking", "unknown_carrier", "late_shipping"):
            if name in intent.faults:
                self._fault(name, sale, task, now)

    def _invoice(self, sale: Sale, task: Fulfilment, intent: Intent, now: datetime, behaviour: Behaviour) -> None:
        billed = units(task.gone_lines())
        if not billed:
            raise Refused("Nothing left with this fulfilment")
        first = next(each.sku for each in sale.lines if billed[each.sku])
        raised = PENNY if "invoice_penny" in intent.faults else Decimal(0)
        billed[first] += 1 if "invoice_unshipped" in intent.faults else 0
        lines = [_invoice_line(sale, sku, count, raised if sku == first else Decimal(0))
                 for sku, count in billed.items() if count]  # fmt: skip
        today = datetime.fromisoformat(self._today(now))
        told = {"SaleID": sale.sale_id, "TaskID": EMPTY_TASK, "Status": AUTHORISED, "InvoiceDate": today.isoformat(),
                "InvoiceDueDate": (today + timedelta(days=self._net_days(sale))).isoformat(), "Lines": lines,
                "LinkedFulfillmentNumber": str(task.number)}  # fmt: skip
        self.invoices.post(told, now, behaviour, HAND)
        for name in ("invoice_penny", "invoice_unshipped"):
            if name in intent.faults:
                self._fault(name, sale, task, now, sku=first, invoice_number=sale.invoices[-1].number)

    def _units_per_carton(self, sku: str, plan: Plan) -> int:
        if sku in self.fulfilments.book.stock.components:
            return 1
        return plan.units_per_carton or int(self.fulfilments.book.tenant.products[sku]["CartonQuantity"]) or 1

    def _net_days(self, sale: Sale) -> int:
        tenant = self.fulfilments.book.tenant
        term = tenant.by_name(tenant.payment_terms, str(sale.header["Terms"] or ""))
        return int((term or {}).get("Duration", 30))

    def _today(self, now: datetime) -> str:
        zone = ZoneInfo(str(self.fulfilments.book.tenant.me["TimeZone"]))
        return f"{now.astimezone(zone):%Y-%m-%dT00:00:00}"

    def _intent(self, sale: Sale, plan: Plan) -> Intent:
        return intend(plan, sale.customer_reference, sale.number)

    def _task(self, sale: Sale, task_id: str) -> Fulfilment | None:
        return next((each for each in sale.tasks if each.task_id == task_id), None)

    def _add(self, at: datetime, step: str, sale: Sale, part: int, task: Fulfilment | None = None) -> None:
        self.made += 1
        task_id = task.task_id if task else ""
        heapq.heappush(self.jobs, Job(at, self.made, step, sale.sale_id, part, self.turns[sale.sale_id], task_id))

    def _fault(self, name: str, sale: Sale, task: Fulfilment | None, at: datetime, **detail: Any) -> None:
        self.faults.append({"fault": name, **self._of(sale, task, at), **detail})

    def _of(self, sale: Sale, task: Fulfilment | None, at: datetime) -> Json:
        return {"at": at.isoformat(), "sale_id": sale.sale_id, "number": sale.number,
                "customer_reference": sale.customer_reference, "task_id": task.task_id if task else None,
                "fulfilment_number": task.number if task else None}  # fmt: skip


def _is_to_do(step: str, sale: Sale, task: Fulfilment) -> bool:
    if step == "invoice":
        linked = {each.fulfilment_number for each in sale.invoices if not each.is_void}
        return bool(task.ship.gone) and str(task.number) not in linked
    if step == "ship":
        return not task.ship.gone
    return (task.pick if step == "pick" else task.pack).status != AUTHORISED


def _tracking(boxes: list[str], by: str, chance: random.Random) -> dict[str, str]:
    numbers = {each: f"1Z{chance.randrange(10**16):016d}" for each in boxes}
    one = {"shipment": next(iter(numbers.values()), ""), "none": ""}
    return dict.fromkeys(boxes, one[by]) if by in one else numbers


def _goods(line: GoodsLine) -> Json:
    return {"SKU": line.sku, "LocationID": line.location_id, "Quantity": line.quantity}


def _invoice_line(sale: Sale, sku: str, count: Decimal, raised: Decimal) -> Json:
    line = next(each for each in sale.lines if each.sku == sku)
    price = line.price + raised
    total = (count * price * (1 - line.discount / 100)).quantize(PLACES)
    tax = (line.tax / line.quantity * count).quantize(PLACES)
    return {"SKU": sku, "Quantity": count, "Price": price, "Discount": line.discount, "Tax": tax, "Total": total,
            "TaxRule": line.tax_rule, "Account": sale.header["DefaultAccount"]}  # fmt: skip


def _minutes(count: float) -> timedelta:
    return timedelta(minutes=float(count))
