"""Stored documents given to the process that takes them up, once, as they were read."""

from __future__ import annotations

import pytest

from include.database.connection import connect
from include.documents.inbound import load_to_take_up, mark_taken_up, take_up
from tests.documents.conftest import NOW
from tests.documents.interchanges import interchange, order
from tests.x12.readers import read, sets_of

ODD = {
    "usual": "*~>",
    "a line break behind each segment": "*~>",
    "line breaks as terminators": "*\n>",
    "carriage returns as terminators": "*\r>",
    "control characters": "\x1d\x1c\x1f",
    "signs": "|!^",
}


@pytest.mark.parametrize("kind", ODD)
def test_segments_come_back_exactly_as_they_were_read(office, kind):
    element, segment, component = ODD[kind]
    content = interchange(order(name="NORTH CENTRE ")).decode().replace("*P*>", f"*P*{component}")
    content = content.translate(str.maketrans("*~", element + segment))
    if "behind" in kind or kind.startswith("carriage"):
        content = content.replace(segment, segment + ("\n" if segment == "\r" else "\r\n"))
    (was_read,) = sets_of(read(content.encode()))
    office.take_in(content.encode())

    (document,) = load_to_take_up(office.connection, "amazon", ["850"], limit=5)

    assert document.segments == was_read.segments
    assert document.component == component


def test_documents_come_in_the_order_of_their_arrival_and_no_more_than_asked(office):
    for number in (1, 2, 3):
        office.take_in(interchange(order(f"4ABCDEF{number}"), number=number))

    documents = load_to_take_up(office.connection, "amazon", ["850"], limit=2)

    assert [document.segments[1][3] for document in documents] == ["4ABCDEF1", "4ABCDEF2"]


def test_a_document_is_taken_up_by_one_process_and_not_again(office):
    office.take_in(interchange(order()))
    with connect(office.dsn) as other:
        assert take_up(office.connection, 1)
        assert not take_up(other, 1)
        mark_taken_up(office.connection, 1, "4ABCDEF1", NOW)
        office.connection.commit()

        assert not take_up(other, 1)

    assert load_to_take_up(office.connection, "amazon", ["850"], limit=5) == ()


def test_a_process_that_dies_before_its_transaction_ends_gives_the_document_back(office):
    office.take_in(interchange(order()))
    take_up(office.connection, 1)
    mark_taken_up(office.connection, 1, "4ABCDEF1", NOW)
    office.connection.rollback()

    assert take_up(office.connection, 1)
