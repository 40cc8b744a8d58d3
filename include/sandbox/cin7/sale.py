"""A sale as it is kept: header, order lines, fulfilments, invoices."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from include.sandbox.cin7.fulfilment import AUTHORISED, Fulfilment, units
from include.sandbox.cin7.invoice import Invoice
from include.sandbox.cin7.stock import NOTHING, Allocation

Json = dict[str, Any]
EMPTY_TASK = "00000000-0000-0000-0000-000000000000"


@dataclass(slots=True)
class SaleLine:
    """One SKU of the order, with what it was promised."""

    sku: str
    product_id: str
    name: str
    quantity: Decimal
    price: Decimal
    discount: Decimal
    tax: Decimal
    tax_rule: str
    comment: str
    total: Decimal
    average_cost: Decimal
    backorder: Decimal = NOTHING
    shipped: Decimal = NOTHING
    allocations: list[Allocation] = field(default_factory=list)


@dataclass(slots=True)
class Sale:
    """A sale; `header` holds what was written, under the names of GET /sale."""

    sale_id: str
    number: str
    header: Json
    created_at: datetime
    updated_at: datetime
    status: str = "DRAFT"
    quote_status: str = "NOT AVAILABLE"
    order_status: str = "NOT AVAILABLE"
    memo: str = ""
    lines: list[SaleLine] = field(default_factory=list)
    fulfilments: list[Fulfilment] = field(default_factory=list)
    invoices: list[Invoice] = field(default_factory=list)

    @property
    def customer_reference(self) -> str:
        """Where the purchase order number stands."""
        return str(self.header["CustomerReference"] or "")

    @property
    def external_id(self) -> str:
        """The key that the integration gave."""
        return str(self.header["ExternalID"] or "")

    @property
    def is_simple(self) -> bool:
        """Whether it has one task alone, of its own id."""
        return bool(self.header["Type"] == "Simple Sale")

    @property
    def tasks(self) -> list[Fulfilment]:
        """The fulfilments that are not voided."""
        return [each for each in self.fulfilments if not each.is_void]

    @property
    def is_picked(self) -> bool:
        """Whether any of it is picked."""
        return any(each.pick.status == AUTHORISED for each in self.tasks)

    @property
    def is_shipped(self) -> bool:
        """Whether any of it left."""
        return any(each.ship.gone for each in self.tasks)

    @property
    def is_invoiced(self) -> bool:
        """Whether any of it is billed."""
        return any(each.status == AUTHORISED for each in self.invoices)

    @property
    def total_before_tax(self) -> Decimal:
        """The lines' totals."""
        return sum((each.total for each in self.lines), NOTHING)

    @property
    def tax(self) -> Decimal:
        """The lines' taxes."""
        return sum((each.tax for each in self.lines), NOTHING)


def timestamp(moment: datetime) -> str:
    """As `LastModifiedOn` and `Updated` are written."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def picked(sale: Sale) -> defaultdict[str, Decimal]:
    """Units in authorised picks, by SKU."""
    return units(each for task in sale.tasks if task.pick.status == AUTHORISED for each in task.pick.lines)
