"""A sale of ours in work: what is known of its cartons while they are brought to what the inventory system says.

Its queries serve every step of that; each is in the caller's transaction, with the relationship's shipments locked.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from include.amazon.orders import Party
from include.database import queries
from include.ship_notices import store
from include.ship_notices.desk import Desk

OPEN = {"staged", "shipped", "held"}  # of a notice that has not left
NOT_LETTERS = re.compile(r"[^A-Z0-9]")
PREFIX_LENGTH = 10
NOBODY = Party("", "")

named = queries.load(__file__, "shipments.sql")

Row = dict[str, Any]


@dataclass(slots=True)
class Sale:
    """A sale of ours in work: its row, when it changed, and its cartons by task and box."""

    row: Row
    changed_at: datetime
    tasks: tuple[str, ...]
    cartons: dict[tuple[str, str], Row]
    undone: dict[int, tuple[Row, str]] = field(default_factory=dict)  # what is not as its notice said: carton, how
    unpacked: list[str] = field(default_factory=list)  # what is said to be shipped in a box that nobody packed

    @property
    def name(self) -> str:
        return f"Order {self.row['purchase_order_number']}"

    @property
    def centre(self) -> str:
        """The code of the fulfilment centre that it goes to; empty where the order names none."""
        return (self.row["ship_to"] or {}).get("identifier") or ""

    @property
    def ship_to(self) -> str:
        """Its party as notices keep it."""
        return json.dumps(self.row["ship_to"] or asdict(NOBODY))


def staged_notice(desk: Desk, sale: Sale, task_id: str) -> int:
    """The notice on which cartons of this fulfilment wait already, else a new one."""
    for (task, _), row in sale.cartons.items():
        if task == task_id and row["state"] == "staged":
            return int(row["notice_id"])
    prefix = NOT_LETTERS.sub("", (desk.relationship.vendor_code or desk.relationship.name).upper())[:PREFIX_LENGTH]
    return int(
        named.insert_notice(
            desk.connection,
            relationship=desk.relationship.name,
            prefix=prefix,
            centre=sale.centre,
            ship_to=sale.ship_to,
            now=desk.now(),
        )
    )


def tell(desk: Desk, sale: Sale, what: str) -> None:
    """A line of the order's life."""
    store.add_event(desk.connection, sale.row["order_id"], what, desk.now())
