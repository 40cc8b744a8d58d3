"""Cin7's events replayed: which sales stand, what they hold, and how many units were free all along since a reading.

Everything is counted in base units of the SKU that a case SKU is made of, so that both are compared as one stock.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

Json = Mapping[str, Any]
NOTHING = Decimal(0)
SALE_KINDS = {"created", "drafted", "authorised", "undone", "voided", "changed", "header", "picked"}


@dataclass(frozen=True, slots=True)
class Families:
    """Which SKU is made of which."""

    components: Mapping[str, tuple[str, Decimal]]

    def base_of(self, sku: str) -> tuple[str, Decimal]:
        """The base SKU, and how many of it one unit is."""
        return self.components.get(sku, (sku, Decimal(1)))


@dataclass(frozen=True, slots=True)
class StandingSale:
    """A sale as its last event left it: by base SKU the quantity ordered and the part of it that is allocated."""

    reference: str
    quantity: Mapping[str, Decimal]
    allocated: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class _Reading:
    snapshot: int  # the number of the event that first served this snapshot
    units: Decimal  # of the SKU


@dataclass(frozen=True, slots=True)
class _Change:
    number: int
    units: Decimal  # more or less available
    reference: str | None  # of the sale that took or let go


@dataclass(slots=True)
class Replay:
    """The state after the events taken so far."""

    families: Families
    location: str
    sales: dict[str, StandingSale] = field(default_factory=dict)
    by_reference: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _readings: dict[str, _Reading] = field(default_factory=dict)  # by SKU
    _changes: dict[str, list[_Change]] = field(default_factory=lambda: defaultdict(list))  # by base SKU
    _snapshots: dict[str, int] = field(default_factory=dict)  # as_of → number

    def take(self, event: Json) -> None:
        """One event more."""
        if event["kind"] == "availability":
            snapshot = self._snapshots.setdefault(event["as_of"], event["n"])
            for sku, units in event["available"].get(self.location, {}).items():
                self._readings[sku] = _Reading(snapshot, Decimal(str(units)))
        elif event["kind"] == "stock" and event["location"] == self.location:
            base, factor = self.families.base_of(event["sku"])
            self._changes[base].append(_Change(event["n"], Decimal(str(event["change"])) * factor, None))
        elif event["kind"] in SALE_KINDS:
            self._take_sale(event)

    def standing(self, reference: str) -> Iterator[StandingSale]:
        """The live sales of a purchase order."""
        return (self.sales[each] for each in sorted(self.by_reference[reference]))

    def free(self, sku: str, reference: str) -> Decimal:
        """Base units that the last answer showed free to `sku` and that no other took at any time since.

        What the order's own sales hold of them by now is not free either. Nothing where nothing was ever answered.
        """
        base, factor = self.families.base_of(sku)
        found = [(self._readings[each], each) for each in {sku, base} if each in self._readings]
        if not found:
            return NOTHING
        reading, read = max(found, key=lambda each: (each[0].snapshot, each[1] == base))
        shown = reading.units * (factor if read == sku else 1)
        lowest = level = own = NOTHING
        for change in self._since(base, reading.snapshot):
            if change.reference == reference:
                own += change.units
            else:
                level += change.units
                lowest = min(lowest, level)
        return max(NOTHING, min(shown, shown + lowest + own))

    def _since(self, base: str, number: int) -> list[_Change]:
        changes = self._changes[base]
        start = len(changes)
        while start and changes[start - 1].number > number:
            start -= 1
        return changes[start:]

    def _take_sale(self, event: Json) -> None:
        sale_id, reference = event["sale_id"], event["customer_reference"]
        before = self.sales.pop(sale_id, None)
        if before:
            self.by_reference[before.reference].discard(sale_id)
        now = self._standing(event)
        if now:
            self.sales[sale_id] = now
            self.by_reference[reference].add(sale_id)
        if event["location"] == self.location:
            self._note_allocation(
                event["n"], reference, before.allocated if before else {}, now.allocated if now else {}
            )

    def _note_allocation(self, number: int, reference: str, before: Json, after: Json) -> None:
        for base in {*before, *after}:
            taken = after.get(base, NOTHING) - before.get(base, NOTHING)
            if taken:
                self._changes[base].append(_Change(number, -taken, reference))

    def _standing(self, event: Json) -> StandingSale | None:
        if event["order_status"] != "AUTHORISED" or event["status"] == "VOIDED":
            return None
        quantity: dict[str, Decimal] = defaultdict(Decimal)
        allocated: dict[str, Decimal] = defaultdict(Decimal)
        for line in event["lines"]:
            base, factor = self.families.base_of(line["sku"])
            ordered, lacking = Decimal(str(line["quantity"])), Decimal(str(line["backorder"]))
            quantity[base] += ordered * factor
            allocated[base] += (ordered - lacking) * factor
        return StandingSale(event["customer_reference"], dict(quantity), dict(allocated))


def families_of(events: Json) -> Families:
    """The case SKUs of one component; a kit of several is a stock of its own."""
    return Families({
        sku: (parts[0]["sku"], Decimal(str(parts[0]["quantity"])))
        for sku, parts in events.get("components", {}).items()
        if len(parts) == 1
    })  # fmt: skip


def moment_of(event: Json) -> datetime:
    """When an event was."""
    return datetime.fromisoformat(event["at"])
