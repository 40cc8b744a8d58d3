"""PostgreSQL and Airflow together: `up` returns when all is ready, `down` stops what `up` started.

Each checkout has its own: free ports, its own data, its own processes, remembered in its .run/ folder.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import psycopg
from psycopg import sql

from include.workstation import (
    airflow_environment,
    airflow_processes,
    ports,
    postgres,
    processes,
    settings,
    state,
)
from include.workstation.airflow_api import AirflowApi

METADATA_DATABASE = "airflow"
PRODUCT_DATABASE = "vendorlane"
PRODUCT_CONNECTION = "AIRFLOW_CONN_VENDORLANE_DB"
MAILBOX_CONNECTION = "AIRFLOW_CONN_AMAZON_MAILBOX"

Say = Callable[[str], None]


def up(
    place: state.Place,
    inherited: Mapping[str, str],
    say: Say,
    *,
    is_durable: bool = True,
    is_paused: bool = False,
) -> state.State:
    """Start all that is missing; whatever is half up is stopped first. On failure nothing is left running.

    With `is_paused` the DAGs are left as they are (a new one is paused) for the caller to unpause.
    """
    running = state.load_state(place)
    if running and all(map(processes.is_alive, running.processes)):
        say("Airflow is up already.")
        return running
    down(place, say)
    try:
        return _start(place, inherited, say, is_durable=is_durable, is_paused=is_paused)
    except BaseException:
        down(place, say)
        raise


def down(place: state.Place, say: Say) -> bool:
    """Stop what `up` started here; True if there was anything. The data stays."""
    running, kept = state.load_state(place), state.load_kept(place)
    if running:
        say("stopping Airflow")
        processes.stop(running.processes)
    is_server_up = kept.server is not None and postgres.is_running(kept.server)
    if kept.server is not None and is_server_up:
        say("stopping PostgreSQL")
        postgres.stop(kept.server)
    state.forget_state(place)
    return running is not None or is_server_up


def environment(place: state.Place, taken: state.Ports, inherited: Mapping[str, str]) -> dict[str, str]:
    """What the processes of a running stack get; also for starting one of them again."""
    kept = state.load_kept(place)
    assert kept.server is not None
    given = dict(inherited)
    given.setdefault(PRODUCT_CONNECTION, postgres_connection(kept.server.url(PRODUCT_DATABASE)))
    metadata = kept.server.url(METADATA_DATABASE, "postgresql+psycopg2")
    return airflow_environment.airflow_environment(place, kept, taken, metadata, given)


def unpause(caller: AirflowApi, place: state.Place) -> None:
    """Let every DAG of this place run."""
    wanted = airflow_processes.dag_ids(place.dags)
    for dag in caller.dags():
        if dag.dag_id in wanted and dag.is_paused:
            caller.unpause(dag.dag_id)


def product_database(place: state.Place) -> str:
    """The address of our own server's product database."""
    server = state.load_kept(place).server
    assert server is not None
    return server.url(PRODUCT_DATABASE)


def remove(place: state.Place, say: Say) -> None:
    """Stop what runs there and delete all of its data: for places that are made anew each time."""
    down(place, say)
    server = state.load_kept(place).server
    if server is not None and server.folder.exists():
        postgres.remove(server)
    shutil.rmtree(place.run, ignore_errors=True)


def api(running: state.State) -> AirflowApi:
    """A logged-in caller of what runs."""
    return AirflowApi(running.url, running.username, running.password)


def _start(
    place: state.Place, inherited: Mapping[str, str], say: Say, *, is_durable: bool, is_paused: bool
) -> state.State:
    kept = _with_server(place, say, is_durable)
    taken = state.Ports(*ports.free_ports(3))
    made = environment(place, taken, inherited)
    airflow_environment.write_passwords(place, kept)
    _make_mailbox(made)
    _migrate(place, kept, made, say)
    say("starting Airflow: " + ", ".join(airflow_processes.COMPONENTS))
    running = state.State(airflow_environment.api_url(taken), state.USERNAME, kept.password, taken)
    for component in airflow_processes.COMPONENTS:
        started = airflow_processes.start_one(place, component, made)
        running = running.with_processes([started])
        state.save_state(place, running)
    with api(running) as caller:
        airflow_processes.make_ready(caller, place, running.processes, say)
        if not is_paused:
            unpause(caller, place)
    return running


def _with_server(place: state.Place, say: Say, is_durable: bool) -> state.Kept:
    kept = state.load_kept(place)
    server = kept.server
    if server is None or not server.data.exists():
        say("laying down PostgreSQL")
        server = postgres.create(place.run, is_durable=is_durable)
        kept = dataclasses.replace(kept, migrated_for=None)
    say("starting PostgreSQL")
    server = postgres.start(server)
    kept = dataclasses.replace(kept, server=server)
    state.save_kept(place, kept)
    for name in (METADATA_DATABASE, PRODUCT_DATABASE):
        _ensure_database(server, name)
    return kept


def _ensure_database(server: postgres.Server, name: str) -> None:
    with psycopg.connect(server.url(), autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


def _migrate(place: state.Place, kept: state.Kept, made: Mapping[str, str], say: Say) -> None:
    say("migrating Vendorlane's database")
    _migrate_product(made)
    lock = hashlib.sha256((settings.ROOT / "requirements.lock").read_bytes()).hexdigest()
    if kept.migrated_for != lock:
        say("migrating Airflow's database")
        airflow_processes.migrate_metadata(made, place.logs / "migrate.log")
        state.save_kept(place, dataclasses.replace(kept, migrated_for=lock))


def _migrate_product(made: Mapping[str, str]) -> None:
    migrate = [sys.executable, "-m", "include.database.migrate"]
    done = subprocess.run(migrate, env=dict(made), cwd=settings.ROOT, check=False)
    if done.returncode:
        raise airflow_processes.NotReadyError(
            f"Vendorlane's database could not be migrated (see above). It is the one that {PRODUCT_CONNECTION} names, "
            "or our own where that is not set."
        )


def _make_mailbox(made: Mapping[str, str]) -> None:
    """Lay out the mailbox that the settings file names below .run/; one of the caller's own is left alone."""
    try:
        path = Path(json.loads(made[MAILBOX_CONNECTION])["extra"]["path"])
    except (json.JSONDecodeError, KeyError, TypeError):
        return
    if path.is_relative_to(settings.ROOT / ".run"):
        for part in ("inbound", "outbound"):
            (path / part).mkdir(parents=True, exist_ok=True)


def postgres_connection(url: str) -> str:
    """A libpq URI as the JSON of an Airflow connection."""
    parts = psycopg.conninfo.conninfo_to_dict(url)
    return json.dumps(
        {
            "conn_type": "postgres",
            "host": parts["host"],
            "port": int(str(parts["port"])),
            "schema": parts["dbname"],
            "login": parts["user"],
            "password": parts["password"],
        }
    )
