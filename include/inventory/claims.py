"""What is claimed of stock by others than the level at hand: our own fresh sales, and other relationships' levels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from include.purchase_orders.allocation import Draw


@dataclass(frozen=True, slots=True)
class Claims:
    """Units of SKUs that are not ours to offer, though the reading shows them.

    `sold_since`: what our own sales took and the reading may not know yet. `promised`: what other relationships have
    told of the same stock.
    """

    sold_since: Mapping[str, Decimal] = field(default_factory=dict)
    promised: Mapping[str, Decimal] = field(default_factory=dict)
    made: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)  # stock SKU → factor of each made of it

    @classmethod
    def of(cls, sold_since: Iterable[Draw], promised: Iterable[Draw]) -> Claims:
        """The sums of these, with what they draw on: a case that is not listed takes of its eaches too."""
        made: dict[str, dict[str, Decimal]] = defaultdict(dict)
        sums: tuple[dict[str, Decimal], ...] = (defaultdict(Decimal), defaultdict(Decimal))
        for total, draws in zip(sums, (sold_since, promised), strict=True):
            for draw in draws:
                total[draw.sku] += draw.quantity
                if draw.is_derived:
                    made[draw.stock_key][draw.sku] = draw.stock_factor
        return cls(sums[0], sums[1], made)
