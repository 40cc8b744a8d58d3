"""Stock is planned for a whole batch under a lock, before any sale is placed: one bulk reading for each location.

Orders are served by class (rush first), then by the end of their window, then by arrival. What a reading shows is
planned at once; only a further part of an order that has already been short counts on what is there for certain.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import psycopg

from include.amazon.orders import OrderType
from include.purchase_orders import orders, sales, stock
from include.purchase_orders.allocation import Demand, Draw, Portion, allocate
from include.purchase_orders.drafting import draft_sales, draw_of, external_id_prefix, may_back_order
from include.purchase_orders.ledger import SalesLedger, StockReading
from include.purchase_orders.values import NOTHING, OrderLine, OrderState, StoredOrder
from include.relationships.model import PartialPolicy, Relationship

Connection = psycopg.Connection[dict[str, Any]]

NO_END = date.max
FIRST_TIME = {OrderState.RECEIVED, OrderState.CHANGED}


@dataclass(slots=True)
class Planned:
    """The orders that got a sale to be placed, and those that are short of something that may be there after all.

    What changed while stock was read is left to the next run.
    """

    with_sales: set[int] = field(default_factory=set)
    doubtful: set[int] = field(default_factory=set)
    changed: set[int] = field(default_factory=set)


def plan(
    connection: Connection,
    relationship: Relationship,
    ledger: SalesLedger,
    order_ids: Sequence[int],
    now: Callable[[], datetime],
    *,
    bold: Collection[int] = (),
    is_last: bool = False,
) -> Planned:
    """Plan sales for whatever these orders lack; `bold` ones count on what may be there. Commits.

    The last time before they are answered, nothing waits for their faulty lines any more.
    """
    planned = Planned()
    for location, there in _by_location(orders.load(connection, order_ids)).items():
        place = stock.Place(relationship.erp, location)
        draws = [draw_of(line, NOTHING) for order in there for line in order.short_lines]
        draws += stock.related(connection, place, draws)
        connection.commit()
        skus = {draw.sku for draw in draws} | {draw.stock_key for draw in draws}
        reading = _read(ledger, location, skus, relationship, now)
        unchanged = _unchanged(connection, there, planned)
        demanding = [order for order in unchanged if is_last or _may_be_placed(order, relationship)]
        _plan_location(connection, relationship, place, reading, draws, demanding, planned, bold, now())
        connection.commit()
    return planned


def served_order(order: StoredOrder) -> tuple[object, ...]:
    """The sort key by which orders are served."""
    is_rush = order.order_type == OrderType.RUSH
    return (not is_rush, order.window_end or NO_END, order.clock_started_at, order.order_id)


def _by_location(batch: Iterable[StoredOrder]) -> Mapping[str, list[StoredOrder]]:
    found: dict[str, list[StoredOrder]] = defaultdict(list)
    for order in sorted(batch, key=served_order):
        if order.short_lines and not order.is_left_to_person and not order.is_adopted:
            found[order.location].append(order)
    return found


def _unchanged(connection: Connection, batch: Sequence[StoredOrder], planned: Planned) -> list[StoredOrder]:
    """Those that still want what was read for them, held until their sales are planned."""
    now = {order.order_id: order for order in orders.load_locked(connection, [order.order_id for order in batch])}
    kept = [order for order in batch if now[order.order_id].lines == order.lines]
    planned.changed.update({order.order_id for order in batch} - {order.order_id for order in kept})
    return kept


def _read(
    ledger: SalesLedger, location: str, skus: Collection[str], relationship: Relationship, now: Callable[[], datetime]
) -> StockReading:
    began_at = now()
    available = ledger.read_availability(location if relationship.stock.one_location else None, skus)
    return StockReading(began_at, now(), available)


def _plan_location(
    connection: Connection,
    relationship: Relationship,
    place: stock.Place,
    reading: StockReading,
    draws: Sequence[Draw],
    batch: Sequence[StoredOrder],
    planned: Planned,
    bold: Collection[int],
    now: datetime,
) -> None:
    lag = timedelta(minutes=relationship.stock.lag_minutes)
    free = stock.lock_and_count(connection, place, reading, draws, lag)
    demands = [
        _demand(order, line, relationship, free, is_bold=order.order_id in bold)
        for order in batch
        for line in order.short_lines
    ]
    portions = allocate(demands, free.hopeful, free.cautious)
    portions_of: dict[int, dict[str, Portion]] = defaultdict(dict)
    for (order_id, number), portion in portions.items():
        portions_of[order_id][number] = portion
    for order in batch:
        got = portions_of[order.order_id]
        if got:
            _insert_sales(connection, place, order, got, now)
            planned.with_sales.add(order.order_id)
        _note_doubt(order, got, free, relationship.partial, planned)


def _may_be_placed(order: StoredOrder, relationship: Relationship) -> bool:
    """A faulty line holds the others back only where the relationship says so."""
    return relationship.place_good_lines_at_once or not order.faulty_lines


def _demand(
    order: StoredOrder, line: OrderLine, relationship: Relationship, free: stock.FreeStock, *, is_bold: bool
) -> Demand:
    is_first_time = order.state in FIRST_TIME
    return Demand(
        key=(order.order_id, line.line_number),
        draw=draw_of(line, line.remaining),
        step=line.step,
        is_back_orderable=may_back_order(order, relationship),
        all_or_nothing=relationship.partial is PartialPolicy.REFUSE_LINE,
        is_cautious=not is_bold and (not is_first_time or line.sku in free.exhausted),
    )


def _insert_sales(
    connection: Connection, place: stock.Place, order: StoredOrder, got: Mapping[str, Portion], now: datetime
) -> None:
    for lines in draft_sales(order.lines, got):
        sales.insert_part(connection, order.order_id, external_id_prefix(order), place.erp, place.location, lines, now)


def _note_doubt(
    order: StoredOrder, got: Mapping[str, Portion], free: stock.FreeStock, partial: PartialPolicy, planned: Planned
) -> None:
    """Whether there may be more than was planned, enough to be of use to the order."""
    for line in order.short_lines:
        left = _left(line, got)
        useful = left if partial is PartialPolicy.REFUSE_LINE else line.step
        if left > 0 and free.may_hide(draw_of(line, NOTHING), useful):
            planned.doubtful.add(order.order_id)


def _left(line: OrderLine, got: Mapping[str, Portion]) -> Decimal:
    portion = got.get(line.line_number)
    return line.remaining - (portion.quantity if portion else NOTHING)
