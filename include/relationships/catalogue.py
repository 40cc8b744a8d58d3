"""The part of a relationship that says which products Amazon lists, and what each must have before it is ordered."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from include.relationships.settings import Settings, Text


class ItemKey(StrEnum):
    """The ways to find a product, tried in the relationship's order."""

    LINK = "link"
    ASIN = "asin"
    GTIN = "gtin"
    SKU = "sku"


class Catalogue(Settings):
    """Listings, and what merchandising is told before an order tells it."""

    listed_by: tuple[ItemKey, ...] = (ItemKey.LINK, ItemKey.ASIN)  # identifiers that are listed without a person's word
    unit: Text | None = None  # PO103 code that Amazon is told stock in; none: the first of `items.units`
    units: dict[Text, Text] = {}  # SKU → another code
    needs_gtin: bool = False  # a listed product without one is told
    needs_case_size: bool = False  # so is one whose case size is not known, though it is ordered by the each
    whole_hours: int = Field(default=24, ge=1)  # how long changes are trusted before all products are read again
    mend_days: Annotated[int, Field(ge=1)] = 7  # the deadline of what is told
    write_asin: bool = False  # put the ASIN of a link made by hand on a product that has none
