"""The tables of sales, their lines and which order lines they serve. All in the caller's transaction."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import psycopg

from include.database import queries
from include.purchase_orders.allocation import Draw
from include.purchase_orders.values import NOTHING, SaleState

Connection = psycopg.Connection[dict[str, Any]]

CREATE, AUTHORISE, UNDO, VOID = "create", "authorise", "undo", "void"  # the calls that may stay in doubt

_queries = queries.load(__file__, "sales.sql")


@dataclass(frozen=True, slots=True)
class SaleLine:
    """A line of a sale: one SKU at one price, and the order lines that share it, in units of the SKU.

    `planned` of `quantity` is expected to be allocated; what the inventory system did not is `back_ordered`.
    """

    sku: str
    product_id: str | None
    product_name: str
    stock_key: str
    stock_factor: Decimal
    quantity: Decimal
    planned: Decimal
    price: Decimal
    shares: tuple[tuple[str, Decimal], ...]
    back_ordered: Decimal = NOTHING

    @property
    def allocated(self) -> Decimal:
        """What the inventory system promised to it."""
        return self.quantity - self.back_ordered

    @property
    def draw(self) -> Draw:
        """What it takes of the stock, or is expected to."""
        return Draw(self.sku, self.stock_key, self.stock_factor, self.planned)

    def cut_to(self, shares: Mapping[str, Decimal]) -> SaleLine:
        """The line with smaller shares; those of nothing are gone, and what is back-ordered is let go first."""
        kept = tuple((number, shares[number]) for number, _ in self.shares if shares.get(number, NOTHING) > 0)
        quantity = sum((share for _, share in kept), NOTHING)
        return replace(
            self,
            quantity=quantity,
            planned=min(self.planned, quantity),
            shares=kept,
            back_ordered=max(quantity - self.allocated, NOTHING),
        )


@dataclass(frozen=True, slots=True)
class StoredSale:
    """A sale as it is kept. `in_doubt` names the call whose answer was lost, or is awaited by a process that died."""

    sale_key: int
    order_id: int
    part: int
    generation: int
    external_id: str
    erp: str
    location: str
    is_adopted: bool
    erp_sale_id: str | None
    erp_number: str | None
    state: SaleState
    header_outdated: bool
    in_doubt: str | None
    in_doubt_since: datetime | None
    look_ups: int
    races_lost: int
    authorised_at: datetime | None
    read_at: datetime | None
    lines: tuple[SaleLine, ...]

    @property
    def is_finished(self) -> bool:
        """Whether nothing is left to be done in the inventory system."""
        if self.is_adopted:
            return True
        return self.in_doubt is None and self.state is SaleState.AUTHORISED and not self.header_outdated

    @property
    def was_never_sent(self) -> bool:
        """Whether the inventory system cannot know it."""
        return self.state is SaleState.PLANNED and self.in_doubt is None

    @property
    def name(self) -> str:
        """How the sale is called in sentences."""
        return f"sale {self.erp_number}" if self.erp_number else f"the sale {self.external_id}"


def load_live(connection: Connection, order_ids: Sequence[int]) -> dict[int, tuple[StoredSale, ...]]:
    """The live sales of these orders, by order and part; two queries."""
    rows = list(_queries.load_sales(connection, order_ids=list(order_ids)))
    lines: dict[int, list[SaleLine]] = defaultdict(list)
    for row in _queries.load_sale_lines(connection, sale_keys=[row["sale_key"] for row in rows]):
        shares = tuple((number, Decimal(quantity)) for number, quantity in row.pop("shares"))
        lines[row.pop("sale_key")].append(SaleLine(**row, shares=shares))
    found: dict[int, list[StoredSale]] = defaultdict(list)
    for row in rows:
        sale = StoredSale(**(row | {"state": SaleState(row["state"]), "lines": tuple(lines[row["sale_key"]])}))
        found[sale.order_id].append(sale)
    return {order_id: tuple(sales) for order_id, sales in found.items()}


def insert_part(
    connection: Connection,
    order_id: int,
    prefix: str,
    erp: str,
    location: str,
    lines: Iterable[SaleLine],
    now: datetime,
) -> int:
    """Plan a further sale of an order; `prefix` begins its external id."""
    part = int(_queries.next_part(connection, order_id=order_id))
    return _insert(connection, order_id, part, 1, f"{prefix}:{part}.1", erp, location, lines, now)


def insert_next_generation(connection: Connection, sale: StoredSale, now: datetime) -> int:
    """Plan what replaces a voided sale, with the same lines."""
    generation = sale.generation + 1
    prefix = sale.external_id.rpartition(".")[0]
    external_id = f"{prefix}.{generation}"
    return _insert(
        connection, sale.order_id, sale.part, generation, external_id, sale.erp, sale.location, sale.lines, now
    )


def insert_adopted(
    connection: Connection,
    order_id: int,
    erp: str,
    location: str,
    erp_sale_id: str,
    erp_number: str,
    lines: Iterable[SaleLine],
    now: datetime,
    *,
    is_authorised: bool,
) -> None:
    """Take over a sale that was keyed by hand."""
    sale_key = _queries.adopt_sale(
        connection,
        order_id=order_id,
        part=int(_queries.next_part(connection, order_id=order_id)),
        erp=erp,
        location=location,
        erp_sale_id=erp_sale_id,
        erp_number=erp_number,
        state=SaleState.AUTHORISED if is_authorised else SaleState.CREATED,
        now=now,
    )
    _insert_lines(connection, sale_key, order_id, lines)


def replace_lines(connection: Connection, sale: StoredSale, lines: Iterable[SaleLine]) -> None:
    """Give the sale other lines."""
    _queries.delete_lines(connection, sale_key=sale.sale_key)
    _insert_lines(connection, sale.sale_key, sale.order_id, lines)


def mark_in_doubt(connection: Connection, sale: StoredSale, call: str, now: datetime) -> None:
    """A call is about to be sent: until its answer is saved nobody knows whether it was done."""
    _queries.mark_in_doubt(connection, sale_key=sale.sale_key, call=call, now=now)


def still_in_doubt(connection: Connection, sale: StoredSale, now: datetime) -> None:
    """It was looked for in vain; the quiet time begins anew."""
    _queries.still_in_doubt(connection, sale_key=sale.sale_key, now=now)


def clear_doubt(connection: Connection, sale: StoredSale) -> None:
    """The call was not done."""
    _queries.clear_doubt(connection, sale_key=sale.sale_key)


def save_created(connection: Connection, sale: StoredSale, erp_sale_id: str, erp_number: str) -> None:
    """The sale exists, and its order is not authorised."""
    _queries.save_created(connection, sale_key=sale.sale_key, erp_sale_id=erp_sale_id, erp_number=erp_number)


def save_authorised(
    connection: Connection, sale: StoredSale, erp_number: str, back_ordered: Mapping[str, Decimal], now: datetime
) -> None:
    """The sale stands, with what of each SKU is back-ordered."""
    _queries.save_authorised(connection, sale_key=sale.sale_key, erp_number=erp_number, now=now)
    rows = [{"sku": sku, "back_ordered": str(quantity)} for sku, quantity in back_ordered.items()]
    _queries.save_allocation(connection, sale_key=sale.sale_key, rows=json.dumps(rows))


def set_state(connection: Connection, sale: StoredSale, state: SaleState) -> None:
    """Move the sale on; nothing is in doubt about it."""
    _queries.set_sale_state(connection, sale_key=sale.sale_key, state=state)


def restart_authorisation(connection: Connection, sale: StoredSale, *, is_race_lost: bool) -> None:
    """Its lines are about to be allocated anew."""
    _queries.restart_authorisation(connection, sale_key=sale.sale_key, races_lost=int(is_race_lost))


def set_header_outdated(connection: Connection, sale: StoredSale, *, is_outdated: bool) -> None:
    """Whether the inventory system's header says something older than the order."""
    _queries.set_header_outdated(connection, sale_key=sale.sale_key, is_outdated=is_outdated)


