"""What stands on the GS1-128 label of a carton or pallet, by the zones that Amazon asks for.

A ship-from, B ship-to, E order, item, quantity and "carton x of y" and F the SSCC are mandatory; C and D are advised.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from include.amazon.orders import Party
from include.errors import RejectedError
from include.identifiers import check_digit
from include.ship_notices.label_text import printable

MIXED_SKUS = "MIXED SKUS"


class LabelKind(StrEnum):
    """What the label is stuck on."""

    CARTON = "carton"
    PALLET = "pallet"


class UnprintableLabel(RejectedError):
    """What the label says cannot be so; stuck on a carton, it would be received wrongly or not at all."""


@dataclass(frozen=True, slots=True)
class Label:
    """One label; `item` is the identifier's text or MIXED_SKUS. UnprintableLabel where SSCC, order or count is bad."""

    sscc: str  # 18 digits, without the (00)
    kind: LabelKind
    ship_from: Party
    ship_to: Party
    purchase_order_numbers: tuple[str, ...]
    item: str
    quantity: Decimal
    unit: str
    position: int  # the 3 of "carton 3 of 12"
    count: int
    carrier_name: str | None = None
    pro_number: str | None = None
    bill_of_lading: str | None = None

    def __post_init__(self) -> None:
        fault = self._fault()
        if fault:
            document = f"{self.kind.value} {self.position} of {', '.join(self.purchase_order_numbers) or 'no order'}"
            raise UnprintableLabel(fault, document=document, next_step="Correct the staged notice and print again.")

    def _fault(self) -> str | None:
        if not (len(self.sscc) == 18 and self.sscc.isascii() and self.sscc.isdigit()):
            return f"The SSCC {self.sscc[:40]!r} is not 18 digits."
        if check_digit(self.sscc[:-1]) != self.sscc[-1]:
            return f"The SSCC {self.sscc} has a wrong check digit: it should end in {check_digit(self.sscc[:-1])}."
        if not self.purchase_order_numbers or not all(map(printable, self.purchase_order_numbers)):
            return "The label lacks a purchase order number."
        if not printable(self.item):
            return "The label lacks an item."
        if not (self.quantity.is_finite() and self.quantity > 0):
            return f"The quantity is {self.quantity}, which is nothing to label."
        if not 1 <= self.position <= self.count:
            return f"There is no {self.kind.value} {self.position} of {self.count}."
        return None
