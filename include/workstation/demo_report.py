"""What the demo ends with: per order what was asked, placed, allocated and answered, per shipment what was notified,
received and billed, and what Amazon thought of it and charges.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import aiosql
import psycopg
from psycopg.rows import dict_row

from include.sandbox import judge as judging
from include.workstation import demo_tables
from include.workstation.sandbox_processes import Sandbox

QUERIES = aiosql.from_path(Path(__file__).with_suffix(".sql"), "psycopg")
NOTHING_STALLS = 13
MOST_ORDERS = 100  # in a table that people read


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
    unfinished: int
    notices: int
    invoices: int
    charged_for_documents: Decimal
    charged_for_injected_faults: Decimal
    invoiced: Decimal
    payable: Decimal
    exceptions: int
    laws_broken: tuple[int, ...]
    seconds: int
    findings: tuple[str, ...]

    @property
    def is_good(self) -> bool:
        """No law broken, nothing late, missing, wrongly confirmed, doubled or unbilled, no charge for a document."""
        wrong = (self.late, self.missing, self.over_confirmed, self.under_confirmed, self.doubled, self.unfinished,
                 self.charged_for_documents)  # fmt: skip
        return not self.laws_broken and not any(wrong)

    def as_json(self) -> dict[str, int | float | list[int]]:
        """The last line's object; amounts in the account's currency."""
        told = asdict(self) | {"laws_broken": list(self.laws_broken)}
        told |= {name: float(value) for name, value in told.items() if isinstance(value, Decimal)}
        del told["findings"]
        return told


def judge(sandbox: Sandbox, database: str, seconds: float) -> Outcome:
    """Let the sandbox judge by Amazon's clock and Cin7's stock, and the database by what stands still."""
    trimmed = [row["purchase_order_number"] for row in _rows(database, "to_be_trimmed")]
    faulty = {each["customer_reference"] for each in sandbox.look_at("warehouse")["faults"]}
    verdict = judging.judge(sandbox.report(), sandbox.events(), trimmed, faulty)
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
        unfinished=verdict.unfinished,
        **asdict(verdict.goods),
        exceptions=len(_rows(database, "exceptions")),
        laws_broken=tuple(sorted(laws)),
        seconds=round(seconds),
        findings=(*verdict.findings, *stalled),
    )


def show(outcome: Outcome, sandbox: Sandbox, database: str) -> None:
    """Print the tables (of the orders only where they can be read) and where the files lie."""
    report = sandbox.report()
    if outcome.orders <= MOST_ORDERS:
        demo_tables.show_orders(_rows(database, "orders"), report)
        demo_tables.show_shipments(_rows(database, "shipments"), report)
        demo_tables.show_charges(report)
        demo_tables.show_exceptions(_rows(database, "exceptions"))
    else:
        demo_tables.show_charges_by_cause(report)
    if outcome.findings:
        print("\nWhat went wrong")
        print("\n".join(f"  {sentence}" for sentence in outcome.findings))
    broken = ", ".join(map(str, outcome.laws_broken)) or "none"
    print(f"\n{outcome.acknowledged} of {outcome.orders} orders acknowledged; laws broken: {broken}.")
    print(
        f"{outcome.notices} notices and {outcome.invoices} invoices in force; {outcome.payable:,.2f} of "
        f"{outcome.invoiced:,.2f} invoiced are payable. Charged for our documents: "
        f"{outcome.charged_for_documents:,.2f}; for faults of the warehouse, accounts and Amazon: "
        f"{outcome.charged_for_injected_faults:,.2f}."
    )
    print(f"Files: {sandbox.mailbox} (what Amazon took is beside its report, {sandbox.report_file})")


def _rows(database: str, query: str) -> list[dict[str, Any]]:
    with psycopg.connect(database, row_factory=dict_row) as connection:
        return list(getattr(QUERIES, query)(connection))
