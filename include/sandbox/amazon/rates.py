"""What Amazon charges for what, by the day that the rate holds from. One table a marketplace; this is that of the US.

A rate that is published nowhere is nominal: a set amount, so that a charge has one, and said to be so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from include.sandbox.amazon.invoices import to_cents

UNCONFIRMED = "unconfirmed PO units"
DOWN_CONFIRMED = "PO on-time accuracy, down-confirmed"
NOT_ON_TIME = "PO on-time accuracy, not on time"
NOT_FILLED = "PO on-time accuracy, not filled"
OVERAGE = "overage PO units"
ASN_ACCURACY = "ASN accuracy"
LABELLING = "carton content label"


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of the units' cost from a compliance rate upwards, at least `least`."""

    since: date
    name: str
    share: Decimal
    above: Decimal = Decimal(0)  # the share of the last seven days' units that were right
    least: Decimal = Decimal(0)
    is_nominal: bool = False


FIRST_DAY = date(2020, 1, 1)
RATES = (
    Rate(FIRST_DAY, UNCONFIRMED, Decimal("0.03"), is_nominal=True),
    Rate(FIRST_DAY, DOWN_CONFIRMED, Decimal("0.03")),
    Rate(FIRST_DAY, NOT_ON_TIME, Decimal("0.03")),
    Rate(FIRST_DAY, NOT_FILLED, Decimal("0.10")),
    Rate(FIRST_DAY, OVERAGE, Decimal("0.05"), least=Decimal(1), is_nominal=True),
    Rate(FIRST_DAY, ASN_ACCURACY, Decimal("0.06")),
    Rate(FIRST_DAY, ASN_ACCURACY, Decimal("0.04"), above=Decimal("0.70")),
    Rate(FIRST_DAY, ASN_ACCURACY, Decimal("0.02"), above=Decimal("0.95")),
    Rate(FIRST_DAY, LABELLING, Decimal("0.02"), least=Decimal(1), is_nominal=True),
)
UNPRICED = Decimal(5)  # nominal, for a document whose goods have no known cost


def rate_for(name: str, day: date, compliance: Decimal = Decimal(0)) -> Rate:
    """The rate in force; at 70 % of compliance the middle one holds, above 95 % the lowest."""
    in_force = [each for each in RATES if each.name == name and each.since <= day]
    newest = max(each.since for each in in_force)
    bands = [each for each in in_force if each.since == newest and _is_reached(each, compliance)]
    return max(bands, key=lambda each: each.above)


def amount_of(rate: Rate, cost: Decimal) -> tuple[Decimal, bool]:
    """The charge, and whether it is nominal."""
    if not cost:
        return max(rate.least, UNPRICED), True
    return max(to_cents(cost * rate.share), rate.least), rate.is_nominal


def _is_reached(rate: Rate, compliance: Decimal) -> bool:
    return compliance > rate.above if rate.above > Decimal("0.9") else compliance >= rate.above
