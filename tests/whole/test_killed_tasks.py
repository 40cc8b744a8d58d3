"""A task's process killed at each call of a sale, and its worker killed so that it lives on beside its retry.

Every test ends with one sale and one answer for each order, right to the unit (laws 3, 4 and 9).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest

from include.workstation import processes
from include.workstation.airflow_api import DagRun
from tests.purchase_orders.trade import Trade
from tests.whole.gate import Gate
from tests.whole.outcome import check, drop, some_orders
from tests.whole.whole import INTAKE, Whole

pytestmark = [pytest.mark.airflow, pytest.mark.slow]

SLOW = 4_000  # milliseconds of a call, for a test to see it under way
POINTS = ("nothing sent", "creation under way", "created", "authorisation under way")


def standing(trade: Trade, condition: str) -> bool:
    """Whether a sale stands so."""
    return bool(trade.rows(f"SELECT FROM sale WHERE {condition}"))


def reach(whole: Whole, trade: Trade, gate: Gate, point: str) -> None:
    """Let the placing task go on from the closed gate before its first call to a point of the first sale."""
    whole.wait_for(lambda: standing(trade, "in_doubt = 'create'"), "nothing was about to be created")
    if point == "nothing sent":
        return
    let_through(whole, gate)  # who the customer is
    let_through(whole, gate)
    if point == "creation under way":
        return
    whole.wait_for(lambda: standing(trade, "state = 'created' AND in_doubt = 'authorise'"), "nothing was created")
    if point == "authorisation under way":
        let_through(whole, gate)


def let_through(whole: Whole, gate: Gate) -> None:
    """One call."""
    before = gate.last_turn()
    gate.open()
    whole.wait_for(lambda: gate.last_turn() != before, "no call went through the gate")
    gate.close()


@contextmanager
def placing(whole: Whole, trades: list[Trade]) -> Iterator[tuple[DagRun, list[Gate]]]:
    """A run whose placing tasks, one a trade, stand at the closed gates before their first calls, which are slow."""
    with ExitStack() as opened:
        gates = [opened.enter_context(Gate(trade)) for trade in trades]
        run = whole.api.trigger(INTAKE)
        for trade, gate in zip(trades, gates, strict=True):
            whole.wait_for(lambda trade=trade: standing(trade, "state = 'planned'"), "nothing was planned")
            gate.close()
            trade.cin7.behave(latency_ms=SLOW)
        yield run, gates
        for trade in trades:
            trade.cin7.behave(latency_ms=0)


def test_laws_3_4_and_9_a_task_killed_at_any_call_of_a_sale_leaves_one_sale_and_one_answer(
    whole: Whole, begin: Callable[..., Trade]
) -> None:
    trades = [begin() for _ in POINTS]
    orders = some_orders(2)
    for trade in trades:
        drop(trade, orders)

    with whole.pool_slots(len(POINTS)), placing(whole, trades) as (run, gates):
        for place, point in enumerate(POINTS):
            process = whole.task_process(run, "place", place)
            reach(whole, trades[place], gates[place], point)
            whole.kill(process)
            gates[place].open()
        for trade in trades:
            trade.cin7.behave(latency_ms=0)
        ended = whole.ended(run)

    for trade in trades:
        check(trade, orders)
    assert ended.state == "success"
    assert min(each.tries for each in whole.api.tasks(run) if each.task_id == "place") == 2


def test_law_3_a_task_that_lives_on_beside_its_retry_shares_no_sale_with_it(whole: Whole, trade: Trade) -> None:
    """The executor's worker is killed while its task sleeps before a call; a minute later Airflow starts it again."""
    orders = some_orders(3)
    drop(trade, orders)

    with placing(whole, [trade]) as (run, (gate,)):
        trade.cin7.behave(latency_ms=0)
        orphan = whole.task_process(run, "place")
        reach(whole, trade, gate, "nothing sent")
        before = gate.last_turn()
        gate.open_late(seconds=60)
        whole.wait_for(lambda: gate.last_turn() != before, "the task does not wait for its turn")
        worker = whole.worker_of(orphan)
        whole.kill(worker)
        whole.wait_for(lambda: processes.born(worker) is None, "the worker lives on")
        with whole.stopped(orphan):  # not before its worker is gone: the machine would end it
            gate.forget()
            ended = whole.ended(run)
            answered_beside_it = len(trade.answers())
    whole.wait_for(lambda: processes.born(orphan) is None, "the task without a worker did not end")
    whole.run()

    check(trade, orders)
    assert whole.task(run, "place").tries == 2
    assert (ended.state, answered_beside_it) == ("success", 2)
