"""The state file, written by this server and read by it alone, so that a restart goes on where it stopped."""

from __future__ import annotations

import json
import pickle
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from include.sandbox.cin7.world import World, build_world


def open_world(data: Path, state: Path, changes: Mapping[str, Any]) -> World:
    """The saved company if there is one, else a new one from the catalogue file."""
    if state.exists():
        world: World = pickle.loads(state.read_bytes())
        world.behaviour = world.behaviour.merged(changes)
        return world
    return build_world(json.loads(data.read_bytes(), parse_float=Decimal), changes)


def save_world(world: World, state: Path) -> None:
    """Replace the state file in one step."""
    state.parent.mkdir(parents=True, exist_ok=True)
    temporary = state.with_name(f".{state.name}.tmp")
    temporary.write_bytes(pickle.dumps(world, protocol=pickle.HIGHEST_PROTOCOL))
    temporary.replace(state)
