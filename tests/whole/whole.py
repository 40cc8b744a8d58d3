"""The whole on real processes: PostgreSQL and Airflow as `make up` starts them, and a trade of a test's own in it.

A trade has a database, a mailbox, a sandbox Cin7 Core and a relationship that nobody else uses, so that what one test
breaks no other test sees.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx2
import psycopg
import yaml
from psycopg import sql

from include.relationships.address_book import AddressBook
from include.relationships.model import Relationship
from include.workstation import processes, settings, stack, state
from include.workstation.airflow_api import AirflowApi, DagRun
from tests.purchase_orders.trade import CENTRES, RELATIONSHIP, Trade
from tests.sandbox.cin7_process import ACCOUNT, KEY, Cin7Process

INTAKE, WINDOW, CATALOGUE = "po_intake", "acknowledgement_window", "catalogue_sync"
SCHEDULES = {INTAKE: 'schedule="*/5 * * * *"', WINDOW: 'schedule="@hourly"', CATALOGUE: 'schedule="*/30 * * * *"'}
CIN7_POOL = "cin7_core"
PAGE = 100  # task instances, the most that the API gives at once
PATIENCE = 240.0  # seconds that anything may take before the test gives up; nothing is asserted on speed
TAIL, WIDEST, TASKS = 4_000, 400, 8  # how much of a log is shown, of a line, and of how many tasks
LOUD = ("warning", "error", "critical", "traceback")
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class TaskInstance:
    """One task of a run as the API tells it."""

    identity: str
    task_id: str
    map_index: int
    state: str | None
    tries: int
    label: str | None


class Caller(AirflowApi):
    """What the tests ask of the REST API beyond what the workstation needs."""

    def tasks(self, run: DagRun) -> tuple[TaskInstance, ...]:
        """All of a run."""
        path, found = f"/api/v2/dags/{run.dag_id}/dagRuns/{run.run_id}/taskInstances", list[dict[str, Any]]()
        while page := self._call("GET", path, params={"limit": PAGE, "offset": len(found)})["task_instances"]:
            found += page
        return tuple(
            TaskInstance(
                each["id"], each["task_id"], each["map_index"], each["state"], each["try_number"],
                each["rendered_map_index"],
            )
            for each in found
        )  # fmt: skip

    def clear(self, run: DagRun, *task_ids: str) -> None:
        """As a person does it who has these tasks run again."""
        body = {"dry_run": False, "dag_run_id": run.run_id, "task_ids": list(task_ids), "only_failed": False}
        self._call("POST", f"/api/v2/dags/{run.dag_id}/clearTaskInstances", json=body)

    def end(self, run: DagRun) -> None:
        """Mark a run failed, which ends whatever still goes on in it."""
        self._call("PATCH", f"/api/v2/dags/{run.dag_id}/dagRuns/{run.run_id}", json={"state": "failed"})

    def add_connection(self, name: str, **fields: Any) -> None:
        """A connection as an operator enters it."""
        body = {"connection_id": name, **fields, "extra": json.dumps(fields.get("extra", {}))}
        self._call("POST", "/api/v2/connections", json=body)

    def task_log(self, run: DagRun, task: TaskInstance) -> str:
        """What the last try of a task wrote."""
        path = f"/api/v2/dags/{run.dag_id}/dagRuns/{run.run_id}/taskInstances/{task.task_id}/logs/{task.tries}"
        return json.dumps(self._call("GET", path, params={"map_index": task.map_index}))


class Whole:
    """What runs, and what may be done to it. Airflow's own schedules are off: only tests start runs."""

    def __init__(self, folder: Path, say: Callable[[str], None]) -> None:
        self.folder = folder
        self.place = state.Place(run=folder / "run", dags=folder / "dags")
        self.relationships = folder / "relationships"
        self.relationships.mkdir()
        shutil.copytree(state.ROOT / "dags", self.place.dags, ignore=shutil.ignore_patterns("__pycache__"))
        for dag_id, schedule in SCHEDULES.items():
            path = self.place.dags / f"{dag_id}.py"
            assert schedule in path.read_text(), f"{dag_id} has another schedule now"
            path.write_text(path.read_text().replace(schedule, "schedule=None"))
        self._given = {**os.environ, "VENDORLANE_RELATIONSHIPS": str(self.relationships)}
        self.running = stack.up(self.place, self._given, say, is_durable=False)
        self.api = Caller(self.running.url, self.running.username, self.running.password)

    # Trades ---------------------------------------------------------------------------------------------------------

    @contextmanager
    def trading(self, company: Mapping[str, Any], **fields: Any) -> Iterator[Trade]:
        """A trade of its own: its connections are entered, its relationship's file is the only one there."""
        name = f"trade_{next(_numbers):03d}"
        folder = self.folder / name
        for part in ("inbound", "outbound"):
            (folder / part).mkdir(parents=True)
        cin7 = Cin7Process(folder, company)
        connections = {"mailbox": f"mailbox_{name}", "erp": f"cin7_{name}", "database": f"database_{name}"}
        try:
            relationship = Relationship.model_validate(
                {**RELATIONSHIP, "name": name, "vendor_code": name.upper(), **connections, **fields}
            )
            book = AddressBook.model_validate(CENTRES)
            trade = Trade(self._new_database(name), cin7, folder, relationship, book)
            self._connect(trade)
            self.save(trade)
            yield trade
        finally:
            (self.relationships / f"{name}.yaml").unlink(missing_ok=True)
            cin7.close()

    def save(self, trade: Trade) -> None:
        """Write the relationship's file, as an operator does."""
        told = trade.relationship.model_dump(mode="json", exclude_unset=True)
        (self.relationships / f"{trade.relationship.name}.yaml").write_text(yaml.safe_dump(told))
        (self.relationships / "fulfilment_centres.yaml").write_text(yaml.safe_dump(dict(CENTRES)))

    def _new_database(self, name: str) -> str:
        template = stack.product_database(self.place)
        with psycopg.connect(urlunsplit(urlsplit(template)._replace(path="/postgres")), autocommit=True) as connection:
            words = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
            connection.execute(words.format(sql.Identifier(name), sql.Identifier(stack.PRODUCT_DATABASE)))
        return urlunsplit(urlsplit(template)._replace(path=f"/{name}"))

    def _connect(self, trade: Trade) -> None:
        told, database, cin7 = trade.relationship, urlsplit(trade.database), urlsplit(trade.cin7.url)
        self.api.add_connection(told.mailbox, conn_type="fs", extra={"path": str(trade.folder)})
        self.api.add_connection(
            told.erp, conn_type="http", schema="http", host=cin7.hostname, port=cin7.port, login=ACCOUNT, password=KEY,
            extra={"base_path": cin7.path, "account_limit": 100_000, "calls_per_minute": 100_000},
        )  # fmt: skip
        self.api.add_connection(
            told.database, conn_type="postgres", host=database.hostname, port=database.port,
            login=database.username, password=database.password, schema=database.path.lstrip("/"),
        )  # fmt: skip

    # Runs -----------------------------------------------------------------------------------------------------------

    def run(self, dag_id: str = INTAKE, **params: Any) -> DagRun:
        """Start a run and wait for its end."""
        return self.ended(self.api.trigger(dag_id, params))

    def ended(self, run: DagRun) -> DagRun:
        """The run once nothing more will happen in it."""
        self.wait_for(lambda: self.api.run(run.dag_id, run.run_id).has_ended, f"{run.run_id} did not end")
        return self.api.run(run.dag_id, run.run_id)

    def states(self, run: DagRun) -> dict[str, str | None]:
        """How each task stands, mapped ones as `task[label]`."""
        return {
            each.task_id if each.map_index < 0 else f"{each.task_id}[{each.label or each.map_index}]": each.state
            for each in self.api.tasks(run)
        }

    def task(self, run: DagRun, task_id: str, map_index: int | None = None) -> TaskInstance:
        """One instance of a task; of a mapped task the only one, or the one of this place."""
        (found,) = [
            each for each in self.api.tasks(run) if each.task_id == task_id and map_index in {None, each.map_index}
        ]
        return found

    def wait_for(self, is_so: Callable[[], Any], otherwise: str) -> None:
        """Until it is so."""
        until = time.monotonic() + PATIENCE
        while not is_so():
            assert time.monotonic() < until, f"{otherwise} within {PATIENCE:.0f} s"
            time.sleep(0.1)

    # Processes ------------------------------------------------------------------------------------------------------

    def task_process(self, run: DagRun, task_id: str, map_index: int | None = None) -> int:
        """The process in which a task's own code runs, once it does."""
        self.wait_for(lambda: self._task_processes(run, task_id, map_index), f"{task_id} did not start")
        return self._task_processes(run, task_id, map_index)[0]

    def _task_processes(self, run: DagRun, task_id: str, map_index: int | None) -> list[int]:
        tasks = [each for each in self.api.tasks(run) if each.task_id == task_id]
        titles = {f"airflow worker -- {each.identity}" for each in tasks if map_index in {None, each.map_index}}
        commands = Path("/proc").glob("[0-9]*/cmdline")
        return [int(path.parent.name) for path in commands if _read(path).rstrip("\0 ") in titles]

    def worker_of(self, process: int) -> int:
        """The executor's worker that looks after a task's process."""
        return _parent(process)

    def kill(self, process: int) -> None:
        """One process of ours, at once."""
        os.kill(process, signal.SIGKILL)

    @contextmanager
    def stopped(self, process: int) -> Iterator[None]:
        """One process of ours stands still meanwhile."""
        os.kill(process, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(process, signal.SIGCONT)

    @contextmanager
    def pool_slots(self, slots: int) -> Iterator[None]:
        """More tasks at once may call Cin7 Core."""
        (pool,) = [each for each in settings.load().pools if each.pool_name == CIN7_POOL]
        self.api.load_pool(pool.model_copy(update={"pool_slot": slots}))
        try:
            yield
        finally:
            self.api.load_pool(pool)

    def part(self, name: str) -> int:
        """The process that is one of Airflow's four, below the one that starts it again."""
        (keeper,) = [each for each in self.running.processes if each.name == name]
        children = [pid for pid in processes.session(keeper.pid) if _parent(pid) == keeper.pid]
        assert len(children) == 1, f"{name}: {children}"
        return children[0]

    def kill_part(self, name: str) -> None:
        """One of the four, at once; and wait until it is back and all are healthy."""
        killed = self.part(name)
        self.kill(killed)
        self.wait_for(lambda: self._is_back(name, killed), f"{name} did not come up again")

    def wait_until_healthy(self) -> None:
        """All four parts say so themselves."""
        self.wait_for(self._is_healthy, "not all parts of Airflow are healthy")

    def _is_back(self, name: str, killed: int) -> bool:
        (keeper,) = [each for each in self.running.processes if each.name == name]
        others = [pid for pid in processes.session(keeper.pid) if _parent(pid) == keeper.pid and pid != killed]
        return bool(others) and self._is_healthy()

    def _is_healthy(self) -> bool:
        try:
            return not self.api.unhealthy_parts()
        except httpx2.HTTPError:
            return False

    def close(self, say: Callable[[str], None]) -> None:
        """End and delete everything."""
        self.api.__exit__(None, None, None)
        stack.remove(self.place, say)

    def logs(self) -> str:
        """What went wrong by all logs, of the processes and of the tasks that ran last."""
        parts = sorted(self.place.logs.glob("*.log"))
        tasks = sorted((self.place.logs / "tasks").rglob("attempt=*.log"), key=lambda path: path.stat().st_mtime)
        found = [(path.relative_to(self.place.logs), _told(path)) for path in parts + tasks[-TASKS:]]
        return "\n".join(f"--- {path}\n{told[-TAIL:]}" for path, told in found if told)


def _parent(process: int) -> int:
    return int(_read(Path(f"/proc/{process}/status")).partition("PPid:")[2].split()[0])


def _told(path: Path) -> str:
    """The warnings and errors of a log, which is of JSON for a task and of plain text for a process."""
    lines = _read(path).splitlines()
    return "\n".join(line[:WIDEST] for line in lines if any(word in line.lower() for word in LOUD))


def _read(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""
