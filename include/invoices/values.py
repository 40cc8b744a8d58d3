"""What an invoice bills, as it is kept, and the inventory system's side of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from include.amazon.orders import Party
from include.identifiers import ItemIdentifier
from include.ship_notices.ledger import ErpInvoice

NOTHING = Decimal(0)


class InvoiceState(StrEnum):
    """How far an invoice is, as the schema explains."""

    WAITING = "waiting"
    DISAGREED = "disagreed"
    AGREED = "agreed"
    SENT = "sent"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"


UNSENT = frozenset({InvoiceState.WAITING, InvoiceState.DISAGREED, InvoiceState.AGREED})


@dataclass(frozen=True, slots=True)
class Order:
    """An order that an invoice bills, in part or whole."""

    order_id: int
    purchase_order_number: str
    ordered_on: date
    currency: str
    ship_to: Party | None
    location: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an order, as it was acknowledged: `price` as it stands in the 855, per what `is_per_each` says.

    `eaches` are in one unit of the line; None where that cannot be told.
    """

    order: Order
    line_number: str
    identifier: ItemIdentifier | None
    unit: str
    confirmed: Decimal
    price: Decimal
    is_per_each: bool
    eaches: Decimal | None

    @property
    def key(self) -> tuple[str, str]:
        """Order and line number."""
        return self.order.purchase_order_number, self.line_number

    @property
    def priced_units(self) -> Decimal:
        """How many of what the price is per make one unit of the line."""
        return self.eaches or Decimal(1) if self.is_per_each else Decimal(1)


@dataclass(frozen=True, slots=True)
class Sale:
    """A sale of the inventory system that an invoice is about; the numbers of its fulfilments that are billed."""

    sale_key: int
    erp_sale_id: str
    external_id: str
    fulfilment_numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Goods:
    """What the notices of an invoice say was shipped of a line from a sale.

    `quantity` is in `unit` of the notice, `sku_quantity` in units of the SKU, which cost `sku_price` each there;
    `notified` and `billed` of the line, in its own unit, stand on all notices and on other invoices.
    """

    line: Line
    sale: Sale
    quantity: Decimal
    unit: str
    sku: str
    sku_quantity: Decimal
    sku_price: Decimal | None
    product_id: str | None
    product_name: str
    notified: Decimal
    billed: Decimal


@dataclass(frozen=True, slots=True)
class SaleInvoice:
    """An invoice of the inventory system, and the sale that it is of."""

    sale_key: int
    told: ErpInvoice


@dataclass(frozen=True, slots=True)
class StoredInvoice:
    """An invoice before and after its document."""

    invoice_id: int
    relationship: str
    notice_id: int | None
    order_id: int | None
    state: InvoiceState
    shipment_number: str | None
    number: str | None
    revision: int
    currency: str
    invoiced_on: date | None
    accepted_by: str | None
    accepted_match: str | None
    document_id: int | None
    opened_at: datetime
    attempts: int
    goods: tuple[Goods, ...]

    @property
    def orders(self) -> tuple[Order, ...]:
        """The orders that it bills."""
        return tuple({each.line.order.order_id: each.line.order for each in self.goods}.values())

    @property
    def sales(self) -> tuple[Sale, ...]:
        """The sales that its goods are from."""
        return tuple({each.sale.sale_key: each.sale for each in self.goods}.values())

    @property
    def name(self) -> str:
        """How the invoice is called in sentences."""
        orders = ", ".join(order.purchase_order_number for order in self.orders)
        place = f" on shipment {self.shipment_number}" if self.shipment_number else ""
        return f"Invoice {self.number or 'to be'} of {orders or 'nothing'}{place}"

    @property
    def subject(self) -> str:
        """What its exceptions are about."""
        return f"invoice {self.invoice_id}"


def together(goods: Iterable[Goods]) -> dict[tuple[str, str], list[Goods]]:
    """The goods of each line, from whichever sale."""
    found: dict[tuple[str, str], list[Goods]] = {}
    for each in goods:
        found.setdefault(each.line.key, []).append(each)
    return found
