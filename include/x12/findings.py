"""Faults of a document as values: where, which X12 code, and a sentence that a person can act on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

BAD_VALUE_LONGEST = 99  # AK404
SHOWN_LONGEST = 80


class Level(StrEnum):
    """Which segment of an acknowledgement carries the code: TA1, AK9, AK5, AK3 or AK4."""

    INTERCHANGE = "interchange"
    GROUP = "group"
    SET = "set"
    SEGMENT = "segment"
    ELEMENT = "element"


class Severity(StrEnum):
    """An error rejects what it stands in; a warning is noted and the rest goes on."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault: `code` is of the code list of its level (I05's TA105, 716, 718, 720 or 723).

    `segment_position` counts from the ST as 1 and is 0 outside a transaction set.
    """

    level: Level
    code: str
    sentence: str
    severity: Severity = Severity.ERROR
    segment_identifier: str = ""
    segment_position: int = 0
    element_position: int | None = None
    component: int | None = None
    reference_number: int | None = None
    bad_value: str | None = None


def shown(text: str) -> str:
    """What stood there, in quotes, for a sentence; cut where it is long."""
    return repr(text if len(text) <= SHOWN_LONGEST else f"{text[:SHOWN_LONGEST]}…")


def has_error(findings: tuple[Finding, ...] | list[Finding]) -> bool:
    return any(finding.severity is Severity.ERROR for finding in findings)


def verdict(findings: tuple[Finding, ...] | list[Finding]) -> str:
    """A accepted, E accepted with errors noted, R rejected: the letter that AK501, AK901 and TA104 share."""
    if not findings:
        return "A"
    return "R" if has_error(findings) else "E"
