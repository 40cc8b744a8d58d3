"""What finance decides on an invoice: to send it again, with a new number, or to accept what does not match."""

from __future__ import annotations

from dataclasses import dataclass

from include.errors import RejectedError
from include.invoices import store
from include.invoices.desk import Desk
from include.invoices.examining import examine
from include.invoices.store import named
from include.invoices.values import UNSENT, InvoiceState, StoredInvoice

LEFT = frozenset({InvoiceState.SENT, InvoiceState.REOPENED})


@dataclass(frozen=True, slots=True)
class Entries:
    """One decision; `accept` says why."""

    send_again: bool = False  # unchanged, under its number
    new_number: bool = False  # as it is built now, under a number of its own
    accept: str | None = None


def complete(desk: Desk, name: str, entries: Entries, *, actor: str) -> StoredInvoice:
    """Decide on the one invoice that a number of an invoice, a shipment or an order names; RejectedError where the
    decision does not fit what it is. It leaves with the next tick; in the caller's transaction.
    """
    chosen = [bool(entries.send_again), bool(entries.new_number), entries.accept is not None]
    if sum(chosen) != 1:
        raise RejectedError("One decision is needed: `send_again`, `new_number` or `accept`.", document=name)
    invoice = _find(desk, name, _fitting(entries))
    if entries.accept is not None:
        _accept(desk, invoice, entries.accept, actor)
    else:
        named.reopen(desk.connection, invoice_id=invoice.invoice_id, has_new_number=entries.new_number, now=desk.now())
        how = "with a new number" if entries.new_number else "again under its number"
        store.add_event(desk.connection, invoice, f"{invoice.name} is to be sent {how}.", desk.now(), actor)
    return store.load_locked(desk.connection, invoice.invoice_id, desk.relationship)


def _fitting(entries: Entries) -> frozenset[InvoiceState]:
    """In which states an invoice can be decided on so."""
    if entries.accept is not None:
        return frozenset({InvoiceState.DISAGREED})
    return LEFT | UNSENT if entries.new_number else LEFT


def _find(desk: Desk, name: str, wanted: frozenset[InvoiceState]) -> StoredInvoice:
    rows = list(named.find_named(desk.connection, relationship=desk.relationship.name, name=name))
    fitting = [row["invoice_id"] for row in rows if row["state"] in wanted]
    if len(fitting) == 1:
        return store.load_locked(desk.connection, fitting[0], desk.relationship)
    states = ", ".join(row["state"] for row in rows)
    if not rows:
        raise RejectedError(f"No invoice is named by {name[:100]!r}.", next_step="Check the number.")
    raise RejectedError(
        f"{len(fitting)} invoices that {name[:100]!r} names are {' or '.join(sorted(wanted))} (they are: {states}).",
        document=name[:100],
        next_step="Name the one by its number or its shipment.",
    )


def _accept(desk: Desk, invoice: StoredInvoice, why: str, actor: str) -> None:
    """Exactly what does not match now; should that change, it is a person's to accept again."""
    if not why.strip():
        raise RejectedError("Accepting needs a reason.", document=invoice.name, next_step="Say why it may leave.")
    text = examine(desk, invoice).match.text
    named.accept(desk.connection, invoice_id=invoice.invoice_id, actor=actor, accepted_match=text, now=desk.now())
    store.add_event(
        desk.connection, invoice, f"{invoice.name} may leave although: {text} Reason: {why.strip()}", desk.now(), actor
    )
