"""How the tests of this folder read: the guides by name, and a file as a list of events."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

import include.amazon
from include.x12.acknowledging import Acknowledger
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

WRITTEN_AT = datetime(2026, 11, 24, 16, tzinfo=UTC)
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


def answers_to(events: list[Event], *, first_number: int = 1) -> list[bytes | None]:
    """What is answered to each interchange of a file."""
    found: list[bytes | None] = []
    for event in events:
        if isinstance(event, InterchangeHeader):
            acknowledger = Acknowledger(event)
        if isinstance(event, Unreadable):
            continue
        acknowledger.add(event)
        if isinstance(event, InterchangeEnd):
            numbers = range(first_number, first_number + acknowledger.group_count)
            found.append(
                acknowledger.write(control_number=first_number, group_control_numbers=numbers, written_at=WRITTEN_AT)
            )
    return found
