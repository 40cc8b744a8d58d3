"""How many eaches a product and Amazon's case hold.

Amazon's case: the size set by hand, else that of the linked case SKU, else CartonQuantity; where two of what the
inventory system says disagree, a person decides.
"""

from __future__ import annotations

from decimal import Decimal

from include.catalogue.product_index import KnownProduct, ProductIndex
from include.relationships.model import Items

ONE = Decimal(1)


def eaches_in(product: KnownProduct, index: ProductIndex, items: Items) -> Decimal:
    """Amazon's eaches in one unit of the SKU: one, unless it is linked to a smaller product and not named a pack."""
    base = index.bases.get(product.sku)
    return ONE if base is None or product.sku in items.packs else base.quantity


def case_sizes(product: KnownProduct, index: ProductIndex, items: Items) -> tuple[Decimal, ...]:
    """Every size that Amazon's case may have, in eaches, smallest first: one is an answer, more are a conflict."""
    if by_hand := items.case_sizes.get(product.sku):
        return (Decimal(by_hand),)
    base = index.bases.get(product.sku)
    if base is None or product.sku in items.packs:
        return tuple(sorted(_linked(product.sku, index, items) | _carton(product.carton_quantity)))
    if base.quantity <= ONE:
        return tuple(sorted(_carton(product.carton_quantity)))
    # the product is itself the case; its base's carton counts only where no other case SKU explains it
    unexplained = _carton(base.carton_quantity) - _linked(base.sku, index, items)
    return tuple(sorted({base.quantity} | unexplained))


def _linked(sku: str, index: ProductIndex, items: Items) -> set[Decimal]:
    cases = index.cases.get(sku, {})
    return {size for case_sku, size in cases.items() if size > ONE and case_sku not in items.packs}


def _carton(quantity: Decimal | None) -> set[Decimal]:
    """A carton of one, or of none, tells nothing: zero is the inventory system's default."""
    return {quantity} if quantity is not None and quantity > ONE else set()
