"""What Amazon holds of the vendor, and what it does wrong on purpose. What its guides leave open is a setting here."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

PER_EACH, PER_UNIT, BY_BASIS = "each", "unit", "basis"


@dataclass(frozen=True, slots=True)
class Address:
    """A party as Amazon's records have it, to be met to the letter."""

    name: str
    lines: tuple[str, ...] = ()
    city: str = ""
    state: str = ""
    postal_code: str = ""
    country: str = ""
    qualifier: str = ""
    identifier: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """ITD01, 02, 07, 03 and 05 as agreed."""

    type_code: str
    basis_code: str
    net_days: Decimal
    discount_percent: Decimal | None = None
    discount_days: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """The vendor's account; what is None is not checked."""

    is_collect: bool = False  # Amazon pays the freight: an ARN is needed, and the window is that of the departure
    needs_carrier_reference: bool = True  # REF CN of the shipment
    needs_pallet_sscc: bool = False
    days_back: int = 7  # of DTM 011
    days_ahead: int = 2
    minutes_after_departure: int = 30
    hours_before_appointment: int = 6
    arrival_patience_days: int = 2  # after DTM 017, until a shipment counts as never arrived
    zone: str = "UTC"  # of the days in documents
    currency: str = "USD"
    bill_to: Address | None = None
    terms: Terms | None = None
    takes_several_orders: bool = True  # on one invoice
    price_is_per: str = BY_BASIS  # IT104: each, unit (that of IT103), or basis (each where IT105 is PE, else unit)


@dataclass(frozen=True, slots=True)
class Every:
    """Every nth 856, 810 or 846, counted as they come; 0 is never."""

    refused: int = 0  # by a 997 with AK3 and AK4, though nothing is wrong with it
    silent: int = 0  # taken in, and never answered
    late: int = 0  # answered `late_hours` later


NEVER = Every()


@dataclass(frozen=True, slots=True)
class Switches:
    """Faults of Amazon's own, all off."""

    notices: Every = NEVER
    invoices: Every = NEVER
    late_hours: float = 48
    stray_997_every: int = 0  # with every nth 856 or 810 a 997 for a group that was never sent
    miscount_every: int = 0  # every nth truck
    miscount_percent: Decimal = Decimal(-10)  # below zero fewer, above more; one each of every product at least
    stock_reports: Every = NEVER


PLAIN, NO_FAULTS = Account(), Switches()
