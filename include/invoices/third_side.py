"""Which of the inventory system's invoices bill the same as one of ours: the third side of the match. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from include.invoices.values import Sale, SaleInvoice, StoredInvoice

COUNTS = frozenset({"AUTHORISED", "PAID"})
OUR_MEMOS = "vendorlane:"  # of invoices that we made there


def erp_key(invoice: StoredInvoice, sale: Sale) -> str:
    """What stands in the memo of the invoice that we make of a sale for one of ours: there is one such."""
    return f"{sale.external_id}:{invoice.shipment_number or 'order'}"


def third_side(invoice: StoredInvoice, known: Iterable[tuple[SaleInvoice, int | None]]) -> tuple[SaleInvoice, ...]:
    """The authorised ones that no other invoice of ours was sent by, and that are linked to what this one bills or to
    nothing. `known` are all of its sales, each with the invoice of ours that was sent by it.
    """
    sales = {sale.sale_key: sale for sale in invoice.sales}
    return tuple(
        each
        for each, billed_by in known
        if each.told.status in COUNTS
        and billed_by in (None, invoice.invoice_id)
        and _is_of(each, invoice, sales[each.sale_key])
    )


def unmet(invoice: StoredInvoice, third: Sequence[SaleInvoice]) -> tuple[Sale, ...]:
    """The sales of an invoice that nothing bills there yet."""
    met = {each.sale_key for each in third}
    return tuple(sale for sale in invoice.sales if sale.sale_key not in met)


def _is_of(each: SaleInvoice, invoice: StoredInvoice, sale: Sale) -> bool:
    if each.told.memo.startswith(OUR_MEMOS):
        return each.told.memo == erp_key(invoice, sale)
    is_whole_order = invoice.notice_id is None
    return is_whole_order or each.told.fulfilment_number in (None, *sale.fulfilment_numbers)
