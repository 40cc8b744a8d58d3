"""How the people in the warehouse and in accounts work: the plan of a scenario, and what it makes of one sale.

All chances are drawn from the seed and the sale's reference, so that a sale fares alike in every run.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from types import MappingProxyType
from typing import Any

# Where the warehouse or accounts go wrong. Each is counted when it is done, with its sale and task.
FAULTS: Mapping[str, str] = MappingProxyType({
    "never_shipped": "the sale is authorised and nobody ever picks it",
    "late_shipping": "it is packed in time and leaves `late_hours` after its time",
    "ship_less": "the last of several boxes stays behind, and its shipment is never closed",
    "pack_more": "one unit more than the order asks for is picked, packed and shipped",
    "no_box_names": "the boxes have no names",
    "long_box_name": "a box has a name of 200 characters",
    "wrong_check_digit": "a box has an SSCC whose check digit is wrong",
    "sscc_again": "a box has the SSCC of one that was packed before",
    "missing_tracking": "no box has a tracking number, and the notes hold nothing",
    "unknown_carrier": "it leaves with a carrier that nobody has heard of",
    "void_after_shipping": "the fulfilment is voided `void_after_minutes` after it left",
    "invoice_penny": "the invoice has one price a penny too high",
    "invoice_unshipped": "the invoice bills one unit that was never shipped",
})  # fmt: skip
BOX_NAMES = ("plain", "pallet", "sscc", "long", "none")
NOTES = ("BOL", "PRO", "ARN")


@dataclass(frozen=True, slots=True)
class Plan:
    """The habits of the house. Shares are between 0 and 1; a list of faults means each of them, always."""

    seed: int = 1
    customer: str | None = None  # whose sales are worked on; all where it is not set
    pick_after_minutes: float = 120.0  # after the order was authorised
    pack_after_minutes: float = 60.0
    ship_after_minutes: float = 120.0
    invoice_after_minutes: float = 30.0
    void_after_minutes: float = 60.0
    late_hours: float = 96.0
    parts: Mapping[str, float] = field(default_factory=lambda: {"1": 1.0})  # into how many, by share
    hours_between_parts: float = 24.0
    units_per_carton: int = 12  # 0: the product's CartonQuantity; a case SKU is a carton by itself
    whole_cartons: bool = False  # all parts but the last are of full cartons
    mixed_cartons: bool = False  # what does not fill a carton of its own shares one
    box_names: Mapping[str, float] = field(default_factory=lambda: {"plain": 1.0})
    company_prefix: str = "0614141"  # of the SSCCs
    carriers: tuple[str, ...] = ("DEFAULT Carrier",)
    tracking: str = "carton"  # or "shipment", one number for all boxes, or "none"
    notes: tuple[str, ...] = ()  # which of BOL, PRO and ARN stand in ShippingNotes, a line each
    invoiced: float = 0.0  # of what share of the sales accounts make and authorise the invoices
    faults: Mapping[str, float] = field(default_factory=dict)
    sales: Mapping[str, Any] = field(default_factory=dict)  # by reference or number, other habits


@dataclass(frozen=True, slots=True)
class Intent:
    """What becomes of one sale."""

    plan: Plan
    key: str
    parts: int
    box_name: str
    carrier: str
    is_invoiced: bool
    faults: frozenset[str]

    def chance(self, *words: object) -> random.Random:
        """Of this sale and these words, the same in every run."""
        return random.Random(":".join(map(str, (self.plan.seed, self.key, *words))))


def read_plan(told: Mapping[str, Any], before: Plan | None = None) -> Plan:
    """A plan from a scenario, on top of another; what is not known in it is a ValueError."""
    if unknown := sorted(set(told) - {each.name for each in fields(Plan)}):
        raise ValueError(f"unknown in a plan: {', '.join(unknown)}")
    values = dict(told)
    if isinstance(values.get("faults"), Sequence):
        values["faults"] = dict.fromkeys(values["faults"], 1.0)
    for name in ("carriers", "notes"):
        if name in values:
            values[name] = tuple(values[name])
    plan = replace(before or Plan(), **values)
    _check(plan.faults, FAULTS, "fault")
    _check(plan.box_names, BOX_NAMES, "name of boxes")
    _check(plan.notes, NOTES, "note")
    if plan.tracking not in {"carton", "shipment", "none"}:
        raise ValueError("tracking must be carton, shipment or none")
    for own in told.get("sales", {}).values():
        read_plan(own, plan)
    return plan


def intend(plan: Plan, *keys: str) -> Intent:
    """What becomes of the sale of that reference, else number."""
    key = next(filter(None, keys))
    own = [plan.sales[each] for each in keys if each in plan.sales]
    plan = read_plan(own[0], plan) if own else plan
    intent = Intent(plan, key, 1, "", "", False, frozenset())
    faults = frozenset(name for name in FAULTS if intent.chance(name).random() < float(plan.faults.get(name, 0)))
    return replace(
        intent,
        parts=int(_drawn(plan.parts, intent.chance("parts"))),
        box_name=_drawn(plan.box_names, intent.chance("box_name")),
        carrier=intent.chance("carrier").choice(plan.carriers),
        is_invoiced=intent.chance("invoiced").random() < float(plan.invoiced),
        faults=faults,
    )


def _drawn(shares: Mapping[str, float], chance: random.Random) -> str:
    return chance.choices(list(shares), [float(each) for each in shares.values()])[0]


def _check(told: Any, known: Any, what: str) -> None:
    if unknown := sorted(set(told) - set(known)):
        raise ValueError(f"unknown {what}: {', '.join(unknown)}")
