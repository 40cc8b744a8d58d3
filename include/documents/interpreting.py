"""What a stored file holds: its interchanges, whose they are, whether they were here before, and their documents.

All of a file's interpretation is one transaction; killed before its end, it begins anew. A fault of one interchange
is a state and an exception of that one, never of its neighbours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from io import BytesIO
from typing import Any

import psycopg

from include.database import queries
from include.database.control_numbers import next_number
from include.documents import acknowledgements, sending
from include.exceptions.kinds import Kind
from include.exceptions.queue import NewException, open_exception
from include.relationships.loading import find_by_envelope
from include.relationships.model import Relationship
from include.x12 import guides
from include.x12.acknowledgement import Acknowledgement, parse_997
from include.x12.acknowledging import Acknowledger
from include.x12.envelope import (
    GroupEnd,
    GroupHeader,
    InterchangeAcknowledgement,
    InterchangeEnd,
    InterchangeHeader,
    TransactionSet,
    Unreadable,
)
from include.x12.findings import Finding, Level
from include.x12.reading import read_interchanges
from include.x12.rules import Guide

Connection = psycopg.Connection[dict[str, Any]]

STATES = {"A": "accepted", "E": "accepted_with_errors", "R": "rejected"}
ORDER_SETS = {"850": "BEG", "860": "BCH"}
MODES = {True: "production (P)", False: "test (T)"}
WRONG_MODE = "020"  # TA105: the test indicator is not legal

_queries = queries.load(__file__, "ledger.sql")


@dataclass(slots=True)
class Interpreted:
    """What was found, in counts."""

    interchanges: int = 0
    documents: int = 0
    repeated: int = 0
    quarantined: int = 0
    unreadable: int = 0


@dataclass(frozen=True, slots=True)
class _ReadSet:
    """What is kept of a set until its interchange ends: no segments, so that memory stays flat."""

    transaction_set: TransactionSet
    group_index: int
    purchase_order_number: str | None
    vendor_code: str | None
    acknowledgement: Acknowledgement | None


@dataclass(slots=True)
class _Arriving:
    """An interchange while it is read."""

    header: InterchangeHeader
    candidates: tuple[Relationship, ...]
    acknowledger: Acknowledger
    sets: list[_ReadSet] = field(default_factory=list)
    group_verdicts: list[str] = field(default_factory=list)
    interchange_acknowledgements: list[InterchangeAcknowledgement] = field(default_factory=list)

    @property
    def relationship(self) -> Relationship | None:
        return next((each for each in self.candidates if self._is_of_mode(each)), None)

    def _is_of_mode(self, relationship: Relationship) -> bool:
        return (self.header.usage_indicator != "T") == relationship.is_production

    def relationship_of(self, one: _ReadSet) -> Relationship:
        """The candidate whose vendor code the document names, else the first of the mode, else the first."""
        of_mode = [each for each in self.candidates if self._is_of_mode(each)] or list(self.candidates)
        named = [each for each in of_mode if each.vendor_code and each.vendor_code == one.vendor_code]
        open_to_all = [each for each in of_mode if each.vendor_code is None]
        return (named or open_to_all or of_mode)[0]


def interpret(
    connection: Connection, stored: dict[str, Any], relationships: Sequence[Relationship], now: datetime
) -> Interpreted:
    """Enter all that a stored file holds into the ledger and answer it; in the caller's transaction."""
    found = Interpreted()
    content = bytes(stored["content"])
    arriving: _Arriving | None = None

    def guide_for(header: InterchangeHeader, group: GroupHeader, set_identifier: str) -> Guide | None:
        known = find_by_envelope(relationships, sender=_sender(header), receiver=_receiver(header))
        folder = sending.guide_folder(known[0]) if known else guides.BASE
        return guides.find_guide(folder, group.release, set_identifier)

    for event in read_interchanges(BytesIO(content), guide_for):
        if isinstance(event, Unreadable):
            found.unreadable += 1
            _record_unreadable(connection, stored, event, relationships, now)
        elif isinstance(event, InterchangeHeader):
            candidates = find_by_envelope(relationships, sender=_sender(event), receiver=_receiver(event))
            arriving = _Arriving(event, candidates, Acknowledger(event))
        elif arriving is not None and isinstance(event, InterchangeEnd):
            found.interchanges += 1
            _close(connection, stored, content, arriving, event, relationships, found, now)
            arriving = None
        elif arriving is not None:
            _add(arriving, event)
    return found


