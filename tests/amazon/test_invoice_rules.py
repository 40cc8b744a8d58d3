"""Rules 810-01 to 810-05: each fault of an invoice is found and named, and a clean one has none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.amazon.invoice_rules import RULES, check_against_notified, check_invoice
from include.amazon.invoices import Charge, Tax, Terms
from include.amazon.x12_810 import OrderPair
from include.identifiers import ItemIdentifier
from tests.amazon.invoice_values import (
    BILL_TO,
    SETTINGS,
    TERMS,
    TODAY,
    acknowledged,
    invoice,
    invoices,
    line,
    notified,
)

OTHER = "5EFGH456"


def faults_of(told, **settings):
    return check_invoice(told, today=TODAY, bill_to=BILL_TO, terms=TERMS, settings=replace(SETTINGS, **settings))


def beside_the_ledger(told, billed=None, **changed):
    """The faults of an invoice beside what was notified and acknowledged, by default just what `billed` bills."""
    billed = billed or told
    known = {"notified": notified(billed), "acknowledged": acknowledged(billed), "numbers_used": (), **changed}
    return check_against_notified(told, **known)


def named(faults):
    return [(fault.rule, fault.field) for fault in faults]


@given(invoices())
def test_an_invoice_of_what_was_notified_at_the_prices_acknowledged_has_no_fault(values):
    alone = check_invoice(values, today=TODAY, bill_to=values.bill_to, terms=values.terms, settings=SETTINGS)

    assert alone == beside_the_ledger(values) == ()


def test_every_fault_of_an_invoice_is_told_at_once():
    wrong = invoice(
        line("1", "0", unit="DZ"),
        line("1", unit_price="-1", unit="DZ"),
        currency="CAD",
        terms=replace(TERMS, net_days=30),
    )

    faults = faults_of(wrong)

    assert {fault.rule for fault in faults} == {"810-02", "810-03", "810-04"}
    assert len(faults) == 8
    assert {fault.rule for fault in faults} < set(RULES)
    assert not any(fault.is_warning for fault in faults)


@pytest.mark.parametrize(
    ("day", "is_right"),
    [
        (TODAY, True),
        (date(2026, 11, 24), True),
        (TODAY + timedelta(days=1), False),
        (date(2026, 11, 23), False),
    ],
    ids=["today", "the order's day", "tomorrow", "the day before the order"],
)
def test_810_01_it_is_dated_from_its_order_to_today(day, is_right):
    faults = faults_of(invoice(invoiced_on=day))

    assert named(faults) == ([] if is_right else [("810-01", "invoiced_on")])


def test_810_01_an_invoice_over_orders_of_several_days_needs_no_order_date():
    assert faults_of(invoice(ordered_on=None, invoiced_on=date(2020, 1, 1))) == ()


def test_810_01_a_number_is_used_once():
    faults = beside_the_ledger(invoice(), numbers_used={"INV-1001"})

    assert named(faults) == [("810-01", "invoice_number")]
    assert beside_the_ledger(invoice(), numbers_used={"INV-1000"}) == ()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (line(unit="DZ"), "lines.unit"),
        (line(unit=""), "lines.unit"),
        (line(identifier=ItemIdentifier("", "")), "lines.identifier"),
        (line(""), "lines.line_number"),
    ],
    ids=["dozens", "no unit", "no item", "no number"],
)
def test_810_02_a_line_says_what_is_billed(wrong, field):
    (fault,) = faults_of(invoice(wrong))

    assert (fault.rule, fault.field) == ("810-02", field)
    assert fault.subject == f"4ABCD123 line {wrong.line_number}"


@pytest.mark.parametrize("amount", ["0", "-1"])
def test_810_02_a_quantity_and_a_price_are_above_zero(amount):
    right = line("2")

    assert named(faults_of(invoice(right, line(quantity=amount)))) == [("810-02", "lines.quantity")]
    assert named(faults_of(invoice(right, line(unit_price=amount)))) == [("810-02", "lines.unit_price")]


def test_810_02_an_invoice_has_lines():
    told = invoice(lines=(), charges=(Charge(False, "D240", Decimal(5)),), purchase_order_number=None)

    assert named(faults_of(told)) == [("810-02", "lines")]


def test_810_02_a_line_of_an_order_stands_once():
    twice = invoice(line(), line("2"), line(quantity="3"))
    both_orders = invoice(line(), line(purchase_order_number=OTHER), purchase_order_number=None)

    assert named(faults_of(twice)) == [("810-02", "lines.line_number")]
    assert faults_of(both_orders) == ()


def test_810_02_a_price_of_a_case_is_not_said_to_be_per_each():
    cases = invoice(line(unit="CA"))

    assert named(faults_of(cases, price_basis="PE")) == [("810-02", "lines.unit")]
    assert faults_of(cases) == faults_of(invoice(), price_basis="PE") == ()


@given(invoices(), st.data())
def test_810_02_never_more_than_was_notified_and_not_billed(values, data):
    wrong = data.draw(st.sampled_from(values.lines))
    more = replace(wrong, quantity=wrong.quantity + data.draw(st.decimals("0.001", "99999", places=3)))

    faults = beside_the_ledger(_with(values, wrong, more), values)

    assert [(fault.rule, fault.field, fault.subject) for fault in faults] == [
        ("810-02", "lines.quantity", f"{wrong.purchase_order_number} line {wrong.line_number}")
    ]


@given(invoices(), st.data())
def test_810_02_the_price_is_the_one_acknowledged_to_the_last_place(values, data):
    wrong = data.draw(st.sampled_from(values.lines))
    dearer = replace(wrong, unit_price=wrong.unit_price + Decimal("0.0001"))

    assert named(beside_the_ledger(_with(values, wrong, dearer), values)) == [("810-02", "lines.unit_price")]


def test_810_02_less_than_was_notified_may_be_billed():
    assert beside_the_ledger(invoice(line(quantity="7")), invoice()) == ()


def test_810_02_what_was_never_notified_or_acknowledged_is_not_billed():
    told = invoice(line(), line("2"))

    faults = beside_the_ledger(told, invoice())

    assert named(faults) == [("810-02", "lines.quantity"), ("810-02", "lines.unit_price")]
    assert {fault.subject for fault in faults} == {"4ABCD123 line 2"}


def test_810_02_unit_and_item_are_those_notified():
    cases = beside_the_ledger(invoice(line(unit="CA")), invoice())
    other = beside_the_ledger(invoice(line(identifier=ItemIdentifier("UP", "B0EXAMPLE1"))), invoice())

    assert named(cases) == [("810-02", "lines.unit")]
    assert named(other) == [("810-02", "lines.identifier")]


@pytest.mark.parametrize("allowance", ["119.88", "119.89"])
def test_810_03_a_total_of_nothing_or_less_cannot_be_billed(allowance):
    told = invoice(charges=(Charge(True, "C310", Decimal(allowance)),))

    assert named(faults_of(told)) == [("810-03", "total")]


@pytest.mark.parametrize("amount", ["0", "-5", "1.005"])
def test_810_03_a_charge_is_of_cents_above_zero(amount):
    assert named(faults_of(invoice(charges=(Charge(False, "D240", Decimal(amount)),)))) == [("810-03", "charges")]


@pytest.mark.parametrize(
    "tax",
    [Tax("ST", Decimal("-1")), Tax("ST", Decimal("1.005")), Tax("ZZ", Decimal(1))],
    ids=["negative", "part", "kind"],
)
def test_810_03_a_tax_is_of_cents_and_of_a_kind_that_is_set(tax):
    assert named(faults_of(invoice(taxes=(tax,)))) == [("810-03", "taxes")]
    assert "810-03" not in [
        fault.rule for fault in faults_of(invoice(taxes=(Tax("ZZ", Decimal(0)),)), tax_types={"ZZ"})
    ]


@pytest.mark.parametrize(("told", "is_right"), [("12.45", True), ("12.44", False), (None, False)])
def test_810_03_the_invoices_tax_is_that_of_its_lines(told, is_right):
    taxed = [line("1", taxes=(Tax("ST", Decimal("9.89")),)), line("2", taxes=(Tax("ST", Decimal("2.56")),))]

    faults = faults_of(invoice(*taxed, taxes=() if told is None else (Tax("ST", Decimal(told)),)))

    assert named(faults) == ([] if is_right else [("810-03", "taxes")])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "Example Buyer Inc."),
        ("name", None),
        ("address_lines", ("PO Box 80387", "Accounts payable")),
        ("city", "Seattle "),
        ("postal_code", "98108-0387"),
        ("identifier", "AMZ1"),
    ],
)
def test_810_04_the_bill_to_is_the_stored_one_byte_for_byte(field, value):
    told = invoice(bill_to=replace(BILL_TO, **{field: value}))

    assert named(faults_of(told)) == [("810-04", f"bill_to.{field}")]


def test_810_04_terms_and_currency_are_those_agreed():
    assert named(faults_of(invoice(terms=Terms("01", "3", 60)))) == [
        ("810-04", "terms.discount_percent"),
        ("810-04", "terms.discount_days"),
    ]
    assert named(faults_of(invoice(currency="CAD"))) == [("810-04", "currency")]
    assert faults_of(invoice(currency="CAD"), currency="CAD") == ()


def test_810_05_one_order_an_invoice_where_it_is_set():
    both = invoice(line(), line(purchase_order_number=OTHER), purchase_order_number=None)

    assert named(faults_of(both, is_one_order_each=True)) == [("810-05", "lines")]
    assert faults_of(both) == faults_of(invoice(), is_one_order_each=True) == ()


@pytest.mark.parametrize("named_order", [None, OTHER])
def test_810_05_an_order_that_is_told_nowhere_is_found(named_order):
    told = invoice(purchase_order_number=named_order)

    assert ("810-05", "purchase_order_number") in named(faults_of(told, order_pair=OrderPair.NEVER))
    assert faults_of(invoice(), order_pair=OrderPair.NEVER) == ()


def test_810_05_an_order_in_the_heading_is_one_of_its_lines():
    assert named(faults_of(invoice(purchase_order_number=OTHER))) == [("810-05", "purchase_order_number")]


def test_810_05_every_line_is_of_an_order():
    told = invoice(line(purchase_order_number=""), purchase_order_number=None)

    assert named(faults_of(told)) == [("810-05", "lines")]


def test_twenty_thousand_lines_are_checked():
    told = invoice(*(line(str(place)) for place in range(20_000)))

    assert faults_of(told) == beside_the_ledger(told) == ()


def _with(told, old, new):
    return replace(told, lines=tuple(new if each is old else each for each in told.lines))
