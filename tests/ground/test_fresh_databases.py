"""The database that a test is given."""

from __future__ import annotations

from collections.abc import Callable

import psycopg


def test_each_test_database_is_migrated_and_apart_from_the_others(new_database: Callable[[], str]) -> None:
    first, second = new_database(), new_database()

    with psycopg.connect(first) as connection:
        connection.execute("CREATE TABLE only_here ()")
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()

    assert tables is not None
    assert tables[0] > 5
    with psycopg.connect(second) as connection:
        assert connection.execute("SELECT to_regclass('only_here')").fetchone() == (None,)


def test_a_test_may_ask_for_one_database(database: str) -> None:
    with psycopg.connect(database) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
