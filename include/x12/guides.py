"""The guides by folder, release and transaction set, each read once per process.

A folder holds a partner's rules, or the plain standard (`BASE`); `Guide` itself stands in rules.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from include.errors import ConfigurationError
from include.x12 import guide_files
from include.x12.guide_files import BASE as BASE
from include.x12.rules import Guide


def load_guide(folder: Path, release: str, set_identifier: str) -> Guide:
    """The guide of that folder; raises ConfigurationError where it has none."""
    guide = find_guide(folder, release, set_identifier)
    if guide is None:
        raise ConfigurationError(
            f"There is no guide for the {set_identifier} of release {release}.", setting=str(folder)
        )
    return guide


@cache
def find_guide(folder: Path, release: str, set_identifier: str) -> Guide | None:
    """The guide of that folder, read once per process, or None."""
    if not guide_files.path(folder, release, set_identifier).is_file():
        return None
    return guide_files.read_guide(folder, release, set_identifier)
