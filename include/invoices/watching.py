"""The last step of a run: invoices that were refused or undone, what was notified too late for its invoice, and what
stands still.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from include.documents import sent
from include.exceptions.kinds import Kind
from include.invoices import store
from include.invoices.desk import Desk
from include.invoices.examining import examine
from include.invoices.opening import LOOK_BACK
from include.invoices.store import named
from include.invoices.telling import tell_noted, tell_refused
from include.invoices.values import UNSENT
from include.money import Money

OVERDUE = timedelta(minutes=30)  # a few ticks after its time
RECENT = timedelta(hours=24)
MOST = 1_000
FIELDS = {  # segment and its first element → field
    ("BIG", ""): "invoice number, dates or order",
    ("CUR", ""): "currency",
    ("N1", "BT"): "bill_to",
    ("N1", "RI"): "remit_to",
    ("N1", "SF"): "ship_from",
    ("N1", "ST"): "ship_to",
    ("N3", ""): "address",
    ("N4", ""): "address",
    ("ITD", ""): "terms",
    ("IT1", ""): "line",
    ("TXI", ""): "tax",
    ("SAC", ""): "charges",
    ("TDS", ""): "total",
    ("CTT", ""): "totals",
}
HOLDS_UP_ALL = (Kind.INVENTORY_SYSTEM_DOWN, Kind.CONFIGURATION)


@dataclass(frozen=True, slots=True)
class Watched:
    """How many invoices stand where, and what stands still."""

    invoices_by_state: dict[str, int]
    stalled: tuple[str, ...]

    def summary(self) -> str:
        """A part of the run's note."""
        states = ", ".join(f"{count} {state}" for state, count in self.invoices_by_state.items()) or "none"
        return f"invoices: {states}; {len(self.stalled)} stalled"


def watch(desk: Desk) -> Watched:
    """Raise what was refused, undone and left over, and count; in the caller's transaction."""
    _reopen_refused(desk)
    _tell_noted(desk)
    _tell_overbilled(desk)
    _tell_undone(desk)
    _tell_left_over(desk)
    counts = named.counts(desk.connection, relationship=desk.relationship.name, since=desk.now() - RECENT)
    return Watched({row["state"]: row["invoices"] for row in counts}, _stalled(desk))


def _reopen_refused(desk: Desk) -> None:
    """An invoice that the partner refused is open again: its fields at fault are named, and a person decides."""
    for row in list(named.reopen_rejected(desk.connection, relationship=desk.relationship.name)):
        fields = sent.fields_at_fault(sent.load(desk.connection, row["document_id"]), FIELDS)
        subject, money = f"invoice {row['invoice_id']}", Money(row["total"], row["currency"])
        tell_refused(desk, subject, row["number"], fields, money)


def _tell_noted(desk: Desk) -> None:
    """An invoice that the partner took with errors stands; what they are is told once, and a person may bill anew."""
    since = desk.now() - LOOK_BACK
    for row in list(named.noted(desk.connection, relationship=desk.relationship.name, since=since)):
        fields = sent.fields_at_fault(sent.load(desk.connection, row["document_id"]), FIELDS)
        subject, money = f"invoice {row['invoice_id']}", Money(row["total"], row["currency"])
        tell_noted(desk, subject, row["number"], fields, money)


def _tell_overbilled(desk: Desk) -> None:
    since = desk.now() - LOOK_BACK
    for row in list(named.overbilled(desk.connection, relationship=desk.relationship.name, since=since)):
        desk.raise_about(
            Kind.INVOICE_MISMATCH,
            f"invoice {row['invoice_id']}",
            f"The invoice (810) {row['number']} bills more than the replacement of the notice {row['shipment_number']} "
            "says, which was sent after it.",
            "Give Amazon a credit; or bill anew with `new_number` where Amazon refused the first.",
            money=Money(row["total"], row["currency"]),
        )


def _tell_undone(desk: Desk) -> None:
    for row in list(named.undone(desk.connection, relationship=desk.relationship.name)):
        if _is_made_anew(desk, row["invoice_id"]):
            continue
        desk.raise_about(
            Kind.INVOICE_MISMATCH,
            f"invoice {row['invoice_id']}",
            f"The invoice {row['erp_numbers']} was {row['how']} in the inventory system, but the invoice (810) "
            f"{row['number']} was sent by it.",
            "Make it anew there, or give Amazon a credit; nothing is sent by itself.",
            money=Money(row["total"], row["currency"]),
        )


def _is_made_anew(desk: Desk, invoice_id: int) -> bool:
    """Whether another one there says the same by now, which then stands for the one that was voided."""
    invoice = store.load_locked(desk.connection, invoice_id, desk.relationship)
    examined = examine(desk, invoice)
    if examined.unmet or not examined.match.agrees:
        return False
    store.mark_billed(desk.connection, invoice, examined.third)
    desk.settle_exception((Kind.INVOICE_MISMATCH,), invoice.subject, "It was made anew in the inventory system.")
    return True


def _tell_left_over(desk: Desk) -> None:
    since = desk.now() - LOOK_BACK
    for row in list(named.left_over(desk.connection, relationship=desk.relationship.name, since=since)):
        desk.raise_about(
            Kind.INVOICE_MISSING,
            f"order {row['order_id']} after its invoice",
            f"Order {row['purchase_order_number']}: the shipment {row['shipments']} was notified after its one invoice "
            f"(810) {row['number']} had left, and stands on none.",
            "Bill it by hand in Vendor Central.",
            purchase_order_number=row["purchase_order_number"],
        )


def _stalled(desk: Desk) -> tuple[str, ...]:
    """What was due long ago and of which no open entry speaks."""
    name = desk.relationship.name
    ids = store.due(desk.connection, name, [*UNSENT], desk.now() - OVERDUE, hold=desk.hold, limit=MOST)
    subjects = [f"invoice {each}" for each in ids]
    rows = named.told_open(desk.connection, relationship=name, subjects=subjects, of_all=[*HOLDS_UP_ALL])
    told = {row["subject"] for row in rows}
    return tuple(each for each in subjects if each not in told)
