"""What a stored file holds: its interchanges, whose they are, whether they were here before, and their documents.

All of a file's interpretation is one transaction; killed before its end, it begins anew. A fault of one interchange
is a state and an exception of that one, never of its neighbours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import psycopg

from include.database import queries
from include.database.control_numbers import next_number
from include.database.text import storable
from include.documents import acknowledgements, inbound_exceptions, sending
from include.documents.stored_file import StoredFile
from include.errors import RejectedError
from include.exceptions.kinds import Kind
from include.exceptions.queue import NewException, open_exception, resolve
from include.relationships.loading import find_by_envelope
from include.relationships.model import Relationship
from include.x12 import guides
from include.x12.acknowledgement import Acknowledgement, parse_997
from include.x12.acknowledging import Acknowledger
from include.x12.envelope import (
    Event,
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
    failed: int = 0

    def add(self, other: Interpreted) -> None:
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))


@dataclass(frozen=True, slots=True)
class _ReadSet:
    """What is kept of a set until its interchange ends: no segments, so that memory stays flat."""

    transaction_set: TransactionSet
    purchase_order_number: str | None
    vendor_code: str | None
    acknowledgement: Acknowledgement | None

    @property
    def is_order(self) -> bool:
        return self.transaction_set.identifier in ORDER_SETS


@dataclass(slots=True)
class _Arriving:
    """An interchange while it is read. `candidates` are all of its mode, or there is none of it."""

    header: InterchangeHeader
    candidates: tuple[Relationship, ...]
    is_right_mode: bool
    acknowledger: Acknowledger
    sets: list[_ReadSet] = field(default_factory=list)
    group_ends: dict[int, GroupEnd] = field(default_factory=dict)
    interchange_acknowledgements: list[InterchangeAcknowledgement] = field(default_factory=list)

    def add(self, event: Event) -> None:
        self.acknowledger.add(event)
        if isinstance(event, GroupEnd):
            self.group_ends[id(event.group)] = event  # headers of two groups may be equal; sets outside of any have one
        elif isinstance(event, InterchangeAcknowledgement):
            self.interchange_acknowledgements.append(event)
        elif isinstance(event, TransactionSet):
            self.sets.append(_keep(event))

    def group_end_of(self, one: _ReadSet) -> GroupEnd:
        return self.group_ends[id(one.transaction_set.group)]

    def addressee(self, one: _ReadSet) -> Relationship | None:
        """Whose document it is. None for an order whose vendor code none of several has, or that names none of them."""
        named = [each for each in self.candidates if each.vendor_code == one.vendor_code]
        open_to_all = [each for each in self.candidates if each.vendor_code is None]
        is_plain = not one.is_order or (one.vendor_code is None and len(self.candidates) == 1)
        return next(iter(named or open_to_all or (self.candidates if is_plain else ())), None)


def interpret(
    connection: Connection, stored: StoredFile, relationships: Sequence[Relationship], now: datetime
) -> Interpreted:
    """Enter all that a stored file holds into the ledger and answer it; in the caller's transaction."""
    return _Interpretation(connection, stored, relationships, now).run()


