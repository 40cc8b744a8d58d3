"""What is wrong with something that came in, as an entry for the queue.

Wherever an order may be inside, the deadline is the end of its acknowledgement window: the partner's clock runs whether
or not we could read it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from include.documents.stored_file import StoredFile
from include.exceptions.kinds import Kind
from include.exceptions.queue import NewException
from include.relationships.model import Relationship
from include.x12.envelope import InterchangeEnd, InterchangeHeader, TransactionSet, Unreadable
from include.x12.findings import Finding

SENTENCES_MOST = 5


def untaken(relationship: Relationship, file_name: str, fault: Exception) -> NewException:
    """A file that lies in the mailbox and cannot be taken in."""
    return NewException(
        Kind.TRANSMISSION_FAILED,
        relationship.name,
        untaken_subject(file_name),
        what_happened=f"{file_name!r} lies in the mailbox and could not be taken in: {fault}",
        next_step="It is tried again by itself and left where it is; look at it there.",
    )


def untaken_subject(file_name: str) -> str:
    """What an exception about a file still in the mailbox is about."""
    return f"inbound file {file_name!r}"


def uninterpreted(relationship: Relationship, stored: StoredFile, why: str) -> NewException:
    """A stored file whose interpretation failed for a reason that is not its partner's."""
    return NewException(
        Kind.UNREADABLE_FILE,
        relationship.name,
        stored.subject,
        deadline=_close(stored.arrived_at, relationship),
        what_happened=f"{stored.file_name!r} was stored and could not be interpreted: {why}",
        next_step="Give this to engineering; the file is kept and tried again by itself.",
    )


def without_content(relationship: Relationship, stored: StoredFile) -> NewException:
    """A file with no interchange in it and nothing else either."""
    return NewException(
        Kind.UNREADABLE_FILE,
        relationship.name,
        stored.part(0),
        deadline=_close(stored.arrived_at, relationship),
        what_happened=f"{stored.file_name!r} holds nothing: {len(stored.content)} bytes, all of them blank.",
        next_step="Ask the partner what it meant to send.",
    )


def unreadable(relationship: Relationship, stored: StoredFile, lost: Unreadable) -> NewException:
    """Bytes that belong to no interchange."""
    return NewException(
        Kind.UNREADABLE_FILE,
        relationship.name,
        stored.part(lost.offset),
        deadline=_close(stored.arrived_at, relationship),
        what_happened=(
            f"{stored.file_name!r}: {lost.length} bytes from position {lost.offset} cannot be read. "
            f"{_sentences(lost.findings)}"
        ),
        next_step="Ask the partner to send the file again; the bytes received are kept.",
    )


def misdirected(relationship: Relationship, stored: StoredFile, header: InterchangeHeader) -> NewException:
    """An interchange whose ids no relationship has. `relationship` is one of the mailbox's."""
    return NewException(
        Kind.MISDIRECTED_DOCUMENT,
        relationship.name,
        stored.part(header.offset),
        deadline=_close_of(stored, header, relationship),
        what_happened=(
            f"{stored.file_name!r}: interchange {header.control_number} goes from "
            f"{header.sender_qualifier}/{header.sender_id} to {header.receiver_qualifier}/{header.receiver_id}, "
            "and no relationship of this mailbox has these ids. It was kept and not answered."
        ),
        next_step=(
            "Correct the relationship's file, and it is taken in by itself; or tell the partner whom it reached."
        ),
    )


def unassigned(
    relationship: Relationship, stored: StoredFile, document_id: int, purchase_order_number: str | None, code: str
) -> NewException:
    """An order whose vendor code no relationship with these ids has."""
    named = f"the vendor code {code}, which none of the relationships has" if code else "no vendor code (REF CR)"
    return NewException(
        Kind.MISDIRECTED_DOCUMENT,
        relationship.name,
        f"document {document_id}",
        purchase_order_number=purchase_order_number,
        document_id=document_id,
        deadline=_close(stored.arrived_at, relationship),
        what_happened=(
            f"{stored.file_name!r}: the order {purchase_order_number or 'in it'} names {named} that share its EDI ids. "
            "It was accepted (997), and nothing was made of it."
        ),
        next_step="Give the code to a relationship (`vendor_code`), and ask the partner to send the order again.",
    )


def reused_number(relationship: Relationship, stored: StoredFile, header: InterchangeHeader) -> NewException:
    """A control number that came before with other bytes (law 2)."""
    return NewException(
        Kind.DUPLICATE_INTERCHANGE,
        relationship.name,
        stored.part(header.offset),
        deadline=_close_of(stored, header, relationship),
        what_happened=(
            f"{stored.file_name!r}: interchange {header.control_number} came before with other bytes. It was kept "
            "apart and nothing in it was taken in; the acknowledgement clock of its orders runs."
        ),
        next_step="Ask the partner which of the two holds, and to send it under a new control number.",
    )


def refused(relationship: Relationship, stored: StoredFile, end: InterchangeEnd) -> NewException:
    """An interchange that was refused as a whole."""
    return NewException(
        Kind.UNREADABLE_FILE,
        relationship.name,
        stored.part(end.offset),
        deadline=_close_of(stored, end.header, relationship),
        what_happened=(
            f"{stored.file_name!r}: interchange {end.header.control_number} was refused. {_sentences(end.findings)}"
        ),
        next_step="The partner was told (997); ask it to correct and send again under a new control number.",
    )


def rejected(
    relationship: Relationship,
    stored: StoredFile,
    received: TransactionSet,
    document_id: int,
    purchase_order_number: str | None,
    findings: Iterable[Finding],
) -> NewException:
    """A transaction set that was refused; `findings` are its own, else its group's or interchange's."""
    order = f" for {purchase_order_number}" if purchase_order_number else ""
    return NewException(
        Kind.REJECTED_DOCUMENT,
        relationship.name,
        f"document {document_id}",
        purchase_order_number=purchase_order_number,
        document_id=document_id,
        deadline=_close_of(stored, received.interchange, relationship),
        what_happened=(
            f"{stored.file_name!r}: the {received.identifier}{order} was refused (997). {_sentences(findings)}"
        ),
        next_step="Ask the partner to correct and send it again; its clock runs there.",
    )


def unanswered(relationship: Relationship, stored: StoredFile, end: InterchangeEnd, fault: Exception) -> NewException:
    """An interchange that was taken in, and whose answer (997) could not be written."""
    return NewException(
        Kind.REJECTED_DOCUMENT,
        relationship.name,
        stored.part(end.offset),
        what_happened=(
            f"{stored.file_name!r}: interchange {end.header.control_number} was taken in, but its functional "
            f"acknowledgement (997) could not be written: {fault}"
        ),
        next_step="Give this to engineering, and tell the partner that the interchange arrived.",
    )


def _close(arrived_at: datetime, relationship: Relationship) -> datetime:
    return arrived_at + timedelta(hours=float(relationship.acknowledgement.window_hours))


def _close_of(stored: StoredFile, header: InterchangeHeader, relationship: Relationship) -> datetime:
    if header.written_at is None:
        return _close(stored.arrived_at, relationship)
    written_at = header.written_at.replace(tzinfo=ZoneInfo(relationship.envelope.zone))
    return _close(min(stored.arrived_at, written_at), relationship)


def _sentences(findings: Iterable[Finding]) -> str:
    told = [finding.sentence for finding in findings]
    more = f" And {len(told) - SENTENCES_MOST} more." if len(told) > SENTENCES_MOST else ""
    return " ".join(told[:SENTENCES_MOST]) + more
