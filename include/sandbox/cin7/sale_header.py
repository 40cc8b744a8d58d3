"""The checks that POST and PUT /sale make of a sale's header, and the header as GET /sale shows it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from include.sandbox.cin7.refusal import Refused
from include.sandbox.cin7.tenant import Json, Tenant

LONGEST = {"CustomerReference": 256, "ExternalID": 256, "Note": 1024, "ShippingNotes": 1024}
COPIED = ("Contact", "Phone", "Email", "ShippingNotes", "Note", "CustomerReference", "ExternalID")
ADDRESS = {"ID": None, "Line1": "", "Line2": "", "City": "", "State": "", "Postcode": "", "Country": ""}
SHIP_TO = {"Company": "", "Contact": "", "ShipToOther": False}


def new_header(tenant: Tenant, body: Mapping[str, Any], now: datetime, *, location_required: bool) -> Json:
    """The header of a new sale; what the body leaves out comes from the customer's card."""
    customer = _customer(tenant, body)
    if location_required and not body.get("Location"):
        raise Refused("Location is required")
    if str(body.get("SaleType") or "Simple") not in {"Simple", "Advanced"}:
        raise Refused("SaleType must be Simple or Advanced")
    header: Json = {
        "Customer": customer["Name"], "CustomerID": customer["ID"], "Contact": None, "Phone": None, "Email": None,
        "DefaultAccount": customer.get("RevenueAccount"), "SkipQuote": bool(body.get("SkipQuote", False)),
        "BillingAddress": dict(ADDRESS), "ShippingAddress": ADDRESS | SHIP_TO,
        "ShippingNotes": None, "BaseCurrency": tenant.me["Currency"], "CustomerCurrency": customer.get("Currency"),
        "TaxRule": customer.get("TaxRule"), "TaxCalculation": "Exclusive", "Terms": customer.get("PaymentTerm"),
        "PriceTier": customer.get("PriceTier"), "ShipBy": None, "Location": customer.get("Location"),
        "LocationID": None,
        "SaleOrderDate": f"{now:%Y-%m-%d}T00:00:00", "Note": None, "CustomerReference": None, "Carrier": None,
        "CurrencyRate": 1, "SalesRepresentative": customer.get("SalesRepresentative"), "ServiceOnly": False,
        "Type": "Advanced Sale" if body.get("SaleType") == "Advanced" else "Simple Sale", "SourceChannel": None,
        "ExternalID": None, "AdditionalAttributes": {f"AdditionalAttribute{n}": None for n in range(1, 11)},
    }  # fmt: skip
    if header["CustomerCurrency"] not in {None, header["BaseCurrency"]} and not body.get("CurrencyRate"):
        raise Refused("Please specify CurrencyRate")
    return changed_header(tenant, header, body, customer)


def changed_header(tenant: Tenant, header: Json, body: Mapping[str, Any], customer: Json | None = None) -> Json:
    """The header with what the body names; unknown properties are ignored."""
    customer = customer or _customer(tenant, {"CustomerID": header["CustomerID"]})
    _check_lengths(body)
    header = header | {name: body[name] for name in COPIED if name in body}
    header |= _from_books(tenant, body)
    if "TaxInclusive" in body:
        header["TaxCalculation"] = "Inclusive" if body["TaxInclusive"] else "Exclusive"
    for name in ("ShipBy", "SaleOrderDate"):
        if body.get(name):
            header[name] = f"{_day(name, str(body[name]), tenant)}T00:00:00"
    for name in ("CurrencyRate", "DefaultAccount"):
        if body.get(name):
            header[name] = body[name]
    for name in ("BillingAddress", "ShippingAddress"):
        if body.get(name):
            header[name] = _address(header[name], body[name], name)
    if body.get("ShippingAddress"):
        _keep_address(customer, header["ShippingAddress"])
    if not header["LocationID"] and (place := tenant.by_name(tenant.locations, str(header["Location"] or ""))):
        header["LocationID"] = place["ID"]
    return header


def _customer(tenant: Tenant, body: Mapping[str, Any]) -> Json:
    wanted, name = str(body.get("CustomerID") or "").lower(), str(body.get("Customer") or "")
    found = [each for each in tenant.customers if each["ID"] == wanted] if wanted else []
    customer = found[0] if found else tenant.by_name(tenant.customers, name) if name and not wanted else None
    if customer is None:
        raise Refused(f"Customer '{name or wanted}' was not found" if name or wanted else "Customer is required")
    if str(customer.get("Status", "Active")).lower() != "active":
        raise Refused(f"Customer '{customer['Name']}' is not active")
    return customer


def _from_books(tenant: Tenant, body: Mapping[str, Any]) -> Json:
    taken: Json = {}
    if name := body.get("Location"):
        place = tenant.by_name(tenant.locations, str(name))
        if place is None:
            raise Refused(f"Location '{name}' was not found in reference book")
        taken |= {"Location": place["Name"], "LocationID": place["ID"]}
    if (name := body.get("TaxRule")) and tenant.by_name(tenant.tax_rules, str(name)) is None:
        raise Refused(f"Tax rule '{name}' was not found in reference book")
    if (name := body.get("Terms")) and tenant.by_name(tenant.payment_terms, str(name)) is None:
        raise Refused(f"Active payment term with name {name} was not found in Payment Terms reference book")
    if (name := body.get("PriceTier")) and tenant.by_name(tenant.price_tiers, str(name)) is None:
        raise Refused(f"Price tier '{name}' was not found")
    if (name := body.get("SalesRepresentative")) and name not in tenant.contacts:
        raise Refused(f"'{name}' was not found in Company Contacts reference book")
    if (name := body.get("Carrier")) and name not in tenant.carriers:
        raise Refused(f"Carrier '{name}' was not found in reference book")
    named = ("TaxRule", "Terms", "PriceTier", "SalesRepresentative", "Carrier")
    return taken | {name: body[name] for name in named if body.get(name)}


def _check_lengths(body: Mapping[str, Any]) -> None:
    for name, longest in LONGEST.items():
        if len(str(body.get(name) or "")) > longest:
            raise Refused(f"{name} must not be longer than {longest} characters")


def _day(name: str, text: str, tenant: Tenant) -> str:
    try:
        day = datetime.fromisoformat(text).date()
    except ValueError as fault:
        raise Refused(f"{name} is not a date") from fault
    locked = tenant.me["LockDate"]
    if name == "SaleOrderDate" and locked and day <= datetime.fromisoformat(str(locked)).date():
        raise Refused(f"The period is locked: {name} must be after {str(locked)[:10]}")
    return day.isoformat()


def _address(before: Json, given: Mapping[str, Any], name: str) -> Json:
    if not given.get("ID") and not (given.get("Line1") and given.get("Country")):
        raise Refused(f"{name}: Line1 and Country are required")
    address = before | {key: value for key, value in given.items() if key in before}
    place = " ".join(filter(None, (str(address[key] or "") for key in ("City", "State", "Postcode", "Country"))))
    return address | {"DisplayAddressLine1": address["Line1"], "DisplayAddressLine2": place}


def _keep_address(customer: Json, address: Json) -> None:
    known = {each.get("Line1") for each in customer.setdefault("Addresses", [])}
    if not address.get("ShipToOther") and not address.get("ID") and address["Line1"] not in known:
        kept = {key: address[key] for key in ("Line1", "Line2", "City", "State", "Postcode", "Country")}
        customer["Addresses"].append(kept | {"Type": "Shipping", "DefaultForType": False})
