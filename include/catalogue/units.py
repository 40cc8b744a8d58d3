"""Quantities and prices between Amazon's unit, the SKU's unit and the each. Quantities are exact or refused."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from include.catalogue.matching import Match
from include.money import round_to
from include.quantity import InexactConversion
from include.relationships.model import PriceBasis, Pricing

HUNDRED = Decimal(100)


class PriceVerdict(StrEnum):
    """Amazon's price beside the price list."""

    AGREES = "agrees"
    BELOW = "below"
    ABOVE = "above"
    NO_LIST_PRICE = "no_list_price"


@dataclass(frozen=True, slots=True)
class PriceComparison:
    """The verdict, and both prices per each."""

    verdict: PriceVerdict
    ordered: Decimal
    listed: Decimal | None


def to_sku_units(quantity: Decimal, sku_units: Decimal) -> Decimal:
    """A quantity in the line's unit as whole units of the SKU; raises InexactConversion where it does not divide."""
    units = quantity * sku_units
    if units != units.to_integral_value():
        raise InexactConversion(f"{quantity} units of the order are not whole units of the product.")
    return units.to_integral_value()


def to_order_units(sku_quantity: Decimal, sku_units: Decimal) -> Decimal:
    """Whole units of the line in a quantity of the SKU, rounded down."""
    return sku_quantity // sku_units


def price_per_each(unit_price: Decimal, basis: PriceBasis, eaches: Decimal) -> Decimal:
    """Amazon's price for one each, whatever it is per."""
    return unit_price if basis is PriceBasis.EACH else unit_price / eaches


def sku_price(unit_price: Decimal, basis: PriceBasis, match: Match, pricing: Pricing) -> Decimal:
    """Amazon's price per unit of the SKU, rounded by the set rule for the inventory system."""
    each = price_per_each(unit_price, basis, match.eaches)
    return round_to(each * match.eaches / match.sku_units, pricing.places, pricing.rounding)


def compare_price(
    unit_price: Decimal, basis: PriceBasis, match: Match, pricing: Pricing, deal: str | None
) -> PriceComparison:
    """Hold Amazon's price against the price list, after the deal's discount and within the tolerance."""
    ordered = price_per_each(unit_price, basis, match.eaches)
    if match.list_price is None:
        return PriceComparison(PriceVerdict.NO_LIST_PRICE, ordered, None)
    discount = pricing.deals.get(deal or "", Decimal(0))
    listed = match.list_price * match.sku_units / match.eaches * (HUNDRED - discount) / HUNDRED
    allowed = max(pricing.tolerance, listed * pricing.tolerance_percent / HUNDRED)
    if abs(ordered - listed) <= allowed:
        return PriceComparison(PriceVerdict.AGREES, ordered, listed)
    return PriceComparison(PriceVerdict.BELOW if ordered < listed else PriceVerdict.ABOVE, ordered, listed)
