"""The three-way match as a value: it agrees with what is the same on all sides, and names each thing that is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.identifiers import ItemIdentifier
from include.invoices.building import build
from include.invoices.matching import Known, Side, What, match
from include.invoices.third_side import third_side
from include.invoices.values import Goods, InvoiceState, Line, Order, Sale, SaleInvoice, StoredInvoice
from include.money import Rounding, round_to
from include.relationships.billing import Invoices
from include.relationships.model import Relationship
from include.ship_notices.ledger import ErpInvoice, InvoicedLine
from tests.invoices.books import INVOICES
from tests.purchase_orders.trade import RELATIONSHIP

DAY = date(2026, 11, 24)
ORDER = Order(1, "4AB7XY2P", DAY, "USD", None, "Main Warehouse")
SALE = Sale(1, "sale-1", "vendorlane:amazon_test:4AB7XY2P:1.1", (1,))
RELATION = Relationship.model_validate(dict(RELATIONSHIP) | {"invoices": INVOICES})


def goods(number="1", sku="MUG", quantity=12, price="4.25", *, eaches=1, per_each=True, **changed) -> Goods:
    """A line that was confirmed and notified whole, in eaches or in cases of some."""
    of_each = Decimal(price) if per_each else Decimal(price) / eaches
    line = Line(
        ORDER, number, ItemIdentifier("BP", f"B{number}"), "EA" if eaches == 1 else "CA", Decimal(quantity),
        Decimal(price), per_each, Decimal(eaches),
    )  # fmt: skip
    told = Goods(
        line, SALE, Decimal(quantity), line.unit, sku, Decimal(quantity * eaches),
        round_to(of_each, 4, Rounding.HALF_EVEN), "p", sku, Decimal(quantity), Decimal(0),
    )  # fmt: skip
    return replace(told, **changed)


def mirrored(*parts: Goods) -> ErpInvoice:
    """The inventory system's invoice of just that, lines of one SKU merged, each rounded to the cent."""
    by_sku: dict[str, tuple[Decimal, Decimal]] = {}
    for each in parts:
        by_sku[each.sku] = (by_sku.get(each.sku, (Decimal(0),))[0] + each.sku_quantity, each.sku_price)
    lines = tuple(
        InvoicedLine(sku, units, price, (units * price).quantize(Decimal("0.01"), ROUND_HALF_UP))
        for sku, (units, price) in by_sku.items()
    )
    total = sum((line.total for line in lines), Decimal(0))
    return ErpInvoice("task-1", "INV-1", "AUTHORISED", DAY, 1, "", lines, (), Decimal(0), total)


def stored(*parts: Goods, **changed) -> StoredInvoice:
    opened_at = datetime(2026, 11, 24, tzinfo=UTC)
    told = StoredInvoice(
        1, "amazon_test", 1, 1, InvoiceState.WAITING, "VND1", None, 0, "USD", None, None, None, None, opened_at, 0,
        parts,
    )  # fmt: skip
    return replace(told, **changed)


def outcome(parts, *invoices: ErpInvoice, settings: Invoices = RELATION.invoices, known: Known | None = None):
    third = [SaleInvoice(1, each) for each in invoices]
    ours = build(stored(*parts), third, RELATION, number="1", invoiced_on=DAY)
    return match(ours, parts, third, settings, known or Known())


def kinds(found):
    return [(each.what, each.put_right) for each in found.disagreements]


# Prices per case have as many decimals as Amazon writes; lines of one SKU have one price, as sales merge no others.
@st.composite
def orders(draw):
    found = []
    for sku in draw(st.lists(st.sampled_from(["MUG", "BOWL", "CUP"]), min_size=1, unique=True)):
        price, eaches, per_each = draw(st.integers(1, 99_999)), draw(st.sampled_from([1, 6, 12])), draw(st.booleans())
        for _ in range(draw(st.integers(1, 2))):
            quantity = draw(st.integers(1, 500))
            told = f"{price / 100:.2f}"
            found.append(goods(str(len(found) + 1), sku, quantity, told, eaches=eaches, per_each=per_each))
    return tuple(found)


@given(orders())
def test_what_is_the_same_on_all_sides_agrees(parts):
    assert outcome(parts, mirrored(*parts)).text == ""


@given(orders(), st.data())
def test_whatever_differs_by_a_unit_or_a_cent_is_named(parts, data):
    right = mirrored(*parts)
    place = data.draw(st.integers(0, len(right.lines) - 1))
    line = right.lines[place]
    price = line.price + data.draw(st.sampled_from([Decimal("0.01"), Decimal("-0.01"), Decimal(0)]))
    quantity = line.quantity + (1 if price == line.price else 0)
    wrong_line = InvoicedLine(line.sku, quantity, price, quantity * price)
    lines = (*right.lines[:place], wrong_line, *right.lines[place + 1 :])
    wrong = replace(right, lines=lines, total=right.total - line.total + wrong_line.total)

    found = outcome(parts, wrong)

    expected = What.QUANTITY if price == line.price else What.PRICE
    assert (expected, line.sku, Side.ERP) in {(each.what, each.sku, each.put_right) for each in found.disagreements}


