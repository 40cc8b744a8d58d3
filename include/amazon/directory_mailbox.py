"""A mailbox that is a directory on this machine, with `inbound/` (from Amazon) and `outbound/` (to Amazon)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from include.amazon.mailbox import RemoteFile, checked_name, in_order, is_finished, is_published
from include.errors import ConfigurationError, TransientError


class DirectoryMailbox:
    """Files are published with fsync and a rename within the folder, so that nobody sees half of one."""

    def __init__(self, path: Path) -> None:
        self._inbound = path / "inbound"
        self._outbound = path / "outbound"
        for folder in (self._inbound, self._outbound):
            if not folder.is_dir():
                raise ConfigurationError(f"{folder} is no folder.", setting="the mailbox connection's extra `path`")

    def list_files(self) -> tuple[RemoteFile, ...]:
        with _as_transient(self._inbound):
            found = [
                _look(Path(entry.path))
                for entry in os.scandir(self._inbound)
                if is_finished(entry.name) and entry.is_file(follow_symlinks=False)
            ]
        return in_order(file for file in found if file is not None)

    def fetch(self, name: str) -> bytes:
        with _as_transient(self._inbound / checked_name(name)):
            return (self._inbound / name).read_bytes()

    def remove(self, file: RemoteFile) -> bool:
        path = self._inbound / checked_name(file.name)
        with _as_transient(path):
            if _look(path) not in {file, None}:
                return False
            path.unlink(missing_ok=True)
        return True

    def publish(self, name: str, content: bytes, *, rename: bool) -> None:
        target = self._outbound / checked_name(name)
        with _as_transient(target):
            if target.exists() and is_published(name, target.read_bytes(), content):
                return
            written = self._outbound / f".{name}.tmp" if rename else target
            with written.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            if rename:
                written.replace(target)
            self._sync_folder()

    def close(self) -> None:
        """Nothing is held open."""

    def _sync_folder(self) -> None:
        descriptor = os.open(self._outbound, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _look(path: Path) -> RemoteFile | None:
    """The file as it is now; None where it is gone."""
    try:
        told = path.stat(follow_symlinks=False)
    except FileNotFoundError:
        return None
    return RemoteFile(path.name, told.st_size, datetime.fromtimestamp(told.st_mtime, UTC))


@contextmanager
def _as_transient(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        raise TransientError(f"{path} could not be used: {fault.strerror or fault}.") from fault
