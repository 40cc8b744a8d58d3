"""A document that we sent, as segments again: what it said, and what the partner's 997 found wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg

from include.database import queries
from include.documents.inbound import segments_of

Connection = psycopg.Connection[dict[str, Any]]

_queries = queries.load(__file__, "ledger.sql")


@dataclass(frozen=True, slots=True)
class SentDocument:
    """Its segments from ST to SE, its state, and the findings of its acknowledgement."""

    document_id: int
    transaction_set: str
    state: str
    recorded_at: datetime
    segments: list[list[str]]
    findings: tuple[Mapping[str, Any], ...]


def load(connection: Connection, document_id: int) -> SentDocument:
    """The document of this id, as it was written."""
    row = _queries.load_sent(connection, document_id=document_id)
    segments, _ = segments_of(bytes(row.pop("header")), bytes(row.pop("content")))
    return SentDocument(**(row | {"findings": tuple(row["findings"])}), segments=segments)


def with_partner(
    connection: Connection, relationship: str, transaction_set: str, key_begins: str
) -> tuple[SentDocument, ...]:
    """The documents whose business key begins so and that the partner has not refused, oldest first."""
    rows = _queries.with_partner(
        connection, relationship=relationship, transaction_set=transaction_set, key_begins=key_begins
    )
    return tuple(load(connection, row["document_id"]) for row in list(rows))


def fields_at_fault(sent: SentDocument, names: Mapping[tuple[str, str], str]) -> tuple[str, ...]:
    """Which of our fields the findings mean. `names` knows them by segment and its first element, else by ''."""
    found: dict[str, None] = {}
    for finding in sent.findings:
        place = (finding["position"] or 0) - 1
        segment = sent.segments[place] if 0 <= place < len(sent.segments) else [finding["segment"] or ""]
        qualifier = segment[1] if len(segment) > 1 else ""
        name = names.get((segment[0], qualifier)) or names.get((segment[0], ""))
        found[name or f"segment {segment[0] or '?'}"] = None
    return tuple(found)
