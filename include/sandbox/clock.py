"""The sandbox's own reading of VENDORLANE_CLOCK={ISO start}@{factor}; unset means real time."""

from __future__ import annotations

import os
from datetime import UTC, datetime


def now() -> datetime:
    """The instant on the test clock."""
    return at(datetime.now(UTC))


def at(real: datetime) -> datetime:
    """What the test clock shows at a real instant."""
    start, factor = _setting()
    return real if start is None or real < start else start + (real - start) * factor


def real_seconds(seconds: float) -> float:
    """How long so many seconds of the test clock really last."""
    return seconds / _setting()[1]


def _setting() -> tuple[datetime | None, float]:
    text = os.environ.get("VENDORLANE_CLOCK", "")
    if not text:
        return None, 1.0
    start, _, factor = text.partition("@")
    return datetime.fromisoformat(start).astimezone(UTC), float(factor or 1)
