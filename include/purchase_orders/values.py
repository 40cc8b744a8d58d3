"""An order and its lines as they are kept, in Amazon's units; `sku_units` of the SKU make one of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import floor

from include.amazon.orders import Party
from include.catalogue import units
from include.catalogue.ratios import exact
from include.identifiers import ItemIdentifier
from include.money import Money, Rounding, round_to

NOTHING = Decimal(0)
CENTS = 2


class OrderState(StrEnum):
    """How far an order is."""

    RECEIVED = "received"
    HELD = "held"
    PLANNED = "planned"
    PLACED = "placed"
    ACKNOWLEDGED = "acknowledged"
    CHANGED = "changed"
    PART_SHIPPED = "part_shipped"
    SHIPPED = "shipped"
    PART_INVOICED = "part_invoiced"
    INVOICED = "invoiced"
    PAID = "paid"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    QUARANTINED = "quarantined"


class LineDecision(StrEnum):
    """How a line ended."""

    ACCEPTED = "accepted"
    ACCEPTED_IN_PART = "accepted_in_part"
    BACK_ORDERED = "back_ordered"
    SOFT_REJECTED = "soft_rejected"
    HARD_REJECTED = "hard_rejected"
    WRONG_UNIT = "wrong_unit"
    CANCELLED_BY_AMAZON = "cancelled_by_amazon"


class SaleState(StrEnum):
    """How far a sale is, as the schema explains."""

    PLANNED = "planned"
    CREATED = "created"
    AUTHORISED = "authorised"
    OUTDATED = "outdated"
    VOIDED = "voided"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class OrderLine:
    """A line. `fault` says why it is not placed (see line_checks.py); `standing` is on live sales, in SKU units."""

    line_number: str
    identifiers: tuple[ItemIdentifier, ...]
    quantity: Decimal
    unit: str
    unit_price: Decimal | None
    price_basis: str | None
    sku: str | None = None
    product_id: str | None = None
    product_name: str | None = None
    sku_units: Decimal | None = None
    stock_key: str | None = None
    stock_factor: Decimal | None = None
    sku_price: Decimal | None = None
    list_price: Decimal | None = None
    fault: str | None = None
    refused_before: Decimal = NOTHING
    standing: Decimal = NOTHING
    allocated: Decimal = NOTHING

    @property
    def to_place(self) -> Decimal:
        """What should stand on live sales, in SKU units; a fault places nothing, and lets go of nothing that stands."""
        if self.sku is None or self.sku_units is None:
            return NOTHING
        wanted = self.quantity - self.refused_before
        if self.fault is not None:
            return min(self.standing, floor(Fraction(wanted) * exact(self.sku_units) / int(self.step)) * self.step)
        return units.to_sku_units(wanted, self.sku_units)

    @property
    def remaining(self) -> Decimal:
        """What should stand on live sales and does not yet, in SKU units; below zero where too much stands."""
        return self.to_place - self.standing

    @property
    def step(self) -> Decimal:
        """The fewest units of the SKU that are whole units of the line."""
        return Decimal(exact(self.sku_units).numerator) if self.sku_units else Decimal(1)

    def worth(self, quantity: Decimal) -> Decimal:
        """What Amazon would pay for a quantity of the line; its price may be per each, whatever the unit is."""
        if self.sku_price is None or self.sku_units is None:
            return quantity * (self.unit_price or NOTHING)
        return round_to(quantity * self.sku_units * self.sku_price, CENTS, Rounding.HALF_EVEN)

    def in_order_units(self, sku_quantity: Decimal) -> Decimal:
        """A quantity of the SKU in whole units of the line, rounded down."""
        return units.to_order_units(sku_quantity, self.sku_units) if self.sku_units else NOTHING


@dataclass(frozen=True, slots=True)
class StoredOrder:
    """An order as it is kept. The rule answers it at `answer_after` where a person has not mended it before."""

    order_id: int
    relationship: str
    purchase_order_number: str
    state: OrderState
    document_id: int
    order_type: str
    ordered_on: date
    deal: str | None
    back_order_allowed: bool
    window_start: date | None
    window_end: date | None
    ship_to: Party | None
    location: str
    currency: str
    is_adopted: bool
    is_left_to_person: bool
    review: str | None
    received_at: datetime
    clock_started_at: datetime
    acknowledge_by: datetime
    answer_after: datetime
    answer_wanted: bool
    answer_number: int
    has_answer: bool  # written, and not with Amazon yet where one is wanted
    attempts: int
    has_draft: bool  # a sale keyed by hand for it is not authorised yet
    lines: tuple[OrderLine, ...]

    @property
    def name(self) -> str:
        """How the order is called in sentences."""
        return f"Order {self.purchase_order_number}"

    @property
    def worth(self) -> Money:
        """What Amazon would pay for all of it."""
        return self.money(line.worth(line.quantity) for line in self.lines)

    def money(self, amounts: Iterable[Decimal]) -> Money:
        """A sum in the order's currency."""
        return Money(sum(amounts, NOTHING), self.currency)

    @property
    def faulty_lines(self) -> tuple[OrderLine, ...]:
        """The lines that are not placed because something is wrong with them."""
        return tuple(line for line in self.lines if line.fault is not None)

    @property
    def short_lines(self) -> tuple[OrderLine, ...]:
        """The good lines of which not all stands on live sales."""
        return tuple(line for line in self.lines if line.remaining > 0)
