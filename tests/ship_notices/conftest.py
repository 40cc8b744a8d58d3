"""A warehouse for each test."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.ship_notices.warehouse import Warehouse


@pytest.fixture
def begin(database: str) -> Callable[..., Warehouse]:
    """Begins the trade, with settings of the relationship; those of `notices` are put beside the usual ones."""
    return lambda **settings: Warehouse.begin(database, **settings)


@pytest.fixture
def warehouse(begin: Callable[..., Warehouse]) -> Warehouse:
    return begin()
