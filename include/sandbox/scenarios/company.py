"""The vendor's side of a scenario: products, stock and books, under the names that the shipped relationship uses."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from include.sandbox.amazon.scenario import Line

Json = dict[str, Any]
CUSTOMER, LOCATION, ELSEWHERE = "Amazon Vendor US", "Main Warehouse", "Overflow Warehouse"
PRICE_TIER, TAX_RULE, TERMS, REPRESENTATIVE = "Amazon", "Tax Exempt", "Net 60", "Vendor Desk"
ATTRIBUTE_SET = "Amazon"
PARCEL_CARRIERS, FREIGHT_CARRIER = ("UPS Ground", "FedEx Ground"), "Old Dominion"
CASE_SUFFIX = "-CASE"
CASE = "CASE"  # `by`: the linked case's own GTIN-14
ASIN_SIGNS = "0123456789BCDFGHJKLMNPQRSTVWXYZ"


@dataclass(frozen=True, slots=True)
class Item:
    """A product. `carton` is only told (CartonQuantity); `case` is a linked SKU that is assembled when sold."""

    sku: str
    price: Decimal
    asin: str
    gtin: str  # UPC-12 or EAN-13
    stock: int
    carton: int = 0
    case: int = 0
    elsewhere: int = 0  # stock at another location, which is not Amazon's
    bins: tuple[str, ...] = field(default=())

    @property
    def case_sku(self) -> str:
        return f"{self.sku}{CASE_SUFFIX}{self.case}"

    @property
    def case_gtin(self) -> str:
        return with_check_digit("1" + self.gtin.zfill(13)[:-1])

    def line(self, number: int, quantity: int, unit: str = "EA", by: str = "BP", **changed: Any) -> Line:
        """An order line for it; `by` is the qualifier of the item id, or CASE."""
        value = {"BP": self.asin, "UP": self.gtin, "EN": self.gtin.zfill(13), "UK": self.gtin.zfill(14),
                 "VN": self.sku, CASE: self.case_gtin}[by]  # fmt: skip
        eaches = Decimal((self.case or self.carton) if unit == "CA" else 1)
        item, sku = ("UK" if by == CASE else by, value), self.case_sku if by == CASE else self.sku
        return replace(Line(str(number), Decimal(quantity), unit, self.price, item, sku, eaches), **changed)


def make_item(number: int, sku: str, price: str, stock: int, **more: Any) -> Item:
    """An item with an ASIN and a UPC of its own; every third has an EAN-13 instead."""
    digits = f"{840_100_000 + number:011}" if number % 3 else f"{400_638_100_000 + number:012}"
    signs = random.Random(number)
    asin = "B0" + "".join(signs.choice(ASIN_SIGNS) for _ in range(8))
    return Item(sku, Decimal(price), asin, with_check_digit(digits), stock, **more)


def base_of(sku: str) -> tuple[str, int]:
    """The SKU that lies in the warehouse, and how many of it one unit is."""
    base, _, size = sku.partition(CASE_SUFFIX)
    return base, int(size or 1)


def unmapped_line(number: int, quantity: int, price: str = "9.99") -> Line:
    """A line for something that the vendor does not know."""
    item = ("BP", f"B0UNKNWN{number:02}")
    return Line(str(number), Decimal(quantity), "EA", Decimal(price), item, None, fault="unmapped")


def with_check_digit(digits: str) -> str:
    """GS1's modulo 10."""
    total = sum(int(digit) * (1 if place % 2 else 3) for place, digit in enumerate(reversed(digits)))
    return digits + str(-total % 10)


def catalogue(
    items: Sequence[Item],
    timeline: Sequence[Json] = (),
    behaviour: Json | None = None,
    races: Sequence[Json] = (),
    warehouse: Json | None = None,
) -> Json:
    """catalogue.json."""
    return {
        "me": {"Company": "Vendorlane Sandbox Goods"},
        "customers": [_customer()],
        "locations": [
            {"Name": LOCATION, "IsDefault": True, "Bins": sorted({name for each in items for name in each.bins})},
            ELSEWHERE,
        ],
        "price_tiers": ["Retail", PRICE_TIER],
        "tax_rules": [{"Name": TAX_RULE, "Account": "2200", "IsActive": True, "TaxInclusive": False,
                       "TaxPercent": 0, "IsTaxForSale": True, "IsTaxForPurchase": True}],
        "payment_terms": [{"Name": TERMS, "Duration": 60, "Method": "number of days", "IsActive": True,
                           "IsDefault": True}],
        "attribute_sets": [{"Name": ATTRIBUTE_SET, "attributes": ["ASIN"]}],
        "accounts": [{"Code": "4000", "Name": "Sales", "Type": "REVENUE", "Status": "ACTIVE", "Class": "REVENUE"},
                     {"Code": "1100", "Name": "Accounts receivable", "Type": "CURRENT", "Status": "ACTIVE",
                      "Class": "ASSET", "SystemAccount": "Accounts receivable", "SystemAccountCode": "DEBTORS"}],
        "contacts": [REPRESENTATIVE],
        "carriers": ["DEFAULT Carrier", *PARCEL_CARRIERS, FREIGHT_CARRIER],
        "products": [entry for each in items for entry in _products(each)],
        "stock": [row for each in items for row in _stock(each)],
        "timeline": sorted(timeline, key=lambda each: str(each["at"])),
        "races": list(races),
        "behaviour": behaviour or {},
        **({"warehouse": warehouse} if warehouse else {}),
    }  # fmt: skip


def _customer() -> Json:
    return {"Name": CUSTOMER, "Status": "Active", "Currency": "USD", "TaxRule": TAX_RULE, "PaymentTerm": TERMS,
            "PriceTier": PRICE_TIER, "Location": LOCATION, "SalesRepresentative": REPRESENTATIVE,
            "RevenueAccount": "4000", "AccountReceivable": "1100", "Discount": 0, "CreditLimit": 0,
            "IsOnCreditHold": False}  # fmt: skip


def _products(item: Item) -> Iterable[Json]:
    common: Json = {"AttributeSet": ATTRIBUTE_SET, "AverageCost": item.price / 2}
    yield common | {"SKU": item.sku, "Name": f"Sandbox {item.sku}", "AdditionalAttribute1": item.asin,
                    "Barcode": item.gtin, "CartonQuantity": item.carton,
                    "PriceTiers": {PRICE_TIER: item.price, "Retail": item.price * 2}}  # fmt: skip
    if item.case:
        price = item.price * item.case
        yield common | {"SKU": item.case_sku, "Name": f"Sandbox {item.sku}, {item.case} in a case",
                        "Barcode": item.case_gtin, "BillOfMaterial": True, "AutoAssembly": True,
                        "BOMType": "Assembly", "AverageCost": price / 2,
                        "BillOfMaterialsProducts": [{"ProductCode": item.sku, "Quantity": item.case}],
                        "PriceTiers": {PRICE_TIER: price, "Retail": price * 2}}  # fmt: skip


def _stock(item: Item) -> Iterable[Json]:
    bins = item.bins or (None,)
    for place, name in enumerate(bins):
        share = item.stock // len(bins) + (item.stock % len(bins) if place == 0 else 0)
        yield {"sku": item.sku, "location": LOCATION, "bin": name, "on_hand": share}
    if item.elsewhere:
        yield {"sku": item.sku, "location": ELSEWHERE, "bin": None, "on_hand": item.elsewhere}