def _add(arriving: _Arriving, event: Any) -> None:
    arriving.acknowledger.add(event)
    if isinstance(event, GroupHeader):
        arriving.group_verdicts.append("R")  # until its end is read
    elif isinstance(event, GroupEnd):
        arriving.group_verdicts[-1] = event.verdict
    elif isinstance(event, InterchangeAcknowledgement):
        arriving.interchange_acknowledgements.append(event)
    elif isinstance(event, TransactionSet):
        arriving.sets.append(_keep(event, len(arriving.group_verdicts) - 1))


def _keep(one: TransactionSet, group_index: int) -> _ReadSet:
    number = vendor_code = None
    head = ORDER_SETS.get(one.identifier)
    if head:
        number = next((s[3] for s in one.segments[:3] if s[0] == head and len(s) > 3), None)
        vendor_code = next((s[2] for s in one.segments[:40] if s[0] == "REF" and len(s) > 2 and s[1] == "CR"), None)
    is_997 = one.identifier == "997" and one.verdict != "R"
    return _ReadSet(
        replace(one, segments=[]),
        group_index,
        number or None,
        vendor_code,
        parse_997(one) if is_997 else None,
    )


def _close(
    connection: Connection,
    stored: dict[str, Any],
    content: bytes,
    arriving: _Arriving,
    end: InterchangeEnd,
    relationships: Sequence[Relationship],
    found: Interpreted,
    now: datetime,
) -> None:
    """Decide what the interchange is, enter it, and do what follows."""
    digest = sha256(content[end.offset : end.offset + end.length]).digest()
    if not arriving.candidates:
        found.quarantined += 1
        _enter(connection, stored, end, "quarantined", digest, now)
        _open_misdirected(connection, stored, end, relationships, now)
        return
    relationship = arriving.relationship or arriving.candidates[0]
    earlier = _queries.find_earlier(connection, **_identity(end.header), sha256=digest)
    if earlier is not None:
        state = "repeated" if earlier["is_same"] else "quarantined"
        _enter(connection, stored, end, state, digest, now, relationship, earlier["interchange_id"])
        if earlier["is_same"]:
            found.repeated += 1
            _queries.publish_again(connection, interchange_id=earlier["interchange_id"], now=now)
        else:
            found.quarantined += 1
            _open_reused_number(connection, stored, end, relationship, now)
        return
    if arriving.relationship is None:
        end = _refused_for_mode(end)
    arriving.acknowledger.add(end)
    _take_in(connection, stored, arriving, end, relationship, digest, found, now)


def _take_in(
    connection: Connection,
    stored: dict[str, Any],
    arriving: _Arriving,
    end: InterchangeEnd,
    relationship: Relationship,
    digest: bytes,
    found: Interpreted,
    now: datetime,
) -> None:
    is_refused = end.verdict == "R"
    state = "rejected" if is_refused else "accepted"
    interchange_id = _enter(connection, stored, end, state, digest, now, relationship)
    if is_refused:
        _open_refused(connection, stored, end, relationship, now)
    for one in arriving.sets:
        found.documents += 1
        _enter_document(connection, stored, arriving, one, interchange_id, now, is_refused=is_refused)
    for told in arriving.interchange_acknowledgements:
        acknowledgements.apply_ta1(connection, relationship, told, now)
    _answer(connection, relationship, arriving.acknowledger, interchange_id, now)