def test_a_total_that_its_lines_do_not_come_to_is_named():
    parts = (goods(),)

    found = outcome(parts, replace(mirrored(*parts), total=Decimal("51.01")))

    assert found.text == "All, total: order 51.00 | notice 51.00 | invoice 51.01."


def test_a_line_that_is_discounted_beside_its_price_is_named():
    parts = (goods(),)
    line = InvoicedLine("MUG", Decimal(12), Decimal("4.25"), Decimal("50.00"))

    found = outcome(parts, replace(mirrored(*parts), lines=(line,), total=Decimal("50.00")))

    assert kinds(found) == [(What.TOTAL, Side.ERP)] * 2


def test_more_than_was_confirmed_is_named_with_what_was_billed_before():
    part = goods(notified=Decimal(13), billed=Decimal(1))

    found = outcome((part,), mirrored(part))

    (each,) = found.disagreements
    assert (each.what, each.put_right, each.ordered, each.notified) == (What.QUANTITY, Side.NOTICE, 12, 13)
    assert each.note == "1 billed before"


def test_a_unit_that_the_order_has_no_more_is_named():
    part = goods(unit="CA")

    found = outcome((part,), mirrored(part))

    assert kinds(found) == [(What.UNIT, Side.ORDER)]


def test_a_line_whose_product_was_changed_or_has_no_id_is_named():
    part = goods(sku_price=None)
    nameless = replace(goods("2", "BOWL"), line=replace(goods("2").line, identifier=None))

    found = outcome((part, nameless), mirrored(goods(), nameless))

    assert {(What.PRODUCT, Side.ORDER), (What.IDENTIFIER, Side.ORDER)} <= set(kinds(found))


def test_a_case_whose_eaches_are_not_known_is_named():
    part = goods(eaches=6, quantity=2)
    part = replace(part, line=replace(part.line, eaches=None))

    found = outcome((part,), mirrored(part))

    assert kinds(found) == [(What.UNIT, Side.ORDER)]
    assert "how many are in one CA is not known" in found.text


def test_a_price_of_the_order_that_is_not_the_skus_is_named():
    part = goods(sku_price=Decimal("4.20"))

    found = outcome((part,), mirrored(part))

    assert kinds(found) == [(What.PRICE, Side.ORDER)]


def test_the_invoice_that_was_built_is_held_against_the_notice_too():
    parts = (goods(), goods("2", "BOWL", 3))
    third = [SaleInvoice(1, mirrored(*parts))]
    right = build(stored(*parts), third, RELATION, number="1", invoiced_on=DAY)
    wrong = replace(right, lines=(replace(right.lines[0], quantity=Decimal(11), unit_price=Decimal("4.26")),))

    found = match(wrong, parts, third, RELATION.invoices, Known())

    assert kinds(found) == [(What.QUANTITY, Side.OURS), (What.PRICE, Side.OURS), (What.QUANTITY, Side.OURS)]


@pytest.mark.parametrize(
    ("setting", "line"),
    [
        ({"price_tolerance": "0.01"}, ("12", "4.26")),
        ({"quantity_tolerance": "1"}, ("11", "4.25")),
    ],
)
def test_what_the_relationship_tolerates_is_no_disagreement(setting, line):
    parts = (goods(),)
    quantity, price = map(Decimal, line)
    told = InvoicedLine("MUG", quantity, price, quantity * price)
    invoice = replace(mirrored(*parts), lines=(told,), total=told.total)

    strict, lenient = outcome(parts, invoice), outcome(parts, invoice, settings=Invoices.model_validate(setting))

    assert (strict.agrees, lenient.text) == (False, "")


def test_a_total_within_its_tolerance_agrees():
    parts = (goods(),)
    invoice = replace(mirrored(*parts), total=Decimal("51.02"))

    found = outcome(parts, invoice, settings=Invoices.model_validate({"total_tolerance": "0.02"}))

    assert found.agrees


# --- which invoices are the third side --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "counts"),
    [
        ({}, True),
        ({"status": "PAID"}, True),
        ({"status": "DRAFT"}, False),
        ({"status": "VOIDED"}, False),
        ({"fulfilment_number": 2}, False),
        ({"fulfilment_number": None}, True),
        ({"memo": "vendorlane:amazon_test:4AB7XY2P:1.1:VND1", "fulfilment_number": None}, True),
        ({"memo": "vendorlane:amazon_test:4AB7XY2P:1.1:VND2"}, False),
    ],
)
def test_what_is_linked_to_the_notices_fulfilments_or_bears_our_key_counts(changed, counts):
    part = goods()
    told = SaleInvoice(1, replace(mirrored(part), **changed))

    assert bool(third_side(stored(part), [(told, None)])) is counts


def test_what_another_invoice_was_sent_by_does_not_count():
    part = goods()
    told = SaleInvoice(1, mirrored(part))

    assert third_side(stored(part), [(told, 2)]) == ()
    assert third_side(stored(part), [(told, 1)]) == (told,)


def test_an_invoice_over_a_whole_order_counts_whatever_it_is_linked_to():
    part = goods()
    told = SaleInvoice(1, replace(mirrored(part), fulfilment_number=9))

    assert third_side(stored(part, notice_id=None, shipment_number=None), [(told, None)]) == (told,)
