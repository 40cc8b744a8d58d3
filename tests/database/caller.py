"""A process that calls as fast as the limiter lets it: `python -m tests.database.caller DSN ACCOUNT N LANE SECONDS`.

It ends after so many seconds of the clock; what it was told to wait beyond a second, it tries again at once.
"""

from __future__ import annotations

import sys
from datetime import timedelta

from include import clock
from include.database.rate_limit import PostgresLimiter
from include.errors import TransientError


def main(dsn: str, account: str, calls: str, lane: str, seconds: str) -> None:
    limiter = PostgresLimiter(
        dsn, account, account_limit=1_000, calls_per_minute=int(calls), max_wait_seconds=1
    )  # fmt: skip
    print("ready", flush=True)
    sys.stdin.readline()
    end = clock.now() + timedelta(seconds=float(seconds))
    while clock.now() < end:
        try:
            limiter.wait_for_slot(lane)
        except TransientError:
            continue


if __name__ == "__main__":
    main(*sys.argv[1:])
