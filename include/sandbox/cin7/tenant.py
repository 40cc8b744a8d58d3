"""The company's reference books and products, from the catalogue file; what the file leaves out gets a default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from include.sandbox.cin7.products import Product, guid, make_product

Json = dict[str, Any]


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
    products: dict[str, Product]  # by SKU

    @property
    def tiers(self) -> list[str]:
        """The names of the ten price tiers."""
        return [str(each["Name"]) for each in self.price_tiers]

    def by_name(self, book: list[Json], name: str) -> Json | None:
        """The entry of a book by its exact name, case aside."""
        return next((each for each in book if str(each["Name"]).lower() == name.lower()), None)

    def product(self, *, sku: str = "", product_id: str = "") -> Product | None:
        """A product by SKU, else by id."""
        if sku:
            return self.products.get(sku)
        wanted = product_id.lower()
        return next((each for each in self.products.values() if each["ID"] == wanted), None)

    def write_product(self, given: Mapping[str, Any], modified_on: str) -> Product:
        """A product is changed in what is given, or newly made; prices are changed by tier."""
        product = self.products.setdefault(str(given["SKU"]), make_product({"SKU": given["SKU"]}))
        prices = product["PriceTiers"] | given.get("PriceTiers", {})
        product.update(given, PriceTiers=prices, LastModifiedOn=modified_on)
        return product


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
        products={each["SKU"]: make_product(each) for each in data.get("products", ())},
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
