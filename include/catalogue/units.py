"""Quantities and prices between Amazon's unit, the SKU's unit and the each. Quantities are exact or refused."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import floor

from include.catalogue.matching import Match
from include.catalogue.ratios import as_decimal, exact
from include.money import round_to
from include.quantity import InexactConversion
from include.relationships.model import PriceBasis, Pricing

HUNDRED = Decimal(100)
CENT_PLACES = 2


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
    units = Fraction(quantity) * exact(sku_units)
    if units.denominator != 1:
        raise InexactConversion(f"{quantity.normalize():f} units of the order are not whole units of the product.")
    return Decimal(units.numerator)


def to_order_units(sku_quantity: Decimal, sku_units: Decimal) -> Decimal:
    """Whole units of the line in a quantity of the SKU, rounded down."""
    return Decimal(floor(Fraction(sku_quantity) / exact(sku_units)))


def basis_of(code: str | None, pricing: Pricing) -> PriceBasis:
    """What a unit price is per, by the order's PO105."""
    return pricing.basis.get(code or "", pricing.basis_otherwise)


def price_per_each(unit_price: Decimal, basis: PriceBasis, eaches: Decimal) -> Decimal:
    """Amazon's price for one each, whatever it is per."""
    return unit_price if basis is PriceBasis.EACH else as_decimal(Fraction(unit_price) / Fraction(eaches))


def sku_price(unit_price: Decimal, basis: PriceBasis, match: Match, pricing: Pricing) -> Decimal:
    """Amazon's price per unit of the SKU, rounded by the set rule for the inventory system."""
    price = as_decimal(_price_of_line_unit(unit_price, basis, match) / exact(match.sku_units))
    return round_to(price, pricing.places, pricing.rounding)


def carried_difference(
    quantity: Decimal, unit_price: Decimal, basis: PriceBasis, match: Match, pricing: Pricing
) -> Decimal:
    """What the order's line is worth beyond the rounded SKU price times its units: never lost, only carried."""
    worth = Fraction(quantity) * _price_of_line_unit(unit_price, basis, match)
    units = Fraction(quantity) * exact(match.sku_units)
    return as_decimal(worth - units * Fraction(sku_price(unit_price, basis, match, pricing)))


def listed_price(match: Match, basis: PriceBasis, pricing: Pricing, deal: str | None) -> Decimal | None:
    """The price list's price in the order's own terms, after the deal's discount; None where there is none."""
    if match.list_price is None:
        return None
    discount = pricing.deals.get(deal or "", Decimal(0))
    of_line_unit = Fraction(match.list_price) * exact(match.sku_units) * Fraction((HUNDRED - discount) / HUNDRED)
    return as_decimal(of_line_unit / Fraction(match.eaches) if basis is PriceBasis.EACH else of_line_unit)


def compare_price(
    unit_price: Decimal, basis: PriceBasis, match: Match, pricing: Pricing, deal: str | None
) -> PriceComparison:
    """Hold Amazon's price against the price list, after the deal's discount and within the tolerance.

    A list price that has no end in Amazon's places (10.00 for six) agrees with what it rounds to.
    """
    ordered = price_per_each(unit_price, basis, match.eaches)
    listed = listed_price(match, PriceBasis.EACH, pricing, deal)
    in_its_terms = listed_price(match, basis, pricing, deal)
    if listed is None or in_its_terms is None:
        return PriceComparison(PriceVerdict.NO_LIST_PRICE, ordered, None)
    places = max(CENT_PLACES, -int(unit_price.as_tuple().exponent))
    allowed = max(pricing.tolerance, listed * pricing.tolerance_percent / HUNDRED)
    if abs(ordered - listed) <= allowed or round_to(in_its_terms, places, pricing.rounding) == unit_price:
        return PriceComparison(PriceVerdict.AGREES, ordered, listed)
    return PriceComparison(PriceVerdict.BELOW if ordered < listed else PriceVerdict.ABOVE, ordered, listed)


def _price_of_line_unit(unit_price: Decimal, basis: PriceBasis, match: Match) -> Fraction:
    return Fraction(unit_price) * (Fraction(match.eaches) if basis is PriceBasis.EACH else 1)
