"""A PostgreSQL for the length of one process (tests, benches), and an end to those whose process was killed."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from include.workstation import postgres, processes

OWNER_FILES = Path(tempfile.gettempdir()) / f"vendorlane-servers-{os.geteuid()}"


@contextlib.contextmanager
def temporary_server() -> Iterator[postgres.Server]:
    """A server that is not durable, stopped and deleted at the end."""
    sweep()
    server = postgres.start(postgres.create(is_durable=False))
    note = _note(server)
    try:
        yield server
    finally:
        postgres.remove(server)
        note.unlink(missing_ok=True)


def sweep() -> None:
    """Stop and delete the temporary servers whose owner is gone; a live owner's are left alone."""
    for note in OWNER_FILES.glob("*.json"):
        try:
            told = json.loads(note.read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            continue
        if processes.born(told["owner"]) == told["born"]:
            continue
        server = told["server"]
        left = postgres.Server(**{**server, "folder": Path(server["folder"]), "programs": Path(server["programs"])})
        if left.folder.exists():
            postgres.remove(left)
        note.unlink(missing_ok=True)


def _note(server: postgres.Server) -> Path:
    OWNER_FILES.mkdir(mode=0o700, exist_ok=True)
    note = OWNER_FILES / f"{server.folder.name}.json"
    note.touch(mode=0o600)
    plain = asdict(server) | {"folder": str(server.folder), "programs": str(server.programs)}
    note.write_text(json.dumps({"owner": os.getpid(), "born": processes.born(os.getpid()), "server": plain}))
    return note
