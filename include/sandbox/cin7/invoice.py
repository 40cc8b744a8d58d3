"""An invoice task as it is kept. A voided one stays, with no lines."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from include.sandbox.cin7.stock import NOTHING


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """A product billed, or with no SKU an additional charge, which its `name` describes."""

    sku: str
    product_id: str
    name: str
    quantity: Decimal
    price: Decimal
    discount: Decimal
    tax: Decimal
    total: Decimal
    tax_rule: str
    account: str | None
    comment: str


@dataclass(slots=True)
class Invoice:
    """One invoice; it gets its number once, and keeps it."""

    task_id: str
    number: str = ""
    status: str = "NOT AVAILABLE"
    memo: str = ""
    invoiced_on: str = ""
    due_on: str = ""
    currency_rate: Decimal = Decimal(1)
    billing_lines: tuple[str, str] = ("", "")
    fulfilment_number: str = ""
    lines: list[InvoiceLine] = field(default_factory=list)
    charges: list[InvoiceLine] = field(default_factory=list)

    @property
    def is_void(self) -> bool:
        """Whether it counts no more."""
        return self.status == "VOIDED"

    @property
    def total_before_tax(self) -> Decimal:
        """Of lines and charges."""
        return sum((each.total for each in (*self.lines, *self.charges)), NOTHING)

    @property
    def tax(self) -> Decimal:
        """Of lines and charges."""
        return sum((each.tax for each in (*self.lines, *self.charges)), NOTHING)

    @property
    def total(self) -> Decimal:
        """What is to be paid."""
        return self.total_before_tax + self.tax

    def void(self) -> None:
        """Empty it; the number stays its own."""
        self.status, self.lines, self.charges = "VOIDED", [], []
