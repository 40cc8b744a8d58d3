"""Where Amazon's files lie and ours go: the same five verbs over a directory, SFTP or another transport.

Names that begin with a dot or end in `.tmp` are files still being written, by either side, and are left alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from include.errors import RejectedError


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file in the inbound folder: its name, its size in bytes, and when it was last changed there (UTC)."""

    name: str
    size: int
    modified_at: datetime


class Mailbox(Protocol):
    """One partner's mailbox."""

    def list_files(self) -> tuple[RemoteFile, ...]:
        """The finished files in the inbound folder, oldest first."""

    def fetch(self, name: str) -> bytes:
        """The bytes of an inbound file."""

    def remove(self, name: str) -> None:
        """Take an inbound file away; one that is gone already is no fault."""

    def publish(self, name: str, content: bytes, *, rename: bool) -> None:
        """Put a whole file into the outbound folder, under a temporary name first where `rename` is set.

        The same bytes under the same name are there already: no effect. Other bytes: RejectedError.
        """

    def close(self) -> None:
        """Let go of whatever was opened."""


def is_finished(name: str) -> bool:
    """Whether a name belongs to a file that its writer has finished."""
    return not name.startswith(".") and not name.endswith(".tmp")


def checked_name(name: str) -> str:
    """A name from the other side, refused where it could lead out of its folder."""
    if name in {"", ".", ".."} or "/" in name or "\\" in name or "\0" in name:
        raise RejectedError(f"{name!r} is no file name.", next_step="Ask the partner to name its files plainly.")
    return name


def other_bytes(name: str) -> RejectedError:
    """The fault of publishing under a name that holds something else."""
    return RejectedError(
        f"{name} lies in the outbound folder with other bytes.",
        document=name,
        next_step="Find out who wrote it; two systems must not share a mailbox and control numbers.",
    )
