"""Runs a command again whenever it ends by itself, as a container's engine would; its session is a room of its own.

One that ends soon after its start, three times in a row, is given up: something is wrong that a start does not mend.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from types import FrameType

from include.workstation import processes

SOON_SECONDS = 20.0
PATIENCE = 3
PAUSE_SECONDS = 1.0


class KeptAlive:
    """One command; TERM to its session ends both it and us."""

    def __init__(self, command: list[str]) -> None:
        self._command = command
        self._is_stopping = False
        signal.signal(signal.SIGTERM, self._stop)

    def run(self) -> int:
        """Until it is stopped or given up; its last exit code."""
        ended_soon = code = 0
        while not self._is_stopping and ended_soon < PATIENCE:
            started = time.monotonic()
            code = subprocess.Popen(self._command).wait()
            if not self._is_stopping:
                ended_soon = ended_soon + 1 if time.monotonic() - started < SOON_SECONDS else 0
                self._clear_up(code)
        return code

    def _clear_up(self, code: int) -> None:
        print(f"{' '.join(self._command)} ended with {code}.", flush=True)
        processes.kill_rest_of_session()
        time.sleep(PAUSE_SECONDS)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self._is_stopping = True


if __name__ == "__main__":
    raise SystemExit(KeptAlive(sys.argv[1:]).run())
