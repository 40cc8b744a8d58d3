"""An agreed invoice leaves: matched once more, checked by every rule, numbered, and written as an 810.

All of it is one transaction that holds the invoice, so that whoever comes second finds it sent. A number is taken with
the document that bears it, and never again; the same number leaves twice only with the same content.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from include.amazon import x12_810
from include.amazon.invoice_rules import check_written
from include.amazon.invoices import Invoice
from include.documents import sent
from include.errors import RejectedError
from include.invoices import store
from include.invoices.agreeing import TOLD
from include.invoices.building import settings_of
from include.invoices.desk import Desk
from include.invoices.examining import Examined, broken_rules, examine, missing_settings
from include.invoices.store import named
from include.invoices.telling import tell_held, tell_settings
from include.invoices.values import InvoiceState, StoredInvoice
from include.relationships.billing import Numbering

WriteDocument = Callable[..., int]
NUMBER_LENGTH = 22  # BIG02
CHANGED = (
    "Its content changed since it was sent as {number}: it needs a new number, by running fulfilment_to_invoice for it "
    "with `new_number`."
)


def send_due(desk: Desk, write_document: WriteDocument, *, only: Sequence[str] = (), limit: int) -> list[int]:
    """Send every invoice that agrees; the ids of the documents. Commits one by one."""
    missing = list(missing_settings(desk))
    ids = store.due(
        desk.connection,
        desk.relationship.name,
        [InvoiceState.AGREED],
        desk.now(),
        hold=desk.hold,
        only=only,
        limit=limit,
    )
    if ids or not missing:
        tell_settings(desk, missing)
    desk.connection.commit()
    if missing:
        return []
    document_ids = [_send_or_hold(desk, write_document, invoice_id) for invoice_id in ids]
    return [each for each in document_ids if each is not None]


def send(desk: Desk, write_document: WriteDocument, invoice_id: int) -> int | None:
    """Write the 810 of an invoice that agrees; its document's id, or None where it waits.

    In the caller's transaction, which is to be committed or rolled back whole.
    """
    invoice = store.load_locked(desk.connection, invoice_id, desk.relationship)
    if invoice.state is not InvoiceState.AGREED:
        return None
    examined = examine(desk, invoice, number=invoice.number or "", invoiced_on=_first_date(invoice))
    if not examined.may_leave:
        named.set_state(desk.connection, invoice_id=invoice_id, state=InvoiceState.WAITING, next_attempt_at=desk.now())
        return None
    if faults := [each for each in broken_rules(desk, examined) if not each.is_warning]:
        tell_held(desk, examined, [each.sentence for each in faults])
        return None
    built = replace(examined.built, invoice_number=invoice.number or _take_number(desk, examined))
    body = x12_810.write_invoice(built, settings_of(desk.relationship))
    if invoice.document_id is not None and invoice.number is not None and not _is_unchanged(desk, invoice, body):
        tell_held(desk, examined, [CHANGED.format(number=invoice.number)])
        return None
    return _write(desk, write_document, examined, built, body)


def _write(desk: Desk, write_document: WriteDocument, examined: Examined, built: Invoice, body: list[list[str]]) -> int:
    invoice, revision = examined.invoice, examined.invoice.revision + 1
    if wrong := check_written(body, {line.key: line.priced_units for line in built.lines}):
        raise RejectedError(
            "What was written does not add up.",
            document=built.invoice_number,
            reasons=tuple(each.sentence for each in wrong),
        )
    document_id = write_document(
        "810",
        body,
        business_key=f"{built.invoice_number} {revision}",
        purchase_order_number=built.purchase_order_number,
        now=desk.now(),
    )
    store.save_sent(desk.connection, invoice, built, examined.third, document_id, revision, desk.now())
    desk.settle_exception(TOLD, invoice.subject, "The invoice (810) was sent.")
    what = f"The invoice (810) {built.invoice_number} over {built.total} {built.currency} was written."
    store.add_event(desk.connection, invoice, what, desk.now())
    return document_id


def _send_or_hold(desk: Desk, write_document: WriteDocument, invoice_id: int) -> int | None:
    try:
        document_id = send(desk, write_document, invoice_id)
    except RejectedError as refusal:  # a validator refuses what was built: it stays, and a person hears why
        desk.connection.rollback()
        invoice = store.load_locked(desk.connection, invoice_id, desk.relationship)
        tell_held(desk, examine(desk, invoice), [str(refusal), *refusal.reasons])
        document_id = None
    desk.connection.commit()
    return document_id


def _first_date(invoice: StoredInvoice) -> date | None:
    """What is sent again under its number keeps its date."""
    return invoice.invoiced_on if invoice.number is not None else None


def _take_number(desk: Desk, examined: Examined) -> str:
    """The inventory system's where it may be ours, else one of our own that nothing has had."""
    invoice, third = examined.invoice, examined.third
    if desk.relationship.invoices.numbering is Numbering.ERP and len(third) == 1:
        number = third[0].told.number.strip()
        if number and len(number) <= NUMBER_LENGTH and _take(desk, invoice, number):
            return number
    orders = [order.purchase_order_number for order in invoice.orders]
    begins = f"{orders[0] if len(orders) == 1 else invoice.shipment_number}-"
    count = int(named.count_numbers(desk.connection, relationship=invoice.relationship, begins=begins))
    while True:
        count += 1
        if _take(desk, invoice, f"{begins}{count}"):
            return f"{begins}{count}"


def _take(desk: Desk, invoice: StoredInvoice, number: str) -> bool:
    taken = named.take_number(
        desk.connection, relationship=invoice.relationship, number=number, invoice_id=invoice.invoice_id
    )
    return taken is not None


def _is_unchanged(desk: Desk, invoice: StoredInvoice, body: Sequence[Sequence[str]]) -> bool:
    """Whether it says what it said when it was sent under its number before."""
    assert invoice.document_id is not None
    before = sent.load(desk.connection, invoice.document_id).segments[1:-1]
    return [_trimmed(each) for each in before] == [_trimmed(each) for each in body]


def _trimmed(segment: Sequence[str]) -> list[str]:
    """Without the empty elements at its end, which are not written."""
    kept = list(segment)
    while kept and not kept[-1]:
        kept.pop()
    return kept
