"""A reader for long lists that nobody waits for. A bulk call never queues: it is refused while the account's share is
taken, and a list of 200 pages that began anew each time would never end. So it waits, page by page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from include.cin7.paging import Reader
from include.errors import TransientError

LONGEST = 300.0  # real seconds for one call; then the reading ends, and the next run begins it anew


class PatientReader:
    """Reads through a client, and asks again after so long as a refusal says."""

    def __init__(self, client: Reader, wait: Callable[[float], None]) -> None:
        self._client = client
        self._wait = wait  # real seconds

    def get(self, path: str, query: Mapping[str, Any] | None = None) -> dict[str, Any]:
        waited = 0.0
        while True:
            try:
                return self._client.get(path, query)
            except TransientError as fault:
                if fault.retry_after is None or waited + fault.retry_after > LONGEST:
                    raise
                self._wait(fault.retry_after)
                waited += fault.retry_after
