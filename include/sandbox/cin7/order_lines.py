"""The checks that POST /sale/order makes of its lines, in Cin7's words where they are known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from include.sandbox.cin7.products import Product
from include.sandbox.cin7.refusal import Refused
from include.sandbox.cin7.sale import SaleLine
from include.sandbox.cin7.stock import NOTHING
from include.sandbox.cin7.tenant import Tenant

REQUIRED = ("Quantity", "Price", "Total", "TaxRule")
TOLERANCE = Decimal("0.01")
PLACES = Decimal("0.0001")
HUNDRED = Decimal(100)
ONE_SKU_TWICE = "It is impossible to use product with one SKU more once in Lines"


def read_lines(tenant: Tenant, lines: Iterable[Mapping[str, Any]], discount: Decimal) -> list[SaleLine]:
    """The order's lines, or the first thing wrong with them; `discount` is what the tenant applies by itself."""
    seen: set[str] = set()
    read = []
    for each in lines:
        line = _read_line(tenant, each, discount)
        if line.sku in seen:
            raise Refused(ONE_SKU_TWICE)
        seen.add(line.sku)
        read.append(line)
    return read


def _read_line(tenant: Tenant, given: Mapping[str, Any], discount: Decimal) -> SaleLine:
    product = find_product(tenant, given)
    for name in REQUIRED:
        if given.get(name) is None:
            raise Refused(f"Lines: {name} is required for product '{product['SKU']}'")
    quantity, price, total = (number_of(given, name) for name in ("Quantity", "Price", "Total"))
    if quantity < 1:
        raise Refused("Quantity: Minimal value is 1")
    if price < 0:
        raise Refused("Price must not be negative")
    own_discount = number_of(given, "Discount") if given.get("Discount") is not None else NOTHING
    expected = line_total(quantity, price, own_discount)
    if abs(expected - total) > TOLERANCE:
        raise Refused(f"Total of product '{product['SKU']}' is {total:f} and should be {expected:f}")
    rule = tenant.by_name(tenant.tax_rules, str(given["TaxRule"]))
    if rule is None or not rule.get("IsActive", True):
        raise Refused(f"Tax rule '{given['TaxRule']}' was not found in reference book")
    applied = discount or own_discount
    total = line_total(quantity, price, applied)
    tax = (total * Decimal(str(rule.get("TaxPercent", 0))) / HUNDRED).quantize(PLACES)
    return SaleLine(
        product["SKU"], product["ID"], product["Name"], quantity, price, applied, tax, rule["Name"],
        str(given.get("Comment") or "")[:256], total, Decimal(str(product["AverageCost"])),
    )  # fmt: skip


def find_product(tenant: Tenant, given: Mapping[str, Any]) -> Product:
    """The product that a line names by SKU, by id, or by both alike."""
    sku, product_id = str(given.get("SKU") or ""), str(given.get("ProductID") or "")
    product = tenant.product(sku=sku, product_id=product_id)
    if product is None or (product_id and product["ID"] != product_id.lower()):
        raise Refused(f"Product with SKU '{sku}' and ID '{product_id}' was not found")
    if str(product["Status"]).lower() == "deprecated":
        raise Refused(f"Product '{sku}' is deprecated")
    return product


def number_of(given: Mapping[str, Any], name: str) -> Decimal:
    """A number of a line."""
    try:
        return Decimal(str(given[name]))
    except InvalidOperation as fault:
        raise Refused(f"{name} is not a number") from fault


def line_total(quantity: Decimal, price: Decimal, discount: Decimal) -> Decimal:
    """Quantity by price less discount, without tax."""
    return (quantity * price * (1 - discount / HUNDRED)).quantize(PLACES).normalize()
