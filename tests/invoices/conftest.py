"""Books for each test."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.invoices.books import Books


@pytest.fixture
def open_books(database: str) -> Callable[..., Books]:
    """Opens the books, with settings of `invoices` put beside the usual ones."""
    return lambda **settings: Books.open(database, **settings)


@pytest.fixture
def books(open_books: Callable[..., Books]) -> Books:
    return open_books()
