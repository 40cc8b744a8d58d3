"""One connection a task, opened inside it; rows come as dictionaries, instants as UTC."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.rows import dict_row

from include.errors import TransientError

CONNECT_SECONDS = 10
OPTIONS = (
    "-c timezone=UTC -c statement_timeout=120s -c lock_timeout=60s -c idle_in_transaction_session_timeout=300s"
    # a session whose machine vanished, and with it the locks that it holds, ends after a minute and not after two hours
    " -c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3"
)


def connect(dsn: str, *, autocommit: bool = False) -> psycopg.Connection[dict[str, Any]]:
    """Open a connection; TransientError where the server cannot be reached."""
    try:
        return psycopg.connect(
            dsn,
            autocommit=autocommit,
            row_factory=dict_row,
            connect_timeout=CONNECT_SECONDS,
            application_name="vendorlane",
            options=OPTIONS,
        )
    except psycopg.OperationalError as fault:
        raise TransientError(
            f"PostgreSQL cannot be reached: {fault}", next_step="Check the connection vendorlane_db."
        ) from fault


@contextmanager
def passing_faults() -> Iterator[None]:
    """Turn a lost server, a deadlock or too long a lock into a TransientError: the state is looked up again."""
    try:
        yield
    except psycopg.OperationalError as fault:
        raise TransientError(f"PostgreSQL did not answer: {fault}") from fault
