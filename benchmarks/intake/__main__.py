"""`make bench ARGS=intake`: a batch of orders through Airflow against a Cin7 Core that limits its calls.

Prints a table, and one JSON object as its last line. `time_over_limit` is what passed between the first and the last
call, over what as many calls take at the limit's rate; it may be below one, because a window begins with a full burst.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pydantic_core
import yaml

from benchmarks import rig
from include.relationships import loading
from include.sandbox.amazon.scenario import Drop, Order
from include.sandbox.scenarios import intake as scenario
from include.sandbox.scenarios.post import Post
from include.workstation import stack
from include.workstation.airflow_api import AirflowApi

ORDERS, LINES, SEED = 500, 20, 7
ORDERS_A_FILE = 50
LIMIT, WINDOW_SECONDS = 600, 60
REAL_ORDERS, REAL_LIMIT, OUR_SHARE, STRANGER = 60, 60, 45, 15
ANSWERED = re.compile(rb"BAK\*..\*..\*(\w+)\*")
LONGEST = 1200.0


@dataclass(frozen=True, slots=True)
class Measured:
    """A batch: seconds between its first and its last call at the Cin7 side."""

    orders: int
    answered: int
    calls: int
    refused: int
    seconds: float

    def over_limit(self, limit: int) -> float:
        """The seconds over those that as many calls take at the limit's rate."""
        return self.seconds / (self.calls * WINDOW_SECONDS / limit)


def main() -> int:
    with rig.folder() as place:
        company, single, batch, real = _write_company(place)
        with _warm(place, LIMIT, LIMIT, {}) as (api, cin7):
            one_order = [_one_order(api, place, drop) for drop in single][-1]
            many = _batch(api, place, cin7, batch, company["races"])
        with _warm(place, OUR_SHARE, REAL_LIMIT, {"stranger_calls_per_minute": STRANGER}) as (api, cin7):
            few = _batch(api, place, cin7, real, [])
    _print_table(many, few, one_order)
    result = {
        "calls_per_order": round(many.calls / many.orders, 3),
        "time_over_limit": round(many.over_limit(LIMIT), 3),
        "refused": many.refused + few.refused,
        "one_order_seconds": round(one_order, 2),
    }
    print(json.dumps(result))
    return 0 if (many.answered, few.answered) == (many.orders, few.orders) else 1


@contextmanager
def _warm(
    place: Path, our_share: int, limit: int, behaviour: Mapping[str, Any]
) -> Iterator[tuple[AirflowApi, rig.SandboxCin7]]:
    """Airflow and a Cin7 Core with this limit, both up."""
    with (
        rig.sandbox_cin7(place, {"limit_calls": limit, **behaviour}) as cin7,
        rig.airflow(place, _environment(place, cin7, our_share, limit)) as (running, _),
        stack.api(running) as api,
    ):
        yield api, cin7


