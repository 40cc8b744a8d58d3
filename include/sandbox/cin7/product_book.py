"""Products as other programs change them; an attribute that comes without its set is dropped in silence."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from include.sandbox.cin7.refusal import Refused
from include.sandbox.cin7.world import World

Json = dict[str, Any]

ATTRIBUTES = tuple(f"AdditionalAttribute{number}" for number in range(1, 11))
READ_ONLY = {"ID", "Type", "AverageCost", "BOMType", "LastModifiedOn"}
OPTIONAL: Json = {
    "Barcode": "", "Tags": "", "CartonQuantity": 0, "CartonInnerQuantity": 0, "ShortDescription": "", "HSCode": "",
    "CountryOfOrigin": "", "Brand": None, "AttributeSet": None, "BillOfMaterialsProducts": [],
    **dict.fromkeys(ATTRIBUTES, ""),
}  # fmt: skip


def put_product(world: World, body: Mapping[str, Any], now: datetime) -> str:
    """PUT /product; returns the id."""
    product = world.tenant.product(product_id=str(body.get("ID") or ""))
    if product is None:
        raise Refused("Product with specified ID not found", 404)
    told = dict(body)
    if not (told.get("SKU") and told.get("AttributeSet")) or world.behaviour.attributes_dropped:
        told = {name: value for name, value in told.items() if name not in ATTRIBUTES}
    name = str(told.get("AttributeSet") or "")
    if name and world.tenant.by_name(world.tenant.attribute_sets, name) is None:
        raise Refused(f"Attribute set '{name}' was not found in reference book")
    kept = {name: value for name, value in told.items() if name not in READ_ONLY}
    world.write_product((OPTIONAL if world.behaviour.product_put_clears else {}) | kept | {"SKU": product["SKU"]}, now)
    return str(product["ID"])
