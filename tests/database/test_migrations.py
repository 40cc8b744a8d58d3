"""Migrations: an empty database becomes the newest, once, whoever else tries at the same time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from include.database import migrate

ROOT = Path(__file__).parents[2]
FOLDER = Path(migrate.__file__).parent


@pytest.fixture
def empty(database_url: str) -> Iterator[str]:
    """A database in which nothing is."""
    name = f"empty_{os.getpid()}"
    with psycopg.connect(database_url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} STRATEGY file_copy")
    yield database_url.rsplit("/", 1)[0] + f"/{name}"
    with psycopg.connect(database_url, autocommit=True) as server:
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _rows(dsn: str, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(dsn) as connection:
        return connection.execute(query.encode()).fetchall()


def _scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(FOLDER / "migrations"))
    return ScriptDirectory.from_config(config)


def test_an_empty_database_is_brought_to_the_newest_schema(empty):
    migrate.migrate(empty)

    assert _rows(empty, "SELECT version_num FROM schema_version") == [(_scripts().get_current_head(),)]
    assert _rows(empty, "SELECT count(*) FROM transmission") == [(0,)]


def test_a_second_time_changes_nothing(empty):
    migrate.migrate(empty)
    with psycopg.connect(empty) as connection:
        connection.execute("INSERT INTO watermark VALUES ('kept', now())")

    migrate.migrate(empty)

    assert _rows(empty, "SELECT name FROM watermark") == [("kept",)]


def test_links_made_before_there_were_listings_stay_a_persons_word(empty):
    with psycopg.connect(empty) as connection:
        for number in ("0001", "0002"):
            (path,) = (FOLDER / "versions").glob(f"{number}_*.sql")
            connection.execute(path.read_text().encode())
        connection.execute("INSERT INTO item_link VALUES ('us', 'BP', 'B0', 'MUG', 'hand', 'ann', '2026-11-01')")
        (path,) = (FOLDER / "versions").glob("0003_*.sql")
        connection.execute(path.read_text().encode())

    assert _rows(empty, "SELECT confirmed_by, state, confirmed_at = linked_at FROM item_link") == [
        ("ann", "listed", True)]  # fmt: skip


@pytest.mark.slow
def test_two_at_once_wait_for_each_other(empty):
    command = [sys.executable, "-m", "include.database.migrate", "--dsn", empty]
    both = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE) for _ in range(2)]

    told = [process.communicate()[1] for process in both]

    assert [process.returncode for process in both] == [0, 0], told
    assert len(_rows(empty, "SELECT FROM schema_version")) == 1


def test_a_migration_that_fails_leaves_nothing_behind(empty):
    with psycopg.connect(empty) as connection:
        connection.execute("CREATE TABLE call_budget (in_the_way int)")  # the last that the first migration makes

    with pytest.raises(Exception, match="call_budget"):
        migrate.migrate(empty)

    tables = _rows(empty, "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    assert ("transmission",) not in tables


def test_the_steps_are_one_line_and_each_has_its_sql_file():
    steps = list(_scripts().walk_revisions())

    assert len(_scripts().get_heads()) == 1
    assert sorted(step.revision for step in steps) == sorted(path.name[:4] for path in (FOLDER / "versions").glob("*"))


@pytest.mark.parametrize(
    ("given", "dsn"),
    [
        ("postgres://joe:s%40crt@db:5433/vendorlane", "postgresql://joe:s%40crt@db:5433/vendorlane"),
        ("postgresql://joe@db/vendorlane", "postgresql://joe@db/vendorlane"),
        (
            json.dumps({"conn_type": "postgres", "host": "db", "port": 5433, "login": "joe", "password": "s cr't",
                        "schema": "vendorlane"}),
            r"host=db port=5433 dbname=vendorlane user=joe password='s cr\'t'",
        ),
    ],
    ids=["postgres URI", "postgresql URI", "JSON"],
)  # fmt: skip
def test_the_address_is_read_as_airflow_s_connection_gives_it(monkeypatch, given, dsn):
    monkeypatch.setenv(migrate.VARIABLE, given)

    assert migrate.dsn_from_environment() == dsn


def test_without_an_address_it_says_what_to_give(monkeypatch):
    monkeypatch.delenv(migrate.VARIABLE, raising=False)

    with pytest.raises(SystemExit, match=migrate.VARIABLE):
        migrate.dsn_from_environment()
