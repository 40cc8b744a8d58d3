"""Control numbers of outbound envelopes: never twice, in the caller's transaction, wrapping after nine digits."""

from __future__ import annotations

from typing import Any

import psycopg

HIGHEST = 999_999_999


def next_number(connection: psycopg.Connection[dict[str, Any]], scope: str, kind: str) -> int:
    """The next number of `kind` (interchange or group) for a sender and receiver; a rollback gives it back."""
    row = connection.execute(
        "INSERT INTO control_number (scope, kind, last) VALUES (%(scope)s, %(kind)s, 1)"
        " ON CONFLICT (scope, kind) DO UPDATE SET last = control_number.last %% %(highest)s + 1 RETURNING last",
        {"scope": scope, "kind": kind, "highest": HIGHEST},
    ).fetchone()
    assert row is not None
    return int(row["last"])
