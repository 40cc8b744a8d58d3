"""What a scenario with goods holds: the account as Amazon has it, and the usual habits of the people in the warehouse.

The bill-to and the terms are those of the relationship that ships with the product.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from include.sandbox.amazon.account import NO_FAULTS, PLAIN, Account, Address, Switches, Terms
from include.sandbox.scenarios.company import CUSTOMER, FREIGHT_CARRIER, PARCEL_CARRIERS
from include.sandbox.scenarios.post import Post

Json = dict[str, Any]
HOUR = 60  # minutes
BILL_TO = Address("Amazon.com Services LLC", ("PO Box 80387",), "Seattle", "WA", "98108", "US")
TERMS = Terms("01", "3", Decimal(60))
PARCELS: Json = {"customer": CUSTOMER, "carriers": list(PARCEL_CARRIERS), "tracking": "carton", "notes": []}
FREIGHT: Json = {"carriers": [FREIGHT_CARRIER], "tracking": "none", "notes": ["BOL", "PRO"]}


@dataclass(frozen=True, slots=True)
class Script:
    """All that a scenario consists of."""

    company: Json
    post: Post
    account: Account = PLAIN
    switches: Switches = NO_FAULTS


def account(hours_after_departure: float) -> Account:
    """On a clock that runs a day in minutes Amazon's half an hour would be shorter than a task takes to start."""
    minutes = round(hours_after_departure * HOUR)
    return Account(minutes_after_departure=minutes, bill_to=BILL_TO, terms=TERMS)