def _insert(
    connection: Connection,
    order_id: int,
    part: int,
    generation: int,
    external_id: str,
    erp: str,
    location: str,
    lines: Iterable[SaleLine],
    now: datetime,
) -> int:
    sale_key = int(
        _queries.insert_sale(
            connection,
            order_id=order_id,
            part=part,
            generation=generation,
            external_id=external_id,
            erp=erp,
            location=location,
            now=now,
        )
    )
    _insert_lines(connection, sale_key, order_id, lines)
    return sale_key


def _insert_lines(connection: Connection, sale_key: int, order_id: int, lines: Iterable[SaleLine]) -> None:
    lines = [line for line in lines if line.quantity > 0]
    rows = [
        {
            "sku": line.sku,
            "product_id": line.product_id,
            "product_name": line.product_name,
            "stock_key": line.stock_key,
            "stock_factor": str(line.stock_factor),
            "quantity": str(line.quantity),
            "planned": str(line.planned),
            "price": str(line.price),
            "back_ordered": str(line.back_ordered),
        }
        for line in lines
    ]
    shares = [
        {"sku": line.sku, "line_number": number, "quantity": str(quantity)}
        for line in lines
        for number, quantity in line.shares
    ]
    _queries.insert_lines(connection, sale_key=sale_key, rows=json.dumps(rows))
    _queries.insert_shares(connection, sale_key=sale_key, order_id=order_id, rows=json.dumps(shares))
