"""From what was notified to the invoice that bills it: what leaves, what is held, and what is told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from functools import partial

import pytest

from include.documents import sending as documents
from include.errors import RejectedError
from include.invoices import agreeing, opening, sending
from tests.invoices.books import bill_and_match, erp_invoice, lines_of, number_of, total_of
from tests.ship_notices.warehouse import Line, packed

MUGS = Line("MUG", 12)


def mugs(units: int = 12, price: str = "4.25", **more):
    return erp_invoice(("MUG", units, price), **more)


def told(books, kind="invoice_mismatch"):
    return books.exceptions()[kind].what_happened


# --- what leaves ----------------------------------------------------------------------------------------------------


def test_law_7_what_was_notified_is_billed_once_when_order_notice_and_invoice_agree(books):
    bill_and_match(books, MUGS, invoice=mugs(number="INV-7"))

    books.tick()
    books.tick()

    (sent,) = books.written()
    assert (number_of(sent), total_of(sent)) == ("INV-7", Decimal("51.00"))
    assert lines_of(sent) == [("1", "12", "EA", "4.25", "NT")]
    assert (books.states(), books.order_states(), books.exceptions()) == (["sent"], ["invoiced"], {})
    assert books.watched.summary() == "invoices: 1 sent; 0 stalled"


def test_parties_and_terms_leave_letter_for_letter_as_they_are_set(books):
    bill_and_match(books, MUGS, invoice=mugs())

    books.tick()

    (sent,) = books.written()
    assert ["N1", "BT", "Amazon.com Services LLC", "92", "AMZ01"] in sent
    assert ["N3", "PO Box 80387"] in sent
    assert ["N1", "RI", "Vendor Goods LLC", "92", "VNDR1"] in sent
    assert ["ITD", "01", "3", "", "", "", "", "60"] in sent


def test_an_order_in_two_notices_gives_two_invoices_whose_totals_are_the_orders(books):
    sale = books.warehouse.order("4AB7XY2P", Line("MUG", 10, price="3.33"), Line("BOWL", 7, "CA", 6, "19.98"))
    for number, (cups, bowls) in enumerate([(4, 12), (6, 30)], 1):
        books.ship(sale, packed("MUG", cups), packed("BOWL", bowls), number=number)
        books.notify()
    parts = [(4, 12), (6, 30)]
    invoices = [
        erp_invoice(("MUG", cups, "3.33"), ("BOWL", bowls, "3.33"), fulfilment_number=number)
        for number, (cups, bowls) in enumerate(parts, 1)
    ]
    _reprice(books, "BOWL", "3.33")
    books.invoice(sale, invoices[0])

    books.tick()
    after_one = books.order_states()
    books.invoice(sale, *invoices)
    books.tick()

    totals = [total_of(each) for each in books.written()]
    assert totals == [Decimal("53.28"), Decimal("119.88")]
    assert sum(totals) == 10 * Decimal("3.33") + 7 * Decimal("19.98")
    assert (after_one, books.order_states()) == (["part_invoiced"], ["invoiced"])


def _reprice(books, sku, price):
    """The price of a unit of the SKU, where a line's price is per case."""
    with books.desk() as desk:
        desk.connection.execute(
            "UPDATE purchase_order_line SET sku_price = %s, price_basis = 'NT' WHERE sku = %s", [price, sku]
        )
        desk.connection.commit()


def test_a_case_priced_per_each_is_billed_for_all_its_eaches(books):
    bill_and_match(books, Line("MUG", 10, "CA", 6), invoice=mugs(60))

    books.tick()

    (sent,) = books.written()
    assert lines_of(sent) == [("1", "10", "CA", "4.25", "PE")]
    assert total_of(sent) == Decimal("255.00")


def test_a_price_without_end_in_the_inventory_system_is_no_disagreement(books):
    sale = books.warehouse.order("4AB7XY2P", Line("MUG", 1000, "CA", 6, "10.00"))
    _reprice(books, "MUG", "1.6667")
    books.ship(sale, packed("MUG", 6000))
    books.notify()
    books.invoice(sale, mugs(6000, "1.6667"))

    books.tick()

    (sent,) = books.written()
    assert (total_of(sent), books.exceptions()) == (Decimal("10000.00"), {})


def test_lines_of_one_sku_are_billed_each_by_its_own_quantity(books):
    lines = Line("MUG", 2, "CA", 6), Line("MUG", 5), Line("MUG", 3)
    bill_and_match(books, *lines, invoice=mugs(20))

    books.tick()

    (sent,) = books.written()
    assert [line[:3] for line in lines_of(sent)] == [("1", "2", "CA"), ("2", "5", "EA"), ("3", "3", "EA")]
    assert total_of(sent) == Decimal("85.00")


