"""How many of what Amazon's price is per make one unit of an order line."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from include.catalogue import units
from include.catalogue.ratios import as_decimal, exact
from include.money import round_to
from include.purchase_orders.values import OrderLine
from include.quantity import Unit
from include.relationships.model import PriceBasis, Relationship

ONE = Decimal(1)


def eaches_of(line: OrderLine, relationship: Relationship) -> Decimal | None:
    """Amazon's eaches in one unit of a line, by the prices that it was taken in with; None where that cannot be told.

    The catalogue may say another case size by now. Where the line's price is per each, its price per unit of the SKU
    is that times the eaches in it, rounded: only one whole number of eaches comes to that.
    """
    pricing = relationship.pricing
    if relationship.items.units.get(line.unit) is Unit.EACH:
        return ONE
    if units.basis_of(line.price_basis, pricing) is not PriceBasis.EACH:
        return None
    if not line.unit_price or line.unit_price < 0 or line.sku_price is None or line.sku_units is None:
        return None
    of_sku = exact(line.sku_units)
    near = round(Fraction(line.sku_price) * of_sku / Fraction(line.unit_price))
    fitting = [
        eaches
        for eaches in range(max(near - 1, 1), near + 2)
        if round_to(as_decimal(Fraction(line.unit_price) * eaches / of_sku), pricing.places, pricing.rounding)
        == line.sku_price
    ]
    return Decimal(fitting[0]) if len(fitting) == 1 else None
