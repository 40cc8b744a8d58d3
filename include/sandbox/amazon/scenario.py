"""orders.json: every file that Amazon drops, at which moment, and what it truly asks for, to compare with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from include.sandbox.amazon.account import NO_FAULTS, PLAIN, Account, Switches

UNMAPPED = "unmapped"


@dataclass(frozen=True, slots=True)
class Party:
    """One end of an interchange; the application id in the GS is the same."""

    qualifier: str
    identifier: str


@dataclass(frozen=True, slots=True)
class Line:
    """A PO1, and what only the scenario knows: the SKU, its base units in one unit of the line, what is wrong with it.

    `fault` (unmapped, price, unit) says why the line may be refused however much stock there is.
    """

    line_number: str
    quantity: Decimal
    unit: str
    unit_price: Decimal  # per each (PE)
    item: tuple[str, str]  # PO106, PO107
    sku: str | None
    eaches: Decimal = Decimal(1)
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """What one 850 says."""

    purchase_order_number: str
    ordered_on: date
    order_type: str
    back_order_allowed: bool
    window_start: date
    window_end: date
    ship_to: tuple[str, str]  # N103, N104
    lines: tuple[Line, ...]

    @property
    def is_cancelled(self) -> bool:
        """Every line set to zero."""
        return all(line.quantity == 0 for line in self.lines)


@dataclass(frozen=True, slots=True)
class Interchange:
    """One ISA to IEA with one group. A bad one is to be refused or passed over, and holds no orders that count."""

    control_number: str
    group_control_number: str
    orders: tuple[Order, ...]
    is_good: bool = True


@dataclass(frozen=True, slots=True)
class Drop:
    """A file. `races` are told to the Cin7 Core once the vendor has taken the file: another channel wants the units."""

    at: datetime
    name: str
    text: str  # one character a byte (latin-1)
    interchanges: tuple[Interchange, ...]
    races: tuple[dict[str, Any], ...] = ()

    @property
    def content(self) -> bytes:
        return self.text.encode("latin-1")


@dataclass(frozen=True, slots=True)
class Scenario:
    """A whole day of it."""

    name: str
    seed: int
    start: datetime
    window_hours: float
    location: str  # where the vendor's stock for Amazon lies
    amazon: Party
    vendor: Party
    drops: tuple[Drop, ...]
    account: Account = PLAIN
    switches: Switches = NO_FAULTS

    @property
    def unmapped_items(self) -> frozenset[tuple[str, str]]:
        """The items that no product of the vendor's stands behind."""
        orders = (order for drop in self.drops for each in drop.interchanges for order in each.orders)
        return frozenset(line.item for order in orders for line in order.lines if line.fault == UNMAPPED)


_FILE = TypeAdapter(Scenario)


def load_scenario(path: Path) -> Scenario:
    """Read orders.json."""
    return _FILE.validate_json(path.read_bytes())


def save_scenario(scenario: Scenario, path: Path) -> None:
    """Write orders.json."""
    path.write_bytes(_FILE.dump_json(scenario, indent=1))
