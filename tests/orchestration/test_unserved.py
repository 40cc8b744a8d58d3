"""A relationship that was not loaded has no task of its own: its orders are told, and its file (law 13)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from include.database.connection import connect
from include.exceptions.queue import ExceptionEntry, list_open
from include.money import Money
from include.purchase_orders import unserved
from tests.orchestration.orders_at_hand import enter_orders

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)

Connection = psycopg.Connection[dict[str, Any]]


@pytest.fixture
def connection(database: str) -> Iterator[Connection]:
    """To a database with two orders of `amazon_us`."""
    enter_orders(database, 2, relationship="amazon_us", start=NOW)
    with connect(database, autocommit=True) as opened:
        yield opened


def told(connection: Connection) -> dict[str, ExceptionEntry]:
    return {each.relationship: each for each in list_open(connection)}


def test_orders_of_a_relationship_that_no_file_defines_are_told_with_their_deadline_and_worth(
    connection: Connection,
) -> None:
    unserved.tell(connection, {"amazon_uk"}, {}, NOW)

    entry = told(connection)["amazon_us"]
    assert entry.kind == "configuration"
    assert "2 orders of amazon_us wait" in entry.what_happened
    assert entry.deadline == NOW + timedelta(hours=24)
    assert entry.money == Money(Decimal(85), "USD")


def test_a_file_that_cannot_be_used_is_told_though_nothing_of_it_waits(connection: Connection) -> None:
    unserved.tell(connection, {"amazon_us"}, {"amazon_uk": "amazon_uk.yaml: zone: no zone is named 'Mars'"}, NOW)

    assert list(told(connection)) == ["amazon_uk"]
    assert "no zone is named 'Mars'" in told(connection)["amazon_uk"].what_happened


def test_what_was_mended_is_resolved_by_itself(connection: Connection) -> None:
    unserved.tell(connection, set(), {"amazon_us": "amazon_us.yaml: it is no mapping", "other": "other.yaml: no"}, NOW)

    unserved.tell(connection, {"amazon_us"}, {"other": "other.yaml: no"}, NOW)

    assert list(told(connection)) == ["other"]
