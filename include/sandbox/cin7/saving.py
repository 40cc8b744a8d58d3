"""The state file, and beside it a journal of the calls since it was written: a server that is killed goes on with all
that it has answered. Both are written by this server and read by it alone.
"""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from include.sandbox.cin7.world import World, build_world

CALLS_BETWEEN_SAVES = 1_000
BYTES_A_CALL = 10_000  # a great company is saved seldom: to write it takes longer than to repeat the calls


@dataclass(frozen=True, slots=True)
class Received:
    """A call as it came, at a moment on the test clock."""

    method: str
    path: str
    query: str
    headers: Mapping[bytes, bytes]
    body: bytes
    at: datetime


class Saving:
    """The two files of one company."""

    def __init__(self, state: Path) -> None:
        self._state = state
        self._journal = state.with_name(f"{state.name}.journal")
        self._saved_version = 0
        self._between = CALLS_BETWEEN_SAVES

    def open_world(self, data: Path, changes: Mapping[str, Any]) -> World:
        """The company as it was saved, else a new one from the catalogue file; `changes` are behaviours on top."""
        if self._state.exists():
            world: World = pickle.loads(self._state.read_bytes())
            world.behaviour = world.behaviour.merged(changes)
            self._saved_version = world.version
            return world
        world = build_world(json.loads(data.read_bytes(), parse_float=Decimal), changes)
        self.save(world)
        return world

    def calls_after(self, world: World) -> Iterator[Received]:
        """The calls that came after the state was saved."""
        if not self._journal.exists():
            return
        with self._journal.open("rb") as journal:
            while True:
                try:
                    version, received = pickle.load(journal)
                except (EOFError, pickle.UnpicklingError):  # the end, or a record that was being written
                    return
                if version > world.version:
                    yield received

    def note(self, world: World, received: Received) -> None:
        """Write a call down before it does its work."""
        with self._journal.open("ab") as journal:
            journal.write(pickle.dumps((world.version + 1, received)))

    def save_now_and_then(self, world: World) -> None:
        """Save when the journal has become long."""
        if world.version - self._saved_version >= self._between:
            self.save(world)

    def save(self, world: World) -> None:
        """Replace the state file in one step; the journal begins anew."""
        self._state.parent.mkdir(parents=True, exist_ok=True)
        temporary = self._state.with_name(f".{self._state.name}.tmp")
        with temporary.open("wb") as file:
            pickle.dump(world, file, protocol=pickle.HIGHEST_PROTOCOL)
            self._between = max(CALLS_BETWEEN_SAVES, file.tell() // BYTES_A_CALL)
        temporary.replace(self._state)
        self._journal.unlink(missing_ok=True)
        self._saved_version = world.version
