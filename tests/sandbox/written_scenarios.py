"""Scenarios as they are written for the sandbox, and what their orders mean by the product's reader and parser."""

from __future__ import annotations

import io
import json
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

import include.amazon
import include.relationships
from include.amazon.orders import PurchaseOrder
from include.amazon.x12_850 import parse_purchase_order
from include.identifiers import as_gtin_14
from include.sandbox.amazon.scenario import Interchange, Line, Order, Scenario, load_scenario
from include.sandbox.scenarios.__main__ import main
from include.x12.envelope import InterchangeEnd, TransactionSet
from include.x12.guides import find_guide
from include.x12.reading import read_interchanges

START = "2026-11-25T08:00:00+00:00"
NAMES = {
    "demo": (),
    "simulation": ("--orders", "300"),
    "fulfilment": ("--orders", "300"),
    "intake": ("--orders", "100", "--lines", "20"),
}
GUIDES = Path(include.amazon.__file__).parent / "guides"
RELATIONSHIPS = Path(include.relationships.__file__).parent


@dataclass(frozen=True)
class Written:
    scenario: Scenario
    catalogue: dict[str, Any]

    @property
    def interchanges(self) -> list[Interchange]:
        return [each for drop in self.scenario.drops for each in drop.interchanges]

    @property
    def orders(self) -> list[Order]:
        return [order for each in self.interchanges for order in each.orders]

    @property
    def first_orders(self) -> dict[str, Order]:
        found: dict[str, Order] = {}
        for order in self.orders:
            found.setdefault(order.purchase_order_number, order)
        return found


def write(folder: Path, name: str, *words: str) -> Written:
    main([name, "--out", str(folder), "--start", START, *words])
    return Written(load_scenario(folder / "orders.json"), json.loads((folder / "catalogue.json").read_text()))


def read_orders(content: bytes) -> list[tuple[str, PurchaseOrder]]:
    """What the product's reader accepts, for whoever it is addressed to."""
    sets: list[TransactionSet] = []
    accepted: list[tuple[str, PurchaseOrder]] = []
    for event in read_interchanges(io.BytesIO(content), lambda _, group, name: guide(group.release, name)):
        if isinstance(event, TransactionSet):
            sets.append(event)
        elif isinstance(event, InterchangeEnd):
            if event.verdict != "R" and event.header.receiver_id == "VENDORLANE":
                accepted += [(event.header.control_number, parse_purchase_order(each.segments))
                             for each in sets if each.verdict == "A"]  # fmt: skip
            sets = []
    return accepted


@cache
def guide(release: str, name: str) -> Any:
    return find_guide(GUIDES, release, name)


def told(order: PurchaseOrder) -> tuple[Any, ...]:
    assert order.ship_to is not None
    return (
        order.purchase_order_number,
        order.ordered_on,
        order.back_order_allowed,
        (order.window_start, order.window_end),
        (order.ship_to.qualifier, order.ship_to.identifier),
        order.is_cancelled,
        [
            (each.line_number, each.quantity, each.unit, each.unit_price, each.price_basis, str(each.identifiers[0]))
            for each in order.lines
        ],
    )


def asked(order: Order) -> tuple[Any, ...]:
    return (
        order.purchase_order_number,
        order.ordered_on,
        order.back_order_allowed,
        (order.window_start, order.window_end),
        order.ship_to,
        order.is_cancelled,
        [
            (each.line_number, each.quantity, each.unit, each.unit_price, "PE", " ".join(each.item))
            for each in order.lines
        ],
    )


def products_of(line: Line, written: Written) -> list[str]:
    qualifier, value = line.item
    field = {"BP": "AdditionalAttribute1", "VN": "SKU"}.get(qualifier, "Barcode")
    wanted = as_gtin_14(value) if field == "Barcode" else value
    index = written.catalogue.setdefault("index", {})
    if field not in index:
        index[field] = {}
        for each in written.catalogue["products"]:
            told = each.get(field, "")
            index[field].setdefault(as_gtin_14(told) if field == "Barcode" else told, []).append(each["SKU"])
    return index[field].get(wanted, [])


def case_size(product: dict[str, Any]) -> int:
    return sum(part["Quantity"] for part in product.get("BillOfMaterialsProducts", ())) or 1


def base_units(product: dict[str, Any], products: dict[str, Any], unit: str) -> set[Decimal]:
    """Every size that the catalogue gives the line's unit: one, or it contradicts itself."""
    if unit == "EA":
        return {Decimal(1)}
    sku = product["SKU"]
    linked = {
        case_size(each) for each in products.values() if sku in (component(each), each["SKU"]) and component(each)
    }
    return {
        Decimal(size) for size in linked | ({product["CartonQuantity"]} if product.get("CartonQuantity") else set())
    }


def component(product: dict[str, Any]) -> str | None:
    parts = product.get("BillOfMaterialsProducts", ())
    return parts[0]["ProductCode"] if parts else None


def known_centres() -> set[str]:
    told = yaml.safe_load((RELATIONSHIPS / "fulfilment_centres.yaml").read_text())["centres"]
    return {each["code"] for each in told}


def short_orders(written: Written) -> set[str]:
    """The orders that find too little, served as they come, before anyone else takes or brings anything."""
    left: Counter[str] = Counter()
    for row in written.catalogue["stock"]:
        left[row["sku"]] += row["on_hand"] * (row["location"] == written.scenario.location)
    bases = {each["SKU"]: component(each) or each["SKU"] for each in written.catalogue["products"]}
    short = set()
    for order in written.first_orders.values():
        for line in order.lines:
            base = bases[line.sku or ""]
            got = min(line.quantity, left[base] // line.eaches)
            left[base] -= int(got * line.eaches)
            if got < line.quantity:
                short.add(order.purchase_order_number)
    return short
