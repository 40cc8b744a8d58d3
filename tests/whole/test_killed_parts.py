"""Airflow's processes and the database killed in the middle of placing, and started again.

Every test ends with one sale and one answer for each order, right to the unit (laws 3, 4 and 9).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from include.workstation import postgres, state
from include.workstation.airflow_api import DagRun
from tests.purchase_orders.trade import Trade
from tests.whole.outcome import check, drop, some_orders
from tests.whole.whole import INTAKE, Whole

pytestmark = [pytest.mark.airflow, pytest.mark.slow]

SLOW = 1_000  # milliseconds of a call
ORDERS = some_orders(6)


@contextmanager
def in_the_middle(whole: Whole, trade: Trade) -> Iterator[DagRun]:
    """A run that has placed the first of its orders and is at the next; at the end Cin7 Core is as fast as ever."""
    drop(trade, ORDERS)
    run = whole.api.trigger(INTAKE)
    whole.wait_for(lambda: trade.rows("SELECT FROM sale WHERE state = 'planned'"), "nothing was planned")
    trade.cin7.behave(latency_ms=SLOW)
    whole.wait_for(lambda: trade.rows("SELECT FROM sale WHERE state = 'authorised'"), "nothing was placed")
    yield run
    trade.cin7.behave(latency_ms=0)


@pytest.mark.parametrize("part", ["scheduler", "api-server", "dag-processor"])
def test_a_part_killed_while_orders_are_placed_is_started_again_and_the_run_goes_on(
    whole: Whole, trade: Trade, part: str
) -> None:
    with in_the_middle(whole, trade) as run:
        whole.kill_part(part)

    ended = whole.ended(run)

    assert ended.state == "success"
    check(trade, ORDERS)


def test_a_database_restarted_while_orders_are_placed_loses_nothing(whole: Whole, trade: Trade) -> None:
    server = state.load_kept(whole.place).server
    assert server is not None

    with in_the_middle(whole, trade) as run:
        postgres.restart(server, is_at_once=True)
    ended = whole.ended(run)

    assert ended.state == "success"
    check(trade, ORDERS)
    whole.wait_until_healthy()
