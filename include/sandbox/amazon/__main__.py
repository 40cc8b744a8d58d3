"""`python -m include.sandbox.amazon --mailbox DIR --orders orders.json --report FILE --cin7 URL`."""

from __future__ import annotations

import argparse
import json
import signal
import threading
import time
import urllib.request
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from include.sandbox import clock
from include.sandbox.amazon.counterpart import Amazon
from include.sandbox.amazon.mailbox import Mailbox
from include.sandbox.amazon.receiving import Dock
from include.sandbox.amazon.report import Report
from include.sandbox.amazon.scenario import load_scenario

PAUSE = 0.05  # real seconds, as all below
BETWEEN_REPORTS = 0.2
LONGEST_SILENCE = 1.0
LONGEST_STALENESS = 5.0
SHARE_OF_TIME = 0.1  # at most, for writing long reports


def main() -> None:
    """Drop, take and answer until stopped."""
    parser = argparse.ArgumentParser(prog="python -m include.sandbox.amazon", description=__doc__)
    parser.add_argument("--mailbox", type=Path, required=True, help="the folder with inbound/ and outbound/")
    parser.add_argument("--orders", type=Path, required=True, help="the orders file of a scenario")
    parser.add_argument("--report", type=Path, required=True, help="kept up to date; what is taken lies beside it")
    parser.add_argument(
        "--dock", type=Path, help="where trucks are told, one JSON file each; else dock beside the report"
    )
    parser.add_argument("--cin7", required=True, help="the sandbox Cin7 Core, told which units others take in a race")
    words = parser.parse_args()
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    dock = words.dock or words.report.parent / "dock"
    run(words.mailbox, words.orders, words.report, dock, words.cin7, stopped)


def run(mailbox: Path, orders: Path, report: Path, dock: Path, cin7: str, stopped: threading.Event) -> None:
    """One Amazon; each orders file has a memory of its own beside the report."""
    report.parent.mkdir(parents=True, exist_ok=True)
    kept = report.parent / f"amazon-{sha256(orders.read_bytes()).hexdigest()[:8]}"
    box = Mailbox(mailbox / "inbound", mailbox / "outbound", kept)
    amazon = Amazon(load_scenario(orders), box, lambda race: _tell_race(cin7, race), Dock(dock, kept / "trucks"))
    amazon.open()
    written = Report(amazon, report, cin7)
    has_news, last, took = True, 0.0, 0.0
    while True:
        is_last = stopped.is_set()
        has_news |= amazon.step(clock.now())
        since = time.monotonic() - last
        pause = max(BETWEEN_REPORTS, took / SHARE_OF_TIME) if has_news else LONGEST_SILENCE
        if is_last or since >= min(pause, LONGEST_STALENESS):
            last = time.monotonic()
            written.write(clock.now())
            has_news, took = False, time.monotonic() - last
        if is_last:
            return
        stopped.wait(PAUSE)


def _tell_race(cin7: str, race: Mapping[str, Any]) -> bool:
    """Whether the Cin7 Core heard it."""
    body = json.dumps(race).encode()
    call = urllib.request.Request(f"{cin7}/_sandbox/take_after_reading", body, {"Content-Type": "application/json"})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # the loopback, whatever proxy is set
    try:
        with opener.open(call, timeout=10):
            return True
    except OSError:
        return False


if __name__ == "__main__":
    main()
