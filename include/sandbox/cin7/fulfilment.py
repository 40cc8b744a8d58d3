"""A fulfilment task as it is kept: what was picked, in which boxes it was packed, and which of them left."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from include.sandbox.cin7.stock import Departure

AUTHORISED, DRAFT, VOIDED, NOT_AVAILABLE = "AUTHORISED", "DRAFT", "VOIDED", "NOT AVAILABLE"
PARTIALLY = "PARTIALLY AUTHORISED"


class Counted(Protocol):
    """A line of anything."""

    @property
    def sku(self) -> str:
        """Of what."""

    @property
    def quantity(self) -> Decimal:
        """How many."""


@dataclass(frozen=True, slots=True)
class GoodsLine:
    """Units of one SKU from one place; packed, in one box."""

    sku: str
    product_id: str
    name: str
    location: str  # "<Warehouse>: <Bin>", or the warehouse alone
    location_id: str
    quantity: Decimal
    batch: str | None = None
    expiry: str | None = None
    box: str = ""


@dataclass(frozen=True, slots=True)
class BoxLine:
    """How one box travels."""

    line_id: str
    box: str
    shipment_date: str
    carrier: str
    tracking_number: str
    is_shipped: bool


@dataclass(slots=True)
class Goods:
    """A pick or a pack."""

    status: str = NOT_AVAILABLE
    lines: list[GoodsLine] = field(default_factory=list)
    is_prefilled: bool = False  # lines that nobody wrote yet


@dataclass(slots=True)
class Ship:
    """The boxes' way; `gone` are those whose stock left."""

    status: str = NOT_AVAILABLE
    lines: list[BoxLine] = field(default_factory=list)
    require_by: str | None = None
    address: object = None
    notes: str = ""
    gone: set[str] = field(default_factory=set)
    departures: list[Departure] = field(default_factory=list)


@dataclass(slots=True)
class Fulfilment:
    """One task of a sale; a voided one stays in its place."""

    task_id: str
    number: int
    pick: Goods = field(default_factory=Goods)
    pack: Goods = field(default_factory=Goods)
    ship: Ship = field(default_factory=Ship)

    @property
    def is_void(self) -> bool:
        """Whether it counts no more."""
        return self.pick.status == VOIDED

    @property
    def boxes(self) -> list[str]:
        """The names of the packed boxes, each once."""
        return list(dict.fromkeys(each.box for each in self.pack.lines))

    @property
    def is_ready_for_shipping(self) -> bool:
        """Packed, and not all of it shipped."""
        return self.pack.status == AUTHORISED and self.ship.status != AUTHORISED

    @property
    def word(self) -> str:
        """FulFilmentStatus."""
        if self.is_void:
            return VOIDED
        return {AUTHORISED: "FULFILLED", PARTIALLY: "PARTIALLY FULFILLED"}.get(self.ship.status, "NOT FULFILLED")

    def gone_lines(self) -> list[GoodsLine]:
        """What left."""
        return [each for each in self.pack.lines if each.box in self.ship.gone]

    def void(self) -> None:
        """All of it is emptied; what left must have come back before."""
        self.pick, self.pack = Goods(VOIDED), Goods(VOIDED)
        self.ship = Ship(VOIDED)


def units(lines: Iterable[Counted]) -> defaultdict[str, Decimal]:
    """Units by SKU; nothing of what is not named."""
    total: defaultdict[str, Decimal] = defaultdict(Decimal)
    for each in lines:
        total[each.sku] += each.quantity
    return total
