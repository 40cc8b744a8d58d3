"""Alembic's entry: one psycopg 3 engine on the address that migrate.py was given."""

from __future__ import annotations

from alembic import context
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

dsn: str = context.config.attributes["dsn"]


def _connect() -> object:
    import psycopg

    return psycopg.connect(dsn)


engine = create_engine("postgresql+psycopg://", creator=_connect, poolclass=NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, version_table="schema_version")
    with context.begin_transaction():
        context.run_migrations()
