"""GET /ref/productavailability: product x location x bin x batch, rows of zeros left out, possibly minutes old."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from include.sandbox.cin7.behaviour import Behaviour
from include.sandbox.cin7.events import Events
from include.sandbox.cin7.listing import is_last_page, page_of, same, starting
from include.sandbox.cin7.stock import NOTHING, Stock, StockRow
from include.sandbox.cin7.tenant import Tenant

Json = dict[str, Any]
Served = dict[str, dict[str, Decimal]]


@dataclass(slots=True)
class Race:
    """After so many answers about a SKU, units of it go to another channel."""

    sku: str
    location: str
    quantity: Decimal
    after_readings: int


@dataclass(slots=True)
class AvailabilityDesk:
    """Answers readings from a snapshot that is never older than `stale_minutes`."""

    tenant: Tenant
    stock: Stock
    events: Events
    races: list[Race] = field(default_factory=list)
    rows: list[Json] = field(default_factory=list)
    as_of: datetime | None = None
    version: int = -1

    def read(self, params: Mapping[str, str], now: datetime, behaviour: Behaviour) -> Json:
        """One page; what it said is an event, and races that waited for it happen right after."""
        self._refresh(now, behaviour)
        rows = same(self.rows, "SKU", params.get("sku"))
        rows = same(same(rows, "Location", params.get("location")), "ID", params.get("id"))
        rows = starting(rows, "Name", params.get("name"))
        chosen, page = page_of(rows, params, behaviour)
        served = self._served(chosen, params, is_end=is_last_page(len(rows), params))
        self.events.served(now, self.as_of or now, served)
        self._run_races(served, now)
        return {"Total": len(rows), "Page": page, "ProductAvailabilityList": chosen}

    def _refresh(self, now: datetime, behaviour: Behaviour) -> None:
        is_fresh = self.as_of is not None and now - self.as_of < timedelta(minutes=behaviour.stale_minutes)
        if is_fresh:
            return
        if self.version != self.stock.version:
            self.rows = [row for sku in self.tenant.products for row in self._rows_of(sku)]
            self.version = self.stock.version
        self.as_of = now

    def _rows_of(self, sku: str) -> list[Json]:
        rows = list(self.stock.rows.get(sku, ()))
        if sku in self.stock.components:
            places = {row.location for part, _ in self.stock.components[sku] for row in self.stock.rows.get(part, ())}
            rows += [StockRow(sku, place) for place in sorted(places - {row.location for row in rows})]
        shown, made_at = [], set()
        for row in rows:
            made = NOTHING
            if row.location not in made_at:
                made = self.stock.derived(sku, row.location)
                made_at.add(row.location)
            if row.on_hand or row.allocated or made:
                shown.append(self._row(row, row.available + made))
        return shown

    def _row(self, row: StockRow, available: Decimal) -> Json:
        product = self.tenant.products[row.sku]
        return {
            "ID": product["ID"], "SKU": row.sku, "Name": product["Name"], "Barcode": product["Barcode"] or None,
            "Location": row.location, "Bin": row.bin, "Batch": row.batch, "ExpiryDate": None,
            "OnHand": row.on_hand, "Allocated": row.allocated, "Available": available, "OnOrder": 0,
            "StockOnHand": row.on_hand * Decimal(str(product["AverageCost"])), "InTransit": 0,
            "NextDeliveryDate": None,
        }  # fmt: skip

    def _served(self, chosen: Any, params: Mapping[str, str], *, is_end: bool) -> Served:
        served: Served = {}
        for row in chosen:
            place = served.setdefault(row["Location"], {})
            place[row["SKU"]] = place.get(row["SKU"], NOTHING) + row["Available"]
        if is_end and not params.get("id") and not params.get("name"):
            self._say_zero(served, params)
        return served

    def _say_zero(self, served: Served, params: Mapping[str, str]) -> None:
        with_rows = {(row["Location"].lower(), row["SKU"]) for row in self.rows}
        wanted = params.get("sku", "").lower()
        for place in self.tenant.locations:
            name = str(place["Name"])
            if name.lower() == params.get("location", name).lower():
                zeros = {sku: NOTHING for sku in self.tenant.products
                         if (not wanted or sku.lower() == wanted) and (name.lower(), sku) not in with_rows}  # fmt: skip
                if zeros:
                    served[name] = zeros | served.get(name, {})

    def _run_races(self, served: Served, now: datetime) -> None:
        for race in [each for each in self.races if each.sku in served.get(each.location, {})]:
            race.after_readings -= 1
            if race.after_readings <= 0:
                self.races.remove(race)
                taken = self.stock.take_available(race.sku, race.location, race.quantity)
                self.events.stock(now, race.sku, race.location, -taken, "race")
