"""Plays a scenario through PostgreSQL and the sandbox; three processes do what the DAGs' tasks do, without Airflow."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from include import clock
from include.workstation import demo, demo_driver, demo_report, processes, sandbox_processes, stack, state
from include.workstation.demo_trucks import Trucks
from include.workstation.postgres import Server
from include.workstation.temporary_postgres import temporary_server

FLOWS = ("intake", "fulfilment", "clocks")
BETWEEN_LOOKS = 0.5
BETWEEN_LINES = 20.0


def play(played: demo.Demo) -> int:
    """The whole of it; the last line is the demo's JSON object."""
    started = time.monotonic()
    shutil.rmtree(played.place.run, ignore_errors=True)
    for part in ("inbound", "outbound"):
        (played.mailbox / part).mkdir(parents=True)
    with temporary_server() as server:
        environment = _environment(played, server)
        subprocess.run([sys.executable, "-m", "include.database.migrate"], env=environment, cwd=state.ROOT, check=True)
        os.environ[clock.VARIABLE] = environment[clock.VARIABLE]
        with _sandbox(played, environment) as sandbox, _ticking(played, environment):
            _drive(sandbox, server.url(), started)
            outcome = demo_report.judge(sandbox, server.url(), time.monotonic() - started)
            demo_report.show(outcome, sandbox, server.url())
    print(json.dumps(outcome.as_json()), flush=True)
    return 0 if outcome.is_good else 1


def _environment(played: demo.Demo, server: Server) -> dict[str, str]:
    return demo.environment(played) | {
        "AIRFLOW_HOME": str(played.place.run / "airflow"),
        stack.PRODUCT_CONNECTION: stack.postgres_connection(server.url()),
    }


@contextmanager
def _sandbox(played: demo.Demo, environment: Mapping[str, str]) -> Iterator[sandbox_processes.Sandbox]:
    sandbox = sandbox_processes.start(played.place, played.mailbox, played.cin7_port, played.scenario, environment)
    try:
        yield sandbox
    finally:
        processes.stop(sandbox.processes)


@contextmanager
def _ticking(played: demo.Demo, environment: Mapping[str, str]) -> Iterator[None]:
    command = [sys.executable, "-m", "benchmarks.simulation.ticks"]
    ticking = [
        processes.spawn(
            flow, [*command, flow], environment=environment, log=played.place.logs / f"{flow}.log", folder=state.ROOT
        )
        for flow in FLOWS
    ]
    try:
        yield
    finally:
        processes.stop(ticking)


def _drive(sandbox: sandbox_processes.Sandbox, database: str, started: float) -> None:
    trucks, last_line, until = Trucks(sandbox, database), float("-inf"), clock.now() + demo_driver.LONGEST
    while True:
        trucks.look()
        if demo_driver.is_over(sandbox, trucks, database):
            return
        if clock.now() > until:
            raise RuntimeError(
                f"It has not ended after {demo_driver.LONGEST.days} days; see the logs of its processes."
            )
        now = time.monotonic() - started
        if now - last_line >= BETWEEN_LINES:
            print(f"{now:6.0f} s  {demo_driver.progress(sandbox, database)}", flush=True)
            last_line = now
        time.sleep(BETWEEN_LOOKS)
