"""Money: a Decimal amount with its ISO 4217 currency. Sums of different currencies are refused."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from enum import StrEnum

CENT = Decimal("0.01")


class Rounding(StrEnum):
    """How a converted price is brought to the places the other side keeps."""

    HALF_UP = "half_up"
    HALF_EVEN = "half_even"


_DECIMAL_ROUNDING = {Rounding.HALF_UP: ROUND_HALF_UP, Rounding.HALF_EVEN: ROUND_HALF_EVEN}


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in one currency; exact, never a float."""

    amount: Decimal
    currency: str

    def __add__(self, other: Money) -> Money:
        if self.currency != other.currency:
            raise ValueError(f"Cannot add {other.currency} to {self.currency}.")
        return Money(self.amount + other.amount, self.currency)

    def __mul__(self, factor: Decimal | int) -> Money:
        return Money(self.amount * factor, self.currency)

    def __str__(self) -> str:
        return f"{self.amount.quantize(CENT, ROUND_HALF_UP):,} {self.currency}"


def round_to(amount: Decimal, places: int, rounding: Rounding) -> Decimal:
    """The amount at `places` decimals by the rule given."""
    return amount.quantize(Decimal(1).scaleb(-places), _DECIMAL_ROUNDING[rounding])
