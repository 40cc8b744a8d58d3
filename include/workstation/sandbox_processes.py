"""The sandbox's two processes, a Cin7 Core and an Amazon, started on a scenario of their own making."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx2
import pydantic_core

from include import clock
from include.workstation import ports, processes, state

ACCOUNT = "sandbox-account"
KEY = "sandbox-key"
BASE_PATH = "/ExternalApi/v2"
START_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Sandbox:
    """What runs, and where it tells how things stand."""

    processes: tuple[processes.Process, ...]
    cin7_url: str
    orders_file: Path
    report_file: Path
    mailbox: Path

    @property
    def dock(self) -> Path:
        """Where Amazon is told of trucks (`receiving.put_truck`)."""
        return self.report_file.parent / "dock"

    def report(self) -> dict[str, Any]:
        """What Amazon's side has written down so far."""
        if not self.report_file.exists():
            return {}
        told: dict[str, Any] = pydantic_core.from_json(self.report_file.read_bytes())
        return told

    def events(self) -> Any:
        """What happened in the Cin7 Core: stock as served, authorisations, undoings."""
        return self.look_at("events")

    def look_at(self, door: str, **words: Any) -> Any:
        """What stands behind a door of the Cin7 Core's back side."""
        answer = httpx2.get(f"{self.cin7_url}/_sandbox/{door}", params=words, timeout=30, trust_env=False)
        return answer.raise_for_status().json()


def start(
    place: state.Place, mailbox: Path, cin7_port: int, scenario: Sequence[str], environment: Mapping[str, str]
) -> Sandbox:
    """Write the scenario (its name, and options) as of now on the clock, start both and wait until Cin7 answers."""
    folder = place.run / "sandbox"
    _write_scenario(folder, scenario, clock.now(), environment)
    url = f"http://{ports.LOOPBACK}:{cin7_port}"
    report = folder / "amazon_report.json"
    cin7 = _spawn(place, environment, "cin7", "--port", cin7_port, "--data", folder / "catalogue.json",
                  "--state", folder / "cin7_state.json")  # fmt: skip
    _wait_for(url, cin7, place)
    amazon = _spawn(place, environment, "amazon", "--mailbox", mailbox, "--orders", folder / "orders.json",
                    "--report", report, "--cin7", url)  # fmt: skip
    return Sandbox((cin7, amazon), url, folder / "orders.json", report, mailbox)


def _write_scenario(folder: Path, scenario: Sequence[str], begin: datetime, environment: Mapping[str, str]) -> None:
    words = ["-m", "include.sandbox.scenarios", *scenario, "--out", str(folder), "--start", begin.isoformat()]
    subprocess.run([sys.executable, *words], env=dict(environment), cwd=state.ROOT, check=True)


def _spawn(place: state.Place, environment: Mapping[str, str], module: str, *words: object) -> processes.Process:
    command = [sys.executable, "-m", f"include.sandbox.{module}", *map(str, words)]
    log = place.logs / f"sandbox-{module}.log"
    return processes.spawn(f"sandbox-{module}", command, environment=environment, log=log, folder=state.ROOT)


def _wait_for(url: str, cin7: processes.Process, place: state.Place) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and processes.is_alive(cin7):
        try:
            if httpx2.get(f"{url}/_sandbox/health", timeout=5, trust_env=False).is_success:
                return
        except httpx2.TransportError:
            time.sleep(0.1)
    processes.stop([cin7])
    raise RuntimeError(f"The sandbox's Cin7 Core does not answer; its log is {place.logs / 'sandbox-cin7.log'}.")
