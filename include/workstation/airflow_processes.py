"""Airflow's four processes, each in a session and with a log file of its own, started again where one dies.

`airflow standalone` is not used: on SIGTERM it leaves three of them running, and it never notices one that died.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import httpx2

from include.workstation import processes, settings, state
from include.workstation.airflow_api import AirflowApi

COMPONENTS = ("api-server", "scheduler", "dag-processor", "triggerer")
READY_SECONDS = 240.0
IMPORT_ERROR_SECONDS = 20.0
TAIL = 3000


class NotReadyError(RuntimeError):
    """Airflow did not come up; the text says which part and what its log says."""


def migrate_metadata(environment: Mapping[str, str], log: Path) -> None:
    """Bring Airflow's own database to its newest schema."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        words = [str(settings.AIRFLOW), "db", "migrate"]
        done = subprocess.run(words, env=dict(environment), stdout=output, stderr=output, check=False)
    if done.returncode:
        raise NotReadyError(f"Airflow could not migrate its database:\n{_tail(log)}")


def start(place: state.Place, environment: Mapping[str, str]) -> tuple[processes.Process, ...]:
    """Start all four."""
    return tuple(start_one(place, component, environment) for component in COMPONENTS)


def start_one(place: state.Place, component: str, environment: Mapping[str, str]) -> processes.Process:
    """Start one of the four; its log goes on where it was."""
    words = [sys.executable, "-m", "include.workstation.kept_alive", str(settings.AIRFLOW), component]
    log = place.logs / f"{component}.log"
    return processes.spawn(component, words, environment=environment, log=log, folder=place.root)


def make_ready(
    api: AirflowApi, place: state.Place, running: Sequence[processes.Process], say: Callable[[str], None]
) -> None:
    """Wait for the four parts, load the pools, wait for all DAGs. NotReadyError if that cannot be had."""
    since = datetime.now(UTC)
    _wait_until(lambda: _missing_parts(api), place, running, say)
    for pool in settings.load().pools:
        api.load_pool(pool)
    wanted = dag_ids(place.dags)
    _wait_until(lambda: _missing_dags(api, wanted, since), place, running, say)


def dag_ids(folder: Path) -> frozenset[str]:
    """The DAGs that must be there: a DAG file is named like its DAG."""
    return frozenset(path.stem for path in folder.glob("*.py") if not path.name.startswith("_"))


def _wait_until(
    missing: Callable[[], str],
    place: state.Place,
    running: Sequence[processes.Process],
    say: Callable[[str], None],
) -> None:
    until, told = time.monotonic() + READY_SECONDS, ""
    while lacking := missing():
        dead = [each.name for each in running if not processes.is_alive(each)]
        if dead:
            logs = "\n".join(f"--- {name}\n{_tail(place.logs / f'{name}.log')}" for name in dead)
            raise NotReadyError(f"Airflow's {', '.join(dead)} ended while starting.\n{logs}")
        if time.monotonic() > until:
            raise NotReadyError(f"Airflow is not ready after {READY_SECONDS:.0f} s: {lacking}. See {place.logs}.")
        if lacking != told:
            say(f"waiting: {lacking}")
            told = lacking
        time.sleep(0.5)


def _missing_parts(api: AirflowApi) -> str:
    try:
        unhealthy = api.unhealthy_parts()
    except httpx2.HTTPError:
        return "the API does not answer yet"
    return f"not healthy yet: {', '.join(unhealthy)}" if unhealthy else ""


def _missing_dags(api: AirflowApi, wanted: frozenset[str], since: datetime) -> str:
    read = {each.dag_id for each in api.dags() if each.last_parsed and each.last_parsed >= since}
    lacking = sorted(wanted - read)
    errors = api.import_errors()
    if errors and (datetime.now(UTC) - since).total_seconds() > IMPORT_ERROR_SECONDS:
        raise NotReadyError("DAG files that cannot be read:\n" + "\n".join(errors))
    if errors:
        return f"{len(errors)} DAG files cannot be read"
    return f"DAGs not read yet: {', '.join(lacking)}" if lacking else ""


def _tail(log: Path) -> str:
    return log.read_text(errors="replace")[-TAIL:] if log.exists() else "(no log)"
