"""What a deferred sensor waits on, without Airflow's processes."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from airflow.triggers.base import TaskSuccessEvent, TriggerEvent

from include.database.connection import connect
from include.orchestration.window_trigger import ClockTrigger, OpenSubjects
from tests.orchestration.orders_at_hand import enter_orders

pytestmark = pytest.mark.airflow

NOW = datetime.now(UTC)
IN_AN_HOUR = NOW + timedelta(hours=1)


@pytest.fixture
def connection_id(database: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Of a database with one open order."""
    enter_orders(database, 1, relationship="amazon_us", start=NOW)
    monkeypatch.setenv("AIRFLOW_CONN_CLOCKS", database)
    monkeypatch.setattr(OpenSubjects, "_rounds", {})
    return "clocks"


def event_of(trigger: ClockTrigger) -> TriggerEvent | None:
    """What it fires within a moment."""

    async def first() -> TriggerEvent:
        return await anext(aiter(trigger.run()))

    async def within_a_moment() -> TriggerEvent | None:
        try:
            return await asyncio.wait_for(first(), 2)
        except TimeoutError:
            return None

    return asyncio.run(within_a_moment())


def trigger(
    connection_id: str, order_id: int = 1, *, look_at: datetime = IN_AN_HOUR, until: datetime = IN_AN_HOUR
) -> ClockTrigger:
    return ClockTrigger("order", order_id, connection_id, look_at, until)


def raised(dsn: str) -> list[str]:
    with connect(dsn) as connection:
        return [row["kind"] for row in connection.execute("SELECT kind FROM exception_entry")]


def test_it_waits_while_its_subject_is_open(connection_id: str, database: str) -> None:
    assert event_of(trigger(connection_id)) is None
    assert raised(database) == []


def test_it_ends_its_task_well_when_its_subject_is_closed(connection_id: str) -> None:
    assert isinstance(event_of(trigger(connection_id, order_id=2)), TaskSuccessEvent)


def test_it_wakes_its_task_when_the_time_is_over(connection_id: str) -> None:
    fired = event_of(trigger(connection_id, until=NOW - timedelta(seconds=1)))

    assert fired is not None
    assert not isinstance(fired, TaskSuccessEvent)


def test_it_escalates_at_a_share_and_stands_on(connection_id: str, database: str) -> None:
    with connect(database) as connection:
        connection.execute(
            "UPDATE purchase_order SET clock_started_at = %s, acknowledge_by = %s WHERE order_id = 1",
            [NOW - timedelta(hours=13), NOW + timedelta(hours=11)],
        )

    assert event_of(trigger(connection_id, look_at=NOW)) is None

    assert raised(database) == ["acknowledgement_at_risk"]


def test_a_database_that_does_not_answer_closes_nothing_and_is_asked_again(
    connection_id: str, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_CLOCKS", "postgresql://nobody@127.0.0.1:9/nothing")

    assert event_of(trigger(connection_id, look_at=NOW)) is None

    monkeypatch.setenv("AIRFLOW_CONN_CLOCKS", database)
    monkeypatch.setattr(OpenSubjects, "_rounds", {})
    assert isinstance(event_of(trigger(connection_id, order_id=2)), TaskSuccessEvent)
