"""What Amazon would have charged for an order's acknowledgement."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise

from include.sandbox.amazon.answer_checks import LineOutcome
from include.sandbox.amazon.findings import CHARGEBACK, Charge, Finding
from include.sandbox.amazon.invoices import to_cents
from include.sandbox.amazon.order_book import OrderRecord
from include.sandbox.amazon.rates import DOWN_CONFIRMED, UNCONFIRMED, amount_of, rate_for
from include.sandbox.amazon.scenario import Line, Order

DOWN_CONFIRMED_AFTER = timedelta(days=5)  # from the start of the window


def charges_of(record: OrderRecord, now: datetime) -> tuple[Charge, ...]:
    """Those for what was answered, not, or too late."""
    return tuple(_charges(record, now))


def _charges(record: OrderRecord, now: datetime) -> Iterator[Charge]:
    for state in record.wanted:
        closes = state.at + record.window
        if (state.answered_at or state.withdrawn_at or now) > closes:
            yield _charge(record, "855-08", UNCONFIRMED, [(line, line.quantity) for line in state.order.lines], closes)
    accepted = [each for each in record.given if each.is_accepted]
    for before, after in pairwise(accepted):
        order = record.revisions[after.revision].order
        lost = [(line, was.accepted - now_is.accepted)
                for line, was, now_is in _same_lines(order, before.outcomes, after.outcomes)
                if was.accepted > now_is.accepted and now_is.ordered >= was.ordered]  # fmt: skip
        starts = datetime.combine(order.window_start, time(), after.at.tzinfo)
        if lost and after.at > starts + DOWN_CONFIRMED_AFTER:
            yield _charge(record, "855-05", DOWN_CONFIRMED, lost, after.at)


def _same_lines(
    order: Order, before: tuple[LineOutcome, ...], after: tuple[LineOutcome, ...]
) -> Iterator[tuple[Line, LineOutcome, LineOutcome]]:
    was, now_is = ({each.line_number: each for each in outcomes} for outcomes in (before, after))
    for line in order.lines:
        if line.line_number in was and line.line_number in now_is:
            yield line, was[line.line_number], now_is[line.line_number]


def _charge(record: OrderRecord, rule: str, name: str, lost: list[tuple[Line, Decimal]], at: datetime) -> Charge:
    units = sum((quantity * line.eaches for line, quantity in lost), Decimal(0))
    cost = sum((quantity * line.eaches * line.unit_price for line, quantity in lost), Decimal(0))
    rate = rate_for(name, at.date())
    amount, is_nominal = amount_of(rate, cost)
    note = " (nominal: no rate is published)" if is_nominal else ""
    sentence = f"{name}: {units.normalize():f} units that cost {to_cents(cost)}; charge: {amount}{note}"
    number = record.purchase_order_number
    return Charge(
        Finding(rule, name, sentence, at, number, number, units, cost), CHARGEBACK, amount, rate.share, is_nominal
    )
