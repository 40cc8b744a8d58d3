"""What this Cin7 Core does wrong, as set at start or while it runs; the defaults are a well-behaved day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from types import MappingProxyType
from typing import Any

GUARD = ("refuse", "ignore", "allow")  # an error, a 200 that does nothing, or it is done
CHOICES: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "picked_delete": GUARD, "shipped_delete": GUARD, "invoiced_delete": GUARD, "task_void": GUARD,
    "invoice_void": GUARD, "rewrite_of_authorised": GUARD[:2], "invoice_number_at": ("authorisation", "creation"),
    "invoice_cap": ("", "ordered", "shipped"), "webhook_sale_task_id": ("sale", "task"),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Behaviour:
    """Every oddity that can be switched; seconds and minutes are on the test clock, latency is real."""

    limit_calls: int = 60
    limit_seconds: float = 60.0
    limit_answer: int = 429  # or 503 (no body), or 400 (the text in an array)
    retry_after_text: str = "60 Seconds"
    stranger_calls_per_minute: float = 0.0  # another integration of the same company, counted in the limit
    stale_minutes: float = 0.0  # how old an answer about availability may be
    search_lag_seconds: float = 0.0  # how long saleList does not see a new sale
    latency_ms: float = 0.0
    down: bool = False  # every connection is closed without an answer
    down_answer: int = 0  # 503 here: down is answered instead
    drop_answer_every: int = 0  # the n-th POST does its work, then the connection closes
    drop_answer_next: tuple[str, ...] = field(default=())  # "POST /sale": once each, in any order
    html_200_every: int = 0  # the n-th call is answered by a page with status 200 and does nothing
    error_in_200_every: int = 0  # the n-th call is answered by an array of errors with status 200 and does nothing
    undo_ignored: bool = False  # DELETE with Void=false answers 200 and does nothing
    void_ignored: bool = False  # the same for Void=true
    picked_delete: str = "refuse"  # DELETE of a sale that is picked; allowed, an undo takes back the last stage alone
    shipped_delete: str = "refuse"  # the same of one of which something left
    invoiced_delete: str = "refuse"  # the same of one with an authorised invoice
    task_void: str = "allow"  # DELETE with Void=true of a fulfilment
    invoice_void: str = "allow"  # the same of an authorised invoice
    rewrite_of_authorised: str = "refuse"  # a pick, pack or ship that is authorised is written again
    task_from_start: bool = False  # an authorised order has a first task, whose pick is NOT AVAILABLE
    pack_prefilled: bool = True  # an authorised pick makes a draft pack of its lines, which the first POST replaces
    pack_all_picked: bool = False  # a pack is authorised only when it holds all that was picked
    over_pick: bool = False  # more may be picked than is allocated
    one_sku_in: tuple[str, ...] = field(default=())  # "pick", "pack", "invoice": one SKU twice is refused there too
    box_separator: str = ","  # of Boxes in a ship line; empty: a line for each box
    stock_steps_move_updated: bool = True  # whether picking and packing move Updated
    advanced_shows_stage: bool = True  # whether PICKED, INVOICED… stand in an advanced sale's Status too
    invoice_number_at: str = "authorisation"  # or "creation", of the invoice
    invoice_cap: str = ""  # what may be billed of a product: anything, what is "ordered", or what is "shipped"
    webhooks_available: bool = True  # whether the subscription has the module that they need
    webhook_drop_every: int = 0  # the n-th message is never sent
    webhook_sale_task_id: str = "sale"  # or "task": whose id SaleTaskID is
    product_put_clears: bool = False  # what a PUT of a product leaves out and need not have is cleared
    attributes_dropped: bool = False  # the subscription has no additional attributes: a 200 keeps none
    webhook_stock_rows: int = 100  # of a stock-change message, at most
    readings_in_events: bool = True  # whether what was said of availability is kept, which the judge of orders reads
    unstable_pages: bool = False  # rows move between pages while a list is read
    refuse_zone_in_dates: bool = False  # UpdatedSince with a Z is refused
    location_required: bool = True
    stock_of_all_locations: bool = False  # what a sale may allocate: its own location's stock, or any

    def merged(self, changes: Mapping[str, Any]) -> Behaviour:
        """With the named switches changed; an unknown name is a ValueError."""
        known = {each.name for each in fields(self)}
        if unknown := sorted(set(changes) - known):
            raise ValueError(f"unknown behaviour: {', '.join(unknown)}")
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in changes.items()
        }
        for name, choices in CHOICES.items():
            if values.get(name, choices[0]) not in choices:
                raise ValueError(f"{name} must be one of {', '.join(map(repr, choices))}")
        return replace(self, **values)

    def as_json(self) -> dict[str, Any]:
        """All switches by name."""
        return asdict(self)
