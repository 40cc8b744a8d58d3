"""`make bench ARGS=fulfilment`: shipped orders become notices and invoices, on PostgreSQL and a sandbox Cin7 Core.

Measures what happens between Cin7's answer and the file in the outbox: staged with labels and SSCCs, built, checked by
rules and both validators, written (notices); opened, matched three ways, checked and written (invoices). Counts the
calls from the first look at the shipped sales to the last invoice. Its last line is one JSON object.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pydantic_core

from benchmarks import rig
from include.amazon.directory_mailbox import DirectoryMailbox
from include.cin7.client import Cin7Client, Lane
from include.database.connection import connect
from include.documents import receiving
from include.documents import sending as documents
from include.invoices import agreeing, opening
from include.invoices import desk as billing
from include.invoices import sending as invoices
from include.orchestration import intake
from include.orchestration.cin7_ledger import Cin7Ledger
from include.orchestration.cin7_shipping import Cin7Invoices, Cin7Shipping
from include.purchase_orders import desk as purchasing
from include.relationships import loading
from include.relationships.billing import MadeBy
from include.relationships.model import Relationship
from include.sandbox.scenarios import intake as scenario
from include.ship_notices import desk as shipping
from include.ship_notices import finding, store
from include.ship_notices import sending as notices
from include.workstation.temporary_postgres import temporary_server

ORDERS, LINES, SEED = 200, 8, 11
ALL = 100_000
PLAN = {"units_per_carton": 24, "carriers": ["UPS Ground"]}


class Unlimited:
    """Lets every call go: seconds are measured here, and calls are counted by Cin7."""

    def wait_for_slot(self, lane: str) -> None: ...

    def back_off(self, seconds: float) -> None: ...


class Bench:
    """A relationship's desks on one connection and one client; `ahead` moves our clock."""

    def __init__(self, dsn: str, cin7: rig.SandboxCin7, mailbox: Path) -> None:
        (shipped,) = (each for each in loading.load_relationships().relationships if each.name == "amazon_us")
        self.book = loading.load_relationships().address_book
        self.relationship = _settings(shipped)
        self.connection = connect(dsn)
        self.client = Cin7Client(f"{cin7.url}/ExternalApi/v2", rig.ACCOUNT, rig.KEY, Unlimited(), lane=Lane.BULK)
        self.mailbox = DirectoryMailbox(mailbox)
        self.ahead = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def wait(self, length: timedelta) -> None:
        self.ahead += length

    @property
    def purchasing(self) -> purchasing.Desk:
        ledger = Cin7Ledger(self.client, self.relationship, self.connection)
        return purchasing.Desk(self.connection, self.relationship, self.book, ledger, self.now, self.wait)

    @property
    def shipping(self) -> shipping.Desk:
        ledger = Cin7Shipping(lambda: self.client)
        return shipping.Desk(self.connection, self.relationship, self.book, ledger, self.now)

    @property
    def billing(self) -> billing.Desk:
        ledger = Cin7Invoices(lambda: self.client, self.relationship)
        return billing.Desk(self.connection, self.relationship, self.book, ledger, self.now)

    @property
    def write(self) -> Callable[..., int]:
        return partial(documents.write_document, self.connection, self.relationship)


def main() -> int:
    with rig.folder() as place, temporary_server() as server:
        _write_company(place)
        subprocess.run([sys.executable, "-m", "include.database.migrate", "--dsn", server.url()], check=True)
        with rig.sandbox_cin7(place, {"limit_calls": ALL}) as cin7:
            bench = Bench(server.url(), cin7, place / "mailbox")
            _place_orders(bench)
            cin7.tell("warehouse/work", PLAN)
            rig.say("orders placed and shipped")
            before = _counts(cin7)
            seconds = _fulfil(bench)
            spent = {kind: count - before.get(kind, 0) for kind, count in _counts(cin7).items()}
    return _tell(seconds, {kind: count for kind, count in spent.items() if count})


