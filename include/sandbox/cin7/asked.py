"""A call of the API as its answers see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from include.sandbox.cin7.refusal import Refused
from include.sandbox.cin7.sale import Sale
from include.sandbox.cin7.world import World

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """A call: parameters by lower-case name, the body, the moment."""

    params: Mapping[str, str]
    body: Json
    now: datetime


Answer = Callable[[World, Asked], Any]


def asked_for(asked: Asked, name: str) -> str:
    """A parameter that must be there."""
    if not asked.params.get(name):
        raise Refused(f"{name} is required")
    return asked.params[name]


def asked_sale(world: World, asked: Asked, name: str) -> Sale:
    """The sale that a parameter names."""
    return world.book.find(asked_for(asked, name))
