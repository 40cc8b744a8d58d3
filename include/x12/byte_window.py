"""A window that moves over a binary source in chunks: the bytes not yet used, and where in the file they stand."""

from __future__ import annotations

from typing import BinaryIO

CHUNK = 64 * 1024


class ByteWindow:
    """`data` begins at byte `offset` of the source; `before` is the byte before it."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self.data = b""
        self.before = b""
        self.offset = 0
        self.is_at_end = False

    def fill(self) -> None:
        """Reads one more chunk behind the window."""
        chunk = self._source.read(CHUNK)
        self.is_at_end = not chunk
        self.data += chunk

    def hold(self, length: int) -> None:
        """Reads on until the window holds that many bytes or the source has no more."""
        while len(self.data) < length and not self.is_at_end:
            self.fill()

    def drop(self, length: int) -> None:
        """Moves the window on."""
        self.before = self.data[length - 1 : length] if length else self.before
        self.data = self.data[length:]
        self.offset += length
