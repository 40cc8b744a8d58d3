"""A database with products in it: one for this folder, emptied for each test, since making one takes longer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from include.catalogue import product_rows
from include.database.connection import connect
from tests.catalogue.master import EARLIER, Sold


@pytest.fixture(scope="session")
def catalogue_database(database_url: str, migrated_template: str) -> Iterator[str]:
    name = f"{migrated_template}_catalogue"
    with psycopg.connect(database_url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE {migrated_template}")
        yield urlunsplit(urlsplit(database_url)._replace(path=f"/{name}"))
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database(catalogue_database: str) -> str:
    with connect(catalogue_database) as connection:
        connection.execute("TRUNCATE product, item_link, item_link_event, catalogue_fault, watermark")
    return catalogue_database


@pytest.fixture
def connection(database: str) -> Iterator[psycopg.Connection[dict[str, Any]]]:
    with connect(database) as opened:
        yield opened


@pytest.fixture
def stocked(connection: psycopg.Connection[dict[str, Any]]) -> Callable[..., None]:
    """Puts products into the catalogue of the relationship's account."""

    def put(*sold: Sold, catalogue: str = "cin7_core") -> None:
        product_rows.save_products(connection, catalogue, sold, EARLIER)

    return put
