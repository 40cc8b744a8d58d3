"""Which run stands on which clock, for how long, and what a clock raises at its shares."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from include import clock
from include.database.connection import connect
from include.purchase_orders import clocks
from include.purchase_orders.clocks import ClockKind
from include.relationships.model import Relationship
from tests.orchestration.orders_at_hand import enter_orders
from tests.purchase_orders.trade import RELATIONSHIP

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
OURS = Relationship.model_validate(RELATIONSHIP)

Connection = psycopg.Connection[dict[str, Any]]


@pytest.fixture
def connection(database: str) -> Iterator[Connection]:
    """To a database with three orders whose windows of 24 hours begin now."""
    enter_orders(database, 3, relationship=OURS.name, start=NOW)
    with connect(database, autocommit=True) as opened:
        yield opened


def claim(connection: Connection, run_id: str, now: datetime, limit: int = 300) -> list[str]:
    return [each.label for each in clocks.claim(connection, ClockKind.ORDER, run_id, now, limit=limit)]


def stand(connection: Connection, now: datetime) -> clocks.Standing:
    return clocks.stand(connection, ClockKind.ORDER, 1, [OURS], now)


def raised(connection: Connection) -> list[str]:
    return [row["kind"] for row in connection.execute("SELECT kind FROM exception_entry ORDER BY exception_id")]


def test_a_run_takes_the_soonest_due_and_the_next_run_the_rest(connection: Connection) -> None:
    assert claim(connection, "one", NOW, limit=2) == ["4MANY1000", "4MANY1001"]
    assert claim(connection, "two", NOW, limit=2) == ["4MANY1002"]
    assert claim(connection, "three", NOW, limit=2) == []


def test_a_claim_cleared_and_made_again_finds_the_same_clocks(connection: Connection) -> None:
    first = claim(connection, "one", NOW)

    assert claim(connection, "one", NOW + MINUTE) == first


def test_a_run_that_died_before_its_sensors_stood_keeps_nobody_away_for_long(connection: Connection) -> None:
    claim(connection, "dead", NOW)

    assert claim(connection, "soon", NOW + 9 * MINUTE) == []
    assert len(claim(connection, "later", NOW + 11 * MINUTE)) == 3


def test_a_sensor_that_waits_for_its_next_share_keeps_its_clock_until_then(connection: Connection) -> None:
    claim(connection, "one", NOW)
    standing = stand(connection, NOW)

    assert standing.next_share_at == NOW + 12 * HOUR
    assert "4MANY1000" not in claim(connection, "hourly", NOW + 12 * HOUR)
    assert "4MANY1000" in claim(connection, "after it died", NOW + 12 * HOUR + 11 * MINUTE)


def test_a_run_has_as_long_to_come_back_however_fast_the_clock_runs(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(clock.VARIABLE, f"{NOW:%Y-%m-%dT%H:%M:%SZ}@60")
    claim(connection, "one", NOW)

    assert claim(connection, "nine minutes later", NOW + 9 * HOUR) == []
    assert len(claim(connection, "eleven minutes later", NOW + 11 * HOUR)) == 3


def test_a_clock_stood_on_to_its_close_is_taken_by_no_other_run(connection: Connection) -> None:
    closed = NOW + 25 * HOUR
    claim(connection, "one", NOW)

    assert stand(connection, closed).is_over
    assert "4MANY1000" not in claim(connection, "hourly", closed + HOUR)
    assert "4MANY1000" in claim(connection, "one", closed + HOUR), "cleared, it stands on it again"


def test_an_order_that_was_changed_after_its_close_is_taken_again(connection: Connection) -> None:
    closed = NOW + 25 * HOUR
    claim(connection, "one", NOW)
    stand(connection, closed)

    restart(connection, closed + HOUR)

    assert "4MANY1000" in claim(connection, "hourly", closed + 2 * HOUR)


def restart(connection: Connection, now: datetime) -> None:
    """As a change by Amazon does it, whose answer is another question."""
    connection.execute(
        "UPDATE purchase_order SET clock_started_at = %s, acknowledge_by = %s WHERE order_id = 1",
        [now, now + 24 * HOUR],
    )


def test_each_share_is_escalated_once_whoever_looks(connection: Connection) -> None:
    looks = [NOW + hours * HOUR for hours in (11, 13, 14, 20, 25, 26)]

    seen = []
    for now in looks:
        before = connection.execute("SELECT count(*) AS n FROM escalation").fetchone()
        stand(connection, now)
        after = connection.execute("SELECT count(*) AS n FROM escalation").fetchone()
        assert before is not None
        assert after is not None
        seen.append(after["n"] - before["n"])

    assert seen == [0, 1, 0, 1, 2, 0]
    assert raised(connection) == ["acknowledgement_at_risk", "acknowledgement_late"]


def test_the_clock_of_a_change_is_escalated_anew(connection: Connection) -> None:
    stand(connection, NOW + 13 * HOUR)
    connection.execute("UPDATE exception_entry SET state = 'resolved', resolved_at = %s", [NOW + 14 * HOUR])

    restart(connection, NOW + 15 * HOUR)
    stand(connection, NOW + 28 * HOUR)

    assert raised(connection) == ["acknowledgement_at_risk"] * 2


def test_settling_escalates_where_no_sensor_stands(connection: Connection) -> None:
    assert clocks.escalate_all(connection, OURS, NOW + 13 * HOUR) == 3
    assert clocks.escalate_all(connection, OURS, NOW + 13 * HOUR) == 0
