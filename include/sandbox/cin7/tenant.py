"""The company's reference books and products, from the catalogue file; what the file leaves out gets a default."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

Json = dict[str, Any]
NAMESPACE = uuid.UUID("6f4f2d0e-3a3c-4f5e-9a51-1b9d7a1c0d01")
PRODUCT_DEFAULTS: Json = {
    "Category": "Other", "Brand": None, "Type": "Stock", "CostingMethod": "FIFO", "DropShipMode": "No Drop Ship",
    "DefaultLocation": None, "Length": 0, "Width": 0, "Height": 0, "Weight": 0, "UOM": "Item", "Barcode": "",
    "CartonQuantity": 0, "CartonInnerQuantity": 0, "MinimumBeforeReorder": 0, "ReorderQuantity": 0,
    "AverageCost": 1, "ShortDescription": "", "AttributeSet": None, "Status": "Active", "Sellable": True,
    "BillOfMaterial": False, "AutoAssembly": False, "AutoDisassembly": False, "QuantityToProduce": 0,
    "BOMType": "None", "Tags": "", "HSCode": "", "CountryOfOrigin": "", "LastModifiedOn": "2026-01-01T00:00:00.000Z",
}  # fmt: skip


def guid(*words: str) -> str:
    """The same id for the same words, so that a scenario can be built again."""
    return str(uuid.uuid5(NAMESPACE, "/".join(words)))


@dataclass(slots=True)
class Tenant:
    """One company's books, JSON as the API shows it."""

    account_id: str
    application_key: str
    me: Json
    customers: list[Json]
    locations: list[Json]
    tax_rules: list[Json]
    payment_terms: list[Json]
    price_tiers: list[Json]
    attribute_sets: list[Json]
    accounts: list[Json]
    contacts: list[str]
    carriers: list[str]
    products: dict[str, Json]  # by SKU

    def by_name(self, book: list[Json], name: str) -> Json | None:
        """The entry of a book by its exact name, case aside."""
        return next((each for each in book if str(each["Name"]).lower() == name.lower()), None)

    def product(self, *, sku: str = "", product_id: str = "") -> Json | None:
        """A product by SKU, else by id."""
        if sku:
            return self.products.get(sku)
        wanted = product_id.lower()
        return next((each for each in self.products.values() if each["ID"] == wanted), None)


def load_tenant(data: Mapping[str, Any]) -> Tenant:
    """The books from a catalogue file."""
    account = data.get("account", {})
    tiers = [str(name) for name in data.get("price_tiers", ("Retail", "Amazon"))]
    tiers += [f"Tier {number}" for number in range(len(tiers) + 1, 11)]
    return Tenant(
        account_id=account.get("id", "sandbox-account"),
        application_key=account.get("key", "sandbox-key"),
        me=_me(data.get("me", {})),
        customers=[_with_id("customer", each) for each in data.get("customers", ())],
        locations=[_location(each) for each in data.get("locations", ())],
        tax_rules=[_with_id("tax", each) for each in data.get("tax_rules", ())],
        payment_terms=[_with_id("term", each) for each in data.get("payment_terms", ())],
        price_tiers=[{"Code": number, "Name": name} for number, name in enumerate(tiers, 1)],
        attribute_sets=[_attribute_set(each) for each in data.get("attribute_sets", ())],
        accounts=list(data.get("accounts", ())),
        contacts=list(data.get("contacts", ())),
        carriers=list(data.get("carriers", ("DEFAULT Carrier",))),
        products={each["SKU"]: _product(each, tiers) for each in data.get("products", ())},
    )


def _me(given: Mapping[str, Any]) -> Json:
    return {
        "Company": "Sandbox Goods", "Currency": "USD", "TimeZone": "America/Los_Angeles", "DefaultWeightUnits": "kg",
        "DefaultDimensionsUnits": "cm", "LockDate": None, "OpeningBalanceDate": "2020-01-01T00:00:00",
        "TaxCalculationMethod": "Row Total", "DefaultSaleTaxRuleName": "Tax Exempt",
        "MaximumDecimalPlacesInQuantity": "N2", "ApplyCustomerDiscountsAfterOtherDiscounts": False,
        "DiscountRule": "Discount", "AutomaticallyApplyDiscounts": False, "RoundingTable": [], **given,
    }  # fmt: skip


def _with_id(book: str, given: Mapping[str, Any]) -> Json:
    return {"ID": guid(book, str(given["Name"])), **given}


def _location(given: Mapping[str, Any] | str) -> Json:
    entry = {"Name": given} if isinstance(given, str) else dict(given)
    name = str(entry["Name"])
    bins = [{"ID": guid("bin", name, each), "Name": each, "IsDeprecated": False, "IsStaging": False}
            for each in entry.pop("Bins", None) or ()]  # fmt: skip
    return {"ID": guid("location", name), "IsDefault": False, "IsDeprecated": False, "Bins": bins or None,
            "ParentID": None, "ParentName": None, **entry}  # fmt: skip


def _attribute_set(given: Mapping[str, Any]) -> Json:
    names = list(given.get("attributes", ()))
    slots = [{"Name": name, "Type": "Text", "Values": ""} for name in names]
    entry: Json = {"ID": guid("attributes", str(given["Name"])), "Name": given["Name"], "Attributes": slots}
    for number in range(1, 11):
        name = names[number - 1] if number <= len(names) else ""
        entry[f"Attribute{number}Name"] = name
        entry[f"Attribute{number}Type"] = "Text" if name else "Not used"
        entry[f"Attribute{number}Values"] = ""
    return entry


def _product(given: Mapping[str, Any], tiers: list[str]) -> Json:
    sku = str(given["SKU"])
    prices = {name: given.get("PriceTiers", {}).get(name, Decimal(0)) for name in tiers}
    entry: Json = {"ID": guid("product", sku), "SKU": sku, "Name": given.get("Name", sku), **PRODUCT_DEFAULTS, **given}
    entry["PriceTiers"] = prices
    for number, name in enumerate(tiers, 1):
        entry[f"PriceTier{number}"] = prices[name]
    for number in range(1, 11):
        entry.setdefault(f"AdditionalAttribute{number}", "")
    parts = [
        {"ComponentProductID": guid("product", each["ProductCode"]), "WastagePercent": 0, "CostPercentage": 0, **each}
        for each in given.get("BillOfMaterialsProducts", ())
    ]
    return entry | {"BillOfMaterialsProducts": parts, "BillOfMaterialsServices": []}
