"""How the tests of this folder read: the guides by name, and a file as a list of events."""

from __future__ import annotations

import io
from pathlib import Path

import include.amazon
from include.x12.envelope import (
    Event,
    GroupEnd,
    GroupHeader,
    InterchangeEnd,
    InterchangeHeader,
    TransactionSet,
    Unreadable,
)
from include.x12.findings import Finding
from include.x12.guides import BASE, find_guide
from include.x12.reading import read_interchanges
from include.x12.rules import Guide

AMAZON = Path(include.amazon.__file__).parent / "guides"


def plain(_: InterchangeHeader, group: GroupHeader, set_identifier: str) -> Guide | None:
    return find_guide(BASE, group.release, set_identifier)


def amazon(_: InterchangeHeader, group: GroupHeader, set_identifier: str) -> Guide | None:
    return find_guide(AMAZON, group.release, set_identifier)


def read(content: bytes, guide_for=plain, **options) -> list[Event]:
    return list(read_interchanges(io.BytesIO(content), guide_for, **options))


def sets_of(events: list[Event]) -> list[TransactionSet]:
    return [event for event in events if isinstance(event, TransactionSet)]


def findings_of(events: list[Event]) -> list[Finding]:
    kinds = (TransactionSet, GroupEnd, InterchangeEnd, Unreadable)
    return [finding for event in events if isinstance(event, kinds) for finding in event.findings]


def only(events, kind):
    (event,) = (event for event in events if isinstance(event, kind))
    return event
