"""Named SQL queries (aiosql) from the .sql file that lies beside the Python that calls them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import aiosql


def load(module_file: str, name: str) -> Any:
    """The queries of `name` in the module's folder; called with a psycopg connection and keyword arguments."""
    return aiosql.from_path(Path(module_file).with_name(name), "psycopg", mandatory_parameters=False)
