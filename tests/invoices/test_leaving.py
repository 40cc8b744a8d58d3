"""What an invoice says when order, notice and the inventory system's invoice agree, and under which number."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.invoices.books import MUGS, bill_and_match, erp_invoice, lines_of, mugs, number_of, total_of
from tests.ship_notices.warehouse import Line, packed


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
