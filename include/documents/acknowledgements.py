"""A partner's word on what we sent: a 997 on the sets of a group, or a TA1 on a whole interchange."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import psycopg

from include.database import queries
from include.documents.sending import as_json
from include.exceptions.kinds import Kind
from include.exceptions.queue import NewException, open_exception, resolve
from include.relationships.model import Relationship
from include.x12.acknowledgement import Acknowledgement
from include.x12.envelope import InterchangeAcknowledgement, InterchangeHeader
from include.x12.findings import Finding
from include.x12.interchange_acknowledgement import explain

Connection = psycopg.Connection[dict[str, Any]]

STATES = {"A": "accepted", "E": "accepted_with_errors"}
REFUSED = "rejected"

_queries = queries.load(__file__, "ledger.sql")


def apply_997(
    connection: Connection,
    relationship: Relationship,
    header: InterchangeHeader,
    acknowledgement: Acknowledgement,
    document_id: int,
    now: datetime,
) -> None:
    """Tie a 997 to the documents of the group that it answers; a refusal is an exception, and so is one of nothing.

    One that names a set that we never sent in that group is about another group: only the sets that it names are ours.
    """
    sent = list(
        _queries.sent_in_group(
            connection,
            functional_identifier=acknowledgement.functional_identifier,
            group_control_number=acknowledgement.group_control_number,
            **_ends(header),
        )
    )
    if strange := _never_sent(acknowledgement, sent):
        what = f"A functional acknowledgement (997) answers {strange}, which we never sent to this partner."
        _open_unexpected(connection, relationship, f"document {document_id}", what, now)
        named = {one.control_number.lstrip("0") for one in acknowledgement.sets}
        sent = [row for row in sent if row["set_control_number"].lstrip("0") in named]
    findings = {one.control_number: one.findings for one in acknowledgement.sets}
    for row in sent:
        _save(
            connection,
            row,
            acknowledgement.verdict_of(row["set_control_number"]),
            findings.get(row["set_control_number"], ()),
            relationship.owners,
            document_id,
            now,
        )


def _never_sent(acknowledgement: Acknowledgement, sent: Sequence[Mapping[str, Any]]) -> str | None:
    """What it answers that we never sent: its group, or sets of it."""
    group = f"group {acknowledgement.group_control_number} of {acknowledgement.functional_identifier}"
    if not sent:
        return group
    ours = {row["set_control_number"].lstrip("0") for row in sent}
    strange = [one.control_number for one in acknowledgement.sets if one.control_number.lstrip("0") not in ours]
    return f"set {', '.join(strange)} of {group}" if strange else None


def apply_ta1(
    connection: Connection,
    relationship: Relationship,
    acknowledgement: InterchangeAcknowledgement,
    interchange_id: int,
    now: datetime,
) -> None:
    """A TA1 that refuses an interchange refuses its documents; one that accepts it says nothing of them."""
    if acknowledgement.verdict != "R":
        return
    sent = list(
        _queries.sent_in_interchange(
            connection, control_number=acknowledgement.control_number, **_ends(acknowledgement.interchange)
        )
    )
    why = explain(acknowledgement)
    if not sent:
        subject = f"interchange {interchange_id}"
        what = f"{why} No document that we sent to this partner stands in an interchange of that number."
        _open_unexpected(connection, relationship, subject, what, now)
    for row in sent:
        _save(connection, row, "R", (), relationship.owners, None, now, why=why)


def _save(
    connection: Connection,
    row: Mapping[str, Any],
    verdict: str,
    findings: Sequence[Finding],
    owners: dict[str, str],
    acknowledged_by: int | None,
    now: datetime,
    why: str = "",
) -> None:
    state = STATES.get(verdict, REFUSED)
    _queries.save_acknowledgement(
        connection,
        document_id=row["document_id"],
        state=state,
        acknowledged_by=acknowledged_by,
        findings=as_json(findings),
        now=now,
    )
    is_refused = state == REFUSED
    resolve(
        connection,
        row["relationship"],
        [Kind.MISSING_997] if is_refused else [Kind.MISSING_997, Kind.REJECTED_DOCUMENT],
        subject=f"document {row['document_id']}",
        why="The partner answered.",
        now=now,
    )
    if not is_refused:
        return
    name = f"The {row['transaction_set']}" + (
        f" for {row['purchase_order_number']}" if row["purchase_order_number"] else ""
    )
    open_exception(
        connection,
        NewException(
            Kind.REJECTED_DOCUMENT,
            row["relationship"],
            f"document {row['document_id']}",
            purchase_order_number=row["purchase_order_number"],
            document_id=row["document_id"],
            what_happened=f"{name} was refused by the partner. {why or _sentences(findings)}",
            next_step="Mend what the findings name; a corrected document is sent only by a person's decision.",
        ),
        owners=owners,
        now=now,
    )


def _sentences(findings: Iterable[Finding]) -> str:
    return " ".join(finding.sentence for finding in findings) or "Its acknowledgement (997) gives no reason."


def _open_unexpected(
    connection: Connection, relationship: Relationship, subject: str, what_happened: str, now: datetime
) -> None:
    open_exception(
        connection,
        NewException(
            Kind.UNEXPECTED_997,
            relationship.name,
            subject,
            what_happened=what_happened,
            next_step="Ask the partner what it answers; check that no other system sends under our id.",
        ),
        owners=relationship.owners,
        now=now,
    )


def _ends(header: InterchangeHeader) -> dict[str, str]:
    """Who we are and who the partner is, as a document that it sent us says."""
    return {
        "our_qualifier": header.receiver_qualifier,
        "our_id": header.receiver_id,
        "partner_qualifier": header.sender_qualifier,
        "partner_id": header.sender_id,
    }
