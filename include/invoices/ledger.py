"""What is asked of the inventory system about its invoices, whichever it is; orchestration wires one that answers.

Every call may raise TransientError (nothing was done), UncertainOutcome (a write whose answer was lost) and
RejectedError (refused, with the system's own reasons).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from include.ship_notices.ledger import ErpInvoice


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A line of an invoice before it is made: units of the SKU, price per unit of the SKU."""

    sku: str
    product_id: str | None
    name: str
    quantity: Decimal
    price: Decimal


@dataclass(frozen=True, slots=True)
class Draft:
    """An invoice to be made; `key` stands in its memo. Linked to a fulfilment where it bills just that one."""

    sale_id: str
    key: str
    invoiced_on: date
    due_on: date
    fulfilment_number: int | None
    lines: tuple[DraftLine, ...]


class InvoiceLedger(Protocol):
    """The invoices of one account, for one relationship."""

    def find(self, sale_id: str, key: str) -> ErpInvoice | None:
        """The invoice of a sale with this key that is not voided: one call."""

    def create(self, draft: Draft) -> ErpInvoice:
        """Make and authorise an invoice: one call, which made twice makes two."""
