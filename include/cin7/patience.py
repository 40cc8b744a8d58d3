"""A reader for long lists that nobody waits for. A bulk call never queues: it is refused while the account's share is
taken, and a list of 200 pages that began anew each time would never end. So it waits, page by page, and leaves a third
of the bulk calls to others who are refused as well.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from include import clock
from include.cin7.paging import Reader
from include.errors import TransientError

LONGEST = 300.0  # real seconds for one call; then the reading ends, and the next run begins it anew
PACE = 3.0  # seconds of the account's clock between two calls: 20 of the 30 bulk calls a minute


class PatientReader:
    """Reads through a client at a pace, and asks again after so long as a refusal says. `wait` is for real seconds."""

    def __init__(self, client: Reader, wait: Callable[[float], None], pace: float = PACE) -> None:
        self._client = client
        self._wait = wait
        self._pace = pace
        self._is_first = True

    def get(self, path: str, query: Mapping[str, Any] | None = None) -> dict[str, Any]:
        if not self._is_first and self._pace:
            self._wait(clock.real_seconds(self._pace))
        self._is_first = False
        return self._get(path, query)

    def _get(self, path: str, query: Mapping[str, Any] | None) -> dict[str, Any]:
        waited = 0.0
        while True:
            try:
                return self._client.get(path, query)
            except TransientError as fault:
                if fault.retry_after is None or waited + fault.retry_after > LONGEST:
                    raise
                self._wait(fault.retry_after)
                waited += fault.retry_after
