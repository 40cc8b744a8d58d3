"""Products as an inventory system would tell them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

EARLIER = datetime(2026, 11, 24, 8, tzinfo=UTC)
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Sold:
    """A product that is sold unless the test says otherwise; its id follows from its SKU."""

    sku: str
    asin: str | None = None
    barcode: str | None = None
    carton_quantity: Decimal | None = None
    inner_quantity: Decimal | None = None
    tags: frozenset[str] = frozenset()
    price: str = "0"
    of: tuple[str, int] | None = None  # a case SKU: so many of that one
    status: str = "ACTIVE"
    is_sellable: bool = True
    name: str = "A product"
    id: str = ""
    components: tuple[tuple[str, Decimal], ...] = ()
    prices: Mapping[str, Decimal] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "prices", {"Amazon": Decimal(self.price)} | dict(self.prices))
        if self.of:
            object.__setattr__(self, "components", ((self.of[0], Decimal(self.of[1])),))

    @property
    def product_id(self) -> str:
        return self.id or f"id-{self.sku.lower()}"
