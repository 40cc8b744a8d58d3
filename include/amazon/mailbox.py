"""Where Amazon's files lie and ours go: the same five verbs over a directory, SFTP or another transport.

Names that begin with a dot or end in `.tmp` are files still being written, by either side, and are left alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from include.errors import RejectedError

BEGINNING = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file in the inbound folder: its name, its size in bytes, and when it was last changed there (UTC).

    `modified_at` is real time, on the clock of the machine where it lies. None is what a server does not tell.
    """

    name: str
    size: int | None
    modified_at: datetime | None


class Mailbox(Protocol):
    """One partner's mailbox."""

    def list_files(self) -> tuple[RemoteFile, ...]:
        """The finished files in the inbound folder, oldest first."""

    def fetch(self, name: str) -> bytes:
        """The bytes of an inbound file."""

    def remove(self, file: RemoteFile) -> bool:
        """Take an inbound file away, unless it changed since it was listed; whether it is gone.

        What was written over it in the meantime is a file of its own, which nobody has stored yet.
        """

    def publish(self, name: str, content: bytes, *, rename: bool) -> None:
        """Put a whole file into the outbound folder, under a temporary name first where `rename` is set.

        The same bytes under the same name are there already: no effect. The beginning of them: an upload that was cut
        off, written again. Other bytes: RejectedError.
        """

    def close(self) -> None:
        """Let go of whatever was opened."""


def is_finished(name: str) -> bool:
    """Whether a name belongs to a file that its writer has finished."""
    return not name.startswith(".") and not name.endswith(".tmp")


def in_order(files: Iterable[RemoteFile]) -> tuple[RemoteFile, ...]:
    """Files as they are taken: oldest first, those of unknown age before all."""
    return tuple(sorted(files, key=lambda file: (file.modified_at or BEGINNING, file.name)))


def checked_name(name: str) -> str:
    """A name from the other side, refused where it could lead out of its folder or cannot be written down."""
    if name in {"", ".", ".."} or "/" in name or "\\" in name or not name.isprintable():
        raise RejectedError(f"{name!r} is no file name.", next_step="Ask the partner to name its files plainly.")
    return name


def is_published(name: str, found: bytes, content: bytes) -> bool:
    """Whether a file that lies there is whole; RejectedError where it is not ours."""
    if not content.startswith(found):
        raise other_bytes(name)
    return len(found) == len(content)


def other_bytes(name: str) -> RejectedError:
    """The fault of publishing under a name that holds something else."""
    return RejectedError(
        f"{name} lies in the outbound folder with other bytes.",
        document=name,
        next_step="Find out who wrote it; two systems must not share a mailbox and control numbers.",
    )
