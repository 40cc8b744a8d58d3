"""What Cin7's JSON means. `from_json` of each value is the only place that knows its keys; unknown keys are ignored.

GUIDs are lower case here (webhooks write them in upper case), statuses upper case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from include.errors import RejectedError

Json = Mapping[str, Any]
ZERO = Decimal(0)
HUNDRED = Decimal(100)
UNTOUCHED = {"", "NOT AVAILABLE", "NOT PACKED", "NOT SHIPPED", "NOT INVOICED"}


@dataclass(frozen=True, slots=True)
class Product:
    """A product. `components` are (SKU, quantity) of its bill of materials where it is assembled by itself."""

    product_id: str
    sku: str
    name: str
    barcode: str | None
    status: str
    asin: str | None
    is_sellable: bool
    carton_quantity: Decimal | None
    inner_quantity: Decimal | None
    tags: frozenset[str]
    prices: Mapping[str, Decimal]
    components: tuple[tuple[str, Decimal], ...]

    @classmethod
    def from_json(cls, told: Json, asin_slot: str | None, tiers: Mapping[int, str]) -> Product:
        attributes = {
            key.lower(): value for key, value in told.items() if key.lower().startswith("additionalattribute")
        }
        assembled = bool(told.get("AutoAssembly") or told.get("AutoDisassembly"))
        parts = told.get("BillOfMaterialsProducts") or () if assembled else ()
        return cls(
            product_id=guid(told.get("ID")),
            sku=str(told.get("SKU") or ""),
            name=str(told.get("Name") or ""),
            barcode=text(told.get("Barcode")) or None,
            status=str(told.get("Status") or "ACTIVE").upper(),
            asin=text(attributes.get(asin_slot.lower())) or None if asin_slot else None,
            is_sellable=told.get("Sellable") is not False,
            carton_quantity=number(told.get("CartonQuantity")) or None,
            inner_quantity=number(told.get("CartonInnerQuantity")) or None,
            tags=frozenset(filter(None, map(text, text(told.get("Tags")).split(",")))),
            prices=_prices(told, tiers),
            components=tuple((str(part.get("ProductCode") or ""), number(part.get("Quantity"))) for part in parts),
        )


@dataclass(frozen=True, slots=True)
class AvailabilityRow:
    """One product at one location, bin and batch; `available` is what can be promised, and may be negative."""

    sku: str
    location: str
    bin: str | None
    batch: str | None
    expires_on: date | None
    available: Decimal

    @classmethod
    def from_json(cls, told: Json) -> AvailabilityRow:
        return cls(
            sku=str(told.get("SKU") or ""),
            location=str(told.get("Location") or ""),
            bin=told.get("Bin") or None,
            batch=told.get("Batch") or None,
            expires_on=day(told.get("ExpiryDate")),
            available=number(told.get("Available")),
        )


@dataclass(frozen=True, slots=True)
class SaleRow:
    """A row of saleList: the header of a sale, without lines."""

    sale_id: str
    number: str
    customer: str
    customer_reference: str
    external_id: str
    status: str
    order_status: str
    updated_at: datetime
    may_be_packed: bool  # or shipped, or invoiced: its statuses do not say that nothing of it is

    @classmethod
    def from_json(cls, told: Json) -> SaleRow:
        return cls(
            sale_id=guid(told.get("SaleID") or told.get("ID")),
            number=str(told.get("OrderNumber") or ""),
            customer=str(told.get("Customer") or ""),
            customer_reference=text(told.get("CustomerReference")),
            external_id=text(told.get("ExternalID")),
            status=str(told.get("Status") or "").upper(),
            order_status=str(told.get("OrderStatus") or "").upper(),
            updated_at=instant(told.get("Updated")) or datetime.min.replace(tzinfo=UTC),
            may_be_packed=any(
                str(told.get(name) or "").strip().upper() not in UNTOUCHED
                for name in ("CombinedPackingStatus", "CombinedShippingStatus", "CombinedInvoiceStatus")
            ),
        )


@dataclass(frozen=True, slots=True)
class SaleLine:
    """A line of a sale's order. `quantity` less `back_ordered` is allocated; `price` is what a unit costs after the
    line's discount, which Cin7 may have given by itself.
    """

    sku: str
    quantity: Decimal
    back_ordered: Decimal
    price: Decimal

    @classmethod
    def from_json(cls, told: Json) -> SaleLine:
        return cls(
            sku=str(told.get("SKU") or ""),
            quantity=number(told.get("Quantity")),
            back_ordered=number(told.get("BackorderQuantity")),
            price=number(told.get("Price")) * (1 - number(told.get("Discount")) / HUNDRED),
        )


@dataclass(frozen=True, slots=True)
class Sale:
    """A sale with the lines of its order. `is_picked` once anything of it was picked."""

    sale_id: str
    number: str
    status: str
    order_status: str
    customer_reference: str
    external_id: str
    lines: tuple[SaleLine, ...]
    tax: Decimal
    is_picked: bool

    @classmethod
    def from_json(cls, told: Json) -> Sale:
        order = told.get("Order") or {}
        return cls(
            sale_id=guid(told.get("ID") or told.get("SaleID")),
            number=str(order.get("SaleOrderNumber") or told.get("SaleOrderNumber") or ""),
            status=str(told.get("Status") or "").upper(),
            order_status=str(order.get("Status") or "").upper(),
            customer_reference=text(told.get("CustomerReference")),
            external_id=text(told.get("ExternalID")),
            lines=tuple(SaleLine.from_json(line) for line in order.get("Lines") or ()),
            tax=number(order.get("Tax")),
            is_picked=_is_picked(told),
        )

    @classmethod
    def from_order_json(cls, told: Json) -> Sale:
        """The answer to POST /sale/order, which is the order alone."""
        return cls(
            sale_id=guid(told.get("SaleID")),
            number=str(told.get("SaleOrderNumber") or ""),
            status="",
            order_status=str(told.get("Status") or "").upper(),
            customer_reference="",
            external_id="",
            lines=tuple(SaleLine.from_json(line) for line in told.get("Lines") or ()),
            tax=number(told.get("Tax")),
            is_picked=False,
        )


@dataclass(frozen=True, slots=True)
class ShipTo:
    """Where a sale goes."""

    company: str | None
    line1: str
    line2: str | None
    city: str | None
    state: str | None
    postcode: str | None
    country: str


@dataclass(frozen=True, slots=True)
class SaleHeader:
    """What POST /sale is told; names must stand in Cin7's reference books exactly so."""

    customer: str
    customer_id: str | None
    location: str
    tax_rule: str
    price_tier: str
    customer_reference: str
    external_id: str
    ordered_on: date
    required_by: date | None
    currency_rate: Decimal | None = None  # Cin7 asks for it where the customer's currency is not the company's
    tax_inclusive: bool = False
    terms: str | None = None
    sales_representative: str | None = None
    revenue_account: str | None = None
    carrier: str | None = None
    note: str | None = None
    ship_to: ShipTo | None = None
    billing: ShipTo | None = None


