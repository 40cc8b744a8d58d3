"""An ASIN on a product. Cin7 answers 200 and drops an attribute that comes without the SKU and the attribute set, and
may clear what a PUT leaves out: so the whole product is read, sent with the code in its slot, and read again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from include.cin7.client import Cin7Client
from include.cin7.products import attribute_slots
from include.cin7.values import guid, text
from include.errors import RejectedError, UncertainOutcome

READ_ONLY = {"Type", "AverageCost", "BOMType", "LastModifiedOn", "PriceTiers"}
KEPT_LISTS = {"BillOfMaterialsProducts", "BillOfMaterialsServices"}  # asked for, and so sent back as they are

Row = Mapping[str, Any]


def write_code(client: Cin7Client, product_id: str, sku: str, code: str, *, attribute: str) -> None:
    """Put the code into the attribute and see it there; does nothing where it stands there already.

    RejectedError where another code stands there, the product has no place for it, or Cin7 does not keep it.
    """
    row = _read(client, product_id, sku)
    attribute_set, slot = _place(client, row, attribute)
    if standing := text(row.get(slot)):
        if standing.upper() != code.upper():
            raise RejectedError(
                f"{sku} has {standing} as its {attribute} already, not {code}.",
                next_step="Correct it in Cin7, or link the other code.",
            )
        return
    try:
        client.put("/product", _body(row) | {"SKU": row["SKU"], "AttributeSet": attribute_set, slot: code})
    except UncertainOutcome:
        if not _stands(client, product_id, sku, slot, code):
            raise
        return
    if not _stands(client, product_id, sku, slot, code):
        raise RejectedError(
            f"Cin7 took {code} for {sku} and did not keep it.",
            next_step="See whether the subscription has additional attributes, and put the code there by hand.",
        )


def _stands(client: Cin7Client, product_id: str, sku: str, slot: str, code: str) -> bool:
    return text(_read(client, product_id, sku).get(slot)).upper() == code.upper()


def _read(client: Cin7Client, product_id: str, sku: str) -> Row:
    """The product as it is now; a filter that Cin7 does not honour brings others with it."""
    told = client.get("/product", {"ID": product_id, "IncludeDeprecated": "true", "IncludeBOM": "true"})
    for row in told.get("Products") or ():
        if guid(row.get("ID")) == product_id and row.get("SKU") == sku:
            return dict(row)
    raise RejectedError(f"Cin7 has no product {sku} any more.", next_step="Run catalogue_sync, and link the new SKU.")


def _place(client: Cin7Client, row: Row, attribute: str) -> tuple[str, str]:
    """The attribute set and the slot; the product's own set, else the only one that has the attribute."""
    slots = attribute_slots(client, attribute)
    told = text(row.get("AttributeSet"))
    if everywhere := slots.get(""):
        sets = [told] if told else []
        return _only(sets, row, attribute), everywhere
    names = {name.lower(): name for name in slots}
    sets = [told] if told.lower() in names else list(slots) if not told else []
    chosen = _only(sets, row, attribute)
    return chosen, slots[names[chosen.lower()]]


def _only(sets: list[str], row: Row, attribute: str) -> str:
    if len(sets) != 1:
        raise RejectedError(
            f"{row['SKU']} has no place for {attribute}: its attribute set is {row.get('AttributeSet') or 'none'}.",
            next_step=f"Give the product an attribute set that has {attribute} in Cin7.",
        )
    return sets[0]


def _body(row: Row) -> dict[str, Any]:
    """Everything of the product that may be written, as it is."""
    return {
        name: value
        for name, value in row.items()
        if value is not None
        and name not in READ_ONLY
        and not isinstance(value, Mapping)
        and (not isinstance(value, list) or (name in KEPT_LISTS and value))
    }
