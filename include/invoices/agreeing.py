"""An invoice whose notices are with Amazon gets its third side and is matched: it agrees, or a person hears why not."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta

from include.errors import IntegrationError, RejectedError
from include.exceptions.kinds import Kind
from include.invoices import making, store
from include.invoices.desk import Desk
from include.invoices.examining import Examined, examine
from include.invoices.store import named
from include.invoices.telling import tell_mismatch, tell_missing
from include.invoices.third_side import unmet
from include.invoices.values import UNSENT, InvoiceState
from include.relationships.billing import MadeBy

LOOK_AGAIN = timedelta(hours=1)  # where nothing wakes it before
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
FAULTS_IN_A_ROW = 3  # after which it is the inventory system that fails
TOLD = (Kind.INVOICE_MISMATCH, Kind.INVOICE_MISSING)
TO_MATCH = (InvoiceState.WAITING, InvoiceState.DISAGREED)

log = logging.getLogger(__name__)


def due_to_match(desk: Desk, *, only: Sequence[str] = (), limit: int) -> list[int]:
    """Ids of the invoices that are to be matched now."""
    return store.due(
        desk.connection, desk.relationship.name, TO_MATCH, desk.now(), hold=desk.hold, only=only, limit=limit
    )


def settle_due(desk: Desk, *, only: Sequence[str] = (), limit: int) -> IntegrationError | None:
    """Match all that is due; one that fails waits and the others go on. The last fault is returned. Commits."""
    last_fault: IntegrationError | None = None
    faults_in_a_row = 0
    for invoice_id in due_to_match(desk, only=only, limit=limit):
        desk.connection.commit()
        try:
            settle(desk, invoice_id)
            faults_in_a_row = 0
        except IntegrationError as fault:
            last_fault, faults_in_a_row = fault, faults_in_a_row + 1
        if faults_in_a_row == FAULTS_IN_A_ROW:
            break
    return last_fault


def settle(desk: Desk, invoice_id: int) -> InvoiceState | None:
    """Find or make its third side and match it: its state then, or None where another process works on it. Commits.

    A call that failed is put off and raised, unless it was refused, which a person hears.
    """
    with store.worked_on_alone(desk.connection, invoice_id) as is_alone:
        if not is_alone:
            return None
        try:
            _make_what_lacks(desk, invoice_id)
        except IntegrationError as fault:
            desk.connection.rollback()
            _put_off(desk, invoice_id, fault)
            desk.connection.commit()
            if not isinstance(fault, RejectedError):
                raise
            return InvoiceState.WAITING
        state = _match(desk, invoice_id)
        desk.connection.commit()
        return state


def _make_what_lacks(desk: Desk, invoice_id: int) -> None:
    if desk.relationship.invoices.made_by is not MadeBy.VENDORLANE:
        return
    (invoice,) = store.load(desk.connection, [invoice_id], desk.relationship)
    if invoice.state in UNSENT:
        for sale in unmet(invoice, examine(desk, invoice).third):
            making.make(desk, invoice, sale)


def _match(desk: Desk, invoice_id: int) -> InvoiceState:
    invoice = store.load_locked(desk.connection, invoice_id, desk.relationship)
    if invoice.state not in UNSENT:
        return invoice.state
    examined = examine(desk, invoice)
    if not invoice.goods:
        desk.settle_exception(TOLD, invoice.subject, "Nothing of it stands on its notice any more.")
        return _become(desk, examined, InvoiceState.WITHDRAWN)
    if examined.unmet:
        return _wait(desk, examined)
    desk.settle_exception((Kind.INVOICE_MISSING,), invoice.subject, "The inventory system has invoiced it.")
    if not examined.may_leave:
        tell_mismatch(desk, examined)
        return _become(desk, examined, InvoiceState.DISAGREED, LOOK_AGAIN)
    desk.settle_exception((Kind.INVOICE_MISMATCH,), invoice.subject, "Order, notice and invoice agree.")
    if invoice.state is not InvoiceState.AGREED:
        by = "" if examined.match.agrees else f", as {invoice.accepted_by} accepted them"
        store.add_event(desk.connection, invoice, f"{invoice.name}: order, notice and invoice agree{by}.", desk.now())
    return _become(desk, examined, InvoiceState.AGREED)


def _wait(desk: Desk, examined: Examined) -> InvoiceState:
    """Nothing there bills it yet; after a while a person hears of it, and at once where what we made is gone."""
    invoice, told = examined.invoice, desk.relationship.invoices
    until = invoice.opened_at + timedelta(hours=float(told.erp_wait_hours))
    is_gone = told.made_by is MadeBy.VENDORLANE and making.was_made(desk, invoice)
    if is_gone or desk.now() >= until:
        tell_missing(desk, examined, is_gone=is_gone)
        return _become(desk, examined, InvoiceState.WAITING, LOOK_AGAIN)
    is_ours_to_make = told.made_by is MadeBy.VENDORLANE
    return _become(
        desk, examined, InvoiceState.WAITING, timedelta(0) if is_ours_to_make else min(LOOK_AGAIN, until - desk.now())
    )


def _become(desk: Desk, examined: Examined, state: InvoiceState, wait: timedelta = timedelta(0)) -> InvoiceState:
    invoice_id = examined.invoice.invoice_id
    named.set_state(desk.connection, invoice_id=invoice_id, state=state, next_attempt_at=desk.now() + wait)
    return state


def _put_off(desk: Desk, invoice_id: int, fault: IntegrationError) -> None:
    invoice = store.load_locked(desk.connection, invoice_id, desk.relationship)
    log.warning("Invoice %s waits: %s", invoice_id, fault)
    is_refused = isinstance(fault, RejectedError)
    wait = LOOK_AGAIN if is_refused else min(FIRST_WAIT * 2 ** min(invoice.attempts, 10), LONGEST_WAIT)
    named.put_off(desk.connection, invoice_id=invoice_id, next_attempt_at=desk.now() + wait, last_fault=str(fault))
    until = invoice.opened_at + timedelta(hours=float(desk.relationship.invoices.erp_wait_hours))
    if is_refused or desk.now() >= until:
        tell_missing(desk, examine(desk, invoice), fault=fault)
