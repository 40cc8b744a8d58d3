"""A company whose stock and prices the tests of the intake know by heart, and a trade with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.purchase_orders.trade import Trade
from tests.sandbox.cin7_process import Cin7Process

HERE = "Main Warehouse"
PRODUCTS = {  # ASIN: SKU, price in the tier, stock
    "B00000MUG1": ("MUG", "4.25", 100),
    "B00000BOWL": ("BOWL", "3.00", 40),
    "B0000PLATE": ("PLATE", "10.00", 7),
    "B0000SPOON": ("SPOON", "1.00", 0),
    "B0000KNIFE": ("KNIFE", "2.00", 57),
}
COMPANY: Mapping[str, Any] = {
    "customers": [{"Name": "Amazon Vendor US", "Currency": "USD", "TaxRule": "Tax Exempt", "PriceTier": "Amazon"}],
    "locations": [HERE, "Reno"],
    "tax_rules": [{"Name": "Tax Exempt", "TaxPercent": 0, "IsActive": True}, {"Name": "VAT", "TaxPercent": 20}],
    "attribute_sets": [{"Name": "Amazon", "attributes": ["ASIN"]}],
    "products": [
        {
            "SKU": sku,
            "Name": f"A {sku.lower()}",
            "AttributeSet": "Amazon",
            "AdditionalAttribute1": asin,
            "CartonQuantity": 6,
            "PriceTiers": {"Amazon": float(price)},
        }
        for asin, (sku, price, _) in PRODUCTS.items()
    ],
    "stock": [{"sku": sku, "location": HERE, "on_hand": on_hand} for sku, _, on_hand in PRODUCTS.values() if on_hand],
    "behaviour": {"limit_calls": 100_000},
}


@pytest.fixture
def cin7(cin7_process: Cin7Process) -> Cin7Process:
    """The sandbox Cin7 Core as this company, new for each test."""
    cin7_process.become(COMPANY)
    return cin7_process


@pytest.fixture
def begin(database: str, cin7: Cin7Process, tmp_path: Path) -> Callable[..., Trade]:
    """Begins the trade, with settings of the relationship; a kind of Trade may be named."""
    folder = tmp_path / "mailbox"
    folder.mkdir()
    return lambda kind=Trade, **settings: kind.begin(database, cin7, folder, **settings)


@pytest.fixture
def trade(begin: Callable[..., Trade]) -> Trade:
    return begin()


@pytest.fixture
def become(cin7: Cin7Process) -> Callable[..., None]:
    """Makes it a company that differs in what is named, without a sale."""
    return lambda **differences: cin7.become({**COMPANY, **differences})
