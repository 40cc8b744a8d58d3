"""Bring the product's database to the newest schema: `python -m include.database.migrate [--dsn DSN]`.

Alembic keeps the order and the place; each step is the SQL file of its number in versions/. Two at once: one waits.
"""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config

VARIABLE = "AIRFLOW_CONN_VENDORLANE_DB"
LOCK = 8_560_850  # any number that nothing else locks on


def migrate(dsn: str) -> None:
    """Apply what is missing; does nothing on a database that is up to date."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.attributes["dsn"] = dsn
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        command.upgrade(config, "head")


def dsn_from_environment() -> str:
    """The libpq address in AIRFLOW_CONN_VENDORLANE_DB, which is JSON or a URI."""
    text = os.environ.get(VARIABLE)
    if not text:
        raise SystemExit(f"Give --dsn or set {VARIABLE}.")
    if not text.lstrip().startswith("{"):
        return text.replace("postgres://", "postgresql://", 1)
    told = json.loads(text)
    parts = {
        "host": told.get("host"),
        "port": told.get("port"),
        "dbname": told.get("schema"),
        "user": told.get("login"),
        "password": told.get("password"),
    }
    return psycopg.conninfo.make_conninfo(**{name: value for name, value in parts.items() if value})


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--dsn", help=f"libpq address; {VARIABLE} otherwise")
    migrate(parser.parse_args().dsn or dsn_from_environment())


if __name__ == "__main__":
    main()
