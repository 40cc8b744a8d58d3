"""The Amazon as it really runs: a process over a mailbox, on a clock that runs an hour in a second."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx2
import pytest

from include.sandbox.amazon.receiving import Goods, LoadedCarton, Truck, put_truck
from include.sandbox.amazon.scenario import Scenario, save_scenario
from include.sandbox.scenarios.__main__ import main as write_scenario
from include.sandbox.scenarios.post import AMAZON, VENDOR, Post
from include.workstation import ports
from tests.sandbox.amazon_vendor import an_order, answer, interchange

FACTOR = 3600
PATIENCE = 30.0


class Running:
    """A folder in which the process is started, stopped and watched."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, cin7: str = "http://127.0.0.1:9") -> None:
        self.start = datetime.now(UTC)
        monkeypatch.setenv("VENDORLANE_CLOCK", f"{self.start.isoformat()}@{FACTOR}")
        self.folder, self.cin7 = folder, cin7
        self.inbound, self.outbound = folder / "mailbox/inbound", folder / "mailbox/outbound"

    def at(self, hour: float) -> datetime:
        return self.start + timedelta(hours=hour)

    def save(self, post: Post) -> None:
        drops = tuple(post.drops)
        save_scenario(Scenario("test", 1, self.start, 24, "Main Warehouse", AMAZON, VENDOR, drops), self.orders_file)

    @property
    def orders_file(self) -> Path:
        return self.folder / "orders.json"

    @contextmanager
    def amazon(self, ends_by: signal.Signals = signal.SIGTERM) -> Iterator[None]:
        words = ["--mailbox", self.folder / "mailbox", "--orders", self.orders_file,
                 "--report", self.folder / "report.json", "--cin7", self.cin7]  # fmt: skip
        process = subprocess.Popen([sys.executable, "-m", "include.sandbox.amazon", *map(str, words)], env=os.environ)
        try:
            yield
        finally:
            process.send_signal(ends_by)
            assert process.wait(PATIENCE) == (0 if ends_by is signal.SIGTERM else -ends_by)

    def report(self) -> dict[str, Any]:
        path = self.folder / "report.json"
        told: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {"orders": []}
        return told

    def wait(self, what: Callable[[], Any]) -> Any:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if found := what():
                return found
            time.sleep(0.02)
        raise AssertionError(f"it did not come about; the report is {self.report()}")

    def lying(self) -> list[Path]:
        return sorted(self.inbound.glob("[!.]*")) if self.inbound.exists() else []

    def publish(self, content: bytes, name: str) -> None:
        (self.outbound / f".{name}").write_bytes(content)
        (self.outbound / f".{name}").rename(self.outbound / name)


@pytest.fixture
def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Running:
    return Running(tmp_path, monkeypatch)


def test_an_order_comes_is_answered_and_gets_its_997_over_a_kill_in_the_middle(running: Running) -> None:
    post = Post()
    orders = [an_order(number=number) for number in ("4TEST001", "4TEST002")]
    for hour, order in zip((1, 4), orders, strict=True):
        post.send(running.at(hour), order)
    running.save(post)
    segments = answer(orders[0])
    segments[0][4] = f"{running.at(2):%Y%m%d}"

    with running.amazon(ends_by=signal.SIGKILL):
        (file,) = running.wait(running.lying)
        file.unlink()
        running.publish(interchange(segments), "855_000000001.edi")
        running.wait(lambda: running.report()["orders"] and running.report()["orders"][0]["acknowledged_at"])
    before = running.report()["orders"][0]
    with running.amazon():
        running.wait(lambda: running.report().get("all_dropped"))
        running.wait(lambda: any(b"AK9*A*1*1*1" in each.read_bytes() for each in running.lying()))

    first, second = running.report()["orders"]
    assert (first["answers"], first["acknowledged_at"]) == (before["answers"], before["acknowledged_at"])
    assert (
        running.at(1) <= datetime.fromisoformat(first["dropped_at"]) < datetime.fromisoformat(first["acknowledged_at"])
    )
    assert (first["faults"], second["acknowledged_at"]) == ([], None)
    assert [each["control_number"] for each in running.report()["interchanges"]] == ["000000001", "000000002"]


def test_a_truck_that_is_told_while_it_runs_is_received_and_known_after_a_kill(running: Running) -> None:
    post = Post()
    post.send(running.at(0.1), an_order())
    running.save(post)
    goods = (Goods("4TEST001", "KETTLE", Decimal(24)),)
    truck = Truck("T1", running.at(1), running.at(2), "PHX6", (LoadedCarton(None, goods),))

    with running.amazon(ends_by=signal.SIGKILL):
        put_truck(running.folder / "dock", truck)
        running.wait(lambda: any(each["has_arrived"] for each in running.report().get("trucks", ())))
    before = running.report()
    with running.amazon():
        running.wait(lambda: running.report()["now"] > before["now"])

    assert running.report()["trucks"] == before["trucks"]
    assert (before["trucks"][0]["eaches"], before["trucks"][0]["received"]) == ("24", "24")


def test_a_race_is_told_to_the_cin7_core_and_takes_units_after_the_next_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (port,) = ports.free_ports(1)
    running = Running(tmp_path, monkeypatch, f"http://127.0.0.1:{port}")
    write_scenario(["demo", "--out", str(tmp_path), "--start", running.at(-2.9).isoformat()])
    words = ["--port", str(port), "--data", str(tmp_path / "catalogue.json"), "--state", str(tmp_path / "state")]
    cin7 = subprocess.Popen([sys.executable, "-m", "include.sandbox.cin7", *words], env=os.environ)
    try:
        running.wait(lambda: _asked(running, "health"))
        with running.amazon():
            running.wait(lambda: _take_all(running) and _raced(running))
    finally:
        cin7.terminate()
        cin7.wait(PATIENCE)


def _take_all(running: Running) -> bool:
    for each in running.lying():
        each.unlink()
    return True


def _raced(running: Running) -> bool:
    """Read availability as the vendor would, and see whether another channel took the brushes then."""
    headers = {"api-auth-accountid": "sandbox-account", "api-auth-applicationkey": "sandbox-key"}
    url = f"{running.cin7}/ExternalApi/v2/ref/productavailability?Sku=VL-BRUSH-11"
    httpx2.get(url, headers=headers, trust_env=False)
    events = _asked(running, "events")["events"]
    return [each["change"] for each in events if each["kind"] == "stock" and each["reason"] == "race"] == [-7]


def _asked(running: Running, path: str) -> Any:
    try:
        return httpx2.get(f"{running.cin7}/_sandbox/{path}", trust_env=False).raise_for_status().json()
    except httpx2.TransportError:
        return None
