"""What reading a file yields, in the file's order: the standard's envelopes, its transaction sets, and what is neither.

Sets are yielded as they are read, before the trailers of their group and interchange are seen: act on a set only when
its `GroupEnd` and `InterchangeEnd` have come and neither has the verdict R.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from include.x12.delimiters import Delimiters
from include.x12.findings import Finding


@dataclass(frozen=True, slots=True)
class InterchangeHeader:
    """An ISA. Ids are stripped; `written_at` is ISA09/10, which has no time zone; `offset` is in bytes of the file."""

    delimiters: Delimiters
    sender_qualifier: str
    sender_id: str
    receiver_qualifier: str
    receiver_id: str
    written_at: datetime | None
    control_number: str
    release: str  # ISA12, such as 00400
    usage_indicator: str
    acknowledgment_requested: bool
    offset: int


@dataclass(frozen=True, slots=True)
class GroupHeader:
    """A GS, empty where a set stands outside of any group.

    `release` is the first six characters of `version` (GS08), so that 004010VICS has the release 004010.
    """

    functional_identifier: str
    sender: str
    receiver: str
    control_number: str
    release: str
    version: str


@dataclass(frozen=True, slots=True)
class TransactionSet:
    """ST to SE. A segment is [identifier, element 1, element 2, …]; composites are left as text.

    `findings` holds the first of them, at most the reader's cap; `finding_count` counts all.
    """

    interchange: InterchangeHeader
    group: GroupHeader
    identifier: str
    control_number: str
    segments: list[list[str]]
    offset: int
    length: int
    findings: tuple[Finding, ...]
    finding_count: int
    verdict: str


@dataclass(frozen=True, slots=True)
class GroupEnd:
    """A GE, or where it should have been. `verdict` is AK901: A, E, P or R."""

    group: GroupHeader
    verdict: str
    included: int  # as GE01 says, or as received where it does not
    received: int
    accepted: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class InterchangeEnd:
    """An IEA, or where it should have been. `note_code` is TA105 of the first error, else of the first finding."""

    header: InterchangeHeader
    offset: int
    length: int
    verdict: str
    findings: tuple[Finding, ...]
    note_code: str | None


@dataclass(frozen=True, slots=True)
class InterchangeAcknowledgement:
    """A TA1: what the other side says of an interchange that we sent."""

    interchange: InterchangeHeader
    control_number: str
    written_at: datetime | None
    verdict: str
    note_code: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Bytes that belong to no interchange."""

    offset: int
    length: int
    findings: tuple[Finding, ...]


Event = (
    InterchangeHeader
    | GroupHeader
    | TransactionSet
    | GroupEnd
    | InterchangeEnd
    | InterchangeAcknowledgement
    | Unreadable
)
