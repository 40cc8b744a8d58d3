"""Rows of stock, what is offered of them, and what Amazon was told.

A SKU's quantities are in its own unit unless a name says otherwise. There may be 100,000 levels at once, so their steps
are shared wherever they say the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from include.identifiers import ItemIdentifier

NOTHING = Decimal(0)
ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class StockRow:
    """A product at one location, in one bin and batch; `available` may be negative and is taken at its word."""

    sku: str
    location: str
    bin: str | None
    batch: str | None
    expires_on: date | None
    on_hand: Decimal
    allocated: Decimal
    available: Decimal


class Rule(StrEnum):
    """What a step did."""

    AVAILABLE = "available"
    QUARANTINE = "quarantine"
    EXPIRED = "expired"
    BELOW_ZERO = "below_zero"
    SOLD_SINCE = "sold_since"
    SAFETY_STOCK = "safety_stock"
    HELD = "held"
    PROMISED = "promised"
    MADE = "made"
    DIVIDED = "divided"
    CAP = "cap"
    WHOLE_UNITS = "whole_units"
    NOT_LISTED = "not_listed"


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the answer to "why did we say 40": what the rule left."""

    rule: str
    quantity: Decimal
    note: str


@dataclass(frozen=True, slots=True)
class Sellable:
    """What may be offered of a SKU's own stock, in its units.

    It is never below zero, but for a SKU that is made of another: what was promised of it beyond what lies there made.
    """

    sku: str
    quantity: Decimal
    steps: tuple[Step, ...]


class Listed(Protocol):
    """A product that Amazon is told stock of: each one an item of its own there."""

    @property
    def sku(self) -> str: ...
    @property
    def identifier(self) -> ItemIdentifier: ...
    @property
    def unit(self) -> str: ...
    @property
    def sku_units(self) -> Decimal:
        """Units of the SKU in one of Amazon's, as `catalogue.ratios` keeps them."""

    @property
    def stock_key(self) -> str: ...
    @property
    def stock_factor(self) -> Decimal:
        """Units of the stock SKU that make one of the SKU."""

    @property
    def tags(self) -> frozenset[str]: ...
    @property
    def list_price(self) -> Decimal | None:
        """Per unit of the SKU."""


@dataclass(frozen=True, slots=True)
class Level:
    """What Amazon is to be told of an item, in whole units of its own; `price` is per one of them."""

    sku: str
    identifier: ItemIdentifier
    unit: str
    quantity: Decimal
    steps: tuple[Step, ...]
    stock_key: str
    tags: frozenset[str] = frozenset()
    price: Decimal | None = None


class ToldState(StrEnum):
    """What became of the document that told it."""

    UNKNOWN = "unknown"  # sent, and no 997 yet
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Told:
    """What Amazon was last told of an item; `accepted` is the quantity that stands there while this one is rejected."""

    sku: str
    identifier: ItemIdentifier
    unit: str
    quantity: Decimal
    state: ToldState
    accepted: Decimal | None = None
    tags: frozenset[str] = frozenset()
    price: Decimal | None = None

    @property
    def believed(self) -> Decimal:
        """What Amazon goes by; zero where it was never told anything that it took."""
        return (self.accepted or NOTHING) if self.state is ToldState.REJECTED else self.quantity
