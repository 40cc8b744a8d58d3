"""What every step of notices works with."""

from __future__ import annotations

from dataclasses import dataclass

from include.relationships import desk
from include.ship_notices.ledger import ShippingLedger


@dataclass(frozen=True, slots=True)
class Desk(desk.Desk[ShippingLedger]):
    """A relationship's shipments beside our own tables."""
