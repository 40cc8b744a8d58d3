"""Who gets what there is: pure arithmetic over what was read, in the order in which lines are served.

A case SKU that is made of eaches draws first on cases that lie there, then on the eaches.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import ROUND_FLOOR, Decimal

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Draw:
    """Units of a SKU, whose stock is that of `stock_key`, `stock_factor` of it for one."""

    sku: str
    stock_key: str
    stock_factor: Decimal
    quantity: Decimal

    @property
    def is_derived(self) -> bool:
        """Whether the SKU is made of another."""
        return self.stock_key != self.sku


@dataclass(frozen=True, slots=True)
class Demand:
    """A line that wants stock, in whole multiples of `step`; `all_or_nothing`: the whole of it or none.

    One that `is_cautious` counts on what is there for certain only.
    """

    key: tuple[int, str]
    draw: Draw
    step: Decimal
    is_back_orderable: bool = False
    all_or_nothing: bool = False
    is_cautious: bool = False


@dataclass(frozen=True, slots=True)
class Portion:
    """What a demand gets: `quantity` goes onto a sale, `expected` of it should be allocated there."""

    quantity: Decimal
    expected: Decimal


@dataclass(slots=True)
class Pool:
    """Stock by SKU, as `Available` tells it: that of a derived SKU includes what its base would make."""

    own: dict[str, Decimal] = field(default_factory=dict)

    @classmethod
    def of(cls, available: Mapping[str, Decimal], draws: Iterable[Draw]) -> Pool:
        """What was read of the SKUs of these draws and of their bases."""
        pool = cls(dict(available))
        for draw in {each.sku: each for each in draws if each.is_derived}.values():
            made = _whole(available.get(draw.stock_key, NOTHING) / draw.stock_factor)
            pool.own[draw.sku] = available.get(draw.sku, NOTHING) - max(made, NOTHING)
        return pool

    def available(self, draw: Draw) -> Decimal:
        """How many units of the SKU one sale could have now, never below zero."""
        own = self.own.get(draw.sku, NOTHING)
        if draw.is_derived:
            own += max(_whole(self.own.get(draw.stock_key, NOTHING) / draw.stock_factor), NOTHING)
        return max(own, NOTHING)

    def empty(self, draw: Draw) -> None:
        """None of the SKU is left, whatever was read."""
        self.own[draw.sku] = NOTHING
        if draw.is_derived:
            most = draw.stock_factor - 1
            self.own[draw.stock_key] = min(self.own.get(draw.stock_key, NOTHING), most)

    def take(self, draw: Draw) -> None:
        """Take units away, whether they are there or not."""
        if not draw.is_derived:
            self.own[draw.sku] = self.own.get(draw.sku, NOTHING) - draw.quantity
            return
        own = min(draw.quantity, max(self.own.get(draw.sku, NOTHING), NOTHING))
        self.own[draw.sku] = self.own.get(draw.sku, NOTHING) - own
        base = self.own.get(draw.stock_key, NOTHING)
        self.own[draw.stock_key] = base - (draw.quantity - own) * draw.stock_factor


def allocate(demands: Iterable[Demand], hopeful: Pool, cautious: Pool) -> dict[tuple[int, str], Portion]:
    """Serve the demands in their order; the pools are what is left afterwards. Who gets nothing is left out."""
    portions: dict[tuple[int, str], Portion] = {}
    for demand in demands:
        wanted = demand.draw.quantity
        pool = cautious if demand.is_cautious else hopeful
        got = min(wanted, pool.available(demand.draw)) // demand.step * demand.step
        if demand.all_or_nothing and got < wanted and not demand.is_back_orderable:
            continue
        for each in (hopeful, cautious):
            each.take(replace(demand.draw, quantity=got))
        placed = wanted if demand.is_back_orderable else got
        if placed > 0:
            portions[demand.key] = Portion(placed, got)
    return portions


def _whole(quantity: Decimal) -> Decimal:
    return quantity.to_integral_value(ROUND_FLOOR)