def _fulfil(bench: Bench) -> Mapping[str, tuple[int, float]]:
    """Count and seconds of each step."""
    desk = bench.shipping
    found = _timed(lambda: finding.find(desk, limit=ALL))
    to_stage = store.to_stage(bench.connection, bench.relationship.name, bench.now(), limit=ALL)

    def stage() -> None:
        for notice_id, _ in to_stage:
            notices.stage(desk, notice_id)
            bench.connection.commit()

    staged = _timed(stage)
    bench.ahead += timedelta(hours=1)
    written: list[int] = []
    notified = _timed(lambda: written.extend(notices.send_due(desk, bench.write, limit=ALL)))
    bench.connection.execute("UPDATE document SET state = 'accepted' WHERE transaction_set = '856'")
    bench.connection.commit()
    billing_desk = bench.billing

    def match() -> None:
        opening.open_due(billing_desk)
        bench.connection.commit()
        agreeing.settle_due(billing_desk, limit=ALL)

    matched = _timed(match)
    billed: list[int] = []
    invoiced = _timed(lambda: billed.extend(invoices.send_due(billing_desk, bench.write, limit=ALL)))
    return {
        "read": (len(to_stage), found),
        "staged": (len(to_stage), staged),
        "notices": (len(written), notified),
        "matched": (len(billed), matched),
        "invoices": (len(billed), invoiced),
    }


def _tell(steps: Mapping[str, tuple[int, float]], calls: Mapping[str, int]) -> int:
    names = {
        "read": "sales read in Cin7",
        "staged": "notices staged, with labels",
        "notices": "notices built, checked, written",
        "matched": "invoices made in Cin7 and matched",
        "invoices": "invoices built, checked, written",
    }
    print(f"{'':36}{'count':>8}{'seconds':>9}{'a second':>10}")
    for step, (count, seconds) in steps.items():
        print(f"{names[step]:36}{count:8}{seconds:9.1f}{count / seconds:10.1f}")
    billed = steps["invoices"][0]
    print(f"calls at Cin7 for {billed} invoices: " + ", ".join(f"{n} {kind}" for kind, n in sorted(calls.items())))
    notices_seconds = steps["staged"][1] + steps["notices"][1]
    result = {
        "notices_per_second": round(steps["notices"][0] / notices_seconds, 1),
        "invoices_per_second": round(billed / steps["invoices"][1], 1),
        "calls_per_invoice": round(sum(calls.values()) / max(billed, 1), 3),
    }
    print(json.dumps(result))
    return 0 if steps["notices"][0] == billed == ORDERS else 1


def _place_orders(bench: Bench) -> None:
    receiving.receive_mailbox(
        bench.connection, bench.mailbox, bench.relationship.mailbox, [bench.relationship], bench.now
    )
    desk = bench.purchasing
    order_ids = intake.register_at(desk, [], "bench", limit=ALL)
    intake.place_at(desk, lambda: nullcontext(bench.mailbox), order_ids, "bench")
    intake.acknowledge_at(desk, bench.mailbox, [], "bench", answer_now=True)


def _settings(shipped: Relationship) -> Relationship:
    """The shipped relationship, but that no order waits for a person and Vendorlane makes the invoices."""
    return shipped.model_copy(
        update={
            "acknowledgement": shipped.acknowledgement.model_copy(update={"hold_share": 0}),
            "invoices": shipped.invoices.model_copy(update={"made_by": MadeBy.VENDORLANE}),
        }
    )


def _write_company(place: Path) -> None:
    script = scenario.build(datetime.now(UTC), ORDERS, LINES, SEED)
    script.company.pop("races", None)
    (place / "catalogue.json").write_bytes(pydantic_core.to_json(script.company))
    for name in ("inbound", "outbound"):
        (place / "mailbox" / name).mkdir(parents=True)
    for drop in script.post.drops:
        (place / "mailbox" / "inbound" / drop.name).write_bytes(drop.content)


def _counts(cin7: rig.SandboxCin7) -> dict[str, int]:
    counted: dict[str, int] = cin7.ask("counts")["by_kind"]
    return counted


def _timed(step: Callable[[], object]) -> float:
    started = time.perf_counter()
    step()
    return time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(main())
