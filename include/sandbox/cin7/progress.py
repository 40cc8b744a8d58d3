"""How far a sale has come, in Cin7's words: of each stage over all fulfilments, and of the sale."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from include.sandbox.cin7.fulfilment import AUTHORISED, DRAFT, NOT_AVAILABLE, VOIDED, units
from include.sandbox.cin7.sale import Json, Sale, picked

Units = Mapping[str, Decimal]


def progress(sale: Sale) -> Json:
    """The Combined… fields, FulFilmentStatus and the tracking numbers."""
    tracking = (line.tracking_number for task in sale.tasks for line in task.ship.lines)
    return {
        **_stages(sale),
        "CombinedTrackingNumbers": ", ".join(dict.fromkeys(filter(None, tracking))),
    }


def status_of(sale: Sale, *, shows_stage: bool) -> str:
    """The sale's Status; a simple sale always shows its stage in it."""
    if sale.order_status != AUTHORISED or not (shows_stage or sale.is_simple):
        return sale.status
    return _reached(sale) or sale.status


def shipped(sale: Sale) -> Units:
    """Units that left, by SKU."""
    return units(line for task in sale.tasks for line in task.gone_lines())


def invoiced(sale: Sale) -> Units:
    """Units billed by authorised invoices, by SKU."""
    return units(line for each in sale.invoices if each.status == AUTHORISED for line in each.lines)


def _stages(sale: Sale) -> Json:
    if sale.status == VOIDED or sale.order_status != AUTHORISED:
        word = VOIDED if sale.status == VOIDED else NOT_AVAILABLE
        return dict.fromkeys(("CombinedPickingStatus", "CombinedPackingStatus", "CombinedShippingStatus",
                              "FulFilmentStatus", "CombinedInvoiceStatus"), word)  # fmt: skip
    gone = shipped(sale)
    packed = units(line for task in sale.tasks if task.pack.status == AUTHORISED for line in task.pack.lines)
    is_picking = any(task.pick.status == DRAFT for task in sale.tasks)
    is_packing = any(task.pack.status == DRAFT and not task.pack.is_prefilled for task in sale.tasks)
    is_shipping = any(task.ship.status == DRAFT and task.ship.lines for task in sale.tasks)
    return {
        "CombinedPickingStatus": _word(sale, picked(sale), "PICK", is_picking),
        "CombinedPackingStatus": _word(sale, packed, "PACK", is_packing) if sale.is_picked else NOT_AVAILABLE,
        "CombinedShippingStatus": _word(sale, gone, "SHIPP", is_shipping) if packed else NOT_AVAILABLE,
        "FulFilmentStatus": _part(sale, gone, "FULFILLED"),
        "CombinedInvoiceStatus": _part(sale, invoiced(sale), "INVOICED"),
    }


def _word(sale: Sale, done: Units, stem: str, is_begun: bool) -> str:
    word = _part(sale, done, f"{stem}ED")
    return f"{stem}ING" if is_begun and word.startswith("NOT ") else word


def _part(sale: Sale, done: Units, word: str) -> str:
    if not any(done.values()):
        return f"NOT {word}"
    is_all = all(done.get(line.sku, 0) >= line.quantity for line in sale.lines)
    return word if is_all else f"PARTIALLY {word}"


def _reached(sale: Sale) -> str:
    tasks, bills = sale.tasks, [each.status for each in sale.invoices]
    reached = {
        "INVOICED": AUTHORISED in bills,
        "INVOICING": DRAFT in bills,
        "SHIPPING": any(task.ship.lines for task in tasks),
        "PACKED": any(task.pack.status == AUTHORISED for task in tasks),
        "PACKING": any(task.pack.status == DRAFT and not task.pack.is_prefilled for task in tasks),
        "PICKED": sale.is_picked,
        "PICKING": any(task.pick.status == DRAFT for task in tasks),
    }
    return next((word for word, is_so in reached.items() if is_so), "")
