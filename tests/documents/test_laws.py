"""Laws 1, 2 and 9 as the database holds them, against anyone who writes past the code."""

from __future__ import annotations

import psycopg
import pytest
from psycopg import errors

from include.documents import sending
from tests.documents.conftest import NOW
from tests.documents.interchanges import broken_order, interchange, order, relationship

BODY = [segment.split("*") for segment in order()[1]]


@pytest.fixture
def connection(office):
    """The ledger after one interchange came in and its 997 went out."""
    office.take_in(interchange(order()))
    return office.connection


def _write(connection, number="4ABCDEF1", **fields):
    return sending.write_document(
        connection,
        relationship(guide="base", **fields),
        "850",
        BODY,
        business_key=f"850 {number}",
        purchase_order_number=number,
        now=NOW,
    )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE transmission SET content = content || 'x'",
        "UPDATE transmission SET file_name = 'another.edi'",
        "UPDATE transmission SET direction = CASE direction WHEN 'in' THEN 'out' ELSE 'in' END",
        "DELETE FROM transmission",
        "TRUNCATE transmission CASCADE",
    ],
)
def test_law_1_stored_bytes_are_never_changed_or_deleted(connection, statement):
    with pytest.raises(errors.IntegrityConstraintViolation, match="law 1"):
        connection.execute(statement)


def test_law_1_the_hash_is_of_the_bytes_and_nobody_can_set_another(connection):
    (row,) = connection.execute("SELECT DISTINCT sha256 = sha256(content) AS is_right FROM transmission").fetchall()

    assert row["is_right"]
    with pytest.raises(errors.GeneratedAlways):
        connection.execute("UPDATE transmission SET sha256 = ''")


@pytest.mark.parametrize("table", ["interchange", "document"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_laws_2_and_9_what_came_in_or_went_out_is_never_forgotten(connection, table, statement):
    with pytest.raises(errors.IntegrityConstraintViolation, match="laws 2 and 9"):
        connection.execute(statement.format(table))


def _copy_interchange(connection, direction, **changed):
    columns = [
        "direction", "sender_qualifier", "sender_id", "receiver_qualifier", "receiver_id", "control_number",
        "byte_length", "sha256", "state", "recorded_at", "transmission_id",
    ]  # fmt: skip
    values = ", ".join(f"'{changed[each]}'" if each in changed else each for each in columns)
    connection.execute(
        f"INSERT INTO interchange ({', '.join(columns)}, byte_offset) SELECT {values}, 9999 FROM interchange"
        f" WHERE direction = '{direction}'"
    )


def test_law_2_an_interchange_is_taken_in_once(connection):
    with pytest.raises(errors.UniqueViolation, match="law_2_once_in"):
        _copy_interchange(connection, "in")


def test_law_2_nor_with_other_bytes(connection):
    with pytest.raises(errors.UniqueViolation, match="law_2_once_in"):
        _copy_interchange(connection, "in", sha256="other", state="rejected")


def test_law_9_a_control_number_goes_out_once(connection):
    with pytest.raises(errors.UniqueViolation, match="law_9_control_number"):
        _copy_interchange(connection, "out")


def test_law_9_a_document_says_a_thing_once(connection):
    first = _write(connection)

    again = _write(connection)

    assert again == first
    columns = (
        "interchange_id, relationship, direction, transaction_set, functional_identifier, group_control_number, "
        "set_control_number, byte_offset, byte_length, business_key, state, recorded_at"
    )
    with pytest.raises(errors.UniqueViolation, match="law_9_once_out"):
        connection.execute(
            f"INSERT INTO document ({columns}) SELECT {columns} FROM document WHERE document_id = %s", [first]
        )


def test_law_9_a_withdrawn_document_makes_room_for_its_successor(connection):
    first = _write(connection)
    connection.execute("UPDATE document SET state = 'withdrawn' WHERE document_id = %s", [first])

    assert _write(connection) != first


def test_law_9_a_document_is_in_the_ledger_and_the_outbox_before_it_is_sent(office):
    document_id = _write(office.connection)

    (row,) = office.connection.execute(
        "SELECT d.state, i.control_number, o.file_name, o.state AS outbox_state FROM document d"
        " JOIN interchange i USING (interchange_id) JOIN outbox o USING (transmission_id) WHERE d.document_id = %s",
        [document_id],
    ).fetchall()
    assert row == {
        "state": "written",
        "control_number": "000000001",
        "file_name": "850_000000001.edi",
        "outbox_state": "pending",
    }
    assert office.published() == []


def test_law_9_a_document_that_is_refused_leaves_no_trace_and_no_gap(office):
    body = [segment.split("*") for segment in broken_order()[1]]
    with pytest.raises(sending.RejectedError), office.connection.transaction():
        sending.write_document(
            office.connection, relationship(), "850", body, business_key="x", purchase_order_number=None, now=NOW
        )

    assert office.count("document") == office.count("outbox") == office.count("control_number") == 0


def test_law_9_relationships_that_share_a_mailbox_never_share_a_number_or_a_file_name(office):
    """Each pair of ids with a range of its own would write `850_000000001.edi` twice."""
    _write(office.connection)
    _write(office.connection, name="second", ours="VENDOR2")
    office.connection.commit()

    office.publish()

    assert office.published() == ["850_000000001.edi", "850_000000002.edi"]


def test_law_9_two_processes_that_say_the_same_thing_at_once_make_one_document(office):
    """The second waits for the first to end, and finds what it wrote."""
    with psycopg.connect(office.dsn, row_factory=psycopg.rows.dict_row) as other:
        first = _write(office.connection)
        other.execute("SET lock_timeout = '200ms'")
        with pytest.raises(errors.LockNotAvailable):
            _write(other)
        other.rollback()
        office.connection.commit()

        second = _write(other)

    assert second == first
