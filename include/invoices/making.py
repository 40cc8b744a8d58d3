"""The inventory system's own invoice, made there where the relationship says that Vendorlane does it.

Nothing there guards against two: that the call was sent is committed before it, and a lost answer is looked up twice,
each time after a quiet time, before it is sent again. The least an invoice costs is one call a sale: what is there
before is known from reading the sale, which is waited for where something changed in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from include.errors import RejectedError, TransientError, UncertainOutcome
from include.invoices import store
from include.invoices.desk import Desk
from include.invoices.ledger import Draft, DraftLine
from include.invoices.store import named
from include.invoices.third_side import erp_key
from include.invoices.values import NOTHING, Sale, StoredInvoice
from include.purchase_orders.looking_up import LOOK_UPS, QUIET_TIME
from include.ship_notices.erp_invoices import save_invoices
from include.ship_notices.ledger import ErpInvoice

Row = dict[str, Any]


def make(desk: Desk, invoice: StoredInvoice, sale: Sale) -> bool:
    """Make the invoice of a sale; whether it is there now. Commits, and the invoice is not locked meanwhile.

    It is not made where it was made before, nor while something changed in the sale that was not read yet.
    """
    key = erp_key(invoice, sale)
    postings = {row["erp_key"]: row for row in named.load_postings(desk.connection, invoice_id=invoice.invoice_id)}
    posting = postings.get(key)
    if posting is not None and posting["task_id"] is not None:
        return False
    if posting is not None and posting["in_doubt_since"] is not None and _is_found(desk, invoice, sale, posting):
        return True
    if not named.is_read(desk.connection, sale_keys=[sale.sale_key]):
        return False
    draft = draft_invoice(desk, invoice, sale)
    with _in_doubt(desk, invoice, sale, key):
        made = desk.ledger.create(draft)
    _save(desk, invoice, sale, key, made, f"The invoice {made.number} was made in the inventory system.")
    return True


def was_made(desk: Desk, invoice: StoredInvoice) -> bool:
    """Whether we made an invoice there for it already, whatever became of that."""
    rows = named.load_postings(desk.connection, invoice_id=invoice.invoice_id)
    return any(row["task_id"] is not None for row in rows)


def draft_invoice(desk: Desk, invoice: StoredInvoice, sale: Sale) -> Draft:
    """The inventory system's invoice of what was notified of a sale; RejectedError where a price is not known."""
    lines: dict[str, DraftLine] = {}
    for each in invoice.goods:
        if each.sale != sale:
            continue
        if each.sku_price is None:
            raise RejectedError(
                f"The order does not say what {each.sku} costs.",
                document=each.line.order.purchase_order_number,
                next_step="Look at the order's line; its product was changed after it was shipped.",
            )
        before = lines[each.sku].quantity if each.sku in lines else NOTHING
        lines[each.sku] = DraftLine(
            each.sku, each.product_id, each.product_name, before + each.sku_quantity, each.sku_price
        )
    return Draft(
        sale_id=sale.erp_sale_id,
        key=erp_key(invoice, sale),
        invoiced_on=desk.today,
        due_on=desk.today + timedelta(days=desk.relationship.invoices.terms.net_days),
        fulfilment_number=sale.fulfilment_numbers[0] if len(sale.fulfilment_numbers) == 1 else None,
        lines=tuple(lines.values()),
    )


@contextmanager
def _in_doubt(desk: Desk, invoice: StoredInvoice, sale: Sale, key: str) -> Iterator[None]:
    """Committed as in doubt before the call, which a refusal ends, and a call that never arrived; a lost answer not."""

    def doubt() -> None:
        now = desk.now()
        named.save_in_doubt(
            desk.connection, erp_key=key, invoice_id=invoice.invoice_id, sale_key=sale.sale_key, now=now, look_ups=0
        )
        desk.connection.commit()

    doubt()
    try:
        yield
    except (RejectedError, TransientError):
        named.clear_doubt(desk.connection, erp_key=key)
        desk.connection.commit()
        raise
    except UncertainOutcome:  # it may be under way still: the quiet time begins now
        doubt()
        raise


def _is_found(desk: Desk, invoice: StoredInvoice, sale: Sale, posting: Row) -> bool:
    """Whether the call that is in doubt made the invoice; UncertainOutcome while that has to wait."""
    key = posting["erp_key"]
    if desk.now() < posting["in_doubt_since"] + QUIET_TIME:
        raise UncertainOutcome(
            f"The answer to the making of {key} was lost.",
            document=invoice.name,
            next_step="It is looked up after a quiet time.",
        )
    desk.connection.commit()
    found = desk.ledger.find(sale.erp_sale_id, key)
    if found is not None:
        _save(desk, invoice, sale, key, found, f"The invoice {found.number}, whose answer was lost, was found.")
        return True
    look_ups = posting["look_ups"] + 1
    if look_ups >= LOOK_UPS:
        named.clear_doubt(desk.connection, erp_key=key)
        desk.connection.commit()
        return False
    named.save_in_doubt(
        desk.connection,
        erp_key=key,
        invoice_id=invoice.invoice_id,
        sale_key=sale.sale_key,
        now=desk.now(),
        look_ups=look_ups,
    )
    desk.connection.commit()
    raise UncertainOutcome(
        f"The invoice {key} is not to be found.",
        document=invoice.name,
        next_step="It is looked up once more before it is made again.",
    )


def _save(desk: Desk, invoice: StoredInvoice, sale: Sale, key: str, made: ErpInvoice, what: str) -> None:
    save_invoices(desk.connection, sale.sale_key, [made], desk.now())
    named.save_posted(desk.connection, erp_key=key, task_id=made.task_id)
    store.add_event(desk.connection, invoice, what, desk.now())
    desk.connection.commit()
