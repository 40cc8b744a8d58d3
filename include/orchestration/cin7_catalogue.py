"""Cin7 Core as the product master, for one relationship; the account is opened by the first call."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cached_property

from include.catalogue.product_rows import MasterProduct
from include.cin7 import product_codes, products
from include.cin7.client import Cin7Client
from include.cin7.patience import PACE, PatientReader
from include.relationships.model import Relationship


class Cin7Catalogue:
    """Tells the products, and is told the ASINs that a person linked."""

    def __init__(
        self,
        open_client: Callable[[], Cin7Client],
        relationship: Relationship,
        *,
        wait: Callable[[float], None] | None = time.sleep,
        pace: float = PACE,
    ) -> None:
        """`wait` is for so many real seconds, where the account's share of calls is taken; None: the reading ends."""
        self._open_client = open_client
        self._attribute = relationship.items.asin_attribute
        self._wait = wait
        self._pace = pace

    @cached_property
    def client(self) -> Cin7Client:
        return self._open_client()

    def fetch(self, since: datetime | None) -> Iterable[MasterProduct]:
        reader = PatientReader(self.client, self._wait, self._pace) if self._wait else self.client
        return products.fetch_products(reader, modified_since=since, asin_attribute=self._attribute)

    def write_asin(self, product_id: str, sku: str, asin: str) -> None:
        product_codes.write_code(self.client, product_id, sku, asin, attribute=self._attribute)
