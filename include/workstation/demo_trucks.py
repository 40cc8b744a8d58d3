"""Loads the demo's trucks: what left the sandbox's Cin7, told to the sandbox's Amazon as a carrier would know it.

A box bears what a person would have stuck on it: its own name where that is an SSCC, else the label that Vendorlane had
printed by the time it left. What the warehouse did wrong is named on the truck, so that a charge can be traced to it;
not so what can harm nobody (a box name that is too long) or no goods (a wrong invoice).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import psycopg

from include.sandbox.amazon.receiving import Goods, LeftOut, LoadedCarton, Truck, put_truck
from include.sandbox.amazon.scenario import Order, load_scenario
from include.workstation.sandbox_processes import Sandbox

Json = Mapping[str, Any]
TRANSIT = timedelta(hours=15)
SHIPPED, VOIDED = ("task shipped", "task partly shipped"), "task voided"
# What may hold a notice back, or makes goods late; a truck with it is no fault of a document.
HARMFUL = ("no_box_names", "sscc_again", "missing_tracking", "unknown_carrier", "pack_more", "late_shipping")
LEFT_BEHIND, TURNED_BACK, NEVER_SHIPPED = "ship_less", "void_after_shipping", "never_shipped"
SPLIT_CASE = "split_case"  # found here: the plan knows nothing of Amazon's units
SSCC_DIGITS = 18


@dataclass(slots=True)
class Trucks:
    """One truck for each time that boxes of a fulfilment left; `look` again and again."""

    sandbox: Sandbox
    database: str
    told: dict[str, Truck] = field(default_factory=dict)
    _orders: dict[str, Order] = field(init=False)
    _seen: int = 0
    _packed: dict[str, list[Json]] = field(default_factory=dict)  # by task: sku, box, quantity
    _ordered: dict[str, Json] = field(default_factory=dict)  # by sale, as it was authorised last
    _of_task: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))  # names of its trucks

    def __post_init__(self) -> None:
        drops = load_scenario(self.sandbox.orders_file).drops
        self._orders = {order.purchase_order_number: order
                        for drop in drops for each in drop.interchanges for order in each.orders}  # fmt: skip

    def look(self) -> None:
        """Tell Amazon of what left since the last look, and anew of what was found wrong with it."""
        told = self.sandbox.look_at("events", since=self._seen)
        self._seen += len(told["events"])
        faults = self.sandbox.look_at("warehouse")["faults"]
        for event in told["events"]:
            self._note(event, told["components"], faults)
        for each in faults:
            if each["fault"] == NEVER_SHIPPED and each["customer_reference"] in self._orders:
                sale = self._ordered[each["sale_id"]]
                self._tell(self._nothing(sale, datetime.fromisoformat(each["at"]), told["components"]))

    def last_arrival(self) -> datetime | None:
        """When the last of them is there; None where none left yet."""
        return max((each.arrives_at for each in self.told.values() if each.cartons), default=None)

    def _note(self, event: Json, components: Json, faults: Iterable[Json]) -> None:
        if event["kind"] == "authorised":
            self._ordered[event["sale_id"]] = event
        elif event["kind"] == "task packed":
            self._packed[event["task_id"]] = event["lines"]
        elif event["kind"] in SHIPPED and event["customer_reference"] in self._orders:
            found = {each["fault"]: each for each in faults if each["task_id"] == event["task_id"]}
            self._tell(self._loaded(event, components, found))
        elif event["kind"] == VOIDED:
            for name in self._of_task[event["task_id"]]:
                self._tell(_turned_back(self.told[name]))

    def _tell(self, truck: Truck) -> None:
        if self.told.get(truck.name) != truck:
            self.told[truck.name] = truck
            put_truck(self.sandbox.dock, truck)

    def _loaded(self, event: Json, components: Json, faults: Mapping[str, Json]) -> Truck:
        names = self._of_task[event["task_id"]]
        names.append(f"{event['number']} {event['fulfilment_number']} {len(names) + 1}")
        number, left_at = event["customer_reference"], datetime.fromisoformat(event["at"])
        labels = self._labels(event["task_id"])
        boxes: dict[str, list[Goods]] = defaultdict(list)
        for line in event["lines"]:
            boxes[line["box"]].append(self._goods(number, line, components))
        behind = faults.get(LEFT_BEHIND, {}).get("boxes", ())
        stays = [self._goods(number, line, components)
                 for line in self._packed[event["task_id"]] if line["box"] in behind]  # fmt: skip
        return Truck(
            name=names[-1],
            departed_at=left_at,
            arrives_at=left_at + TRANSIT,
            centre=self._orders[number].ship_to[1],
            cartons=tuple(LoadedCarton(_label(box, labels), tuple(goods)) for box, goods in boxes.items()),
            left_out=_left_out(stays, LEFT_BEHIND),
            fault=" and ".join([each for each in HARMFUL if each in faults] + self._split(number, boxes)) or None,
        )

    def _split(self, number: str, boxes: Mapping[str, Iterable[Goods]]) -> list[str]:
        """A case of Amazon's that was taken apart into two boxes cannot be said in an 856."""
        sizes: dict[str | None, set[Decimal]] = defaultdict(set)
        for line in self._orders[number].lines:
            sizes[line.sku].add(line.eaches)
        in_boxes = [each for goods in boxes.values() for each in goods]
        return [SPLIT_CASE] if any(each.eaches % min(sizes.get(each.item, {1})) for each in in_boxes) else []

    def _nothing(self, sale: Json, at: datetime, components: Json) -> Truck:
        """A truck that nobody loaded: it only tells what was to be on it."""
        number = sale["customer_reference"]
        lines = [{"sku": each["sku"], "quantity": Decimal(str(each["quantity"])) - Decimal(str(each["backorder"]))}
                 for each in sale["lines"]]  # fmt: skip
        stays = [self._goods(number, each, components) for each in lines if each["quantity"]]
        name = f"{sale['number']} stays"
        return Truck(name, at, at, self._orders[number].ship_to[1], (), left_out=_left_out(stays, NEVER_SHIPPED))

    def _goods(self, number: str, line: Json, components: Json) -> Goods:
        """What lies in a box, by the SKU under which Amazon's scenario knows the order's line."""
        sku, eaches = line["sku"], Decimal(str(line["quantity"]))
        parts = {case: (each[0]["sku"], Decimal(str(each[0]["quantity"]))) for case, each in components.items()}
        base, size = parts.get(sku, (sku, Decimal(1)))
        ordered = {each.sku for each in self._orders[number].lines}
        alike = (sku, base, *(case for case, (part, _) in parts.items() if part == base))
        return Goods(number, next((each for each in alike if each in ordered), sku), eaches * size)

    def _labels(self, task_id: str) -> dict[str, str]:
        """The SSCC printed for each box of a fulfilment."""
        with psycopg.connect(self.database) as connection:
            rows = connection.execute(
                "SELECT box, sscc FROM carton JOIN fulfilment USING (fulfilment_id) "
                "WHERE task_id = %s AND sscc IS NOT NULL",
                [task_id],
            )
            return dict(rows.fetchall())


def _label(box: str, labels: Mapping[str, str]) -> str | None:
    return box if len(box) == SSCC_DIGITS and _is_right(box) else labels.get(box)


def _is_right(digits: str) -> bool:
    """By GS1's modulo 10, the check digit included."""
    if not (digits.isascii() and digits.isdigit()):
        return False
    return sum(int(each) * (3 if place % 2 else 1) for place, each in enumerate(reversed(digits))) % 10 == 0


def _turned_back(truck: Truck) -> Truck:
    goods = [each for carton in truck.cartons for each in carton.goods]
    return replace(truck, cartons=(), left_out=(*truck.left_out, *_left_out(goods, TURNED_BACK)))


def _left_out(goods: Iterable[Goods], fault: str) -> tuple[LeftOut, ...]:
    return tuple(LeftOut(each.purchase_order_number, each.item, each.eaches, fault) for each in goods)
