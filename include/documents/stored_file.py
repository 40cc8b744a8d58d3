"""A file that was stored and waits to be interpreted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class StoredFile:
    """Its bytes as they arrived, and when; `attempts` counts how often its interpretation was begun, this one too."""

    transmission_id: int
    file_name: str
    content: bytes
    arrived_at: datetime
    attempts: int

    @property
    def subject(self) -> str:
        """How exceptions name it."""
        return f"transmission {self.transmission_id}"

    def part(self, offset: int) -> str:
        """How exceptions name what begins at this byte of it."""
        return f"{self.subject} at {offset}"


def from_row(row: dict[str, Any]) -> StoredFile:
    """`arrived_at` is the earlier of the remote file's time and the moment of storing."""
    return StoredFile(
        transmission_id=row["transmission_id"],
        file_name=row["file_name"],
        content=bytes(row["content"]),
        arrived_at=min(filter(None, (row["remote_modified_at"], row["stored_at"]))),
        attempts=row["interpret_attempts"],
    )
