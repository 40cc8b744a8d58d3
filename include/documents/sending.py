"""A document to be sent: its control numbers, its bytes, two validators, the ledger and the outbox, in one transaction.

Law 9: written with its control numbers before it is sent, and once for each thing it says (`business_key`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg

import include.amazon
from include.database import queries
from include.database.control_numbers import next_number
from include.database.text import storable
from include.errors import RejectedError
from include.relationships.model import Relationship
from include.x12 import guides, second_opinion
from include.x12.delimiters import Delimiters
from include.x12.envelope import GroupHeader, InterchangeEnd, InterchangeHeader, TransactionSet
from include.x12.reading import read_interchanges
from include.x12.rules import Guide
from include.x12.transaction_sets import FUNCTIONAL_IDENTIFIERS, GuideFor
from include.x12.writing import OutgoingGroup, OutgoingInterchange, OutgoingSet, write_interchange

Connection = psycopg.Connection[dict[str, Any]]
BusinessKey = Callable[[TransactionSet], str]

# One range of control numbers for all partners: they name files, and relationships with other ids may share a mailbox.
SCOPE = "outbound"
# ISA12 and GS08 of sets that have a release of their own, whatever else a relationship writes in (rule 856-01; Amazon's
# guide for the 846 names 00401, where its others say 00400).
OWN_RELEASES = {"846": ("00401", "004010"), "856": ("00501", "005010")}
AMAZON_GUIDES = Path(include.amazon.__file__).parent / "guides"

_queries = queries.load(__file__, "ledger.sql")


def guide_folder(relationship: Relationship) -> Path:
    """Where the guides lie that a relationship's documents are checked by."""
    return AMAZON_GUIDES if relationship.guide == "amazon" else guides.BASE


def guide_for(relationship: Relationship) -> GuideFor:
    """The guide of a relationship for a set, in the release of its group."""
    folder = guide_folder(relationship)

    def find(interchange: InterchangeHeader, group: GroupHeader, set_identifier: str) -> Guide | None:
        return guides.find_guide(folder, group.release, set_identifier)

    return find


def releases_of(relationship: Relationship, transaction_set: str) -> tuple[str, str]:
    """ISA12 and GS08 of what we write to a relationship."""
    envelope = relationship.envelope
    return OWN_RELEASES.get(transaction_set, (envelope.interchange_release, envelope.group_release))


def write_document(
    connection: Connection,
    relationship: Relationship,
    transaction_set: str,
    body: Sequence[Sequence[str]],
    *,
    business_key: str,
    purchase_order_number: str | None,
    now: datetime,
) -> int:
    """Write one transaction set (`body` without ST and SE) as an interchange of its own; returns the document's id.

    A key that was written already, or is being written by another process, gives the document that holds it.
    RejectedError where a validator has a finding; nothing is stored then.
    """
    _queries.lock_business_key(
        connection, relationship=relationship.name, transaction_set=transaction_set, business_key=business_key
    )
    known = _queries.find_by_business_key(
        connection, relationship=relationship.name, transaction_set=transaction_set, business_key=business_key
    )
    if known is not None:
        return int(known)
    interchange_release, group_release = releases_of(relationship, transaction_set)
    number = next_number(connection, SCOPE, "interchange")
    group = next_number(connection, SCOPE, "group")
    content = write_interchange(
        _envelope(relationship, number, interchange_release, now),
        [
            OutgoingGroup(
                FUNCTIONAL_IDENTIFIERS[transaction_set],
                relationship.ours.group_id,
                relationship.partner.group_id,
                group,
                group_release,
                (OutgoingSet(transaction_set, "0001", body),),
            )
        ],
        guide_for=guide_for(relationship),
    )
    (document_id,) = store_outgoing(
        connection,
        relationship,
        content,
        business_key=lambda _: business_key,
        purchase_order_number=purchase_order_number,
        now=now,
        acknowledgement_due_at=now + timedelta(hours=float(relationship.envelope.functional_acknowledgement_hours)),
    )
    return document_id


