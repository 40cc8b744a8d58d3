"""The tables of orders and their lines; the only place that knows their columns. All in the caller's transaction."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import psycopg

from include.amazon.orders import Party
from include.catalogue.ratios import exact
from include.database import queries, working_alone
from include.exceptions.queue import THE_SYSTEM
from include.identifiers import ItemIdentifier
from include.purchase_orders.values import NOTHING, OrderLine, OrderState, StoredOrder

Connection = psycopg.Connection[dict[str, Any]]

LEASE = timedelta(minutes=10)  # real time that a run may hold an order without saying so again
SAME_NUMBER = timedelta(days=365)

_queries = queries.load(__file__, "orders.sql")


def find(connection: Connection, relationship: str, purchase_order_number: str, now: datetime) -> StoredOrder | None:
    """The order of this number, locked against other documents of it; an old number used again is another order."""
    list(_queries.lock_number(connection, relationship=relationship, purchase_order_number=purchase_order_number))
    order_id = _queries.find_latest(
        connection,
        relationship=relationship,
        purchase_order_number=purchase_order_number,
        since=now - SAME_NUMBER,
    )
    return load_locked(connection, [order_id])[0] if order_id is not None else None


def load_locked(connection: Connection, order_ids: Sequence[int]) -> tuple[StoredOrder, ...]:
    """Orders as they are now, held until the transaction ends: nobody else changes them or their sales meanwhile.

    Never held while another system is asked.
    """
    list(_queries.lock_orders(connection, order_ids=list(order_ids)))
    return load(connection, order_ids)


def load(connection: Connection, order_ids: Sequence[int]) -> tuple[StoredOrder, ...]:
    """Orders with their lines and what stands on live sales; three queries for any number of them."""
    lines: dict[int, list[OrderLine]] = defaultdict(list)
    standing = _load_standing(connection, order_ids)
    for row in _queries.load_lines(connection, order_ids=list(order_ids)):
        key = (row["order_id"], row["line_number"])
        lines[key[0]].append(_line_from_row(row, *standing.get(key, (NOTHING, NOTHING))))
    rows = _queries.load_orders(connection, order_ids=list(order_ids))
    return tuple(_order_from_row(row, lines[row["order_id"]]) for row in rows)


def insert(connection: Connection, lines: Sequence[OrderLine], **columns: Any) -> int:
    """Enter a new order; `columns` are those of the query."""
    order_id = int(_queries.insert_order(connection, **_plain(columns)))
    save_lines(connection, order_id, lines)
    return order_id


def update(connection: Connection, order_id: int, lines: Sequence[OrderLine], **columns: Any) -> None:
    """Enter what Amazon changed; a line that is not named stays as it is."""
    _queries.update_order(connection, order_id=order_id, **_plain(columns))
    save_lines(connection, order_id, lines)


def save_lines(connection: Connection, order_id: int, lines: Iterable[OrderLine]) -> None:
    """Enter lines, or bring those of the same number up to date; their answers are open again."""
    rows = [_line_columns(line, position) for position, line in enumerate(lines, 1)]
    _queries.save_lines(connection, order_id=order_id, rows=json.dumps(rows))


def faulty(
    connection: Connection, relationship: str, besides: Sequence[str], since: datetime
) -> tuple[StoredOrder, ...]:
    """The orders with a line that a person may have mended: one whose fault is none of `besides`."""
    rows = _queries.faulty_orders(connection, relationship=relationship, besides=list(besides), since=since)
    return load(connection, [row["order_id"] for row in rows])


def set_line_fault(connection: Connection, order_id: int, line_numbers: Sequence[str], fault: str | None) -> None:
    """Say why lines are not placed."""
    _queries.set_line_fault(connection, order_id=order_id, line_numbers=list(line_numbers), fault=fault)


def claim_due(
    connection: Connection,
    relationship: str,
    run_id: str,
    now: datetime,
    *,
    only: Sequence[str],
    with_held: bool,
    limit: int,
) -> list[int]:
    """Orders with something to do now, taken for this run; `only` names orders and takes them whenever they are due.

    `with_held` takes those that wait for a person too.
    """
    rows = _queries.claim_due(
        connection,
        relationship=relationship,
        run_id=run_id,
        now=now,
        only=list(only),
        with_held=with_held,
        limit=limit,
        lease=LEASE,
    )
    return sorted(row["order_id"] for row in rows)


def put_off(connection: Connection, relationship: str, now: datetime) -> None:
    """What is due and no run has taken is the next run's: it waits its turn and does not stand still."""
    _queries.put_off(connection, relationship=relationship, now=now)


def keep_claims(connection: Connection, order_ids: Sequence[int], run_id: str) -> list[int]:
    """Say that this run still holds the orders; those that another run has meanwhile are left out."""
    rows = _queries.keep_claims(connection, order_ids=list(order_ids), run_id=run_id, lease=LEASE)
    return sorted(row["order_id"] for row in rows)


def release_claims(connection: Connection, order_ids: Sequence[int], run_id: str) -> None:
    """Let go of orders that this run is done with."""
    _queries.release_claims(connection, order_ids=list(order_ids), run_id=run_id)


