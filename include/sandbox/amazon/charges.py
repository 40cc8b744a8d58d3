"""What Amazon would have charged for an order's acknowledgement. Rates are those published, by the day they held from.

Where no rate is known, the units and their cost are named and nothing is made up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise

from include.sandbox.amazon.answer_checks import LineOutcome
from include.sandbox.amazon.order_book import OrderRecord
from include.sandbox.amazon.scenario import Line, Order

CENT = Decimal("0.01")
DOWN_CONFIRMED_AFTER = timedelta(days=5)  # from the start of the window


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of the units' cost; None where none is published."""

    since: date
    name: str
    share: Decimal | None


RATES = (
    Rate(date(2020, 1, 1), "unconfirmed PO units", None),
    Rate(date(2020, 1, 1), "PO on-time accuracy, down-confirmed", Decimal("0.03")),
)


def charges_of(record: OrderRecord, now: datetime) -> tuple[str, ...]:
    """A sentence for each charge."""
    return tuple(_charges(record, now))


def _charges(record: OrderRecord, now: datetime) -> Iterator[str]:
    for state in record.wanted:
        closes = state.at + record.window
        if (state.answered_at or state.withdrawn_at or now) > closes:
            yield _sentence("unconfirmed PO units", [(line, line.quantity) for line in state.order.lines], closes)
    accepted = [each for each in record.given if each.is_accepted]
    for before, after in pairwise(accepted):
        order = record.revisions[after.revision].order
        lost = [(line, was.accepted - now_is.accepted)
                for line, was, now_is in _same_lines(order, before.outcomes, after.outcomes)
                if was.accepted > now_is.accepted and now_is.ordered >= was.ordered]  # fmt: skip
        starts = datetime.combine(order.window_start, time(), after.at.tzinfo)
        if lost and after.at > starts + DOWN_CONFIRMED_AFTER:
            yield _sentence("PO on-time accuracy, down-confirmed", lost, after.at)


def _same_lines(
    order: Order, before: tuple[LineOutcome, ...], after: tuple[LineOutcome, ...]
) -> Iterator[tuple[Line, LineOutcome, LineOutcome]]:
    was, now_is = ({each.line_number: each for each in outcomes} for outcomes in (before, after))
    for line in order.lines:
        if line.line_number in was and line.line_number in now_is:
            yield line, was[line.line_number], now_is[line.line_number]


def _sentence(name: str, lost: list[tuple[Line, Decimal]], at: datetime) -> str:
    units = sum((quantity * line.eaches for line, quantity in lost), Decimal(0))
    cost = sum((quantity * line.eaches * line.unit_price for line, quantity in lost), Decimal(0))
    rate = [each for each in RATES if each.name == name and each.since <= at.date()][-1]
    charge = "no rate is published" if rate.share is None else f"{(cost * rate.share).quantize(CENT)}"
    return f"{name}: {units.normalize():f} units that cost {cost.quantize(CENT)}; charge: {charge}"
