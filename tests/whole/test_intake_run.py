"""po_intake as it is started through the REST API: what a run does, how it is told what to do, and how it fails."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.purchase_orders.trade import Line, Trade
from tests.whole.gate import Gate
from tests.whole.outcome import check, drop, some_orders
from tests.whole.whole import INTAKE, Whole

pytestmark = [pytest.mark.airflow, pytest.mark.slow, pytest.mark.timeout(900)]


def test_a_run_takes_a_mailbox_of_orders_to_sales_and_answers_and_says_so_in_its_note(
    whole: Whole, trade: Trade
) -> None:
    orders = some_orders()
    drop(trade, orders)

    run = whole.run()

    check(trade, orders)
    name = trade.relationship.name
    assert run.state == "success"
    assert run.note == f"{name}: 3 acknowledged; 0 unanswered, 0 escalated, 0 stalled; exceptions: none"
    assert whole.states(run) == {
        "relationships": "success",
        f"receive[{name}]": "success",
        "register": "success",
        "place[0]": "success",
        "acknowledge": "success",
        "settle": "success",
    }


def test_a_run_for_one_relationship_and_one_order_leaves_all_else_alone(
    whole: Whole, begin: Callable[..., Trade]
) -> None:
    ours, others = begin(), begin()
    orders = some_orders()
    drop(ours, orders)
    drop(others, orders)

    first = whole.run(relationship=ours.relationship.name, purchase_order_numbers=["4WHOLE02"])

    assert first.state == "success"
    assert [sale["CustomerReference"] for sale in ours.sales()] == ["4WHOLE02"]
    assert [answer.purchase_order_number for answer in ours.answers()] == ["4WHOLE02"]
    assert len(list((others.folder / "inbound").iterdir())) == 3


def test_an_order_that_waits_for_a_person_is_answered_by_a_run_that_says_so(whole: Whole, trade: Trade) -> None:
    drop(trade, {"4SHORT01": [Line("B0000PLATE", 10, price="10.00")]})
    waiting = whole.run()
    held = trade.exceptions()

    run = whole.run(purchase_order_numbers=["4SHORT01"], answer_now=True)

    assert (waiting.state, run.state) == ("success", "success")
    assert set(held) == {"short_stock"}
    assert trade.answer_to("4SHORT01").lines == {"1": (("IA", 7), ("IR", 3))}
    assert trade.exceptions() == {}


def test_a_run_for_a_relationship_that_does_not_exist_fails_at_once_and_says_why(whole: Whole, trade: Trade) -> None:
    run = whole.run(relationship="nobody")

    tasks = whole.api.tasks(run)
    assert run.state == "failed"
    assert max(each.tries for each in tasks) == 1
    told = whole.api.task_log(run, whole.task(run, "relationships"))
    assert "No relationship named nobody was loaded." in told


def test_a_mailbox_that_cannot_be_reached_is_red_told_and_taken_up_by_the_next_run(whole: Whole, trade: Trade) -> None:
    orders = some_orders(1)
    drop(trade, orders)
    box, away = trade.folder / "inbound", trade.folder / "away"
    box.rename(away)
    failed = whole.run()
    told = trade.exceptions()
    away.rename(box)

    run = whole.run()

    assert whole.states(failed)[f"receive[{trade.relationship.name}]"] == "failed"
    assert set(told) == {"transmission_failed"}
    assert "inbound is no folder" in told["transmission_failed"]
    assert run.state == "success"
    check(trade, orders)


def test_a_cin7_that_is_down_is_red_told_and_the_very_next_run_heals(whole: Whole, trade: Trade) -> None:
    orders = some_orders(2)
    drop(trade, orders)
    trade.cin7.behave(down=True)
    failed = whole.run()
    told, answers = trade.exceptions(), trade.answers()
    trade.cin7.behave(down=False)

    run = whole.run()

    assert whole.states(failed)["register"] == "failed"
    assert whole.task(failed, "register").tries == 3
    assert set(told) == {"inventory_system_down"}
    assert "2 orders wait for the inventory system." in told["inventory_system_down"]
    assert answers == []
    assert run.state == "success"
    check(trade, orders)


def test_what_is_wrong_with_one_relationships_connections_harms_no_other(
    whole: Whole, begin: Callable[..., Trade]
) -> None:
    unconnected, ours = begin(), begin()
    unconnected.set(erp="an_account_nobody_entered")
    whole.save(unconnected)
    orders = some_orders(1)
    drop(unconnected, orders)
    drop(ours, orders)

    whole.run()

    check(ours, orders)
    told = unconnected.exceptions()
    assert "There is no connection an_account_nobody_entered." in told["inventory_system_down"]


def test_a_relationship_whose_file_breaks_during_a_run_is_told_by_name_and_heals_when_it_is_mended(
    whole: Whole, begin: Callable[..., Trade]
) -> None:
    broken, other = begin(), begin()
    orders = some_orders(2)
    drop(broken, orders)
    file = whole.relationships / f"{broken.relationship.name}.yaml"

    with Gate(broken) as gate:
        run = whole.api.trigger(INTAKE)
        whole.wait_for(lambda: broken.rows("SELECT FROM sale WHERE state = 'planned'"), "nothing was planned")
        gate.close()
        whole.wait_for(lambda: broken.rows("SELECT FROM sale WHERE in_doubt = 'create'"), "nothing is placed")
        file.write_text("name: [")
        gate.open()
        whole.ended(run)
    placed, told = len(broken.sales()), other.exceptions()
    whole.save(broken)
    whole.run()

    assert placed == len(orders)
    assert file.name in told["configuration"]
    check(broken, orders)
    assert other.exceptions() == {}


def test_two_runs_at_once_over_one_mailbox_double_nothing(whole: Whole, trade: Trade) -> None:
    orders = some_orders(12)
    drop(trade, orders)

    started = [whole.api.trigger(INTAKE) for _ in range(3)]
    ended = [whole.ended(run).state for run in started]
    whole.run()

    assert ended == ["success"] * 3
    check(trade, orders)


def test_tasks_cleared_and_run_again_after_success_change_nothing(whole: Whole, trade: Trade) -> None:
    orders = some_orders()
    drop(trade, orders)
    run = whole.run()
    before = trade.cin7.get("counts")["by_kind"]

    tasks = ("place", "acknowledge", "receive", "register")  # the last of them has no chunk left to place
    for task_id in tasks:
        whole.api.clear(run, task_id)
        whole.ended(run)

    after = trade.cin7.get("counts")["by_kind"]
    check(trade, orders)
    assert [whole.task(run, name).tries for name in tasks] == [2] * 4
    assert {kind: n for kind, n in after.items() if not kind.startswith("GET")} == {
        kind: n for kind, n in before.items() if not kind.startswith("GET")
    }
    assert [row["state"] for row in trade.rows("SELECT state FROM purchase_order")] == ["acknowledged"] * 3