class _Interpretation:
    """One file's way into the ledger."""

    def __init__(
        self, connection: Connection, stored: StoredFile, relationships: Sequence[Relationship], now: datetime
    ) -> None:
        self._connection = connection
        self._stored = stored
        self._relationships = relationships
        self._now = now
        self._found = Interpreted()
        rows = _queries.entered(connection, transmission_id=stored.transmission_id)
        self._entered: dict[int, bool] = {row["byte_offset"]: row["is_misdirected"] for row in rows}

    def run(self) -> Interpreted:
        arriving: _Arriving | None = None
        is_empty = True
        for event in read_interchanges(BytesIO(self._stored.content), self._guide_for):
            is_empty = False
            if isinstance(event, Unreadable):
                self._note_unreadable(event)
            elif isinstance(event, InterchangeHeader):
                candidates, is_right_mode = self._candidates(event)
                arriving = _Arriving(event, candidates, is_right_mode, Acknowledger(event))
            elif arriving is not None and isinstance(event, InterchangeEnd):
                self._close(arriving, event)
                arriving = None
            elif arriving is not None:
                arriving.add(event)
        if is_empty:
            self._open(inbound_exceptions.without_content(self._relationships[0], self._stored))
        return self._found

    def _candidates(self, header: InterchangeHeader) -> tuple[tuple[Relationship, ...], bool]:
        """The relationships with these ids: those of its mode, else all, and whether they are of its mode."""
        sender, receiver = (header.sender_qualifier, header.sender_id), (header.receiver_qualifier, header.receiver_id)
        found = find_by_envelope(self._relationships, sender=sender, receiver=receiver)
        of_mode = tuple(each for each in found if each.is_production == (header.usage_indicator != "T"))
        return of_mode or found, bool(of_mode)

    def _guide_for(self, header: InterchangeHeader, group: GroupHeader, set_identifier: str) -> Guide | None:
        candidates, _ = self._candidates(header)
        folder = sending.guide_folder(candidates[0]) if candidates else guides.BASE
        return guides.find_guide(folder, group.release, set_identifier)

    def _note_unreadable(self, lost: Unreadable) -> None:
        self._found.unreadable += 1
        if not self._entered:  # else it was noted the first time
            self._open(inbound_exceptions.unreadable(self._relationships[0], self._stored, lost))

    def _close(self, arriving: _Arriving, end: InterchangeEnd) -> None:
        """Decide what the interchange is, enter it, and do what follows."""
        if self._entered.get(end.offset) is False:
            return
        self._found.interchanges += 1
        if not arriving.candidates:
            self._quarantine_misdirected(end)
            return
        relationship = arriving.candidates[0]
        if end.offset in self._entered:
            subject, why = self._stored.part(end.offset), "A relationship has these ids now."
            resolve(self._connection, None, [Kind.MISDIRECTED_DOCUMENT], subject=subject, why=why, now=self._now)
        earlier = _queries.find_earlier(
            self._connection, **sending.identity_columns(end.header), sha256=self._digest(end)
        )
        if earlier is not None:
            self._enter_again(end, relationship, earlier)
            return
        if not arriving.is_right_mode:
            end = _refused_for_mode(end)
        arriving.acknowledger.add(end)
        self._take_in(arriving, end, relationship)

    def _quarantine_misdirected(self, end: InterchangeEnd) -> None:
        self._found.quarantined += 1
        self._enter(end, "quarantined")
        self._open(inbound_exceptions.misdirected(self._relationships[0], self._stored, end.header))

    def _enter_again(self, end: InterchangeEnd, relationship: Relationship, earlier: dict[str, Any]) -> None:
        """Law 2: the same bytes are answered as before and nothing else; other bytes are kept apart."""
        if earlier["is_same"]:
            self._found.repeated += 1
            self._enter(end, "repeated", relationship, earlier["interchange_id"])
            _queries.publish_again(self._connection, interchange_id=earlier["interchange_id"], now=self._now)
        else:
            self._found.quarantined += 1
            self._enter(end, "quarantined", relationship, earlier["interchange_id"])
            self._open(inbound_exceptions.reused_number(relationship, self._stored, end.header), relationship)

    def _take_in(self, arriving: _Arriving, end: InterchangeEnd, relationship: Relationship) -> None:
        is_refused = end.verdict == "R"
        interchange_id = self._enter(end, "rejected" if is_refused else "accepted", relationship)
        if is_refused:
            self._open(inbound_exceptions.refused(relationship, self._stored, end), relationship)
        for one in arriving.sets:
            self._found.documents += 1
            self._enter_document(arriving, end, one, interchange_id)
        for told in () if is_refused else arriving.interchange_acknowledgements:
            acknowledgements.apply_ta1(self._connection, relationship, told, interchange_id, self._now)
        self._answer(arriving, end, relationship, interchange_id)

    def _enter_document(self, arriving: _Arriving, end: InterchangeEnd, one: _ReadSet, interchange_id: int) -> None:
        received, group_end = one.transaction_set, arriving.group_end_of(one)
        is_refused = "R" in (end.verdict, group_end.verdict, received.verdict)
        state = "rejected" if is_refused else STATES[received.verdict]
        addressee = arriving.addressee(one)
        relationship = addressee or arriving.candidates[0]
        waits_for_a_process = one.is_order and not is_refused and addressee is not None
        document_id = _queries.insert_document(
            self._connection,
            **sending.document_columns(received),
            interchange_id=interchange_id,
            relationship=relationship.name,
            direction="in",
            purchase_order_number=one.purchase_order_number,
            business_key=None,
            state=state,
            findings=sending.as_json(received.findings),
            finding_count=received.finding_count,
            now=self._now,
            taken_up_at=None if waits_for_a_process else self._now,
            acknowledgement_due_at=None,
        )["document_id"]
        if is_refused:
            findings = received.findings or group_end.findings or end.findings
            number = one.purchase_order_number
            told = inbound_exceptions.rejected(relationship, self._stored, received, document_id, number, findings)
            self._open(told, relationship)
        elif addressee is None:
            number, code = one.purchase_order_number, one.vendor_code or ""
            told = inbound_exceptions.unassigned(relationship, self._stored, document_id, number, code)
            self._open(told, relationship)
        elif one.acknowledgement is not None:
            acknowledgements.apply_997(
                self._connection, relationship, arriving.header, one.acknowledgement, document_id, self._now
            )

    def _answer(
        self, arriving: _Arriving, end: InterchangeEnd, relationship: Relationship, interchange_id: int
    ) -> None:
        """Our 997 (and TA1), where there is one to give. An order does not wait for one that cannot be written."""
        try:
            with self._connection.transaction() as savepoint:
                content = self._write_answer(arriving.acknowledger, relationship)
                if content is None:
                    raise psycopg.Rollback(savepoint)  # the numbers go back
                sending.store_outgoing(
                    self._connection,
                    relationship,
                    content,
                    business_key=lambda each: f"997 {interchange_id} {each.group.control_number}",
                    now=self._now,
                    answers=interchange_id,
                )
        except RejectedError as fault:
            self._open(inbound_exceptions.unanswered(relationship, self._stored, end, fault), relationship)

    def _write_answer(self, acknowledger: Acknowledger, relationship: Relationship) -> bytes | None:
        return acknowledger.write(
            control_number=next_number(self._connection, sending.SCOPE, "interchange"),
            group_control_numbers=[
                next_number(self._connection, sending.SCOPE, "group") for _ in range(acknowledger.group_count)
            ],
            written_at=self._now.astimezone(ZoneInfo(relationship.envelope.zone)),
        )

    def _enter(
        self, end: InterchangeEnd, state: str, relationship: Relationship | None = None, repeats: int | None = None
    ) -> int:
        row = _queries.insert_interchange(
            self._connection,
            **sending.interchange_columns(end, relationship.envelope.zone if relationship else "UTC"),
            transmission_id=self._stored.transmission_id,
            direction="in",
            relationship=relationship.name if relationship else None,
            sha256=self._digest(end),
            state=state,
            repeats=repeats,
            answers=None,
            findings=sending.as_json(end.findings),
            now=self._now,
        )
        return int(row["interchange_id"])

    def _digest(self, end: InterchangeEnd) -> bytes:
        return sha256(self._stored.content[end.offset : end.offset + end.length]).digest()

    def _open(self, new: NewException, relationship: Relationship | None = None) -> None:
        owners = (relationship or self._relationships[0]).owners
        open_exception(self._connection, new, owners=owners, now=self._now)


def _keep(one: TransactionSet) -> _ReadSet:
    number = vendor_code = None
    head = ORDER_SETS.get(one.identifier)
    if head:
        number = next((s[3] for s in one.segments[:3] if s[0] == head and len(s) > 3), None)
        vendor_code = next((s[2] for s in one.segments[:40] if s[0] == "REF" and len(s) > 2 and s[1] == "CR"), None)
    is_997 = one.identifier == "997" and one.verdict != "R"
    return _ReadSet(
        replace(one, segments=[]),
        storable(number or "") or None,
        storable(vendor_code or "") or None,
        parse_997(one) if is_997 else None,
    )


def _refused_for_mode(end: InterchangeEnd) -> InterchangeEnd:
    told = end.header.usage_indicator
    sentence = f"ISA15 is {told!r}, and no relationship with these ids is in that mode."
    finding = Finding(Level.INTERCHANGE, WRONG_MODE, sentence, segment_identifier="ISA")
    return replace(end, verdict="R", note_code=WRONG_MODE, findings=(*end.findings, finding))
