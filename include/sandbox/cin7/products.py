"""Products as they are kept and as /product shows them.

A company has a hundred thousand: what is not told of one is not kept but stands in the defaults.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

Json = dict[str, Any]
NAMESPACE = uuid.UUID("6f4f2d0e-3a3c-4f5e-9a51-1b9d7a1c0d01")
DEFAULTS: Json = {
    "Category": "Other", "Brand": None, "Type": "Stock", "CostingMethod": "FIFO", "DropShipMode": "No Drop Ship",
    "DefaultLocation": None, "Length": 0, "Width": 0, "Height": 0, "Weight": 0, "UOM": "Item", "Barcode": "",
    "CartonQuantity": 0, "CartonInnerQuantity": 0, "MinimumBeforeReorder": 0, "ReorderQuantity": 0,
    "AverageCost": 1, "ShortDescription": "", "AttributeSet": None, "Status": "Active", "Sellable": True,
    "BillOfMaterial": False, "AutoAssembly": False, "AutoDisassembly": False, "QuantityToProduce": 0,
    "BOMType": "None", "Tags": "", "HSCode": "", "CountryOfOrigin": "", "LastModifiedOn": "2026-01-01T00:00:00.000Z",
    "PriceTiers": {}, "BillOfMaterialsProducts": (),
    **{f"AdditionalAttribute{number}": "" for number in range(1, 11)},
}  # fmt: skip
HIDDEN: Json = {"Suppliers": [], "ReorderLevels": [], "Movements": [], "Attachments": [], "CustomPrices": [],
                "BillOfMaterialsServices": []}  # fmt: skip


class Product(Json):
    """What was told of a product; the rest is read from the defaults."""

    def __missing__(self, name: str) -> Any:
        return DEFAULTS[name]


def guid(*words: str) -> str:
    """The same id for the same words, so that a scenario can be built again."""
    return str(uuid.uuid5(NAMESPACE, "/".join(words)))


def make_product(given: Mapping[str, Any]) -> Product:
    """A product from a catalogue file's entry."""
    sku = str(given["SKU"])
    return Product({"ID": guid("product", sku), "SKU": sku, "Name": sku, **given})


def product_json(product: Product, tiers: Sequence[str], *, with_bom: bool) -> Json:
    """What /product shows of it; `tiers` are the names of the ten."""
    prices = {name: product["PriceTiers"].get(name, Decimal(0)) for name in tiers}
    parts = [
        {"ComponentProductID": guid("product", each["ProductCode"]), "WastagePercent": 0, "CostPercentage": 0, **each}
        for each in product["BillOfMaterialsProducts"]
    ]
    return {
        **DEFAULTS,
        **product,
        "PriceTiers": prices,
        **{f"PriceTier{number}": price for number, price in enumerate(prices.values(), 1)},
        "BillOfMaterialsProducts": parts if with_bom else [],
        **HIDDEN,
    }
