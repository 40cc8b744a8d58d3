"""A ratio such as one each to a case of twelve, kept as a Decimal and got back exactly.

A third has no end as a Decimal. It is rounded up at 28 digits, so that no check `taken <= ordered x ratio` refuses
what is exactly right, and read back as the only fraction of a small denominator that lies so near.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal, localcontext
from fractions import Fraction
from functools import lru_cache

DIGITS = 28
LARGEST_DENOMINATOR = 1_000_000
WORKING_DIGITS = 60  # enough that a tie stays a tie until it is rounded


def as_ratio(numerator: Decimal, denominator: Decimal) -> Decimal:
    """numerator / denominator, rounded up where it has no end."""
    with localcontext(prec=DIGITS, rounding=ROUND_CEILING):
        return numerator / denominator


@lru_cache(maxsize=4096)
def exact(ratio: Decimal) -> Fraction:
    """The fraction that `as_ratio` was made of."""
    return Fraction(ratio).limit_denominator(LARGEST_DENOMINATOR)


def as_decimal(fraction: Fraction) -> Decimal:
    """The fraction to many more digits than any price has."""
    with localcontext(prec=WORKING_DIGITS):
        return Decimal(fraction.numerator) / Decimal(fraction.denominator)
