"""Whoever works at once and whatever dies in between, an invoice is written once and bills what was notified."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from include.documents import sending as documents
from include.invoices import agreeing, opening, sending
from tests.invoices.books import MUGS, bill_and_match, mugs, number_of


def test_two_workers_at_once_write_one_document(books):
    bill_and_match(books, MUGS, invoice=mugs())
    with books.desk() as desk:
        books.warehouse.tick()
        opening.open_due(desk)
        desk.connection.commit()
        agreeing.settle_due(desk, limit=10)

    def send(_):
        with books.desk() as desk:
            write = partial(documents.write_document, desk.connection, desk.relationship)
            return sending.send_due(desk, write, limit=10)

    with ThreadPoolExecutor(4) as workers:
        sent = list(workers.map(send, range(4)))

    assert sum(map(len, sent)) == 1
    assert (len(books.written()), books.states()) == (1, ["sent"])


def test_killed_before_its_document_is_committed_an_invoice_is_sent_once(books, monkeypatch):
    bill_and_match(books, MUGS, invoice=mugs(number="INV-7"))
    write = documents.write_document

    def die(*words, **more):
        write(*words, **more)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(documents, "write_document", die)
        books.tick()
    before = books.written()

    books.tick()

    assert (before, [number_of(each) for each in books.written()]) == ([], ["INV-7"])


def test_what_was_written_waits_in_the_outbox_and_is_not_written_again(books):
    bill_and_match(books, MUGS, invoice=mugs())
    books.tick()

    books.tick()

    (row,) = books.warehouse.rows("SELECT state FROM outbox WHERE file_name LIKE '810%%'")
    assert (row["state"], len(books.written())) == ("pending", 1)


def test_law_7_the_database_refuses_to_bill_more_than_was_notified(books):
    bill_and_match(books, MUGS, invoice=mugs())
    books.tick()

    with books.desk() as desk, pytest.raises(Exception, match="law 7"):
        desk.connection.execute("UPDATE invoice_line SET quantity = 13")
        desk.connection.commit()
