"""The partner's word on what we sent: 997s and TA1s."""

from __future__ import annotations

from datetime import timedelta

import pytest

from include.documents.sending import write_document
from include.exceptions.kinds import Kind
from include.exceptions.queue import NewException, open_exception
from tests.documents.conftest import NOW
from tests.documents.interchanges import acknowledgement, interchange, order, relationship

BODY = [segment.split("*") for segment in order()[1]]
REFUSAL = ("AK2*850*0001", "AK3*PO1*7**8", "AK4*4*212*6*CHEAP", "AK5*R*5")


@pytest.fixture
def sent(office):
    """A document that left in group 1 of interchange 1 (850, so that its functional identifier is PO)."""
    document_id = _send(office)
    office.publish()
    return document_id


def _send(office, number="4ABCDEF1", **fields):
    document_id = write_document(
        office.connection,
        relationship(**fields),
        "850",
        BODY,
        business_key=f"850 {number}",
        purchase_order_number=number,
        now=NOW,
    )
    office.connection.commit()
    return document_id


def _row(office, document_id):
    (row,) = office.rows("SELECT * FROM document WHERE document_id = %s", document_id)
    return row


def _answer(group_number="1", *segments, verdict="A", number=1, **ends):
    told = acknowledgement(group_number, *segments, functional_identifier="PO", verdict=verdict)
    return interchange(told, number=number, **ends)


def test_a_997_that_accepts_closes_the_document(office, sent):
    office.take_in(_answer("1", "AK2*850*0001", "AK5*A"))

    row = _row(office, sent)
    assert (row["state"], row["acknowledged_at"]) == ("accepted", NOW)
    assert _row(office, row["acknowledgement_document_id"])["transaction_set"] == "997"
    assert office.exceptions() == []


def test_a_997_that_names_no_set_speaks_for_all_of_the_group(office, sent):
    office.take_in(_answer("0001"))

    assert _row(office, sent)["state"] == "accepted"


def test_a_997_that_notes_errors_accepts_and_keeps_them(office, sent):
    office.take_in(_answer("1", *REFUSAL[:-1], "AK5*E*5", verdict="E"))

    row = _row(office, sent)
    assert row["state"] == "accepted_with_errors"
    assert [finding["element"] for finding in row["findings"]] == [None, 4]
    assert office.exceptions() == []


def test_a_997_that_rejects_reopens_the_document_with_an_exception_that_names_what_is_wrong(office, sent):
    office.take_in(_answer("1", *REFUSAL, verdict="R"))

    assert _row(office, sent)["state"] == "rejected"
    (entry,) = office.exceptions()
    assert (entry.kind, entry.subject) == (Kind.REJECTED_DOCUMENT, f"document {sent}")
    assert entry.purchase_order_number == "4ABCDEF1"
    assert entry.what_happened == (
        "The 850 for 4ABCDEF1 was refused by the partner. The segment PO1 at position 7 has elements in error. "
        "PO104 in segment 7 holds an illegal character. The value was 'CHEAP'."
    )


def test_a_997_that_rejects_without_a_reason_says_so(office, sent):
    office.take_in(_answer("1", verdict="R"))

    (entry,) = office.exceptions()
    assert entry.what_happened.endswith("Its acknowledgement (997) gives no reason.")


def test_a_997_for_a_group_that_we_never_sent_is_raised(office, sent):
    office.take_in(_answer("77"))

    assert _row(office, sent)["state"] == "published"
    (entry,) = office.exceptions()
    assert entry.kind is Kind.UNEXPECTED_997
    assert "answers group 77 of PO, which we never sent" in entry.what_happened


@pytest.mark.parametrize("ends", [{"sender": "OTHER"}, {"receiver": "VENDOR2"}], ids=["another partner", "another us"])
def test_a_997_answers_only_what_went_between_its_own_two_ends(office, sent, ends):
    office.relationships += [
        relationship("second", ours="VENDOR2"),
        relationship("third", partner={"qualifier": "ZZ", "id": "OTHER", "group_id": "OTHER"}),
    ]

    office.take_in(_answer("1", **ends))

    assert _row(office, sent)["state"] == "published"
    assert [entry.kind for entry in office.exceptions()] == [Kind.UNEXPECTED_997]


def test_a_997_that_is_itself_wrong_is_refused_and_says_nothing(office, sent):
    wrong = _answer("1").replace(b"AK9*A*1*1*1", b"AK9*A*X*1*1")

    office.take_in(wrong)

    assert _row(office, sent)["state"] == "published"
    assert [entry.kind for entry in office.exceptions()] == [Kind.REJECTED_DOCUMENT]


def test_the_exception_of_a_missing_997_resolves_itself_when_it_comes(office, sent):
    missing = NewException(Kind.MISSING_997, "amazon", f"document {sent}", "It is silent.", "Ask.", document_id=sent)
    open_exception(office.connection, missing, owners={}, now=NOW)
    office.connection.commit()

    office.take_in(_answer("1"))

    assert office.exceptions() == []


def test_a_997_that_accepts_after_one_that_rejected_resolves_the_exception(office, sent):
    office.take_in(_answer("1", *REFUSAL, verdict="R"))

    office.take_in(_answer("1", "AK2*850*0001", "AK5*A", number=2))

    assert _row(office, sent)["state"] == "accepted"
    assert office.exceptions() == []


def test_a_997_that_comes_before_its_document_was_noted_as_published_is_kept(office):
    document_id = _send(office)
    office.drop("997.edi", _answer("1"))
    office.receive()

    office.publish()

    assert _row(office, document_id)["state"] == "accepted"


def test_a_document_says_when_its_997_is_overdue(office, sent):
    row = _row(office, sent)

    assert row["acknowledgement_due_at"] == NOW + timedelta(hours=24)


def test_law_2_a_997_that_comes_again_changes_nothing(office, sent):
    office.take_in(_answer("1", *REFUSAL, verdict="R"))
    before = _row(office, sent)
    office.moment += timedelta(hours=1)

    office.take_in(_answer("1", *REFUSAL, verdict="R"))

    assert _row(office, sent) == before
    assert office.states() == ["accepted", "repeated"]


# TA1 -----------------------------------------------------------------------------------------------------------------


def _ta1(verdict, note, number="000000001"):
    return interchange(number=9, before=[f"TA1*{number}*261124*1605*{verdict}*{note}"])


def test_a_ta1_that_refuses_an_interchange_refuses_its_documents(office, sent):
    office.take_in(_ta1("R", "009"))

    assert _row(office, sent)["state"] == "rejected"
    (entry,) = office.exceptions()
    assert entry.kind is Kind.REJECTED_DOCUMENT
    assert "the receiver is unknown (TA1 note 009)" in entry.what_happened


@pytest.mark.parametrize("verdict", ["A", "E"])
def test_a_ta1_that_accepts_says_nothing_of_the_documents(office, sent, verdict):
    office.take_in(_ta1(verdict, "000"))

    assert _row(office, sent)["state"] == "published"
    assert office.exceptions() == []


def test_a_ta1_that_refuses_what_we_never_sent_is_raised(office, sent):
    office.take_in(_ta1("R", "009", number="000000042"))

    assert _row(office, sent)["state"] == "published"
    (entry,) = office.exceptions()
    assert entry.kind is Kind.UNEXPECTED_997
    assert "The interchange 000000042 was refused" in entry.what_happened


def test_a_ta1_in_an_interchange_that_we_refuse_says_nothing(office, sent):
    office.take_in(_ta1("R", "009").replace(b"*P*>~", b"*T*>~"))

    assert _row(office, sent)["state"] == "published"
