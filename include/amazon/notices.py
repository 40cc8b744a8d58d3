"""The values of a ship notice (856) in Amazon's own units: what was packed, by order, pallet, carton and line; what a
relationship sets of it, and what is known around it when it is checked.

Element numbers in the comments are those of Amazon's retail guide (5010). A carton that holds goods of two orders
stands under each order with the same SSCC and counts once; so does a pallet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from include.amazon.orders import Party
from include.identifiers import ItemIdentifier
from include.quantity import Unit

LineKey = tuple[str, str]  # purchase order number, line number


class ShipmentType(StrEnum):
    """How it travels. It decides which references are needed and stands nowhere in the 856 itself."""

    SMALL_PARCEL = "small_parcel"
    LESS_THAN_TRUCKLOAD = "less_than_truckload"
    TRUCKLOAD = "truckload"


@dataclass(frozen=True, slots=True)
class NoticeItem:
    """HL I: what a carton holds of an order line; `quantity` is in `unit`, the one that was ordered in."""

    line_number: str  # LIN01, SN101
    identifier: ItemIdentifier  # LIN02/03
    quantity: Decimal  # SN102
    unit: str  # SN103
    lot: str | None = None  # REF LT
    expires_on: date | None = None  # DTM 036
    manufactured_on: date | None = None  # DTM 405


@dataclass(frozen=True, slots=True)
class Carton:
    """HL P."""

    sscc: str | None  # MAN GM
    items: tuple[NoticeItem, ...]
    tracking_number: str | None = None  # REF CN


@dataclass(frozen=True, slots=True)
class Pallet:
    """HL T."""

    sscc: str | None  # MAN GM
    cartons: tuple[Carton, ...]


@dataclass(frozen=True, slots=True)
class NoticeOrder:
    """HL O: the loose cartons of an order, then its pallets."""

    purchase_order_number: str  # PRF01
    cartons: tuple[Carton, ...] = ()
    pallets: tuple[Pallet, ...] = ()

    def all_cartons(self) -> Iterator[Carton]:
        """The loose cartons and those on pallets."""
        yield from self.cartons
        for pallet in self.pallets:
            yield from pallet.cartons


@dataclass(frozen=True, slots=True)
class ShipNotice:
    """An 856 before its bytes: one shipment to one centre. What is not known yet is None, and a rule asks for it."""

    shipment_number: str  # BSN02
    written_at: datetime  # BSN03/04
    shipped_on: date | None  # DTM 011
    delivery_on: date | None  # DTM 017, as estimated
    shipment_type: ShipmentType
    ship_from: Party  # N1 SF
    ship_to: Party  # N1 ST
    orders: tuple[NoticeOrder, ...]
    scac: str | None = None  # TD503
    bill_of_lading: str | None = None  # REF BM
    pro_number: str | None = None  # REF CN, by which the carrier knows the shipment
    amazon_reference_number: str | None = None  # REF BX
    seal_number: str | None = None  # REF SN
    weight: Decimal | None = None  # TD107, gross
    weight_unit: str = "LB"  # TD108
    is_replacement: bool = False  # BSN01 05

    def __post_init__(self) -> None:
        if self.written_at.tzinfo is None:
            raise ValueError("A notice is written at a moment with a time zone.")

    def cartons(self) -> Iterator[tuple[NoticeOrder, Carton]]:
        """Every carton under its order."""
        for order in self.orders:
            for carton in order.all_cartons():
                yield order, carton

    def items(self) -> Iterator[tuple[LineKey, NoticeItem]]:
        """Every item under the key of its order line."""
        for order, carton in self.cartons():
            for item in carton.items:
                yield (order.purchase_order_number, item.line_number), item

    def shipped(self) -> dict[LineKey, Decimal]:
        """By order line, the sum of what the cartons hold, in the line's unit."""
        total: dict[LineKey, Decimal] = {}
        for key, item in self.items():
            total[key] = total.get(key, Decimal(0)) + item.quantity
        return total

    @property
    def carrier_reference(self) -> str | None:
        """REF CN of the shipment: in small parcels the first carton's tracking number where there is no PRO number."""
        if self.pro_number or self.shipment_type is not ShipmentType.SMALL_PARCEL:
            return self.pro_number
        return next((carton.tracking_number for _, carton in self.cartons()), None)

    @property
    def carton_count(self) -> int:
        return _count(carton.sscc for _, carton in self.cartons())

    @property
    def pallet_count(self) -> int:
        return _count(pallet.sscc for order in self.orders for pallet in order.pallets)


def _count(codes: Iterator[str | None]) -> int:
    """Each SSCC once; what has none is one of its own."""
    listed = list(codes)
    return len({code for code in listed if code}) + sum(not code for code in listed)


@dataclass(frozen=True, slots=True)
class NoticeSettings:
    """What a relationship sets of the 856: what its guide leaves open, and which of its rules hold or only warn.

    The defaults are those of North America. `warned` and `enforced` turn a rule into a warning or into an error, by its
    id (856-10) or by one of its fields (`856-06 pro_number`).
    """

    zone: str = "UTC"  # of BSN03/04, and of the day that the shipping date is held against
    time_format: str = "%H%M%S"  # BSN04; %H%M for partners that take no seconds
    sscc_prefix: str = ""  # "00" where MAN02 is to carry the application identifier
    expiry_qualifier: str = "036"  # DTM01
    manufacture_qualifier: str = "405"  # DTM01
    lot_qualifier: str = "LT"  # REF01
    units: frozenset[str] = frozenset({Unit.EACH, Unit.CASE})  # SN103
    is_collect: bool = False  # Amazon pays the freight
    needs_carrier: bool = True
    needs_carrier_reference: bool = True
    needs_parcel_bill_of_lading: bool = False
    needs_state: bool = True  # of ship-from
    needs_carton_sscc: bool = True
    needs_pallet_sscc: bool = False
    other_carriers: frozenset[str] = frozenset()  # what may stand in place of a SCAC
    days_ahead: int = 2
    days_back: int = 7
    replacement_days: int = 7
    least_days_to_expiry: int = 30
    notices_per_truck: int = 100
    warned: frozenset[str] = frozenset()
    enforced: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SentNotice:
    """The notice that is to be replaced."""

    notice: ShipNotice
    sent_at: datetime
    has_arrived: bool = False  # as far as is known


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known around a notice. What is None is not looked at; whether a number was used, the ledger knows."""

    now: datetime
    confirmed: Mapping[LineKey, Decimal] | None = None  # by order line, in its unit
    replaced: SentNotice | None = None
    is_shipment_number_used: Callable[[str], bool] | None = None  # by another notice within 365 days
    is_sscc_used: Callable[[str], bool] | None = None  # by another shipment within 365 days
    expiry_controlled: frozenset[LineKey] = frozenset()
    centres: Mapping[str, str] = field(default_factory=dict)  # by purchase order number, N104 of its ship-to
    notices_on_truck: int = 1  # this one counted