def store_outgoing(
    connection: Connection,
    relationship: Relationship,
    content: bytes,
    *,
    business_key: BusinessKey,
    now: datetime,
    purchase_order_number: str | None = None,
    acknowledgement_due_at: datetime | None = None,
    answers: int | None = None,
) -> list[int]:
    """Store an interchange's bytes, documents and place in the outbox; the second validator must agree first.

    `answers` is the inbound interchange that a 997 or TA1 answers.
    """
    _demand_second_opinion(content, purchase_order_number)
    sets, end = _read(content, relationship)
    file_name = f"{sets[0].identifier if sets else 'TA1'}_{end.header.control_number}.edi"
    transmission_id = _queries.store_outbound(
        connection, mailbox=relationship.mailbox, file_name=file_name, content=content, now=now
    )["transmission_id"]
    interchange_id = _queries.insert_interchange(
        connection,
        **interchange_columns(end, relationship.envelope.zone),
        transmission_id=transmission_id,
        direction="out",
        relationship=relationship.name,
        sha256=sha256(content).digest(),
        state="written",
        repeats=None,
        answers=answers,
        findings="[]",
        now=now,
    )["interchange_id"]
    _queries.insert_outbox(
        connection,
        transmission_id=transmission_id,
        relationship=relationship.name,
        mailbox=relationship.mailbox,
        file_name=file_name,
        publish_by_rename=relationship.envelope.publish_by_rename,
        now=now,
    )
    return [
        _queries.insert_document(
            connection,
            **document_columns(each),
            interchange_id=interchange_id,
            relationship=relationship.name,
            direction="out",
            purchase_order_number=purchase_order_number,
            business_key=business_key(each),
            state="written",
            findings="[]",
            finding_count=0,
            now=now,
            taken_up_at=None,
            acknowledgement_due_at=acknowledgement_due_at,
        )["document_id"]
        for each in sets
    ]


def identity_columns(header: InterchangeHeader) -> dict[str, str]:
    """What tells an interchange from every other (law 2)."""
    return {
        "sender_qualifier": storable(header.sender_qualifier),
        "sender_id": storable(header.sender_id),
        "receiver_qualifier": storable(header.receiver_qualifier),
        "receiver_id": storable(header.receiver_id),
        "control_number": storable(header.control_number),
    }


def interchange_columns(end: InterchangeEnd, zone: str) -> dict[str, Any]:
    """What an interchange's row takes from its envelope; ISA09/10 read in the zone given."""
    header = end.header
    written_at = header.written_at.replace(tzinfo=ZoneInfo(zone)) if header.written_at else None
    return {
        **identity_columns(header),
        "release": storable(header.release),
        "usage_indicator": storable(header.usage_indicator),
        "written_at": written_at,
        "byte_offset": end.offset,
        "byte_length": end.length,
    }


def document_columns(transaction_set: TransactionSet) -> dict[str, Any]:
    """What a document's row takes from its set and group."""
    return {
        "transaction_set": storable(transaction_set.identifier),
        "functional_identifier": storable(transaction_set.group.functional_identifier),
        "group_control_number": storable(transaction_set.group.control_number),
        "set_control_number": storable(transaction_set.control_number),
        "byte_offset": transaction_set.offset,
        "byte_length": transaction_set.length,
    }


def as_json(findings: Sequence[Any]) -> str:
    """Findings as the ledger keeps them."""
    return json.dumps(
        [
            {
                "level": finding.level,
                "code": finding.code,
                "sentence": storable(finding.sentence),
                "segment": storable(finding.segment_identifier),
                "position": finding.segment_position,
                "element": finding.element_position,
            }
            for finding in findings
        ]
    )


def _envelope(relationship: Relationship, number: int, release: str, now: datetime) -> OutgoingInterchange:
    chosen, envelope = relationship.delimiters, relationship.envelope
    return OutgoingInterchange(
        sender_qualifier=relationship.ours.qualifier,
        sender_id=relationship.ours.id,
        receiver_qualifier=relationship.partner.qualifier,
        receiver_id=relationship.partner.id,
        written_at=now.astimezone(ZoneInfo(envelope.zone)),
        control_number=number,
        release=release,
        usage_indicator="P" if relationship.is_production else "T",
        acknowledgment_requested=envelope.acknowledgment_requested,
        delimiters=Delimiters(
            chosen.element,
            chosen.segment,
            chosen.component,
            chosen.repetition if release >= "00402" else None,
        ),
    )


def _demand_second_opinion(content: bytes, purchase_order_number: str | None) -> None:
    doubts = second_opinion.check(content)
    if doubts:
        raise RejectedError(
            "The second validator refuses what was to be sent.",
            document=purchase_order_number,
            next_step="Give the sentences below to engineering; nothing was sent.",
            reasons=tuple(doubt.sentence for doubt in doubts),
        )


def _read(content: bytes, relationship: Relationship) -> tuple[list[TransactionSet], InterchangeEnd]:
    sets: list[TransactionSet] = []
    end: InterchangeEnd | None = None
    for event in read_interchanges(BytesIO(content), guide_for(relationship)):
        if isinstance(event, TransactionSet):
            sets.append(event)
        elif isinstance(event, InterchangeEnd):
            end = event
    assert end is not None, "what was written was read back before"
    return sets, end
