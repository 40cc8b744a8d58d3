"""The kinds of exception and the team that owns each; a relationship may name another team."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What happened, as the queue is filtered by."""

    UNMAPPED_PRODUCT = "unmapped_product"
    PRODUCT_NOT_READY = "product_not_ready"
    PACK_SIZE_CONFLICT = "pack_size_conflict"
    UNKNOWN_UNIT = "unknown_unit"
    INEXACT_QUANTITY = "inexact_quantity"
    PRICE_DIFFERENCE = "price_difference"
    SHORT_STOCK = "short_stock"
    UNALLOCATED_ORDER = "unallocated_order"
    INVALID_ORDER = "invalid_order"
    UNKNOWN_SHIP_TO = "unknown_ship_to"
    WINDOW_INFEASIBLE = "window_infeasible"
    ACKNOWLEDGEMENT_AT_RISK = "acknowledgement_at_risk"
    ACKNOWLEDGEMENT_LATE = "acknowledgement_late"
    SALE_CHANGED_BY_HAND = "sale_changed_by_hand"
    TRIM_BY_HAND = "trim_by_hand"
    STOP_THE_WAREHOUSE = "stop_the_warehouse"
    CHANGE_BY_HAND = "change_by_hand"
    INVENTORY_SYSTEM_REFUSED = "inventory_system_refused"
    INVENTORY_SYSTEM_DOWN = "inventory_system_down"
    ORDER_NOT_SHIPPED = "order_not_shipped"
    INCOMPLETE_NOTICE = "incomplete_notice"
    QUANTITY_MISMATCH = "quantity_mismatch"
    LATE_NOTICE = "late_notice"
    SHIPMENT_UNDONE = "shipment_undone"
    INVOICE_MISMATCH = "invoice_mismatch"
    INVOICE_MISSING = "invoice_missing"
    REJECTED_DOCUMENT = "rejected_document"
    MISSING_997 = "missing_997"
    UNEXPECTED_997 = "unexpected_997"
    TRANSMISSION_FAILED = "transmission_failed"
    DUPLICATE_INTERCHANGE = "duplicate_interchange"
    UNREADABLE_FILE = "unreadable_file"
    MISDIRECTED_DOCUMENT = "misdirected_document"
    CONFIGURATION = "configuration"


class Team(StrEnum):
    """Who owns an exception unless the relationship says otherwise."""

    OPERATIONS = "operations"
    FINANCE = "finance"
    MERCHANDISING = "merchandising"
    ENGINEERING = "engineering"


_OTHER_OWNERS = {
    Kind.UNMAPPED_PRODUCT: Team.MERCHANDISING,
    Kind.PRODUCT_NOT_READY: Team.MERCHANDISING,
    Kind.PACK_SIZE_CONFLICT: Team.MERCHANDISING,
    Kind.UNKNOWN_UNIT: Team.MERCHANDISING,
    Kind.INEXACT_QUANTITY: Team.MERCHANDISING,
    Kind.PRICE_DIFFERENCE: Team.FINANCE,
    Kind.INVOICE_MISMATCH: Team.FINANCE,
    Kind.INVOICE_MISSING: Team.FINANCE,
    Kind.REJECTED_DOCUMENT: Team.ENGINEERING,
    Kind.MISSING_997: Team.ENGINEERING,
    Kind.UNEXPECTED_997: Team.ENGINEERING,
    Kind.TRANSMISSION_FAILED: Team.ENGINEERING,
    Kind.DUPLICATE_INTERCHANGE: Team.ENGINEERING,
    Kind.UNREADABLE_FILE: Team.ENGINEERING,
    Kind.MISDIRECTED_DOCUMENT: Team.ENGINEERING,
    Kind.CONFIGURATION: Team.ENGINEERING,
    Kind.INVENTORY_SYSTEM_DOWN: Team.ENGINEERING,
}


def owner_of(kind: Kind, owners: dict[str, str]) -> str:
    """The team that an exception of this kind belongs to, after the relationship's own choice."""
    return owners.get(kind, _OTHER_OWNERS.get(kind, Team.OPERATIONS))
