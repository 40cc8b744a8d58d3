"""The part of a relationship that notices (856) and their labels are made by."""

from __future__ import annotations

import re
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field

from include.relationships.settings import Address, Settings, Text

SCAC = r"^[A-Z]{2,4}$"
NAME = r"^[a-z0-9_]{1,40}$"


class Severity(StrEnum):
    """What a rule does where it is broken."""

    BLOCK = "block"
    WARN = "warn"


class Shipment(StrEnum):
    """How goods travel."""

    SMALL_PARCEL = "small_parcel"
    LESS_THAN_TRUCKLOAD = "less_than_truckload"
    TRUCKLOAD = "truckload"


def _with_one_group(pattern: str) -> str:
    try:
        groups = re.compile(pattern).groups
    except re.error as fault:
        raise ValueError(f"{pattern!r} is no regular expression: {fault}") from fault
    if groups != 1:
        raise ValueError(f"{pattern!r} must have exactly one group, which holds the value")
    return pattern


Pattern = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_with_one_group)]


class Carrier(Settings):
    """What Amazon knows a carrier as, how goods travel with it, and for how long."""

    scac: str = Field(pattern=SCAC)
    shipment: Shipment = Shipment.SMALL_PARCEL
    transit_days: int = Field(default=3, ge=0, le=60)


class ShipFrom(Settings):
    """Where goods leave from, as Amazon has it: the code is the warehouse's or the vendor's (N104, qualifier 92)."""

    code: Text
    name: Text
    address: Address


class Notices(Settings):
    """Notices, cartons and labels."""

    company_prefix: str | None = Field(default=None, pattern=r"^\d{7,10}$")  # GS1, for SSCC-18 that we allot
    ship_from: ShipFrom | None = None
    ship_from_locations: dict[Text, ShipFrom] = {}  # inventory system's location → where that is, in place of it
    carriers: dict[Text, Carrier] = {}  # the inventory system's carrier name, in any case → what it is
    carriers_of: str | None = Field(default=None, pattern=NAME)  # a relationship whose carriers hold here too
    unknown_carrier: Carrier | None = None  # what stands for a carrier that is not named; none: the notice is held
    is_collect: bool = False  # Amazon pays the freight: an ARN is needed before pick-up
    gather_minutes: int = Field(default=10, ge=0)  # how long a shipment waits for others on the same truck
    after_departure_minutes: int = Field(default=30, ge=0)
    before_appointment_hours: Decimal = Field(default=Decimal(6), ge=0)
    window_warning_days: int = Field(default=2, ge=0)  # confirmed and not shipped so long before the window's end
    unshipped_rest_days: int = Field(default=3, ge=1)  # an order shipped in part and at rest for so long is told
    unboxed_is_one_carton: bool = False  # goods packed in no box are one carton; else the notice is held
    label_folder: Text | None = None  # where sheets of labels are put as files too
    pallet_pattern: Pattern | None = None  # finds a pallet's name in a box's name
    bill_of_lading_pattern: Pattern = r"(?i)\bB/?O/?L\b[\s:#.]*([A-Z0-9-]{4,50})"  # in the shipment's notes
    pro_number_pattern: Pattern = r"(?i)\bPRO\b[\s:#.]*([A-Z0-9-]{4,50})"
    amazon_reference_pattern: Pattern = r"(?i)\bARN\b[\s:#.]*([A-Z0-9-]{4,50})"
    seal_pattern: Pattern = r"(?i)\bSEAL\b[\s:#.]*([A-Z0-9-]{2,50})"
    weight_unit: str = Field(default="LB", pattern=r"^(LB|KG|GR|OZ)$")
    carrier_reference: Severity = Severity.BLOCK  # no PRO on a truck
    carton_tracking: Severity = Severity.BLOCK  # no tracking on a parcel's carton
    pallet_sscc: Severity = Severity.WARN  # no SSCC on a pallet: blocks in Europe
    days_before: int = Field(default=7, ge=0)  # how old the shipping date may be
    days_ahead: int = Field(default=2, ge=0)
    time_with_seconds: bool = True  # BSN04
    replacement_days: int = Field(default=7, ge=0)

    def carrier(self, name: str) -> Carrier | None:
        """What a carrier of the inventory system is, whatever the case of its name."""
        wanted = name.strip().casefold()
        known = {each.casefold(): carrier for each, carrier in self.carriers.items()}
        return known.get(wanted, self.unknown_carrier) if wanted else None

    def leaves_from(self, location: str) -> ShipFrom | None:
        """Where goods of an inventory system's location leave from."""
        return self.ship_from_locations.get(location, self.ship_from)
