"""A relationship of the required fields alone, to be changed by a test in what it is about."""

from __future__ import annotations

from typing import Any

from include.relationships.model import Relationship

MINIMAL: dict[str, Any] = {
    "name": "amazon_us",
    "mode": "production",
    "guide": "amazon",
    "ours": {"qualifier": "ZZ", "id": "VENDOR1", "group_id": "VENDOR1"},
    "partner": {"qualifier": "ZZ", "id": "AMAZON", "group_id": "AMAZON"},
    "customer": "Amazon Vendor US",
    "location": "Main Warehouse",
    "price_tier": "Amazon",
    "tax_rule": "Tax Exempt",
}


def relationship(**changes: Any) -> Relationship:
    """The minimal relationship with these fields besides."""
    return Relationship.model_validate(MINIMAL | changes)
