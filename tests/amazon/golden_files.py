"""The golden files: an interchange beside the values that it tells, or that it is written from, as JSON."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from include.identifiers import ItemIdentifier

GOLDEN = Path(__file__).parent / "golden"


def cases(transaction_set: str) -> list[Path]:
    return sorted((GOLDEN / transaction_set).glob("*.edi"))


def name_of(path: Path) -> str:
    return path.stem


def expected(path: Path) -> Any:
    return json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))


def as_json(value: Any) -> Any:
    """A value as its golden file writes it: numbers and dates as text, what is empty left out."""
    if isinstance(value, ItemIdentifier):
        return f"{value.qualifier} {value.value}"
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dict(_fields(value))
    if isinstance(value, tuple):
        return [as_json(each) for each in value]
    return f"{value:f}" if isinstance(value, Decimal) else value.isoformat() if isinstance(value, date) else value


def _fields(value: Any) -> Iterator[tuple[str, Any]]:
    for field in dataclasses.fields(value):
        said = getattr(value, field.name)
        if said is not None and said != ():
            yield field.name, as_json(said)