def _enter_document(
    connection: Connection,
    stored: dict[str, Any],
    arriving: _Arriving,
    one: _ReadSet,
    interchange_id: int,
    now: datetime,
    *,
    is_refused: bool,
) -> None:
    received = one.transaction_set
    is_group_refused = arriving.group_verdicts[one.group_index] == "R"
    state = "rejected" if is_refused or is_group_refused else STATES[received.verdict]
    relationship = arriving.relationship_of(one)
    is_for_a_process = received.identifier in ORDER_SETS and state != "rejected"
    document_id = _queries.insert_document(
        connection,
        **sending.document_columns(received),
        interchange_id=interchange_id,
        relationship=relationship.name,
        direction="in",
        purchase_order_number=one.purchase_order_number,
        business_key=None,
        state=state,
        findings=sending.as_json(received.findings),
        finding_count=received.finding_count,
        now=now,
        taken_up_at=None if is_for_a_process else now,
        acknowledgement_due_at=None,
    )["document_id"]
    if one.acknowledgement is not None and state != "rejected":
        acknowledgements.apply_997(connection, relationship, arriving.header, one.acknowledgement, document_id, now)
    if state == "rejected":
        _open_rejected(connection, stored, relationship, one, document_id, now)


def _answer(
    connection: Connection, relationship: Relationship, acknowledger: Acknowledger, interchange_id: int, now: datetime
) -> None:
    """Our 997 (and TA1), where there is one to give; the numbers of one not given stay unused."""
    scope = sending.scope_of(relationship)
    content = acknowledger.write(
        control_number=next_number(connection, scope, "interchange"),
        group_control_numbers=[next_number(connection, scope, "group") for _ in range(acknowledger.group_count)],
        written_at=now,
    )
    if content is not None:
        sending.store_outgoing(
            connection,
            relationship,
            content,
            business_key=lambda each: f"997 {interchange_id} {each.group.control_number}",
            now=now,
        )


def _enter(
    connection: Connection,
    stored: dict[str, Any],
    end: InterchangeEnd,
    state: str,
    digest: bytes,
    now: datetime,
    relationship: Relationship | None = None,
    repeats: int | None = None,
) -> int:
    zone = relationship.envelope.zone if relationship else "UTC"
    row = _queries.insert_interchange(
        connection,
        **sending.interchange_columns(end, zone),
        transmission_id=stored["transmission_id"],
        direction="in",
        relationship=relationship.name if relationship else None,
        sha256=digest,
        state=state,
        repeats=repeats,
        findings=sending.as_json(end.findings),
        now=now,
    )
    return int(row["interchange_id"])


def _refused_for_mode(end: InterchangeEnd) -> InterchangeEnd:
    told = end.header.usage_indicator
    sentence = f"ISA15 is {told!r}, and no relationship with these ids is in that mode."
    finding = Finding(Level.INTERCHANGE, WRONG_MODE, sentence, segment_identifier="ISA")
    return replace(end, verdict="R", note_code=WRONG_MODE, findings=(*end.findings, finding))


def _record_unreadable(
    connection: Connection,
    stored: dict[str, Any],
    lost: Unreadable,
    relationships: Sequence[Relationship],
    now: datetime,
) -> None:
    open_exception(
        connection,
        NewException(
            Kind.UNREADABLE_FILE,
            relationships[0].name,
            f"transmission {stored['transmission_id']} at {lost.offset}",
            what_happened=(
                f"{_name(stored)}: {lost.length} bytes from position {lost.offset} cannot be read. "
                + " ".join(finding.sentence for finding in lost.findings)
            ),
            next_step="Ask the partner to send the file again; the bytes received are kept.",
        ),
        owners=relationships[0].owners,
        now=now,
    )


