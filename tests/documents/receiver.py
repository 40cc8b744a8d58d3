"""A process that receives or publishes once and stops for good at the point it is told, so that a test can kill it.

`python -m tests.documents.receiver {dsn} {mailbox folder} {receive|publish} {point}` says `stopped` on its output when
it stands there.
"""

from __future__ import annotations

import signal
import sys
from datetime import datetime
from pathlib import Path

from include.amazon.directory_mailbox import DirectoryMailbox
from include.amazon.mailbox import RemoteFile
from include.database.connection import connect
from include.documents.outbox import publish_due
from include.documents.receiving import receive_mailbox
from tests.documents.conftest import MAILBOX, NOW
from tests.documents.interchanges import relationship

RECEIVING = ("fetched", "stored", "removed", "interpreting", "interpreted")
PUBLISHING = ("leased", "published")


class StoppingMailbox(DirectoryMailbox):
    """Stops before or behind a step."""

    def __init__(self, path: Path, point: str) -> None:
        super().__init__(path)
        self._point = point

    def fetch(self, name: str) -> bytes:
        content = super().fetch(name)
        self._reach("fetched")
        return content

    def remove(self, file: RemoteFile) -> bool:
        self._reach("stored")
        is_gone = super().remove(file)
        self._reach("removed")
        return is_gone

    def publish(self, name: str, content: bytes, *, rename: bool) -> None:
        self._reach("leased")
        super().publish(name, content, rename=rename)
        self._reach("published")

    def _reach(self, point: str) -> None:
        if point == self._point:
            stop()


def stop() -> None:
    print("stopped", flush=True)
    while True:
        signal.pause()


def clock(point: str):
    """Receiving asks for the time once for each file it takes, then as it begins one, interprets it and has done so."""
    asked = 0
    stops_at = {"interpreting": 3, "interpreted": 4}.get(point, 0)

    def now() -> datetime:
        nonlocal asked
        asked += 1
        if asked == stops_at:
            stop()
        return NOW

    return now


def main(dsn: str, folder: str, work: str, point: str) -> None:
    mailbox = StoppingMailbox(Path(folder), point)
    with connect(dsn) as connection:
        do = receive_mailbox if work == "receive" else publish_due
        do(connection, mailbox, MAILBOX, [relationship()], clock(point))


if __name__ == "__main__":
    main(*sys.argv[1:])
