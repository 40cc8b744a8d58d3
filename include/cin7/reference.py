"""What is asked of the tenant before a sale is placed: locked period, customer, tax. None where it cannot be told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from include.cin7.client import Cin7Client
from include.cin7.paging import read_pages
from include.cin7.values import guid, instant, number
from include.errors import RejectedError, TransientError


@dataclass(frozen=True, slots=True)
class Tenant:
    """What is set for the whole account."""

    locked_until: date | None
    applies_discounts: bool


@dataclass(frozen=True, slots=True)
class Customer:
    """The customer that sales are made for."""

    customer_id: str
    name: str
    is_on_hold: bool


def fetch_tenant(client: Cin7Client) -> Tenant | None:
    """GET /me."""
    try:
        told = client.get("/me")
    except (RejectedError, TransientError):
        return None
    locked = instant(told.get("LockDate"))
    return Tenant(locked.date() if locked else None, bool(told.get("AutomaticallyApplyDiscounts")))


def fetch_customer(client: Cin7Client, name: str) -> Customer | None:
    """The customer of exactly this name."""
    try:
        for row in read_pages(client, "/customer", "CustomerList", {"Name": name}, lambda row: row.get("ID")):
            if str(row.get("Name") or "").casefold() == name.casefold():
                return Customer(guid(row.get("ID")), str(row["Name"]), bool(row.get("IsOnCreditHold")))
    except (RejectedError, TransientError):
        return None
    return None


def fetch_tax_percent(client: Cin7Client, name: str) -> Decimal | None:
    """The rate of the tax rule of exactly this name."""
    try:
        for row in read_pages(client, "/ref/tax", "TaxRuleList", {"Name": name}, lambda row: row.get("ID")):
            if str(row.get("Name") or "").casefold() == name.casefold():
                return number(row.get("TaxPercent"))
    except (RejectedError, TransientError):
        return None
    return None