def _open_misdirected(
    connection: Connection,
    stored: dict[str, Any],
    end: InterchangeEnd,
    relationships: Sequence[Relationship],
    now: datetime,
) -> None:
    header = end.header
    open_exception(
        connection,
        NewException(
            Kind.MISDIRECTED_DOCUMENT,
            relationships[0].name,
            f"transmission {stored['transmission_id']} at {end.offset}",
            what_happened=(
                f"{_name(stored)}: interchange {header.control_number} goes from "
                f"{header.sender_qualifier}/{header.sender_id} to {header.receiver_qualifier}/{header.receiver_id}, "
                "and no relationship of this mailbox has these ids. It was kept and not answered."
            ),
            next_step="Correct the relationship's ids, or tell the partner whom it reached.",
        ),
        owners=relationships[0].owners,
        now=now,
    )


def _open_reused_number(
    connection: Connection, stored: dict[str, Any], end: InterchangeEnd, relationship: Relationship, now: datetime
) -> None:
    number = end.header.control_number
    window = timedelta(hours=float(relationship.acknowledgement.window_hours))
    open_exception(
        connection,
        NewException(
            Kind.DUPLICATE_INTERCHANGE,
            relationship.name,
            f"interchange {number} in {_name(stored)}",
            deadline=min(filter(None, (stored["remote_modified_at"], stored["stored_at"]))) + window,
            what_happened=(
                f"{_name(stored)}: interchange {number} came before with other bytes. It was kept apart and nothing "
                "in it was taken in; the acknowledgement clock of its orders runs."
            ),
            next_step="Ask the partner which of the two holds, and to send it under a new control number.",
        ),
        owners=relationship.owners,
        now=now,
    )


def _open_refused(
    connection: Connection, stored: dict[str, Any], end: InterchangeEnd, relationship: Relationship, now: datetime
) -> None:
    open_exception(
        connection,
        NewException(
            Kind.UNREADABLE_FILE,
            relationship.name,
            f"transmission {stored['transmission_id']} at {end.offset}",
            what_happened=(
                f"{_name(stored)}: interchange {end.header.control_number} was refused. "
                + " ".join(finding.sentence for finding in end.findings)
            ),
            next_step="The partner was told (997); ask it to correct and send again.",
        ),
        owners=relationship.owners,
        now=now,
    )


def _open_rejected(
    connection: Connection,
    stored: dict[str, Any],
    relationship: Relationship,
    one: _ReadSet,
    document_id: int,
    now: datetime,
) -> None:
    received = one.transaction_set
    order = f" for {one.purchase_order_number}" if one.purchase_order_number else ""
    sentences = " ".join(finding.sentence for finding in received.findings[:5]) or "Its envelope was refused."
    window = timedelta(hours=float(relationship.acknowledgement.window_hours))
    open_exception(
        connection,
        NewException(
            Kind.REJECTED_DOCUMENT,
            relationship.name,
            f"document {document_id}",
            purchase_order_number=one.purchase_order_number,
            document_id=document_id,
            deadline=now + window if received.identifier in ORDER_SETS else None,
            what_happened=f"{_name(stored)}: the {received.identifier}{order} was refused (997). {sentences}",
            next_step="Ask the partner to correct and send it again; its clock runs there.",
        ),
        owners=relationship.owners,
        now=now,
    )


def _identity(header: InterchangeHeader) -> dict[str, str]:
    return {
        "sender_qualifier": header.sender_qualifier,
        "sender_id": header.sender_id,
        "receiver_qualifier": header.receiver_qualifier,
        "receiver_id": header.receiver_id,
        "control_number": header.control_number,
    }


def _sender(header: InterchangeHeader) -> tuple[str, str]:
    return header.sender_qualifier, header.sender_id


def _receiver(header: InterchangeHeader) -> tuple[str, str]:
    return header.receiver_qualifier, header.receiver_id


def _name(stored: dict[str, Any]) -> str:
    return repr(stored["file_name"])
