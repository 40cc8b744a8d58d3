"""One connection a task: what it is set to, and which faults pass."""

from __future__ import annotations

from contextlib import closing

import psycopg
import pytest

from include.database.connection import connect, passing_faults
from include.errors import TransientError
from include.workstation import ports


def test_instants_come_as_utc_and_rows_as_dictionaries(database):
    with connect(database) as connection:
        row = connection.execute("SELECT timestamptz '2026-11-24 08:00-08' AS moment").fetchone()

    assert row["moment"].isoformat() == "2026-11-24T16:00:00+00:00"


def test_a_server_that_is_not_there_is_a_passing_fault_that_names_the_connection():
    with pytest.raises(TransientError, match="vendorlane_db"):
        connect(f"postgresql://{ports.LOOPBACK}:{ports.free_port()}/none")


def test_no_statement_lock_or_idle_transaction_lasts_for_ever(database):
    names = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "tcp_keepalives_idle")
    with connect(database) as connection:
        settings = [connection.execute(f"SHOW {name}").fetchone()[name] for name in names]

    assert settings == ["2min", "1min", "5min", "30"]


def test_a_lost_server_passes_and_a_wrong_statement_does_not(database):
    with connect(database) as connection, connect(database, autocommit=True) as other:
        with pytest.raises(psycopg.ProgrammingError), passing_faults():
            connection.execute("SELECT nonsense")
        connection.rollback()
        other.execute("SELECT pg_terminate_backend(%s)", [connection.info.backend_pid])

        with pytest.raises(TransientError), passing_faults():
            connection.execute("SELECT 1")


def test_a_deadlock_passes(database):
    with closing(connect(database)) as one, closing(connect(database)) as two:
        for connection, name in ((one, "a"), (two, "b")):
            connection.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [name])
        one.pgconn.send_query(b"SELECT pg_advisory_xact_lock(hashtext('b'))")

        with pytest.raises(TransientError, match="deadlock"), passing_faults():
            two.execute("SET deadlock_timeout = '50ms'; SELECT pg_advisory_xact_lock(hashtext('a'))")
