"""What was sent and then refused, voided or replaced: it is sent again by a person's word, or told."""

from __future__ import annotations

import pytest

from include.database.connection import connect
from include.errors import RejectedError
from tests.invoices.books import MUGS, bill_and_match, erp_invoice, mugs, number_of, told
from tests.ship_notices.warehouse import packed


def test_a_refused_invoice_reopens_with_its_fields_named(books):
    bill_and_match(books, MUGS, invoice=mugs(number="INV-7"))
    books.tick()
    place = next(place for place, segment in enumerate(books.written()[0]) if segment[:2] == ["N1", "BT"])
    finding = {"segment": "N1", "position": place - 1, "element": 2, "sentence": "", "code": "7", "level": "element"}

    books.refuse_invoice([finding])
    books.tick()
    books.tick()

    assert (books.states(), len(books.written())) == (["reopened"], 1)
    assert "INV-7 was refused by the partner, which names bill_to." in told(books)


def test_a_refused_invoice_that_is_unchanged_is_sent_again_under_its_number(books):
    bill_and_match(books, MUGS, invoice=mugs(number="INV-7"))
    books.tick()
    books.refuse_invoice()
    books.tick()
    books.pass_time(days=2)

    books.decide("INV-7", send_again=True)
    books.tick()

    first, second = books.written()
    assert first[2:-4] == second[2:-4]
    assert (books.states(), books.exceptions()) == (["sent"], {})


def test_changed_content_needs_a_new_number_by_a_persons_word(books):
    bill_and_match(books, MUGS, invoice=mugs(number="INV-7"))
    books.tick()
    books.refuse_invoice()
    books.tick()
    books.set(terms={"net_days": 90})

    books.decide("INV-7", send_again=True)
    books.tick()
    before = told(books), len(books.written())
    with pytest.raises(RejectedError, match="0 invoices that 'INV-7' names are reopened or sent"):
        books.decide("INV-7", send_again=True)
    books.decide("INV-7", new_number=True)
    books.tick()

    assert "Its content changed since it was sent as INV-7" in before[0]
    assert before[1] == 1
    assert [number_of(each) for each in books.written()] == ["INV-7", "4AB7XY2P-1"]
    assert (books.states(), books.exceptions()) == (["sent"], {})


def test_an_invoice_voided_there_after_ours_left_is_told(books):
    sale = bill_and_match(books, MUGS, invoice=mugs(number="INV-7"))
    books.tick()
    books.invoice(sale)

    books.tick()

    assert (books.states(), len(books.written())) == (["sent"], 1)
    assert "was voided in the inventory system, but the invoice (810) INV-7 was sent" in told(books)


def test_an_invoice_made_anew_there_stands_for_the_voided_one(books):
    sale = bill_and_match(books, MUGS, invoice=mugs(number="INV-7"))
    books.tick()
    books.invoice(sale)
    books.tick()
    books.invoice(sale, mugs(number="INV-8"))

    books.tick()

    assert (len(books.written()), books.exceptions()) == (1, {})


def test_what_was_credited_there_before_ours_left_is_not_billed(books):
    bill_and_match(books, MUGS, invoice=erp_invoice(("MUG", 12, "4.25"), ("MUG", -2, "4.25"), number="INV-7"))

    books.tick()

    assert (books.written(), books.states()) == ([], ["disagreed"])
    assert "line 1 (MUG), quantity: order 12 | notice 12 | invoice 10." in told(books)


def test_what_was_credited_there_after_ours_left_is_told(books):
    sale = bill_and_match(books, MUGS, invoice=mugs(number="INV-7"))
    books.tick()
    books.invoice(sale, erp_invoice(("MUG", 12, "4.25"), ("MUG", -2, "4.25"), number="INV-7"))

    books.tick()

    assert (books.states(), len(books.written())) == (["sent"], 1)
    assert "was credited in the inventory system, but the invoice (810) INV-7 was sent" in told(books)
    with connect(books.warehouse.database) as connection:
        connection.execute("UPDATE exception_entry SET state = 'resolved', resolved_at = now(), resolved_by = 'Ann'")
        connection.commit()
    books.tick()
    assert books.exceptions() == {}


def test_a_replacement_that_says_less_than_was_billed_is_told(books):
    sale = bill_and_match(books, MUGS, invoice=mugs())
    books.tick()
    books.warehouse.enter(books.warehouse.notices()[0]["shipment_number"], send_again=True)
    books.told[sale][0].clear()
    books.ship(sale, packed("MUG", 11))
    books.notify()

    books.tick()

    assert "bills more than the replacement of the notice" in told(books)
    assert len(books.written()) == 1


def test_an_order_that_its_notice_no_longer_says_is_not_billed(books):
    sale = books.warehouse.order("4AB7XY2P", MUGS)
    books.ship(sale, packed("MUG", 12))
    books.notify("published")
    books.tick()
    with books.desk() as desk:
        desk.connection.execute("DELETE FROM notice_item")
        desk.connection.commit()

    books.tick()

    assert (books.states(), books.exceptions()) == (["withdrawn"], {})


def test_what_is_shipped_after_the_one_invoice_of_an_order_is_told(open_books):
    books = open_books(scope="order")
    sale = bill_and_match(books, MUGS, invoice=mugs())
    books.tick()
    books.ship(sale, packed("MUG", 1), number=2)
    books.warehouse.tick()
    books.warehouse.enter(books.warehouse.notices()[1]["shipment_number"], send_as_packed=True)
    books.notify()

    books.tick()

    assert "stands on none" in told(books, "invoice_missing")
