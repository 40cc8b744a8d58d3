"""The clock every process reads: real time, or the test clock that `VENDORLANE_CLOCK={ISO start}@{factor}` sets.

The test clock needs no shared state: at the real instant `start` it agrees with real time, and from there it runs
`factor` times as fast. Airflow itself stays on real time.
"""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta

from include.errors import ConfigurationError

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


def wait(length: timedelta) -> None:
    """Sleep for so long on this clock."""
    time.sleep(real_seconds(length.total_seconds()))


def _setting() -> tuple[datetime | None, float]:
    text = os.environ.get(VARIABLE)
    if not text:
        return None, 1.0
    try:
        start, factor = datetime.fromisoformat(text.partition("@")[0]), float(text.partition("@")[2] or 1)
    except ValueError as fault:
        raise ConfigurationError(f"{text!r} is no clock: {fault}.", setting=VARIABLE) from fault
    if start.tzinfo is None or not factor > 0:
        raise ConfigurationError(f"{text!r} is no clock: it needs an offset and a factor above 0.", setting=VARIABLE)
    return start.astimezone(UTC), factor