@dataclass(frozen=True, slots=True)
class SaleLineDraft:
    """A line of POST /sale/order."""

    sku: str
    product_id: str | None
    name: str
    quantity: Decimal
    price: Decimal
    tax_rule: str
    comment: str


def guid(value: object) -> str:
    """A GUID in lower case, empty where there is none."""
    return str(value or "").lower()


def number(value: object) -> Decimal:
    """A number of Cin7, exact; null and absent are zero."""
    if value is None or value == "":
        return ZERO
    try:
        told = Decimal(str(value))
    except InvalidOperation as fault:
        raise RejectedError(f"Cin7 answered {value!r} where a number belongs.") from fault
    if not told.is_finite():  # NaN would pass through every sum
        raise RejectedError(f"Cin7 answered {value!r} where a number belongs.")
    return told


def instant(value: object) -> datetime | None:
    """A time stamp; without an offset it is UTC. Cin7 writes two to seven digits of a second."""
    moment = _moment(value)
    if moment is None:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def text(value: object) -> str:
    """A text as people meant it, without blanks around it; empty where there is none."""
    return str(value or "").strip()


def day(value: object) -> date | None:
    """A date of the tenant's calendar, as it is written: a midnight, as a rule without an offset."""
    moment = _moment(value)
    return moment.date() if moment else None


def _moment(value: object) -> datetime | None:
    if not value:
        return None
    try:
        return datetime.fromisoformat(str(value))
    except ValueError as fault:
        raise RejectedError(f"Cin7 answered {value!r} where a date belongs.") from fault


def _prices(told: Json, tiers: Mapping[int, str]) -> dict[str, Decimal]:
    """Prices by the tenant's name of the tier, whichever of the two shapes the product has."""
    by_name = told.get("PriceTiers")
    if isinstance(by_name, Mapping) and by_name:
        return {str(name): number(price) for name, price in by_name.items() if price is not None}
    return {
        tiers.get(place, f"Tier {place}"): number(told[key])
        for place in range(1, 11)
        if told.get(key := f"PriceTier{place}") is not None
    }


def _is_picked(told: Json) -> bool:
    touched = {"AUTHORISED", "PICKED", "PICKING", "PARTIALLY PICKED"}
    status = str(told.get("CombinedPickingStatus") or "").upper()
    picks = [str((task.get("Pick") or {}).get("Status") or "").upper() for task in told.get("Fulfilments") or ()]
    return status in touched or "AUTHORISED" in picks
