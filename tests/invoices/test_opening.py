"""Which invoices are owed for what was notified, and how many eaches a price is for."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.catalogue.ratios import as_decimal, exact
from include.invoices.opening import Owed, Unbilled, plan
from include.invoices.pricing import eaches_of
from include.money import round_to
from include.purchase_orders.values import OrderLine
from include.relationships.billing import Invoices, Scope
from include.relationships.model import Relationship
from tests.purchase_orders.trade import RELATIONSHIP

RELATION = Relationship.model_validate(RELATIONSHIP)


def part(notice, order, *, currency="USD", order_type="NE", state="shipped"):
    return Unbilled(notice, order, currency, order_type, state)


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (Scope.NOTICE_AND_ORDER, [(1, 1), (1, 2), (2, 2)]),
        (Scope.NOTICE, [(1, None), (2, None)]),
        (Scope.ORDER, [(None, 1), (None, 2)]),
    ],
)
def test_what_one_invoice_bills_is_the_relationships_choice(scope, expected):
    owed = plan([part(1, 1), part(1, 2), part(2, 2)], Invoices(scope=scope))

    assert owed == [Owed(notice, order, "USD") for notice, order in expected]


@pytest.mark.parametrize("other", [{"order_type": "CN"}, {"currency": "CAD"}])
def test_a_notice_that_is_not_billed_alike_is_billed_by_order(other):
    owed = plan([part(1, 1), part(1, 2, **other)], Invoices(scope=Scope.NOTICE))

    assert Owed(1, 1, "USD") in owed
    assert Owed(1, None, "USD") not in owed


def test_an_order_that_is_not_shipped_whole_waits_where_it_is_billed_whole():
    assert plan([part(1, 1, state="part_shipped")], Invoices(scope=Scope.ORDER)) == []


def test_consigned_orders_are_owed_only_where_it_is_set():
    consigned = [part(1, 1, order_type="CN")]

    assert plan(consigned, Invoices()) == []
    assert plan(consigned, Invoices(bills_consigned=True)) == [Owed(1, 1, "USD")]


def order_line(unit="CA", basis="PE", price="4.25", sku_price="4.25", sku_units="6"):
    return OrderLine(
        "1", (), Decimal(1), unit, Decimal(price), basis, sku_units=Decimal(sku_units), sku_price=Decimal(sku_price)
    )


@given(st.integers(1, 1_000), st.integers(100, 1_000_000), st.sampled_from([1, 2, 6]))
def test_the_eaches_of_a_case_are_told_by_the_prices_that_it_was_taken_in_with(eaches, cents, of_sku):
    price, pricing = Decimal(cents).scaleb(-2), RELATION.pricing
    of_unit = as_decimal(exact(price * eaches) / of_sku)
    line = order_line(
        price=str(price), sku_price=str(round_to(of_unit, pricing.places, pricing.rounding)), sku_units=str(of_sku)
    )

    assert eaches_of(line, RELATION) == eaches


def test_an_each_is_one_and_a_case_priced_per_case_needs_no_eaches():
    assert eaches_of(order_line(unit="EA"), RELATION) == 1
    assert eaches_of(order_line(basis="NT"), RELATION) is None


def test_eaches_that_no_price_tells_are_not_guessed():
    assert eaches_of(order_line(sku_price="4.30"), RELATION) is None
    assert eaches_of(order_line(price="0.00"), RELATION) is None
