"""What happened, in order: every answer about availability as it was served, and every change of a sale or of stock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from include.sandbox.cin7.sale import Sale

Json = dict[str, Any]


@dataclass(slots=True)
class Events:
    """The list that the judge reads."""

    entries: list[Json] = field(default_factory=list)

    def served(self, at: datetime, as_of: datetime, available: Mapping[str, Mapping[str, Decimal]]) -> None:
        """An availability answer: units by location and SKU, zeros where a row was left out for being zero."""
        self._add("availability", at, {"as_of": as_of.isoformat(), "available": available})

    def sale(self, kind: str, at: datetime, sale: Sale, by: str) -> None:
        """A sale was created, authorised, undone, voided, changed or picked, by the API or by hand."""
        lines = [{"sku": each.sku, "quantity": each.quantity, "backorder": each.backorder} for each in sale.lines]
        entry = {
            "sale_id": sale.sale_id,
            "number": sale.number,
            "customer": sale.header["Customer"],
            "customer_reference": sale.customer_reference,
            "external_id": sale.external_id,
            "location": sale.header["Location"],
            "status": sale.status,
            "order_status": sale.order_status,
            "by": by,
            "lines": lines,
        }
        self._add(kind, at, entry)

    def task(self, kind: str, at: datetime, sale: Sale, by: str, entry: Json) -> None:
        """Something of a sale was picked, packed, shipped or billed; `entry` names the task and what is in it."""
        of = {"sale_id": sale.sale_id, "number": sale.number, "customer": sale.header["Customer"],
              "customer_reference": sale.customer_reference, "by": by}  # fmt: skip
        self._add(kind, at, of | entry)

    def stock(self, at: datetime, sku: str, location: str, change: Decimal, reason: str) -> None:
        """Units came or went without a sale of ours."""
        self._add("stock", at, {"sku": sku, "location": location, "change": change, "reason": reason})

    def _add(self, kind: str, at: datetime, entry: Json) -> None:
        self.entries.append({"n": len(self.entries) + 1, "at": at.isoformat(), "kind": kind, **entry})
