"""Triggers the demo's ticks through Airflow's REST API until every window is over and all goods are there and billed.

Airflow itself stays on real time, so its own schedules are too slow for a day that lasts minutes.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import aiosql
import psycopg

from include import clock
from include.workstation.airflow_api import AirflowApi, DagRun
from include.workstation.demo_trucks import Trucks
from include.workstation.sandbox_processes import Sandbox

INTAKE, FULFILMENT = "po_intake", "fulfilment_to_invoice"
WINDOW = "acknowledgement_window"
BETWEEN_TICKS = 3.0
BETWEEN_WINDOW_RUNS = 45.0
BETWEEN_LINES = 10.0
BETWEEN_LOOKS = 1.0  # for what left the warehouse
AFTERWARDS = timedelta(minutes=10)  # on the clock: the last answers' 997s, and Amazon's report of them
LONGEST_BILLING = timedelta(hours=26)  # on the clock, after the last arrival: a day for a 997 that does not come
LONGEST = timedelta(days=7)  # on the clock

QUERIES = aiosql.from_path(Path(__file__).with_name("demo_report.sql"), "psycopg")


@dataclass(slots=True)
class Ticks:
    """The runs of a DAG, one after another, a pause between two."""

    api: AirflowApi
    dag_id: str
    last: float = float("-inf")
    run: DagRun | None = None

    @property
    def is_free(self) -> bool:
        return self.run is None or self.run.has_ended

    def step(self, now: float, *, goes_on: bool) -> None:
        """See whether the last one has ended, and start the next one when it is time."""
        if self.run and not self.run.has_ended:
            self.run = self.api.run(self.dag_id, self.run.run_id)
        if goes_on and self.is_free and now - self.last >= BETWEEN_TICKS:
            self.run, self.last = self.api.trigger(self.dag_id), now


def drive(api: AirflowApi, sandbox: Sandbox, database: str, say: Callable[[str], None]) -> None:
    """Tick, load trucks, show how far it is, end when all is done; RuntimeError if that does not come about."""
    until = clock.now() + LONGEST
    last_look = last_window = last_line = float("-inf")
    is_done = False
    trucks, ticks = Trucks(sandbox, database), [Ticks(api, INTAKE), Ticks(api, FULFILMENT)]
    while True:
        now = time.monotonic()
        if now - last_look >= BETWEEN_LOOKS:
            trucks.look()
            last_look = now
            is_done = is_done or is_over(sandbox, trucks, database)
        for each in ticks:
            each.step(now, goes_on=not is_done)
        if is_done and all(each.is_free for each in ticks):
            return
        if now - last_window >= BETWEEN_WINDOW_RUNS:
            api.trigger(WINDOW)
            last_window = now
        if now - last_line >= BETWEEN_LINES:
            say(progress(sandbox, database))
            last_line = now
        if clock.now() > until:
            raise RuntimeError(
                f"The demo's day has not ended after {LONGEST.days} days; see the logs of its processes."
            )
        time.sleep(0.5)


def is_over(sandbox: Sandbox, trucks: Trucks, database: str) -> bool:
    """Whether every window has closed, all goods that leave have arrived, and what can be billed is."""
    end = end_of_day(sandbox)
    if end is None or clock.now() <= end or sandbox.look_at("warehouse")["waiting"]:
        return False
    arrived = trucks.last_arrival()
    if arrived is None:
        return True
    if clock.now() <= arrived + AFTERWARDS:
        return False
    return clock.now() > arrived + LONGEST_BILLING or not _count(database, "unbilled")


def end_of_day(sandbox: Sandbox) -> datetime | None:
    """When the last window is over; None while orders are still to come."""
    report = sandbox.report()
    orders = report.get("orders", [])
    if not report.get("all_dropped") or not orders:
        return None
    closes = [datetime.fromisoformat(each["acknowledge_by"]) for each in orders if each.get("acknowledge_by")]
    return max(closes) + AFTERWARDS


def progress(sandbox: Sandbox, database: str) -> str:
    """A line of how far it is."""
    report = sandbox.report()
    orders = report.get("orders", [])
    answered = sum(1 for each in orders if each.get("acknowledged_at"))
    trucks = [each for each in report.get("trucks", []) if each["cartons"]]
    arrived = sum(each["has_arrived"] for each in trucks)
    return (
        f"{clock.now():%a %H:%M}  {len(orders)} orders, {answered} answered; {len(trucks)} trucks, {arrived} arrived; "
        f"{len(report.get('notices', []))} notices, {len(report.get('invoices', []))} invoices; "
        f"{_count(database, 'open_exceptions')} exceptions open"
    )


def _count(database: str, query: str) -> int:
    with psycopg.connect(database) as connection:
        return int(getattr(QUERIES, query)(connection))
