"""What is kept back of stock that one sale could have: safety stock, the share of other channels, others' promises."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from include.inventory.values import NOTHING, Rule, Sellable, Step
from include.relationships.inventory import Inventory

HUNDRED = Decimal(100)


@dataclass(slots=True)
class Trail:
    """A quantity, and how it came to be; a step that changes nothing is not told."""

    quantity: Decimal
    steps: list[Step]

    def go(self, rule: Rule, quantity: Decimal, note: str) -> None:
        if quantity != self.quantity:
            self.quantity = quantity
            self.steps.append(Step(rule, quantity, note))


def keep_back(
    trail: Trail, sku: str, sold: Decimal, promised: Decimal, tags: frozenset[str], settings: Inventory
) -> Sellable:
    """What may be offered: less what was sold since and what is kept back, and nothing that others have promised."""
    if sold:
        trail.go(Rule.SOLD_SINCE, max(trail.quantity - sold, NOTHING), f"{plain(sold)} sold since it was read")
    if trail.quantity > 0:
        free = max(trail.quantity - promised, NOTHING)
        _hold(trail, sku, tags, settings)
        if free < trail.quantity:
            trail.go(Rule.PROMISED, free, f"{plain(promised)} told of by other relationships")
    return Sellable(sku, trail.quantity, tuple(trail.steps))


def plain(quantity: Decimal) -> str:
    """Without exponent or needless zeros."""
    return f"{quantity.normalize():f}"


def _hold(trail: Trail, sku: str, tags: frozenset[str], settings: Inventory) -> None:
    """Safety stock first, then the share of the rest that other channels have."""
    units, percent = settings.safety_stock.of(sku, tags)
    if units or percent:
        kept = max(units, _part(trail.quantity, percent))
        trail.go(Rule.SAFETY_STOCK, max(trail.quantity - kept, NOTHING), f"{plain(kept)} kept as safety stock")
    if share := settings.held.of(sku, tags):
        left = trail.quantity - _part(trail.quantity, share)
        trail.go(Rule.HELD, left, f"{plain(share)} % held for other channels")


def _part(quantity: Decimal, percent: Decimal) -> Decimal:
    """So much of it, in whole units, rounded up."""
    return min((quantity * percent / HUNDRED).to_integral_value(ROUND_CEILING), quantity)