def test_a_line_packed_in_several_cartons_is_one_line_of_the_invoice(books):
    sale = books.warehouse.order("4AB7XY2P", MUGS)
    books.ship(sale, packed("MUG", 5), packed("MUG", 7, "Box 2"))
    books.notify()
    books.invoice(sale, mugs())

    books.tick()

    assert [lines_of(each) for each in books.written()] == [[("1", "12", "EA", "4.25", "NT")]]


def test_freight_and_tax_are_billed_by_their_codes(open_books):
    books = open_books(charges={"Freight": "D240", "Promotion": "C310"}, line_total_confirmed=True)
    charges = [("Freight", "15.00"), ("Promotion", "-5.00")]
    bill_and_match(books, MUGS, invoice=mugs(charges=charges, tax="4.59"))

    books.tick()

    (sent,) = books.written()
    assert [segment[:6] for segment in sent if segment[0] == "SAC"] == [
        ["SAC", "C", "D240", "", "", "1500"],
        ["SAC", "A", "C310", "", "", "500"],
    ]
    assert ["TXI", "ST", "4.59"] in sent
    assert total_of(sent) == Decimal("65.59")
    assert {segment[1] for segment in sent if segment[0] == "N1"} == {"RI", "BT", "SF", "ST"}


def test_several_orders_of_a_shipment_are_one_invoice_where_the_scope_says_so(open_books):
    books = open_books(scope="notice")
    sales = [books.warehouse.order(number, MUGS) for number in ("4AAAAAAA", "4BBBBBBB")]
    for sale in sales:
        books.ship(sale, packed("MUG", 12, "006141410000000012"))
    books.notify()
    for sale in sales:
        books.invoice(sale, mugs())

    books.tick()

    (sent,) = books.written()
    assert total_of(sent) == Decimal("102.00")
    assert [segment[-1] for segment in sent if segment[0] == "IT1"] == ["4AAAAAAA", "4BBBBBBB"]
    assert number_of(sent).startswith(books.warehouse.notices()[0]["shipment_number"])
    assert books.order_states() == ["invoiced", "invoiced"]


def test_an_order_is_billed_once_it_is_shipped_whole_where_the_scope_says_so(open_books):
    books = open_books(scope="order")
    sale = books.warehouse.order("4AB7XY2P", MUGS)
    books.ship(sale, packed("MUG", 5))
    books.notify()
    books.tick()
    before = books.states()
    books.ship(sale, packed("MUG", 7), number=2)
    books.notify()
    books.invoice(sale, mugs(fulfilment_number=None))

    books.tick()

    assert (before, [total_of(each) for each in books.written()]) == ([], [Decimal("51.00")])


def test_a_consigned_order_is_not_billed_on_shipment(books):
    sale = books.warehouse.order("4AB7XY2P", MUGS)
    with books.desk() as desk:
        desk.connection.execute("UPDATE purchase_order SET order_type = 'CN'")
        desk.connection.commit()
    books.ship(sale, packed("MUG", 12))
    books.notify()
    books.invoice(sale, mugs())

    books.tick()
    before = books.states()
    books.set(bills_consigned=True)
    books.tick()

    assert (before, books.states()) == ([], ["sent"])


# --- what it waits for ----------------------------------------------------------------------------------------------


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


# --- what is held ---------------------------------------------------------------------------------------------------


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


# --- numbers --------------------------------------------------------------------------------------------------------


def test_a_number_is_never_used_twice_whatever_the_inventory_system_says(books):
    for number in ("4AAAAAAA", "4BBBBBBB"):
        bill_and_match(books, MUGS, invoice=mugs(number="INV-7"), number=number)

    books.tick()

    assert sorted(number_of(each) for each in books.written()) == ["4BBBBBBB-1", "INV-7"]


@pytest.mark.parametrize("settings", [{"numbering": "ours"}, {}], ids=["ours", "too long there"])
def test_a_number_of_our_own_is_the_orders_and_a_counter(open_books, settings):
    books = open_books(**settings)
    bill_and_match(books, MUGS, invoice=mugs(number="INV-2026-11-00000000001"))

    books.tick()

    assert [number_of(each) for each in books.written()] == ["4AB7XY2P-1"]


# --- refused, sent again, undone ------------------------------------------------------------------------------------


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


# --- faults ---------------------------------------------------------------------------------------------------------


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
