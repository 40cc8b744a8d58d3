"""What moves stock without a sale of ours: deliveries, counts, transfers between locations, sales of other channels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from include.sandbox.cin7.stock import Stock, StockRow

KINDS = ("receipt", "adjustment", "transfer", "sale")
Given = Mapping[str, Any]


class Moved(NamedTuple):
    """Units that came (or, below zero, went) at a location."""

    sku: str
    location: str
    change: Decimal


def move(stock: Stock, given: Given) -> Iterator[Moved]:
    """`{kind, sku, location, quantity, bin?, batch?, expires_on?}`, of a transfer also `to` and `to_bin?`.

    An adjustment's quantity is what is counted there, a sale's is asked for: another channel gets what is available.
    """
    kind, sku, quantity = str(given["kind"]), str(given["sku"]), Decimal(str(given["quantity"]))
    location = str(given["location"])
    if kind not in KINDS:
        raise ValueError(f"a movement is one of {', '.join(KINDS)}, not {kind}")
    if kind == "sale":
        yield Moved(sku, location, -stock.take_available(sku, location, quantity))
        return
    row = _row(stock, given, location, given.get("bin"))
    change = {"receipt": quantity, "adjustment": quantity - row.on_hand, "transfer": -quantity}[kind]
    row.on_hand += change
    yield Moved(sku, location, change)
    if kind == "transfer":
        _row(stock, given, str(given["to"]), given.get("to_bin")).on_hand += quantity
        yield Moved(sku, str(given["to"]), quantity)


def _row(stock: Stock, given: Given, location: str, bin_name: str | None) -> StockRow:
    return stock.row_at(str(given["sku"]), location, bin_name, given.get("batch"), given.get("expires_on"))
