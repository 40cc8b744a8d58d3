"""Why a level is what it is, for people and for keeping: "why did we say 40?"."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from include.inventory.values import Level, Sellable, Step


def explain(told: Level | Sellable) -> str:
    """A line for each step, and the result."""
    lines = [f"{each.quantity.normalize():>10f}  {each.rule.replace('_', ' ')}: {each.note}" for each in told.steps]
    unit = f" {told.unit}" if isinstance(told, Level) else ""
    return "\n".join([*lines, f"{told.quantity.normalize():>10f}{unit}  is what is told of {told.sku}"])


def as_rows(steps: Iterable[Step]) -> tuple[tuple[str, str, str], ...]:
    """Steps as plain text to be kept."""
    return tuple((str(each.rule), f"{each.quantity:f}", each.note) for each in steps)


def from_rows(rows: Iterable[Sequence[str]]) -> tuple[Step, ...]:
    """The steps that `as_rows` wrote."""
    return tuple(Step(rule, Decimal(quantity), note) for rule, quantity, note in rows)
