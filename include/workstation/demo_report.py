"""What the demo ends with: per order what was asked, placed, allocated and answered, and what Amazon thought of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import aiosql
import psycopg
from psycopg.rows import dict_row

from include.sandbox import judge as judging
from include.workstation import state
from include.workstation.sandbox_processes import Sandbox

QUERIES = aiosql.from_path(Path(__file__).with_suffix(".sql"), "psycopg")
NOTHING_STALLS = 13
WIDEST = 60


@dataclass(frozen=True, slots=True)
class Outcome:
    """The counts of the demo's last line; what they mean stands in the rule book of the design."""

    orders: int
    acknowledged: int
    late: int
    missing: int
    over_confirmed: int
    under_confirmed: int
    doubled: int
    exceptions: int
    laws_broken: tuple[int, ...]
    seconds: int
    findings: tuple[str, ...]

    @property
    def is_good(self) -> bool:
        """No law broken, nothing late, missing, wrongly confirmed or doubled."""
        wrong = (self.late, self.missing, self.over_confirmed, self.under_confirmed, self.doubled)
        return not self.laws_broken and not any(wrong)

    def as_json(self) -> dict[str, int | list[int]]:
        """The last line's object."""
        told = asdict(self) | {"laws_broken": list(self.laws_broken)}
        del told["findings"]
        return told


def judge(sandbox: Sandbox, database: str, seconds: float) -> Outcome:
    """Let the sandbox judge by Amazon's clock and Cin7's stock, and the database by what stands still."""
    trimmed = [row["purchase_order_number"] for row in _rows(database, "to_be_trimmed")]
    verdict = judging.judge(sandbox.report(), sandbox.events(), trimmed)
    stalled = [f"{row['purchase_order_number']}: stands still" for row in _rows(database, "stalled")]
    laws = set(verdict.laws_broken) | ({NOTHING_STALLS} if stalled else set())
    return Outcome(
        orders=verdict.orders,
        acknowledged=verdict.acknowledged,
        late=verdict.late,
        missing=verdict.missing,
        over_confirmed=int(verdict.over_confirmed),
        under_confirmed=int(verdict.under_confirmed),
        doubled=int(verdict.doubled),
        exceptions=len(_rows(database, "exceptions")),
        laws_broken=tuple(sorted(laws)),
        seconds=round(seconds),
        findings=(*verdict.findings, *stalled),
    )


def show(outcome: Outcome, sandbox: Sandbox, database: str, running: state.State) -> None:
    """Print the tables, where the files lie and how to log in."""
    thought = {each["purchase_order_number"]: each for each in sandbox.report().get("orders", [])}
    orders = [_order_row(row, thought.get(row["purchase_order_number"], {})) for row in _rows(database, "orders")]
    print("\nOrders (placed and allocated in units of the SKU, answered in Amazon's unit)")
    head = "order|lines|asked|CSH|placed|allocated|accepted|back-ord.|refused|answered|state|Amazon says"
    _print_table(head.split("|"), orders)
    print("\nExceptions")
    exceptions = [
        (row["kind"], row["purchase_order_number"] or row["subject"], row["owner_team"], row["state"],
         row["what_happened"])
        for row in _rows(database, "exceptions")
    ]  # fmt: skip
    _print_table(("kind", "about", "owner", "state", "what happened"), exceptions)
    if outcome.findings:
        print("\nWhat went wrong")
        print("\n".join(f"  {sentence}" for sentence in outcome.findings))
    broken = ", ".join(map(str, outcome.laws_broken)) or "none"
    print(f"\n{outcome.acknowledged} of {outcome.orders} orders acknowledged; laws broken: {broken}.")
    print(f"Files: {sandbox.mailbox} (what Amazon took is beside its report, {sandbox.report_file})")
    print(f"Airflow: {running.url}   user {running.username}, password {running.password}", flush=True)


def _order_row(row: Mapping[str, Any], thought: Mapping[str, Any]) -> tuple[str, ...]:
    words = [str(each) for key in ("faults", "charges") for each in thought.get(key, [])]
    return (
        row["purchase_order_number"],
        str(row["lines"]),
        row["asked"] or "",
        "Y" if row["back_order_allowed"] else "N",
        *(_number(row[name]) for name in ("placed", "allocated", "accepted", "back_ordered", "rejected")),
        _after(row["clock_started_at"], row["answered_at"]),
        row["state"],
        "; ".join(words) or ("in order" if thought.get("acknowledged_at") else "no answer"),
    )


def _number(amount: Decimal) -> str:
    return f"{amount.normalize():f}"


def _after(begun: datetime, answered: datetime | None) -> str:
    if answered is None:
        return "-"
    minutes = int((answered - begun).total_seconds() // 60)
    return f"{answered:%a %H:%M} (+{minutes // 60}:{minutes % 60:02d})"


def _rows(database: str, query: str) -> list[dict[str, Any]]:
    with psycopg.connect(database, row_factory=dict_row) as connection:
        return list(getattr(QUERIES, query)(connection))


def _print_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    shown = [[" ".join(cell.split()) for cell in row] for row in rows]
    widths = [min(WIDEST, max(len(row[n]) for row in [head, *shown])) for n in range(len(head))]
    for row in [head, ["-" * width for width in widths], *shown]:
        cells = [cell[: widths[n]].ljust(widths[n]) for n, cell in enumerate(row[:-1])]
        print("  ".join([*cells, row[-1]]).rstrip())
