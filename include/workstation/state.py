"""What .run/ remembers, all of it readable by its owner only.

`state.json` says what runs here now (`url`, `username`, `password` for whoever drives Airflow; process ids for
`make down`); `kept.json` holds what must outlive a stop: the database's folder and the keys its rows are sealed with.
"""

from __future__ import annotations

import base64
import dataclasses
import json
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from include.workstation import postgres
from include.workstation.processes import Process

ROOT = Path(__file__).resolve().parents[2]
USERNAME = "admin"


@dataclass(frozen=True, slots=True)
class Place:
    """Where one Airflow lives: the checkout it serves and the folder it writes to."""

    root: Path = ROOT
    run: Path = ROOT / ".run"
    dags: Path = ROOT / "dags"
    plugins: Path = ROOT / "plugins"

    @property
    def logs(self) -> Path:
        """One file for each process."""
        return self.run / "logs"


def demo_place() -> Place:
    """The demo's own place in this checkout."""
    return Place(run=ROOT / ".run" / "demo")


@dataclass(frozen=True, slots=True)
class Kept:
    """What outlives a stop. `migrated_for` is the lock whose Airflow the metadata database was migrated for."""

    password: str
    fernet_key: str
    token_secret: str
    session_secret: str
    server: postgres.Server | None = None
    migrated_for: str | None = None


@dataclass(frozen=True, slots=True)
class Ports:
    """The ports that Airflow listens on."""

    api: int
    worker_logs: int
    trigger_logs: int


@dataclass(frozen=True, slots=True)
class State:
    """What runs here now."""

    url: str
    username: str
    password: str
    ports: Ports
    processes: tuple[Process, ...] = ()

    def with_processes(self, more: Iterable[Process]) -> State:
        """The same with more processes to be stopped."""
        return dataclasses.replace(self, processes=(*self.processes, *more))


def load_state(place: Place) -> State | None:
    """What runs here, or None."""
    told = _read(place.run / "state.json")
    if told is None:
        return None
    running = tuple(Process(**each) for each in told["processes"])
    return State(told["url"], told["username"], told["password"], Ports(**told["ports"]), running)


def save_state(place: Place, state: State) -> None:
    """Remember what runs here."""
    _write(place.run / "state.json", dataclasses.asdict(state))


def forget_state(place: Place) -> None:
    """Nothing runs here any more."""
    (place.run / "state.json").unlink(missing_ok=True)


def load_kept(place: Place) -> Kept:
    """What was kept here, or fresh secrets, saved at once."""
    told = _read(place.run / "kept.json")
    if told is None:
        kept = _fresh()
        save_kept(place, kept)
        return kept
    server = told.pop("server")
    if server is not None:
        server = postgres.Server(**(server | {"folder": Path(server["folder"]), "programs": Path(server["programs"])}))
    return Kept(server=server, **told)


def save_kept(place: Place, kept: Kept) -> None:
    """Keep it for the next start."""
    _write(place.run / "kept.json", dataclasses.asdict(kept))


def _fresh() -> Kept:
    return Kept(
        password=secrets.token_urlsafe(12),
        fernet_key=base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        token_secret=secrets.token_urlsafe(64),
        session_secret=secrets.token_urlsafe(32),
    )


def _read(path: Path) -> dict[str, Any] | None:
    try:
        told: dict[str, Any] = json.loads(path.read_text())
    except FileNotFoundError:
        return None
    return told


def _write(path: Path, content: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(content, file, indent=2, default=str)
    fresh.replace(path)
