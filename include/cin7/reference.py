"""What is asked of the tenant before a sale is placed: locked period, customer, tax. None where it is not told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from include.cin7.client import Cin7Client, UnusableAnswer
from include.cin7.paging import Reader, read_pages
from include.cin7.values import day, guid, number, text
from include.errors import RejectedError


@dataclass(frozen=True, slots=True)
class Tenant:
    """What is set for the whole account."""

    locked_until: date | None
    applies_discounts: bool
    currency: str


@dataclass(frozen=True, slots=True)
class Customer:
    """The customer that sales are made for."""

    customer_id: str
    name: str
    is_on_hold: bool
    currency: str


@dataclass(frozen=True, slots=True)
class Location:
    """A place of the account where stock lies."""

    name: str
    is_deprecated: bool
    is_staging: bool


def fetch_locations(client: Reader) -> tuple[Location, ...]:
    """The account's locations; their bins, which stand in the same list, are left out."""
    rows = read_pages(client, "/ref/location", "LocationList", {}, lambda row: row.get("ID"))
    return tuple(
        Location(text(row.get("Name")), bool(row.get("IsDeprecated") or row.get("Deprecated")),
                 bool(row.get("IsStaging")))
        for row in rows
        if not row.get("ParentID")
    )  # fmt: skip


def fetch_tenant(client: Cin7Client) -> Tenant | None:
    """GET /me."""
    try:
        told = client.get("/me")
    except (RejectedError, UnusableAnswer):
        return None
    return Tenant(day(told.get("LockDate")), bool(told.get("AutomaticallyApplyDiscounts")), text(told.get("Currency")))


def fetch_customer(client: Cin7Client, name: str) -> Customer | None:
    """The customer of exactly this name."""
    row = _by_name(client, "/customer", "CustomerList", name)
    if row is None:
        return None
    return Customer(guid(row.get("ID")), str(row["Name"]), bool(row.get("IsOnCreditHold")), text(row.get("Currency")))


def fetch_tax_percent(client: Cin7Client, name: str) -> Decimal | None:
    """The rate of the tax rule of exactly this name."""
    row = _by_name(client, "/ref/tax", "TaxRuleList", name)
    return None if row is None else number(row.get("TaxPercent"))


def _by_name(client: Cin7Client, path: str, list_key: str, name: str) -> Mapping[str, Any] | None:
    """The entry of a book; Cin7's filter gives all names that begin so, or refuses what it does not find."""
    try:
        for row in read_pages(client, path, list_key, {"Name": name}, lambda row: row.get("ID")):
            if text(row.get("Name")).casefold() == name.casefold():
                return row
    except (RejectedError, UnusableAnswer):
        return None
    return None