def release_all_claims(connection: Connection, relationship: str, run_id: str) -> None:
    """Let go of whatever of a relationship this run holds."""
    _queries.release_all_claims(connection, relationship=relationship, run_id=run_id)


def worked_on_alone(connection: Connection, order_id: int) -> AbstractContextManager[bool]:
    """Whether no other process works on the order, whoever has the claim: a task that outlived its worker has the same
    one as its retry. Commits before and after.
    """
    return working_alone.worked_on_alone(connection, f"work on order {order_id}")


def take_back_from_person(connection: Connection, relationship: str, only: Sequence[str], fault: str) -> None:
    """Orders named by hand are worked on again, whatever was done to their sales; so are lines of this fault."""
    _queries.take_back_from_person(connection, relationship=relationship, only=list(only), fault=fault)


def set_state(connection: Connection, order_id: int, state: OrderState, next_attempt_at: datetime) -> None:
    """Where the order is now, and when it is looked at again."""
    _queries.set_state(connection, order_id=order_id, state=state, next_attempt_at=next_attempt_at)


def note_fault(connection: Connection, order_id: int, fault: str, next_attempt_at: datetime) -> None:
    """What went wrong last, and when it is tried again."""
    _queries.note_fault(connection, order_id=order_id, fault=fault, next_attempt_at=next_attempt_at)


def wake(connection: Connection, order_id: int, now: datetime) -> None:
    """Something changed that it waited for: it is looked at again now."""
    _queries.wake(connection, order_id=order_id, now=now)


def leave_to_person(connection: Connection, order_id: int) -> None:
    """Nothing more is placed for it by itself."""
    _queries.leave_to_person(connection, order_id=order_id)


def save_answer(
    connection: Connection, order_id: int, document_id: int, state: OrderState, decisions: Iterable[dict[str, Any]]
) -> None:
    """What was answered, beside the document that says it."""
    _queries.save_decisions(connection, order_id=order_id, rows=json.dumps(list(decisions), default=str))
    _queries.save_answer(connection, order_id=order_id, document_id=document_id, state=state)


def mark_answered(connection: Connection, relationship: str) -> tuple[tuple[int, str], ...]:
    """Note which answers have left since; (order id, purchase order number) of each."""
    rows = _queries.mark_answered(connection, relationship=relationship)
    return tuple((row["order_id"], row["purchase_order_number"]) for row in rows)


def add_event(connection: Connection, order_id: int, what: str, now: datetime, actor: str = THE_SYSTEM) -> None:
    """A line of the order's life."""
    _queries.add_event(connection, order_id=order_id, what=what, now=now, actor=actor)


def _load_standing(connection: Connection, order_ids: Sequence[int]) -> dict[tuple[int, str], tuple[Decimal, Decimal]]:
    """What each line has on live sales and what of it is allocated, both in SKU units.

    What a sale line got is shared in the order of the lines, each in whole units of its own.
    """
    found: dict[tuple[int, str], tuple[Decimal, Decimal]] = {}
    left: dict[tuple[int, str], Decimal] = {}
    for row in _queries.load_standing(connection, order_ids=list(order_ids)):
        key, item = (row["order_id"], row["line_number"]), (row["sale_key"], row["sku"])
        rest = left.setdefault(item, row["allocated"])
        step = Decimal(exact(row["sku_units"]).numerator) if row["sku_units"] else Decimal(1)
        taken = min(rest, row["share"]) // step * step
        left[item] = rest - taken
        standing, allocated = found.get(key, (NOTHING, NOTHING))
        found[key] = (standing + row["share"], allocated + taken)
    return found


def _line_from_row(row: dict[str, Any], standing: Decimal, allocated: Decimal) -> OrderLine:
    columns = {name: value for name, value in row.items() if name not in {"order_id", "identifiers"}}
    identifiers = tuple(ItemIdentifier(qualifier, value) for qualifier, value in row["identifiers"])
    return OrderLine(**columns, identifiers=identifiers, standing=standing, allocated=allocated)


def _order_from_row(row: dict[str, Any], lines: Sequence[OrderLine]) -> StoredOrder:
    told = row["ship_to"]
    ship_to = Party(**(told | {"address_lines": tuple(told["address_lines"])})) if told else None
    columns = row | {"state": OrderState(row["state"]), "ship_to": ship_to, "lines": tuple(lines)}
    return StoredOrder(**columns)


def _line_columns(line: OrderLine, position: int) -> dict[str, Any]:
    columns = asdict(replace(line, identifiers=()))
    numbers = {name: str(value) for name, value in columns.items() if isinstance(value, Decimal)}
    pairs = [[each.qualifier, each.value] for each in line.identifiers]
    return columns | numbers | {"identifiers": pairs, "position": position}


def _plain(columns: dict[str, Any]) -> dict[str, Any]:
    ship_to = columns["ship_to"]
    return columns | {"ship_to": json.dumps(asdict(ship_to)) if ship_to else None}
