"""The clock every process reads: real time, or the test clock that `VENDORLANE_CLOCK={ISO start}@{factor}` sets.

The test clock needs no shared state: at the real instant `start` it agrees with real time, and from there it runs
`factor` times as fast. Airflow itself stays on real time.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime

VARIABLE = "VENDORLANE_CLOCK"


def now() -> datetime:
    """The present instant, UTC, on the clock that the environment sets."""
    return at(datetime.now(UTC))


def at(real: datetime) -> datetime:
    """The clock's reading at a real instant (aware); instants before the start read as they are."""
    start, factor = _setting()
    if start is None or real <= start:
        return real.astimezone(UTC)
    return start + (real - start) * factor


def real_seconds(seconds: float) -> float:
    """How long `seconds` on this clock last in reality: what a sleep or a timeout needs."""
    return seconds / _setting()[1]


def _setting() -> tuple[datetime | None, float]:
    text = os.environ.get(VARIABLE)
    if not text:
        return None, 1.0
    start, _, factor = text.partition("@")
    return datetime.fromisoformat(start).astimezone(UTC), float(factor or 1)
