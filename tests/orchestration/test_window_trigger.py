"""What a deferred sensor waits on, without Airflow's processes."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit, urlunsplit

import pytest

from include.orchestration.window_trigger import OpenSubjects, SubjectClosed
from tests.orchestration.orders_at_hand import enter_orders

pytestmark = pytest.mark.airflow

NOW = datetime.now(UTC)


@pytest.fixture
def connection_id(database: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Of a database with one open order."""
    enter_orders(database, 1, relationship="amazon_us", start=NOW)
    monkeypatch.setenv("AIRFLOW_CONN_CLOCKS", database)
    monkeypatch.setattr(OpenSubjects, "_rounds", {})
    return "clocks"


def fired(trigger: SubjectClosed) -> bool:
    """Whether it fires at once."""

    async def first() -> object:
        return await anext(aiter(trigger.run()))

    async def within_a_moment() -> bool:
        try:
            await asyncio.wait_for(first(), 2)
        except TimeoutError:
            return False
        return True

    return asyncio.run(within_a_moment())


def test_it_waits_while_its_subject_is_open(connection_id: str) -> None:
    assert not fired(SubjectClosed("order", 1, connection_id, NOW + timedelta(hours=1)))


def test_it_fires_when_its_subject_is_closed(connection_id: str) -> None:
    assert fired(SubjectClosed("order", 2, connection_id, NOW + timedelta(hours=1)))


def test_it_fires_at_its_moment(connection_id: str) -> None:
    assert fired(SubjectClosed("order", 1, connection_id, NOW - timedelta(seconds=1)))


def test_a_database_that_does_not_answer_closes_nothing(connection_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = urlsplit("postgresql://nobody@127.0.0.1:9/nothing")
    monkeypatch.setenv("AIRFLOW_CONN_CLOCKS", urlunsplit(parts))

    assert not fired(SubjectClosed("order", 1, connection_id, NOW + timedelta(hours=1)))
