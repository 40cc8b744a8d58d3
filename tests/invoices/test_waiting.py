"""What an invoice waits for: its notice's answer, and the inventory system's invoice."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.invoices.books import MUGS, bill_and_match, mugs, number_of, total_of
from tests.ship_notices.warehouse import packed


def test_an_invoice_waits_until_its_notice_was_accepted(books):
    sale = books.warehouse.order("4AB7XY2P", MUGS)
    books.ship(sale, packed("MUG", 12))
    books.notify("published")
    books.invoice(sale, mugs())

    books.tick()
    before = books.written()
    books.answer_notices("accepted_with_errors")
    books.tick()

    assert (before, len(books.written())) == ([], 1)


def test_an_invoice_leaves_without_the_notices_997_when_its_wait_ran_out(books):
    sale = books.warehouse.order("4AB7XY2P", MUGS)
    books.ship(sale, packed("MUG", 12))
    books.notify("published")
    books.invoice(sale, mugs())
    books.pass_time(hours=23)
    books.tick()
    before = books.written()
    books.pass_time(hours=1)

    books.tick()

    assert (before, len(books.written())) == ([], 1)


@pytest.mark.parametrize("verdict", ["written", "rejected"])
def test_a_notice_that_amazon_does_not_have_is_never_billed(books, verdict):
    sale = books.warehouse.order("4AB7XY2P", MUGS)
    books.ship(sale, packed("MUG", 12))
    books.notify(verdict)
    books.invoice(sale, mugs())
    books.pass_time(days=3)

    books.tick()

    assert books.written() == []
    assert "sent" not in books.states()


def test_a_refused_notice_is_billed_as_its_replacement_says(books):
    sale = books.warehouse.order("4AB7XY2P", MUGS)
    books.ship(sale, packed("MUG", 12))
    books.notify("rejected")
    books.invoice(sale, mugs())
    books.tick()
    books.warehouse.enter(books.warehouse.notices()[0]["shipment_number"], send_again=True)
    books.tick()
    books.answer_notices()

    books.tick()

    assert [total_of(each) for each in books.written()] == [Decimal("51.00")]


def test_a_missing_invoice_is_told_after_its_wait_and_settled_when_it_comes(books):
    sale = books.warehouse.order("4AB7XY2P", MUGS)
    books.ship(sale, packed("MUG", 12))
    books.notify()
    books.tick()
    early = books.exceptions()
    books.pass_time(hours=25)
    books.tick()
    late = books.exceptions()
    books.invoice(sale, mugs())

    books.tick()

    assert (early, set(late)) == ({}, {"invoice_missing"})
    assert late["invoice_missing"].owner_team == "finance"
    assert str(late["invoice_missing"].money) == "51.00 USD"
    assert (books.states(), books.exceptions()) == (["sent"], {})


@pytest.mark.parametrize("status", ["DRAFT", "VOIDED"])
def test_a_draft_or_voided_invoice_is_no_third_side(books, status):
    bill_and_match(books, MUGS, invoice=mugs(status=status))

    books.tick()

    assert (books.written(), books.states()) == ([], ["waiting"])


def test_a_voided_invoice_beside_its_successor_does_not_count(books):
    sale = bill_and_match(books, MUGS, invoice=mugs(11))
    books.tick()
    books.invoice(sale, mugs(12))

    books.tick()

    assert (books.states(), books.exceptions()) == (["sent"], {})


def test_a_credit_on_a_second_invoice_is_counted_with_it(books):
    sale = bill_and_match(books, MUGS, invoice=mugs(13))
    books.invoice(sale, mugs(13), mugs(-1))

    books.tick()

    (sent,) = books.written()
    assert (total_of(sent), number_of(sent)) == (Decimal("51.00"), "4AB7XY2P-1")
