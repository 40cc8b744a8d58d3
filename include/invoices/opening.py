"""Which invoices are owed for what was notified: the rows that wait until they match and may leave."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from include.amazon.orders import OrderType
from include.invoices.desk import Desk
from include.invoices.store import named
from include.relationships.billing import Invoices, Scope

LOOK_BACK = timedelta(days=60)  # to the oldest notice that may still be without its invoice
SHIPPED_WHOLE = frozenset({"shipped", "part_invoiced"})


@dataclass(frozen=True, slots=True)
class Unbilled:
    """An order's part of a sent notice that stands on no invoice."""

    notice_id: int
    order_id: int
    currency: str
    order_type: str
    state: str


@dataclass(frozen=True, slots=True)
class Owed:
    """An invoice to be: of one order's part of a notice, of a whole notice, or of an order."""

    notice_id: int | None
    order_id: int | None
    currency: str


def open_due(desk: Desk) -> int:
    """Make the invoices that are owed; returns how many there are new. In the caller's transaction."""
    rows = named.unbilled(desk.connection, relationship=desk.relationship.name, since=desk.now() - LOOK_BACK)
    unbilled = [Unbilled(**{name: row[name] for name in Unbilled.__slots__}) for row in rows]
    opened = 0
    for owed in plan(unbilled, desk.relationship.invoices):
        new_id = named.insert_invoice(
            desk.connection,
            relationship=desk.relationship.name,
            notice_id=owed.notice_id,
            order_id=owed.order_id,
            currency=owed.currency,
            now=desk.now(),
        )
        opened += new_id is not None
    return opened


def plan(unbilled: Sequence[Unbilled], settings: Invoices) -> list[Owed]:
    """The invoices that bill this by the relationship's scope; consigned orders are billed only where it says so."""
    billed = [each for each in unbilled if settings.bills_consigned or each.order_type != OrderType.CONSIGNED]
    if settings.scope is Scope.ORDER:
        return list(
            dict.fromkeys(Owed(None, each.order_id, each.currency) for each in billed if each.state in SHIPPED_WHOLE)
        )
    if settings.scope is Scope.NOTICE:
        return list(_of_notices(unbilled, billed))
    return [Owed(each.notice_id, each.order_id, each.currency) for each in billed]


def _of_notices(unbilled: Sequence[Unbilled], billed: Sequence[Unbilled]) -> Iterator[Owed]:
    """One for a notice, unless not all of it is billed, or not in one currency: then one for each order."""
    by_notice: dict[int, list[Unbilled]] = defaultdict(list)
    for each in billed:
        by_notice[each.notice_id].append(each)
    for notice_id, parts in by_notice.items():
        is_whole = len(parts) == sum(each.notice_id == notice_id for each in unbilled)
        if is_whole and len({each.currency for each in parts}) == 1:
            yield Owed(notice_id, None, parts[0].currency)
        else:
            yield from (Owed(notice_id, each.order_id, each.currency) for each in parts)
