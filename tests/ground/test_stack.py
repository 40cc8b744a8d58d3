"""PostgreSQL and Airflow come up together, ready for use, and go down without a trace."""

from __future__ import annotations

import json
import os
import stat
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from include.workstation import airflow_environment, airflow_processes, postgres, processes, stack, state

LOOK = '''
    """A DAG to try the machine with: it tells what its task sees."""

    from __future__ import annotations

    import os
    from datetime import datetime, timezone

    from airflow.sdk import Connection, dag, task


    @dag(dag_id="look", schedule=None, start_date=datetime(2026, 1, 1, tzinfo=timezone.utc))
    def look():
        @task(pool="cin7_core")
        def see() -> None:
            told = f"{os.environ['VENDORLANE_CLOCK']} {Connection.get('cin7_core').host}"
            if told != "2026-11-24T15:00:00Z@60 stock.example":
                raise ValueError(told)

        see()


    look()
'''
GIVEN = {
    "VENDORLANE_CLOCK": "2026-11-24T15:00:00Z@60",
    "AIRFLOW_CONN_CIN7_CORE": '{"conn_type": "http", "host": "stock.example"}',
    "AIRFLOW__CORE__EXECUTOR": "AnotherExecutorOfTheCallers",
}
pytestmark = [pytest.mark.airflow, pytest.mark.slow]


def _place(folder: Path, dag: str) -> state.Place:
    place = state.Place(run=folder / "run", dags=folder / "dags", plugins=folder / "plugins")
    place.dags.mkdir()
    place.plugins.mkdir()
    (place.dags / "look.py").write_text(textwrap.dedent(dag))
    return place


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[state.Place]:
    """A place with one DAG, taken down at the end."""
    made = _place(tmp_path_factory.mktemp("stack"), LOOK)
    yield made
    stack.remove(made, print)


@pytest.fixture(scope="module")
def callers_database(database_url: str) -> Iterator[str]:
    """A database of the caller's own, on another server."""
    name = f"callers_{os.getpid()}"
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
        yield urlunsplit(urlsplit(database_url)._replace(path=f"/{name}"))
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture(scope="module")
def given(callers_database: str) -> dict[str, str]:
    """The caller's environment."""
    return {**os.environ, **GIVEN, "AIRFLOW_CONN_VENDORLANE_DB": callers_database}


@pytest.fixture(scope="module")
def running(place: state.Place, given: dict[str, str]) -> state.State:
    """What runs there."""
    return stack.up(place, given, print, is_durable=False)


def test_a_run_started_at_once_sees_the_callers_connections_and_settings(running: state.State) -> None:
    with stack.api(running) as api:
        run = api.trigger("look")
        until = time.monotonic() + 60
        while not run.has_ended and time.monotonic() < until:
            run = api.run("look", run.run_id)

    assert run.state == "success"


def test_the_state_file_tells_the_owner_alone_how_to_get_in(place: state.Place, running: state.State) -> None:
    path = place.run / "state.json"

    told = json.loads(path.read_text())

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {"url", "username", "password"} <= set(told)
    assert told["url"] == running.url


def test_starting_again_what_runs_starts_nothing(place: state.Place, running: state.State) -> None:
    assert stack.up(place, os.environ, print) == running


def test_a_killed_part_can_be_started_alone(place: state.Place, running: state.State, given: dict[str, str]) -> None:
    triggerer = next(each for each in running.processes if each.name == "triggerer")
    processes.kill(triggerer)
    environment = stack.environment(place, running.ports, given)

    started = airflow_processes.start_one(place, "triggerer", environment)

    assert processes.is_alive(started)
    processes.stop([started])


def test_the_callers_database_is_migrated_and_ours_left_empty(
    place: state.Place, running: state.State, callers_database: str
) -> None:
    assert running.url
    assert _has_ledger(callers_database)
    assert not _has_ledger(stack.product_database(place))


def test_nothing_is_left_after_going_down(place: state.Place, running: state.State) -> None:
    assert stack.down(place, print)

    server = state.load_kept(place).server
    assert server is not None
    assert not postgres.is_running(server)
    assert not any(map(processes.is_alive, running.processes))
    assert state.load_state(place) is None
    assert not stack.down(place, print)


def test_a_dag_file_that_cannot_be_read_is_shown_and_nothing_stays_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(airflow_processes, "IMPORT_ERROR_SECONDS", 3.0)
    place = _place(tmp_path, "from airflow.sdk import dag\nimport no_such_module_anywhere\n")

    with pytest.raises(airflow_processes.NotReadyError, match="no_such_module_anywhere"):
        stack.up(place, os.environ, print, is_durable=False)

    server = state.load_kept(place).server
    assert server is not None
    assert not postgres.is_running(server)
    assert state.load_state(place) is None
    stack.remove(place, print)


def test_an_airflow_of_the_callers_shell_is_left_out(tmp_path: Path) -> None:
    place = state.Place(run=tmp_path)

    made = airflow_environment.airflow_environment(
        place, state.load_kept(place), state.Ports(1, 2, 3), "postgresql://", {**GIVEN, "AIRFLOW_HOME": "/theirs"}
    )

    assert made["AIRFLOW_HOME"] == str(tmp_path / "airflow")
    assert made["AIRFLOW__CORE__EXECUTOR"] == "LocalExecutor"
    assert made["AIRFLOW_CONN_CIN7_CORE"] == GIVEN["AIRFLOW_CONN_CIN7_CORE"]


def _has_ledger(database: str) -> bool:
    with psycopg.connect(database) as connection:
        return connection.execute("SELECT to_regclass('transmission') IS NOT NULL").fetchone() == (True,)
