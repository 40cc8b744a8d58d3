"""Both folders of the mailbox, and the memory of what was dropped and taken, from which a restart goes on.

A file is written under a temporary name, then remembered, then renamed: killed anywhere, it is dropped exactly once.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from include.sandbox import clock


@dataclass(frozen=True, slots=True)
class Taken:
    """A file from the vendor; `at` is when it was written, on the test clock."""

    number: int
    name: str
    at: datetime
    content: bytes


@dataclass(slots=True)
class Mailbox:
    """`kept` holds the journal and every file taken away."""

    inbound: Path
    outbound: Path
    kept: Path
    moments: dict[str, datetime] = field(default_factory=dict)  # "dropped NAME", "fetched NAME" and the like
    _lying: set[str] = field(default_factory=set)  # dropped and not yet fetched
    _next: int = 1

    def open(self) -> list[Taken]:
        """Make the folders, finish what a kill interrupted, and answer all that was taken before."""
        for folder in (self.inbound, self.outbound, self._taken):
            folder.mkdir(parents=True, exist_ok=True)
        self._load_journal()
        for key in self.moments:
            kind, _, name = key.partition(" ")
            if kind == "dropped" and self._temporary(name).exists():
                self._temporary(name).rename(self.inbound / name)
        names = [key.removeprefix("dropped ") for key in self.moments if key.startswith("dropped ")]
        self._lying = {name for name in names if self.fetched_at(name) is None}
        before = [self._as_taken(path) for path in sorted(self._taken.iterdir())]
        self._next = len(before) + 1
        return before

    def drop(self, name: str, content: bytes, now: datetime) -> None:
        """Put a file into the vendor's inbound folder."""
        self._temporary(name).write_bytes(content)
        self.remember(f"dropped {name}", now)
        self._temporary(name).rename(self.inbound / name)
        self._lying.add(name)

    def dropped_at(self, name: str) -> datetime | None:
        """When a file was dropped."""
        return self.moments.get(f"dropped {name}")

    def fetched_at(self, name: str) -> datetime | None:
        """When the vendor was seen to have taken a dropped file away."""
        return self.moments.get(f"fetched {name}")

    def note_fetched(self, now: datetime) -> list[str]:
        """Remember which dropped files lie there no more; answers those that are new."""
        gone = sorted(self._lying - {path.name for path in self.inbound.iterdir()}) if self._lying else []
        for name in gone:
            self.remember(f"fetched {name}", now)
        self._lying.difference_update(gone)
        return gone

    def take(self) -> list[Taken]:
        """Take away the files that the vendor has finished, oldest first."""
        finished = [
            (path.stat().st_mtime_ns, path.name)
            for path in self.outbound.iterdir()
            if not path.name.startswith(".") and path.suffix != ".tmp" and path.is_file()
        ]
        return [self._take(name) for _, name in sorted(finished)]

    def remember(self, key: str, now: datetime) -> None:
        """Add a line to the journal."""
        self.moments[key] = now
        with self._journal.open("a") as file:
            file.write(json.dumps([key, now.isoformat()]) + "\n")

    @property
    def _taken(self) -> Path:
        return self.kept / "taken"

    @property
    def _journal(self) -> Path:
        return self.kept / "journal.jsonl"

    def _temporary(self, name: str) -> Path:
        return self.inbound / f".{name}.tmp"

    def _take(self, name: str) -> Taken:
        kept = self._taken / f"{self._next:06} {name}"
        self._next += 1
        shutil.move(self.outbound / name, kept)  # keeps its modification time
        return self._as_taken(kept)

    def _as_taken(self, path: Path) -> Taken:
        number, _, name = path.name.partition(" ")
        written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        return Taken(int(number), name, clock.at(written), path.read_bytes())

    def _load_journal(self) -> None:
        lines = self._journal.read_text().splitlines(keepends=True) if self._journal.exists() else []
        whole = [line for line in lines if line.endswith("\n")]  # a kill may have cut the last one off
        if len(whole) < len(lines):
            self._journal.write_text("".join(whole))
        self.moments = {key: datetime.fromisoformat(at) for key, at in map(json.loads, whole)}
