"""The checks that pick, pack and ship make of their lines, and what the warehouse would write itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from include.sandbox.cin7.fulfilment import BoxLine, GoodsLine
from include.sandbox.cin7.order_lines import ONE_SKU_TWICE, find_product, number_of
from include.sandbox.cin7.products import guid
from include.sandbox.cin7.refusal import Refused
from include.sandbox.cin7.sale import Sale, SaleLine, picked
from include.sandbox.cin7.tenant import Tenant

Given = Mapping[str, Any]
LONGEST_TEXT = 256


def read_goods(tenant: Tenant, sale: Sale, given: object, *, one_sku_once: bool) -> list[GoodsLine]:
    """Lines of a pick or a pack, or the first thing wrong with them."""
    lines = [_read_goods_line(tenant, sale, each) for each in objects(given)]
    if one_sku_once and len({each.sku for each in lines}) < len(lines):
        raise Refused(ONE_SKU_TWICE)
    return lines


def read_boxes(tenant: Tenant, given: object, packed: list[str], new_id: Iterator[str]) -> list[BoxLine]:
    """Lines of a ship, one for each box. `Boxes`, which is how they are read, is not known when they are written."""
    return [line for each in objects(given) for line in _read_box_line(tenant, each, packed, new_id)]


def to_pick(sale: Sale, line: SaleLine, wanted: Decimal) -> Iterator[GoodsLine]:
    """Units of an order line, from the bins that hold what it was promised."""
    skipped = picked(sale)[line.sku] - line.shipped
    of_line = GoodsLine(
        line.sku, line.product_id, line.name, sale.header["Location"], sale.header["LocationID"], wanted
    )
    for each in line.allocations if wanted else ():
        if each.row.sku == line.sku:
            part = min(wanted, max(Decimal(0), each.quantity - skipped))
            skipped = max(Decimal(0), skipped - each.quantity)
            wanted -= part
            if part:
                text, place_id = place_text(each.row.location, each.row.bin)
                yield replace(of_line, location=text, location_id=place_id, quantity=part)
    if wanted > 0:
        yield replace(of_line, quantity=wanted)


def place_text(location: str, bin_name: str | None) -> tuple[str, str]:
    """A place as a line names it, and its id."""
    if bin_name:
        return f"{location}: {bin_name}", guid("bin", location, bin_name)
    return location, guid("location", location)


def place_of(line: GoodsLine) -> tuple[str, str | None]:
    """Location and bin of a line."""
    location, _, bin_name = line.location.partition(": ")
    return location, bin_name or None


def objects(given: object) -> list[Given]:
    """A body's list of lines."""
    if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
        raise Refused("Lines are required")
    return given


def day(given: Given, name: str) -> str:
    """A date that must be there, as Cin7 shows it."""
    if not given.get(name):
        raise Refused(f"{name} is required")
    try:
        return f"{datetime.fromisoformat(str(given[name])):%Y-%m-%d}T00:00:00"
    except ValueError as fault:
        raise Refused(f"{name} is not a date") from fault


def _read_goods_line(tenant: Tenant, sale: Sale, given: Given) -> GoodsLine:
    product = find_product(tenant, given)
    if product["SKU"] not in {each.sku for each in sale.lines}:
        raise Refused(f"Product '{product['SKU']}' is not in the Sale Order")
    if given.get("Quantity") is None:
        raise Refused(f"Lines: Quantity is required for product '{product['SKU']}'")
    quantity = number_of(given, "Quantity")
    if quantity < 1:
        raise Refused("Quantity: Minimal value is 1")
    text, place_id = _place(tenant, given)
    return GoodsLine(product["SKU"], product["ID"], product["Name"], text, place_id, quantity,
                     given.get("BatchSN"), given.get("ExpiryDate"), _text(given, "Box"))  # fmt: skip


def _read_box_line(tenant: Tenant, given: Given, packed: list[str], new_id: Iterator[str]) -> Iterator[BoxLine]:
    if "Box" not in given:
        raise Refused("Box is required")
    name = _text(given, "Box")
    boxes = [name] if name in packed else [each.strip() for each in name.split(",")]
    carrier = str(given.get("Carrier") or "")
    if carrier and carrier not in tenant.carriers:
        raise Refused(f"Carrier '{carrier}' was not found in reference book")
    for box in boxes:
        if box not in packed:
            raise Refused(f"Box '{box}' is not packed")
        yield BoxLine(next(new_id), box, day(given, "ShipmentDate"), carrier, _text(given, "TrackingNumber"),
                      bool(given.get("IsShipped", False)))  # fmt: skip


def _place(tenant: Tenant, given: Given) -> tuple[str, str]:
    wanted, text = str(given.get("LocationID") or "").lower(), str(given.get("Location") or "")
    if not wanted and not text:
        raise Refused("Location is required")
    for place in tenant.locations:
        names = [None, *(each["Name"] for each in place["Bins"] or ())]
        for found in (place_text(place["Name"], each) for each in names):
            if found[1] == wanted or (not wanted and found[0].lower() == text.lower()):
                return found
    raise Refused(f"Location '{text or wanted}' was not found in reference book")


def _text(given: Given, name: str) -> str:
    text = str(given.get(name) or "")
    if len(text) > LONGEST_TEXT:
        raise Refused(f"{name} must not be longer than {LONGEST_TEXT} characters")
    return text
