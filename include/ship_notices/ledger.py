"""What is asked of the inventory system about shipped sales, whichever it is; orchestration wires one that answers.

Every call may raise TransientError (nothing was done), UncertainOutcome (a write whose answer was lost) and
RejectedError (refused, with the system's own reasons).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol


@dataclass(frozen=True, slots=True)
class PackedLine:
    """A SKU in a box: units of the SKU; the box's name is empty where it was packed in none."""

    sku: str
    quantity: Decimal
    box: str
    lot: str | None = None
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class ShippedBox:
    """A box on its way."""

    box: str
    carrier: str
    tracking_number: str | None
    shipped_on: date | None


@dataclass(frozen=True, slots=True)
class Fulfilment:
    """A fulfilment of a sale whose packing was authorised; `boxes` are those that were shipped, and where all of it is
    (`is_shipped`) so are the boxes that no line of the shipment names.
    """

    task_id: str
    number: int
    packed: tuple[PackedLine, ...]
    boxes: tuple[ShippedBox, ...] = ()
    is_shipped: bool = False
    notes: str = ""


@dataclass(frozen=True, slots=True)
class InvoicedLine:
    """A line of the inventory system's invoice: units of the SKU, and what each costs after discount."""

    sku: str
    quantity: Decimal
    price: Decimal
    total: Decimal


@dataclass(frozen=True, slots=True)
class ErpInvoice:
    """An invoice in the inventory system; its status in upper case, its charges by their description."""

    task_id: str
    number: str
    status: str
    invoiced_on: date | None
    fulfilment_number: int | None
    memo: str
    lines: tuple[InvoicedLine, ...]
    charges: tuple[tuple[str, Decimal], ...]
    tax: Decimal
    total: Decimal


@dataclass(frozen=True, slots=True)
class ShippedSale:
    """A sale as the inventory system has it: what of it is packed, shipped and invoiced, without what was voided."""

    sale_id: str
    is_voided: bool
    modified_at: datetime | None  # by the inventory system's clock, as its list says it too
    fulfilments: tuple[Fulfilment, ...]
    invoices: tuple[ErpInvoice, ...]


class ChangedSale(Protocol):
    """A row of the list of sales."""

    @property
    def sale_id(self) -> str: ...
    @property
    def updated_at(self) -> datetime: ...
    @property
    def may_be_packed(self) -> bool:
        """Whether its statuses allow that something of it was packed, shipped or invoiced."""


class ShippingLedger(Protocol):
    """The shipped sales of one account."""

    def list_changed(self, since: datetime) -> Iterable[ChangedSale]:
        """Sales made or changed since an instant, by anybody."""

    def fetch(self, sale_id: str) -> ShippedSale:
        """The sale with its fulfilments and invoices: one call."""
