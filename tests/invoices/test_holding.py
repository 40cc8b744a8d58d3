"""What disagrees is held, told with the three side by side, and leaves once it was put right or accepted."""

from __future__ import annotations

from decimal import Decimal

from include.documents import sending as documents
from include.errors import RejectedError
from tests.invoices.books import MUGS, bill_and_match, erp_invoice, mugs, told, total_of
from tests.ship_notices.warehouse import packed


def test_a_price_off_by_a_penny_is_held_with_the_three_side_by_side(books):
    bill_and_match(books, MUGS, invoice=mugs(price="4.26", number="INV-7"))

    books.tick()

    assert (books.written(), books.states()) == ([], ["disagreed"])
    assert "does not match INV-7." in told(books)
    assert "Order 4AB7XY2P line 1 (MUG), price: order 4.25 | notice - | invoice 4.26." in told(books)
    assert "All, total: order 51.00 | notice 51.00 | invoice 51.12." in told(books)
    assert str(books.exceptions()["invoice_mismatch"].money) == "51.00 USD"


def test_a_quantity_that_was_never_shipped_is_not_billed(books):
    bill_and_match(books, MUGS, invoice=mugs(14))

    books.tick()

    assert books.written() == []
    assert "line 1 (MUG), quantity: order 12 | notice 12 | invoice 14." in told(books)


def test_a_product_that_was_never_shipped_is_not_billed(books):
    bill_and_match(books, MUGS, invoice=erp_invoice(("MUG", 12, "4.25"), ("BOWL", 1, "9.00")))

    books.tick()

    assert books.written() == []
    assert "Order 4AB7XY2P (BOWL), product: order 0 | notice 0 | invoice 1." in told(books)


def test_a_charge_without_a_code_is_held(books):
    bill_and_match(books, MUGS, invoice=mugs(charges=[("Pallets", "12.00")]))

    books.tick()

    assert books.written() == []
    assert "charge: order 0.00 | notice 0.00 | invoice 12.00 ('Pallets' has no code under invoices" in told(books)


def test_freight_is_billed_once_an_order(open_books):
    books = open_books(charges={"Freight": "D240"})
    sale = books.warehouse.order("4AB7XY2P", MUGS)
    for number, units in enumerate([5, 7], 1):
        books.ship(sale, packed("MUG", units), number=number)
        books.notify()
    freight = {"charges": [("Freight", "15.00")]}
    first = mugs(5, **freight)
    books.invoice(sale, first)
    books.tick()
    books.invoice(sale, first, mugs(7, fulfilment_number=2, **freight))

    books.tick()

    assert [total_of(each) for each in books.written()] == [Decimal("36.25")]
    assert "stands on another invoice of the order already" in told(books)


def test_tax_is_held_until_the_relationship_is_confirmed_to_have_some(books):
    bill_and_match(books, MUGS, invoice=mugs(tax="3.00"))

    books.tick()

    assert books.written() == []
    assert "tax: order 0.00 | notice 0.00 | invoice 3.00" in told(books)


def test_a_disagreement_is_settled_and_sent_when_the_sale_was_put_right(books):
    sale = bill_and_match(books, MUGS, invoice=mugs(price="4.26"))
    books.tick()
    books.invoice(sale, mugs())

    books.tick()

    assert (books.states(), books.exceptions()) == (["sent"], {})


def test_what_a_person_accepts_leaves_as_acknowledged_and_is_recorded(books):
    bill_and_match(books, MUGS, invoice=mugs(price="4.26"))
    books.tick()

    books.decide("4AB7XY2P", accept="Agreed with the buyer by mail.")
    books.tick()

    assert [total_of(each) for each in books.written()] == [Decimal("51.00")]
    (row,) = books.warehouse.rows("SELECT what FROM order_event WHERE actor = 'fiona'")
    assert "invoice 4.26" in row["what"] and "Agreed with the buyer by mail." in row["what"]


def test_what_was_accepted_is_asked_again_when_something_else_disagrees(books):
    sale = bill_and_match(books, MUGS, invoice=mugs(price="4.26"))
    books.tick()
    books.decide("4AB7XY2P", accept="Agreed with the buyer by mail.")
    books.invoice(sale, mugs(price="4.30"))

    books.tick()

    assert (books.written(), books.states()) == ([], ["disagreed"])


def test_without_a_bill_to_nothing_leaves_and_the_setting_is_named(open_books):
    books = open_books(bill_to=None)
    bill_and_match(books, MUGS, invoice=mugs())
    books.tick()
    before = told(books, "configuration"), books.written()
    books.set(bill_to=open_books().warehouse.relationship.invoices.bill_to.model_dump())

    books.tick()

    assert "invoices.bill_to of the relationship amazon_test is not set" in before[0]
    assert (before[1], books.states(), books.exceptions()) == ([], ["sent"], {})


def test_what_agreed_and_was_changed_there_before_it_left_is_matched_again(open_books):
    books = open_books(bill_to=None)
    sale = bill_and_match(books, MUGS, invoice=mugs())
    books.tick()
    before = books.states()
    books.invoice(sale, mugs(price="4.26"))
    books.set(bill_to=open_books().warehouse.relationship.invoices.bill_to.model_dump())

    books.tick()
    books.tick()

    assert (before, books.states(), books.written()) == (["agreed"], ["disagreed"], [])


def test_an_invoice_is_never_dated_before_its_order(books):
    bill_and_match(books, MUGS, invoice=mugs())
    with books.desk() as desk:
        desk.connection.execute("UPDATE purchase_order SET ordered_on = %s", ["2026-11-25"])
        desk.connection.commit()
    books.tick()
    before = told(books), books.written()
    books.pass_time(days=1)

    books.tick()

    assert "before its order of 2026-11-25" in before[0]
    assert (before[1], books.states(), books.exceptions()) == ([], ["sent"], {})


def test_a_document_that_a_validator_refuses_is_held_and_the_others_go_on(books, monkeypatch):
    for number in ("4AAAAAAA", "4BBBBBBB"):
        bill_and_match(books, MUGS, invoice=mugs(), number=number)
    refusals = [RejectedError("The second validator refuses what was to be sent.", reasons=("IT1 is odd.",))]
    write = documents.write_document

    def refuse_once(*words, **more):
        if refusals:
            raise refusals.pop()
        return write(*words, **more)

    monkeypatch.setattr(documents, "write_document", refuse_once)

    books.tick()

    assert sorted(books.states()) == ["agreed", "sent"]
    assert "IT1 is odd." in told(books)
