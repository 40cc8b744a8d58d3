"""What a bench of the whole needs: the sandbox Cin7, a mailbox, and Airflow on a place of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2

from include.workstation import ports, stack, state

ACCOUNT, KEY = "sandbox-account", "sandbox-key"
START_SECONDS = 30.0


def say(what: str) -> None:
    """Progress, for whoever waits."""
    print(f"  {what}", file=sys.stderr, flush=True)


@dataclass(frozen=True, slots=True)
class SandboxCin7:
    """A running sandbox Cin7 and the doors that only a sandbox has."""

    url: str

    def ask(self, path: str) -> Any:
        return httpx2.get(f"{self.url}/_sandbox/{path}", timeout=60, trust_env=False).raise_for_status().json()

    def tell(self, path: str, body: Mapping[str, Any]) -> Any:
        answer = httpx2.post(f"{self.url}/_sandbox/{path}", json=dict(body), timeout=60, trust_env=False)
        return answer.raise_for_status().json()

    def connection(self, calls_per_minute: int, account_limit: int) -> str:
        """As Airflow's environment variable wants it."""
        host, _, port = self.url.removeprefix("http://").partition(":")
        return json.dumps(
            {
                "conn_type": "http",
                "schema": "http",
                "host": host,
                "port": int(port),
                "login": ACCOUNT,
                "password": KEY,
                "extra": {"account_limit": account_limit, "calls_per_minute": calls_per_minute},
            }
        )


@contextmanager
def folder() -> Iterator[Path]:
    """A folder of this bench's own, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="vendorlane-bench-") as name:
        yield Path(name)


@contextmanager
def sandbox_cin7(
    place: Path, behaviour: Mapping[str, Any], environment: Mapping[str, str] = os.environ
) -> Iterator[SandboxCin7]:
    """A Cin7 over place/catalogue.json, ended with the block."""
    (port,) = ports.free_ports(1)
    words = ["--port", str(port), "--data", str(place / "catalogue.json"), "--state", str(place / "cin7.json")]
    words += ["--behaviour", json.dumps(dict(behaviour))]
    with (place / "cin7.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "include.sandbox.cin7", *words], stdout=log, stderr=log, env=dict(environment)
        )
    try:
        running = SandboxCin7(f"http://127.0.0.1:{port}")
        _wait_for(running)
        yield running
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(running: SandboxCin7) -> None:
    end = time.monotonic() + START_SECONDS
    while True:
        try:
            running.ask("health")
        except httpx2.HTTPError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
        else:
            return


def write_scenario(place: Path, name: str, *words: str) -> dict[str, Any]:
    """Lay down catalogue.json and orders.json of a scenario; returns the orders file."""
    start = datetime.now(UTC).isoformat()
    command = [sys.executable, "-m", "include.sandbox.scenarios", name, "--out", str(place), "--start", start, *words]
    subprocess.run(command, check=True)
    told: dict[str, Any] = json.loads((place / "orders.json").read_text())
    return told


@contextmanager
def airflow(place: Path, given: Mapping[str, str]) -> Iterator[tuple[state.State, state.Place]]:
    """A warm Airflow and PostgreSQL of this bench's own, stopped with the block."""
    where = state.Place(run=place / "run")
    environment = {name: text for name, text in os.environ.items() if not name.startswith(("AIRFLOW_", "VENDORLANE_"))}
    running = stack.up(where, environment | given, say, is_durable=False)
    try:
        yield running, where
    finally:
        stack.down(where, say)
