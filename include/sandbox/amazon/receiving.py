"""Trucks: what really left the warehouse, told by whoever drives the scenario, and what Amazon counts when it arrives.

A truck is a JSON file put into the dock's folder (`put_truck` writes it); the newest file of a truck's name counts. No
document of the vendor's is asked.
"""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_UP, Decimal
from pathlib import Path

from pydantic import AwareDatetime, TypeAdapter, ValidationError

from include.sandbox.amazon.account import Switches


@dataclass(frozen=True, slots=True)
class Goods:
    """Eaches of an order's product; `item` is the line's item id (`BP B000KETTLE` or its value) or its SKU."""

    purchase_order_number: str
    item: str
    eaches: Decimal


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What the warehouse was to ship and did not; `fault` says what was done to it."""

    purchase_order_number: str
    item: str
    eaches: Decimal
    fault: str


@dataclass(frozen=True, slots=True)
class LoadedCarton:
    """What is really in it; `sscc` as on the label, None where there is none; `fault` as of the truck."""

    sscc: str | None
    goods: tuple[Goods, ...]
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Truck:
    """One delivery; `fault` says what was done to it outside of the vendor's documents, so that charges are traced."""

    name: str
    departed_at: AwareDatetime
    arrives_at: AwareDatetime
    centre: str  # N104
    cartons: tuple[LoadedCarton, ...]
    appointment_at: AwareDatetime | None = None
    left_out: tuple[LeftOut, ...] = ()
    fault: str | None = None


_FILE = TypeAdapter(Truck)


def put_truck(dock: Path, truck: Truck) -> None:
    """Tell the Amazon that watches this folder."""
    dock.mkdir(parents=True, exist_ok=True)
    temporary = dock / f".{truck.name}.tmp"
    temporary.write_bytes(_FILE.dump_json(truck, indent=1))
    temporary.rename(dock / f"{truck.name}.json")


@dataclass(slots=True)
class Dock:
    """The folder of the trucks, and the memory of those that were taken from it."""

    folder: Path
    kept: Path
    _next: int = 1

    def open(self) -> list[Truck]:
        """Make the folders, and answer the trucks that were taken before."""
        for folder in (self.folder, self.kept):
            folder.mkdir(parents=True, exist_ok=True)
        before = sorted(self.kept.iterdir())
        self._next = len(before) + 1
        return [_FILE.validate_json(path.read_bytes()) for path in before]

    def take(self) -> list[Truck]:
        """Take away the trucks that were told since; a file that tells none is renamed, and said on stderr."""
        found = [each for each in self.folder.glob("*.json") if not each.name.startswith(".")]
        taken = []
        for path in sorted(found, key=lambda each: (each.stat().st_mtime_ns, each.name)):
            try:
                taken.append(_FILE.validate_json(path.read_bytes()))
            except ValidationError as error:
                print(f"{path.name} tells of no truck: {error}", file=sys.stderr, flush=True)
                path.rename(path.with_suffix(".refused"))
                continue
            shutil.move(path, self.kept / f"{self._next:06} {path.name}")
            self._next += 1
        return taken


@dataclass(frozen=True, slots=True)
class Delivery:
    """A truck and how Amazon counts it."""

    truck: Truck
    miscount_percent: Decimal | None  # an injected fault

    def counted(self, carton: LoadedCarton) -> tuple[Goods, ...]:
        """What Amazon says was in a carton."""
        percent = self.miscount_percent
        if percent is None:
            return carton.goods
        return tuple(Goods(each.purchase_order_number, each.item, max(Decimal(0), each.eaches + _off(each, percent)))
                     for each in carton.goods)  # fmt: skip

    def has_arrived(self, now: datetime) -> bool:
        return self.truck.arrives_at <= now


def _off(goods: Goods, percent: Decimal) -> Decimal:
    off = max(Decimal(1), (goods.eaches * abs(percent) / 100).to_integral_value(ROUND_UP))
    return off if percent > 0 else -off


@dataclass(slots=True)
class Deliveries:
    """All trucks by name, each as last told."""

    switches: Switches
    by_name: dict[str, Delivery] = field(default_factory=dict)

    def tell(self, truck: Truck) -> None:
        """A truck was told, or told anew."""
        known = self.by_name.get(truck.name)
        percent = known.miscount_percent if known else self._percent(len(self.by_name) + 1)
        self.by_name[truck.name] = Delivery(truck, percent)

    def _percent(self, number: int) -> Decimal | None:
        every = self.switches.miscount_every
        return self.switches.miscount_percent if every and not number % every else None
