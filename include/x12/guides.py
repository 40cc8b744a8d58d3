"""The guides by folder, release and transaction set, each read once per process.

A folder holds a partner's rules, or the plain standard (`BASE`); `Guide` itself stands in rules.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from include.errors import ConfigurationError
from include.x12 import guide_files
from include.x12.guide_files import BASE as BASE
from include.x12.rules import Guide

_RELEASE = re.compile(r"[0-9]{6}")
_SET = re.compile(r"[0-9]{3}")


def load_guide(folder: Path, release: str, set_identifier: str) -> Guide:
    """The guide of that folder; raises ConfigurationError where it has none."""
    guide = find_guide(folder, release, set_identifier)
    if guide is None:
        raise ConfigurationError(
            f"There is no guide for the {set_identifier} of release {release}.", setting=str(folder)
        )
    return guide


def find_guide(folder: Path, release: str, set_identifier: str) -> Guide | None:
    """The guide of that folder, read once per process, or None. What a partner wrote names no file but a guide's."""
    if not (_RELEASE.fullmatch(release) and _SET.fullmatch(set_identifier)):
        return None
    return _find(folder, release, set_identifier)


@lru_cache(maxsize=256)
def _find(folder: Path, release: str, set_identifier: str) -> Guide | None:
    if not guide_files.path(folder, release, set_identifier).is_file():
        return None
    return guide_files.read_guide(folder, release, set_identifier)
