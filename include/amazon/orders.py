"""The values of a purchase order (850, 860) and of its answer (855), in Amazon's own units and prices.

Element numbers in the comments are those of Amazon's retail guides (4010).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from include.identifiers import ItemIdentifier


class OrderType(StrEnum):
    """BEG02."""

    NEW = "NE"
    RUSH = "RO"
    NEW_PRODUCT = "NP"
    CONSIGNED = "CN"
    OTHER = "OTHER"


class AnswerCode(StrEnum):
    """ACK01, the codes that Amazon's retail guide lists."""

    ACCEPTED = "IA"
    ACCEPTED_QUANTITY_CHANGED = "IQ"
    BACK_ORDERED = "IB"
    ACCEPTED_PARTIAL_REST_BACK_ORDERED = "BP"
    SOFT_REJECTED = "IR"
    HARD_REJECTED = "R2"
    WRONG_UNIT = "R3"


REFUSALS = frozenset({AnswerCode.SOFT_REJECTED, AnswerCode.HARD_REJECTED, AnswerCode.WRONG_UNIT})


@dataclass(frozen=True, slots=True)
class Party:
    """An N1 loop: who, by which identification (N103/N104), and the address where it was given."""

    qualifier: str
    identifier: str
    name: str | None = None
    address_lines: tuple[str, ...] = ()
    city: str | None = None
    state: str | None = None
    postal_code: str | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True)
class OrderLine:
    """A PO1 or POC: `quantity` is in `unit` (PO103 as received), `unit_price` per what `price_basis` (PO105) says."""

    line_number: str
    quantity: Decimal
    unit: str
    unit_price: Decimal | None
    price_basis: str | None
    identifiers: tuple[ItemIdentifier, ...]  # the first is PO106/07, which every answer echoes; may be none


@dataclass(frozen=True, slots=True)
class PurchaseOrder:
    """An 850, or what an 860 says of an order: then `is_complete` is False, and what it does not say is as it was.

    `unclear` are sentences on what it says and cannot be acted on, so that a person must look.
    """

    purchase_order_number: str
    order_type: OrderType
    ordered_on: date
    vendor_code: str | None  # REF CR
    deal: str | None  # REF PD
    back_order_allowed: bool | None  # CSH01; None where an 860 does not say
    window_start: date | None  # DTM 064
    window_end: date | None  # DTM 063
    ship_to: Party | None
    lines: tuple[OrderLine, ...]
    currency: str | None = None
    is_complete: bool = True
    is_cancelled: bool = False  # the whole order (BEG01/BCH01 01, or every line of an 850 zero)
    unclear: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """An ACK: `quantity` in the line's unit; the scheduled date is in the centre's zone (ACK04/05)."""

    code: AnswerCode
    quantity: Decimal
    scheduled_on: date | None = None


@dataclass(frozen=True, slots=True)
class AnsweredLine:
    """A PO1 of the 855 with its ACKs; the price is the one the invoice will carry."""

    line_number: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    identifier: ItemIdentifier
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class OrderAnswer:
    """An 855 before its bytes."""

    purchase_order_number: str
    answered_on: date
    back_order_allowed: bool
    window_start: date | None
    window_end: date | None
    lines: tuple[AnsweredLine, ...]
