"""acknowledgement_window: sensors stand on running clocks, escalate, turn red at the close and green before it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from include.workstation.airflow_api import DagRun
from tests.orchestration.orders_at_hand import enter_orders
from tests.purchase_orders.conftest import COMPANY
from tests.purchase_orders.trade import Line, Trade
from tests.whole.outcome import check, drop, some_orders
from tests.whole.partner import acknowledge
from tests.whole.whole import WINDOW, Whole

pytestmark = [pytest.mark.airflow, pytest.mark.slow, pytest.mark.timeout(900)]

SHORT = [Line("B0000PLATE", 10, price="10.00")]  # seven are there, so that its answer waits for a person
SECONDS = 60  # of the windows
SHARES = ("0.3", "0.6")
MANY = 80


@dataclass
class Played:
    """What was seen while the clocks ran."""

    first: DagRun
    beside_it: dict[str, str | None] = field(default_factory=dict)
    at_risk: list[dict[str, Any]] = field(default_factory=list)
    states: dict[str, str | None] = field(default_factory=dict)
    after_the_close: dict[str, str | None] = field(default_factory=dict)


@pytest.fixture(scope="module")
def short_trade(whole: Whole) -> Iterator[Trade]:
    """One late order, one that is answered in time, and one long answered whose 855 nobody confirms."""
    settings = {
        "acknowledgement": {"escalation_shares": SHARES},
        "envelope": {"functional_acknowledgement_hours": SECONDS / 3600},
    }
    with whole.trading(COMPANY, **settings) as trade:
        yield trade


@pytest.fixture(scope="module")
def played(whole: Whole, short_trade: Trade) -> Played:
    """The clocks run once; what the tests below claim is read from it."""
    trade = short_trade
    drop(
        trade,
        {
            "4LATE001": SHORT,
            "4TIME001": SHORT,
            "4DONE001": [Line("B00000MUG1", 1)],
            "4DONE002": [Line("B00000MUG1", 1)],
        },
    )
    whole.run()
    start_clock(trade, "4LATE001", SECONDS)
    start_clock(trade, "4TIME001", 3600)
    first = whole.api.trigger(WINDOW)
    seen = Played(first)
    whole.wait_for(lambda: count(whole, first, "deferred") == 4, "four sensors do not stand")
    seen.beside_it = whole.states(whole.run(WINDOW))
    acknowledge(trade, "4DONE001")
    whole.run(purchase_order_numbers=["4TIME001"], answer_now=True)
    whole.wait_for(lambda: "acknowledgement_at_risk" in trade.exceptions(), "nothing was escalated")
    seen.at_risk = trade.rows("SELECT * FROM exception_entry WHERE kind = 'acknowledgement_at_risk'")
    whole.ended(first)
    seen.states = whole.states(first)
    seen.after_the_close = whole.states(whole.run(WINDOW))
    return seen


def start_clock(trade: Trade, number: str, seconds: float) -> None:
    """Have an order's window begin now."""
    words = (
        "UPDATE purchase_order SET clock_started_at = now(), answer_after = now() + interval '1 day',"
        " acknowledge_by = now() + make_interval(secs => %s) WHERE purchase_order_number = %s RETURNING order_id"
    )
    assert trade.rows(words, seconds, number)


def count(whole: Whole, run: DagRun, state: str) -> int:
    return sum(each.state == state for each in whole.api.tasks(run))


def escalations(trade: Trade, number: str) -> list[str]:
    rows = trade.rows(
        "SELECT share FROM escalation e JOIN purchase_order o ON o.order_id = e.subject_id"
        " WHERE e.kind = 'order' AND o.purchase_order_number = %s ORDER BY share",
        number,
    )
    return [f"{row['share']:.1f}" for row in rows]


def test_law_5_an_order_that_is_not_answered_is_red_at_the_close(played: Played, short_trade: Trade) -> None:
    assert played.states["acknowledged[4LATE001]"] == "failed"
    assert "closes at" in short_trade.exceptions()["acknowledgement_late"]


def test_law_5_its_owner_hears_of_it_at_each_share_before_with_the_deadline_and_the_money(
    played: Played, short_trade: Trade
) -> None:
    (told,) = played.at_risk

    (order,) = short_trade.rows("SELECT * FROM purchase_order WHERE purchase_order_number = '4LATE001'")
    assert told["purchase_order_number"] == "4LATE001"
    assert told["owner_team"] == "operations"
    assert told["deadline"] == order["acknowledge_by"]
    assert (told["money_at_stake"], told["currency"]) == (100, "USD")
    assert escalations(short_trade, "4LATE001") == [*SHARES, "1.0"]


def test_an_order_answered_meanwhile_is_green_and_was_no_risk(played: Played, short_trade: Trade) -> None:
    assert played.states["acknowledged[4TIME001]"] == "success"
    assert escalations(short_trade, "4TIME001") == []


def test_an_855_that_the_partner_confirms_is_green_and_one_that_it_does_not_is_red(
    played: Played, short_trade: Trade
) -> None:
    sensors = {name: state for name, state in played.states.items() if name.startswith("functional_acknowledgement")}

    assert sorted(sensors.values()) == ["failed", "success"]
    assert all(name.startswith("functional_acknowledgement[855 0000") for name in sensors)
    assert "missing_997" in short_trade.exceptions()


def test_a_clock_that_a_live_run_watches_is_not_watched_twice(played: Played) -> None:
    assert played.beside_it["acknowledged"] == "skipped"
    assert played.beside_it["functional_acknowledgement"] == "skipped"


def test_a_clock_is_red_once_and_not_every_hour(played: Played) -> None:
    assert played.after_the_close["acknowledged"] == "skipped"


def test_sensors_outlive_the_triggerer(whole: Whole, trade: Trade) -> None:
    drop(trade, {"4TIME001": SHORT})
    whole.run()
    run = whole.api.trigger(WINDOW)
    whole.wait_for(lambda: count(whole, run, "deferred") == 1, "the sensor does not stand")

    whole.kill_part("triggerer")
    whole.run(purchase_order_numbers=["4TIME001"], answer_now=True)
    whole.wait_for(lambda: count(whole, run, "deferred") == 0, "the sensor did not wake")

    whole.ended(run)
    assert whole.states(run)["acknowledged[4TIME001]"] == "success"


def test_hundreds_of_clocks_fill_no_slot_of_the_executor(whole: Whole, trade: Trade) -> None:
    enter_orders(trade.database, MANY, relationship=trade.relationship.name, start=datetime.now(UTC))
    run = whole.api.trigger(WINDOW)
    whole.wait_for(lambda: count(whole, run, "deferred") == MANY, "not all stand")
    orders = some_orders(1)
    drop(trade, orders)

    intake = whole.run(purchase_order_numbers=list(orders))

    assert intake.state == "success"
    assert count(whole, run, "deferred") == MANY
    check(trade, orders)
    whole.api.end(run)
