"""What Amazon has against something it received."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """A sentence, and the law of the design that is broken where one is. A structural one is refused by a 997."""

    sentence: str
    law: int | None = None
    is_structural: bool = False
