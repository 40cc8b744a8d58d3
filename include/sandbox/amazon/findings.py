"""What Amazon finds when it holds documents and goods against one another, priced or not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

SHIPPED_AS_PACKED, BILLED_AS_SHIPPED, KNOWN_PRODUCTS, ONCE_OUT = 6, 7, 8, 9
NONE = Decimal(0)
CHARGEBACK, SHORT_PAYMENT = "chargeback", "short payment"
INJECTED, DOCUMENT = "injected", "document"


@dataclass(frozen=True, slots=True)
class Finding:
    """`injected` names the fault outside of the vendor's documents that caused it; None where a document did."""

    rule: str
    charge: str  # its name in the table of rates
    sentence: str
    at: datetime
    subject: str  # the shipment id, the invoice's number, the truck's name or the order's number
    purchase_order_number: str | None = None
    units: Decimal = NONE  # eaches
    cost: Decimal = NONE
    products: tuple[tuple[str, str], ...] = ()  # the order's number and the SKU
    injected: str | None = None
    law: int | None = None


@dataclass(frozen=True, slots=True)
class Charge:
    """A finding with its amount; of a short payment what is held back."""

    finding: Finding
    kind: str
    amount: Decimal
    share: Decimal | None = None
    is_nominal: bool = False

    @property
    def cause(self) -> str:
        return DOCUMENT if self.finding.injected is None else INJECTED
