"""A shipment as it is staged: its cartons, what is packed in them, and which order lines that serves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from include.amazon.orders import Party
from include.catalogue.ratios import exact
from include.identifiers import ItemIdentifier

NOTHING = Decimal(0)


class NoticeState(StrEnum):
    """How far a notice is, as the schema explains."""

    STAGED = "staged"
    SHIPPED = "shipped"
    HELD = "held"
    SENT = "sent"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Packed:
    """A SKU in a carton, in its own units."""

    sku: str
    quantity: Decimal
    lot: str | None
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class StagedCarton:
    """A box of a fulfilment. Two of one SSCC are one carton with goods of two orders."""

    carton_id: int
    sale_key: int
    order_id: int
    purchase_order_number: str
    location: str
    box: str
    sscc: str | None
    tracking_number: str | None
    pallet_id: int | None
    packed: tuple[Packed, ...]


@dataclass(frozen=True, slots=True)
class StagedPallet:
    """A pallet of a notice."""

    pallet_id: int
    name: str
    sscc: str | None


@dataclass(frozen=True, slots=True)
class StagedNotice:
    """A notice before its document. What a person entered is named in `entered`."""

    notice_id: int
    relationship: str
    shipment_number: str
    state: NoticeState
    centre: str
    ship_to: Party
    carrier: str | None
    shipped_on: date | None
    departed_at: datetime | None
    scac: str | None
    shipment_type: str | None
    bill_of_lading: str | None
    pro_number: str | None
    amazon_reference_number: str | None
    seal_number: str | None
    weight: Decimal | None
    delivery_on: date | None
    appointment_at: datetime | None
    entered: tuple[str, ...]
    send_as_packed: str | None
    revision: int
    document_id: int | None
    sent_at: datetime | None
    send_after: datetime
    due_at: datetime | None
    cartons: tuple[StagedCarton, ...]
    pallets: tuple[StagedPallet, ...]

    @property
    def name(self) -> str:
        """How the shipment is called in sentences."""
        orders = sorted({each.purchase_order_number for each in self.cartons})
        return f"Shipment {self.shipment_number} ({', '.join(orders)})"

    @property
    def is_shipped(self) -> bool:
        return self.state is not NoticeState.STAGED


@dataclass(frozen=True, slots=True)
class Share:
    """What a sale owes an order line, in units of the SKU; `notified` of it stands on other notices already."""

    sale_key: int
    sku: str
    order_id: int
    purchase_order_number: str
    line_number: str
    identifier: ItemIdentifier | None
    unit: str
    sku_units: Decimal
    quantity: Decimal
    notified: Decimal

    @property
    def step(self) -> Decimal:
        """The fewest units of the SKU that are whole units of the line."""
        return Decimal(exact(self.sku_units).numerator)


@dataclass(frozen=True, slots=True)
class LineStanding:
    """An order line beside all its notices but this one, in its own unit, and what one unit of it is worth.

    `centre` is where its order is to go by now.
    """

    order_id: int
    purchase_order_number: str
    centre: str
    line_number: str
    confirmed: Decimal
    notified: Decimal
    unit_worth: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Item:
    """What a carton holds of an order line: in the line's unit, and in units of the SKU."""

    carton_id: int
    share: Share
    quantity: Decimal
    sku_quantity: Decimal
    lot: str | None
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a notice cannot leave, or what to know of it: the field that is wrong, of what, in a sentence."""

    rule: str
    field: str
    subject: str
    sentence: str
    is_warning: bool = False
