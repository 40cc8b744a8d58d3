"""`make demo`: a day of orders through PostgreSQL, Airflow and the sandbox, on a clock that runs a day in minutes.

The demo has a place of its own (.run/demo), made anew each time: it never touches the data of `make up`, nor any
database, mailbox or account that the caller's environment names.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from include import clock
from include.workstation import demo_driver, demo_report, ports, sandbox_processes, stack, state

FACTOR = 360
TAKEN_OVER = ("AIRFLOW_CONN_", "AIRFLOW_VAR_", "VENDORLANE_")


@dataclass(frozen=True, slots=True)
class Demo:
    """Where the demo lives, what it talks to, which scenario it plays, and how many times as fast as life."""

    place: state.Place
    cin7_port: int
    scenario: tuple[str, ...] = ("demo",)
    factor: int = FACTOR

    @property
    def mailbox(self) -> Path:
        """The folder that Amazon and we exchange files through."""
        return self.place.run / "mailbox"


def run_demo(words: list[str]) -> int:
    """The whole demo; 0 when no law was broken and nothing was late, missing, wrong or doubled."""
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--once", action="store_true", help="stop by itself; the last line is one JSON object")
    once = parser.parse_args(words).once
    return play(Demo(state.demo_place(), ports.free_port()), stays=not once)


def play(demo: Demo, *, stays: bool) -> int:
    """The whole of a demo; where it does not stay up, its last line is one JSON object."""
    started = time.monotonic()
    stack.remove(demo.place, _say(started))
    try:
        outcome = _play(demo, started)
        if stays:
            _stay(demo)
    finally:
        stack.down(demo.place, _say(started))
    if not stays:
        print(json.dumps(outcome.as_json()), flush=True)
    return 0 if outcome.is_good else 1


def _play(demo: Demo, started: float) -> demo_report.Outcome:
    say = _say(started)
    given = environment(demo)
    os.environ[clock.VARIABLE] = given[clock.VARIABLE]
    for part in ("inbound", "outbound"):
        (demo.mailbox / part).mkdir(parents=True)
    running = stack.up(demo.place, given, say, is_durable=False, is_paused=True)
    say("starting the sandbox: a Cin7 Core and an Amazon")
    sandbox = sandbox_processes.start(demo.place, demo.mailbox, demo.cin7_port, demo.scenario, given)
    state.save_state(demo.place, running.with_processes(sandbox.processes))
    with stack.api(running) as api:
        stack.unpause(api, demo.place)
        demo_driver.drive(api, sandbox, stack.product_database(demo.place), say)
    outcome = demo_report.judge(sandbox, stack.product_database(demo.place), time.monotonic() - started)
    demo_report.show(outcome, sandbox, stack.product_database(demo.place))
    print(f"Airflow: {running.url}   user {running.username}, password {running.password}", flush=True)
    return outcome


def environment(demo: Demo) -> dict[str, str]:
    """The caller's, but for what names a database, mailbox, account or clock: those are the demo's own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(TAKEN_OVER)}
    start = datetime.now(UTC).replace(microsecond=0)
    return kept | {
        clock.VARIABLE: f"{start:%Y-%m-%dT%H:%M:%SZ}@{demo.factor}",
        "AIRFLOW_CONN_CIN7_CORE": json.dumps(
            {
                "conn_type": "http",
                "schema": "http",
                "host": ports.LOOPBACK,
                "port": demo.cin7_port,
                "login": sandbox_processes.ACCOUNT,
                "password": sandbox_processes.KEY,
                "extra": {"base_path": sandbox_processes.BASE_PATH, "account_limit": 60, "calls_per_minute": 45},
            }
        ),
        "AIRFLOW_CONN_AMAZON_MAILBOX": json.dumps({"conn_type": "fs", "extra": {"path": str(demo.mailbox)}}),
    }


def _stay(demo: Demo) -> None:
    print("\nIt stays up until Ctrl-C or `make down`.", flush=True)
    while state.load_state(demo.place) is not None:
        time.sleep(1)


def _say(started: float) -> Callable[[str], None]:
    def say(what: str) -> None:
        print(f"{time.monotonic() - started:6.0f} s  {what}", flush=True)

    return say
