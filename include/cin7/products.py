"""Products, whole or by what changed; the ASIN stands in an additional attribute that is found by its name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from include.cin7.client import UnusableAnswer
from include.cin7.paging import Reader, read_pages
from include.cin7.values import Product
from include.errors import RejectedError

SLOT = re.compile(r"additionalattribute(10|[1-9])\Z", re.IGNORECASE)
PAGE_WITH_PARTS = 1_000  # with bills of materials; the other parts, which make rows heavy, are not asked for


def fetch_products(
    client: Reader, *, modified_since: datetime | None = None, asin_attribute: str = "ASIN"
) -> Iterator[Product]:
    """Every product, deprecated ones too, or those that changed since an instant."""
    query: dict[str, Any] = {"IncludeDeprecated": "true", "IncludeBOM": "true"}
    if modified_since is not None:
        query["ModifiedSince"] = f"{modified_since.astimezone(UTC):%Y-%m-%dT%H:%M:%S}"
    slots: Mapping[str, str] | None = None
    tiers: Mapping[int, str] = {}
    for row in read_pages(client, "/product", "Products", query, _key, page_size=PAGE_WITH_PARTS):
        if slots is None:  # asked only once there is a product to read
            slots = {name.lower(): slot for name, slot in attribute_slots(client, asin_attribute).items()}
            tiers = _tiers(client) if not row.get("PriceTiers") else {}
        slot = slots.get(str(row.get("AttributeSet") or "").lower(), slots.get(""))
        yield Product.from_json(row, slot, tiers)


def _key(row: Mapping[str, Any]) -> object:
    return str(row.get("ID") or row.get("SKU")).lower()


def attribute_slots(client: Reader, name: str) -> Mapping[str, str]:
    """Which slot holds the attribute in each set, by the set's name; a slot given directly holds in all, and so does
    the first where the account has no sets: those stand under an empty name.
    """
    if SLOT.match(name):
        return {"": name}
    try:
        sets = list(read_pages(client, "/ref/attributeset", "AttributeSetList", {}, lambda row: row.get("Name")))
    except (RejectedError, UnusableAnswer):
        sets = []
    if not sets:
        return {"": "AdditionalAttribute1"}
    return {
        str(each.get("Name") or ""): f"AdditionalAttribute{place}"
        for each in sets
        for place in range(1, 11)
        if str(each.get(f"Attribute{place}Name") or "").strip().lower() == name.lower()
    }


def _tiers(client: Reader) -> Mapping[int, str]:
    try:
        told = client.get("/ref/priceTier")
    except (RejectedError, UnusableAnswer):
        return {}
    return {int(tier["Code"]): str(tier["Name"]) for tier in told.get("PriceTiers") or ()}