def _write_company(place: Path) -> tuple[dict[str, Any], list[Drop], list[Drop], list[Drop]]:
    """The catalogue, and four lots of files: two single orders (the first warms up), the batch, and the last lot."""
    now = datetime.now(UTC)
    script = scenario.build(now, ORDERS + 2 + REAL_ORDERS, LINES, SEED)
    company, told = script.company, script.post
    orders = [order for drop in told.drops for interchange in drop.interchanges for order in interchange.orders]
    post = Post()
    for lot in _lots(orders):
        post.send(now, *lot)
    races = company.pop("races")
    (place / "catalogue.json").write_bytes(pydantic_core.to_json(company))
    for name in ("inbound", "outbound"):
        (place / "mailbox" / name).mkdir(parents=True)
    drops = post.drops
    return (
        company | {"races": races},
        drops[:2],
        drops[2 : 2 + ORDERS // ORDERS_A_FILE],
        drops[2 + ORDERS // ORDERS_A_FILE :],
    )


def _lots(orders: Sequence[Order]) -> Iterator[Sequence[Order]]:
    yield from ([orders[ORDERS]], [orders[ORDERS + 1]])
    for start in range(0, ORDERS, ORDERS_A_FILE):
        yield orders[start : start + ORDERS_A_FILE]
    yield orders[ORDERS + 2 :]


def _environment(place: Path, cin7: rig.SandboxCin7, calls_per_minute: int, limit: int) -> dict[str, str]:
    """The shipped relationship, but that no order waits for a person."""
    folder = place / "relationships"
    folder.mkdir(exist_ok=True)
    shipped = Path(loading.__file__).parent
    told = yaml.safe_load((shipped / "amazon_us.yaml").read_text())
    told["acknowledgement"] = {"hold_share": 0}
    (folder / "amazon_us.yaml").write_text(yaml.safe_dump(told))
    (folder / "fulfilment_centres.yaml").write_bytes((shipped / "fulfilment_centres.yaml").read_bytes())
    mailbox = {"conn_type": "fs", "extra": {"path": str(place / "mailbox")}}
    return {
        "AIRFLOW_CONN_CIN7_CORE": cin7.connection(calls_per_minute, limit),
        "AIRFLOW_CONN_AMAZON_MAILBOX": json.dumps(mailbox),
        "VENDORLANE_RELATIONSHIPS": str(folder),
    }


def _one_order(api: AirflowApi, place: Path, drop: Drop) -> float:
    """Seconds from a file's arrival, with a run triggered at once, to the 855 in outbound/."""
    before = len(_answered(place))
    started = time.monotonic()
    _put(place, drop)
    api.trigger("po_intake")
    _wait_for(place, before + 1)
    return time.monotonic() - started


def _batch(
    api: AirflowApi, place: Path, cin7: rig.SandboxCin7, drops: Sequence[Drop], races: Sequence[Mapping[str, Any]]
) -> Measured:
    orders = sum(len(interchange.orders) for drop in drops for interchange in drop.interchanges)
    before, answered = cin7.ask("log"), len(_answered(place))
    for race in races:
        cin7.tell("take_after_reading", race)
    for drop in drops:
        _put(place, drop)
    rig.say(f"{orders} orders dropped")
    api.trigger("po_intake")
    _wait_for(place, answered + orders)
    after = cin7.ask("log")
    calls = after["log"][len(before["log"]) :]
    first, last = (datetime.fromisoformat(call["at"]) for call in (calls[0], calls[-1]))
    return Measured(
        orders,
        len(_answered(place)) - answered,
        len(calls),
        after["refused"] - before["refused"],
        (last - first).total_seconds(),
    )


def _put(place: Path, drop: Drop) -> None:
    inbound = place / "mailbox" / "inbound"
    (inbound / f".{drop.name}").write_bytes(drop.content)
    (inbound / f".{drop.name}").rename(inbound / drop.name)


def _answered(place: Path) -> set[bytes]:
    """The orders that an 855 lies there for."""
    files = (place / "mailbox" / "outbound").glob("855_*.edi")
    return {number for file in files for number in ANSWERED.findall(file.read_bytes())}


def _wait_for(place: Path, count: int) -> None:
    until, told = time.monotonic() + LONGEST, time.monotonic()
    while (now := len(_answered(place))) < count:
        if time.monotonic() > until:
            rig.say(f"gave up: {count - now} orders have no answer")
            return
        if time.monotonic() - told > 15:
            told = time.monotonic()
            rig.say(f"{now} of {count} answered")
        time.sleep(0.05)


def _print_table(many: Measured, few: Measured, one_order: float) -> None:
    print(f"{'':34}{'orders':>8}{'answered':>10}{'calls':>8}{'an order':>10}{'refused':>9}{'seconds':>9}")
    for name, lot in (
        (f"{LIMIT} calls in {WINDOW_SECONDS} s", many),
        (f"{REAL_LIMIT} calls, {STRANGER} a stranger's", few),
    ):
        per_order = lot.calls / lot.orders
        print(
            f"{name:34}{lot.orders:8}{lot.answered:10}{lot.calls:8}{per_order:10.2f}{lot.refused:9}{lot.seconds:9.1f}"
        )
    print(f"one order of {LINES} lines, file to published 855: {one_order:.1f} s")


if __name__ == "__main__":
    sys.exit(main())
