"""What an order's row takes from its document besides the lines: its heading, and the clock of its answer."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from include.amazon.orders import PurchaseOrder
from include.purchase_orders.reviews import Oddity
from include.relationships.address_book import AddressBook
from include.relationships.model import Relationship


def heading_of(
    told: PurchaseOrder, relationship: Relationship, address_book: AddressBook, oddities: tuple[Oddity, ...]
) -> dict[str, Any]:
    """The columns of the heading."""
    review = " ".join(oddity.sentence for oddity in oddities if oddity.holds)
    return {
        "order_type": told.order_type,
        "deal": told.deal,
        "back_order_allowed": bool(told.back_order_allowed),
        "window_start": told.window_start,
        "window_end": told.window_end,
        "ship_to": told.ship_to,
        "location": _location(told, relationship, address_book),
        "currency": told.currency or relationship.currency,
        "review": review or None,
    }


def clock_of(started_at: datetime, relationship: Relationship) -> dict[str, datetime]:
    """The columns of the clock: it closes after the window, and the rule answers at its share of it."""
    settings = relationship.acknowledgement
    window = timedelta(hours=float(settings.window_hours))
    return {
        "clock_started_at": started_at,
        "acknowledge_by": started_at + window,
        "answer_after": started_at + window * float(settings.hold_share),
    }


def _location(told: PurchaseOrder, relationship: Relationship, address_book: AddressBook) -> str:
    """Where the order is served from: the centre's own location, or the relationship's."""
    party = told.ship_to
    centre = address_book.resolve(party.qualifier, party.identifier) if party else None
    code = centre.code if centre else party.identifier if party else ""
    return relationship.location_for(code)
