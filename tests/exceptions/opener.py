"""A process that opens the same exceptions as others at the same time: `python -m tests.exceptions.opener DSN NAME`."""

from __future__ import annotations

import sys

from include.database.connection import connect
from include.exceptions.queue import open_exception
from tests.exceptions.test_queue import NOW, new

TURNS = 40


def main(dsn: str, name: str) -> None:
    with connect(dsn) as connection:
        print("ready", flush=True)
        sys.stdin.readline()
        for turn in range(TURNS):
            open_exception(connection, new(subject=str(turn), what_happened=f"seen by {name}"), owners={}, now=NOW)
            connection.commit()


if __name__ == "__main__":
    main(*sys.argv[1:])
