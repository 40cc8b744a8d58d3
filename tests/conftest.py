"""What tests share: a real PostgreSQL, started once, with a fresh migrated database for each test that asks, and a
sandbox Cin7 Core, started once and made anew for each.

A test marked `needs_program("sshd")` is left out on a machine without it, and named at the end of the run.
"""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit, urlunsplit

import hypothesis
import psycopg
import pytest
from psycopg import sql

from include.workstation import system_packages
from include.workstation.temporary_postgres import temporary_server
from tests.sandbox.cin7_process import COMPANY, Cin7Process

GIVEN_SERVER = "VENDORLANE_TEST_DATABASE"
TEMPLATE = f"migrated_{os.getpid()}"
SERVERS = {"database_url", "cin7_process"}  # the fixtures that start one
_numbers = itertools.count(1)

# The same cases on every machine, however slow; `--hypothesis-profile=search` looks for new ones.
hypothesis.settings.register_profile("same", deadline=None, derandomize=True)
hypothesis.settings.register_profile("search", deadline=None, max_examples=2000)
hypothesis.settings.load_profile("same")

_left_out = pytest.StashKey[dict[str, list[str]]]()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests whose program this machine lacks, and mark those that need a server."""
    kept: list[pytest.Item] = []
    left_out: dict[str, list[str]] = {}
    for item in items:
        if SERVERS.intersection(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.server)
        needed = [name for mark in item.iter_markers("needs_program") for name in mark.args]
        lacking = [name for name in needed if system_packages.find_program(name) is None]
        if lacking:
            left_out.setdefault(", ".join(lacking), []).append(item.nodeid)
        else:
            kept.append(item)
    items[:] = kept
    config.stash[_left_out] = left_out


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Name every test that was left out."""
    for program, names in config.stash.get(_left_out, {}).items():
        terminalreporter.section(f"not run for want of {program}")
        for name in names:
            terminalreporter.line(name)


@pytest.fixture(scope="session")
def database_url() -> Iterator[str]:
    """The address of a PostgreSQL that tests may fill: the one that VENDORLANE_TEST_DATABASE names, else our own."""
    if given := os.environ.get(GIVEN_SERVER):
        yield given
        return
    with temporary_server() as server:
        yield server.url()


@pytest.fixture(scope="session")
def migrated_template(database_url: str) -> Iterator[str]:
    """The name of a migrated database that nobody connects to, to be copied."""
    _create(database_url, TEMPLATE)
    migrate(_with_database(database_url, TEMPLATE))
    yield TEMPLATE
    _drop(database_url, TEMPLATE)


@pytest.fixture
def new_database(database_url: str, migrated_template: str) -> Iterator[Callable[[], str]]:
    """Makes fresh migrated databases, each call one; all are dropped at the end of the test."""
    made: list[str] = []

    def make() -> str:
        made.append(f"test_{os.getpid()}_{next(_numbers)}")
        _create(database_url, made[-1], migrated_template)
        return _with_database(database_url, made[-1])

    yield make
    for name in made:
        _drop(database_url, name)


@pytest.fixture
def database(new_database: Callable[[], str]) -> str:
    """The address (postgresql://…) of a fresh, migrated, empty database of this test's own."""
    return new_database()


@pytest.fixture(scope="session")
def cin7_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cin7Process]:
    """A sandbox Cin7 Core for the whole run; ask for `cin7` instead."""
    process = Cin7Process(tmp_path_factory.mktemp("cin7"))
    yield process
    process.close()


@pytest.fixture
def cin7(cin7_process: Cin7Process) -> Cin7Process:
    """A sandbox Cin7 Core with the small company of tests/sandbox/cin7_process.py, new for this test."""
    cin7_process.become(COMPANY)
    return cin7_process


def migrate(url: str) -> None:
    """Bring a database to the newest schema, as an operator would."""
    subprocess.run([sys.executable, "-m", "include.database.migrate", "--dsn", url], check=True)


def _create(server: str, name: str, template: str = "template1") -> None:
    words = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")  # a tenth of the time of the usual one
    statement = words.format(sql.Identifier(name), sql.Identifier(template))
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement)


def _drop(server: str, name: str) -> None:
    statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement)


def _with_database(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
