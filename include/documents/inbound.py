"""Stored documents as segments again, in the order they came, for the process that takes them up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg

from include.database import queries
from include.x12.interchange_header import read_isa
from include.x12.transaction_sets import decode

Connection = psycopg.Connection[dict[str, Any]]

_queries = queries.load(__file__, "ledger.sql")


@dataclass(frozen=True, slots=True)
class InboundDocument:
    """A transaction set that was accepted: its segments, and when its clock began to run.

    The clock starts at the earliest of the remote file's time, ISA09/10 and when we stored it.
    """

    document_id: int
    transaction_set: str
    segments: list[list[str]]
    component: str
    clock_started_at: datetime
    recorded_at: datetime


def load_to_take_up(
    connection: Connection, relationship: str, transaction_sets: Sequence[str], *, limit: int
) -> tuple[InboundDocument, ...]:
    """The accepted documents that no process has taken up, oldest first."""
    rows = _queries.to_take_up(
        connection, relationship=relationship, transaction_sets=list(transaction_sets), limit=limit
    )
    return tuple(_from_row(row) for row in rows)


def take_up(connection: Connection, document_id: int) -> bool:
    """Lock a document for this transaction; False where another worker has it or had it."""
    return _queries.lock_to_take_up(connection, document_id=document_id) is not None


def mark_taken_up(connection: Connection, document_id: int, purchase_order_number: str | None, now: datetime) -> None:
    """Its process has it, in the transaction that stored what it said."""
    _queries.mark_taken_up(connection, document_id=document_id, purchase_order_number=purchase_order_number, now=now)


def segments_of(header: bytes, content: bytes) -> tuple[list[list[str]], str]:
    """The segments of a stored set, by the delimiters of its interchange's ISA, and the component separator."""
    read = read_isa(header, 0)
    assert read is not None, "a stored document stands in a readable interchange"
    delimiters = read.header.delimiters
    parts = content.split(delimiters.segment.encode("latin-1"))
    raw = [part.strip(b"\r\n").lstrip(b"\t ") for part in parts]  # as when it was read
    text = decode([part for part in raw if part], delimiters.segment)
    return [line.split(delimiters.element) for line in text.split(delimiters.segment)], delimiters.component


def _from_row(row: dict[str, Any]) -> InboundDocument:
    segments, component = segments_of(bytes(row["header"]), bytes(row["content"]))
    return InboundDocument(
        document_id=row["document_id"],
        transaction_set=row["transaction_set"],
        segments=segments,
        component=component,
        clock_started_at=row["clock_started_at"],
        recorded_at=row["recorded_at"],
    )
