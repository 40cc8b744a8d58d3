"""Invoices for tests: one of two lines to start from, one out of a golden file's JSON, and any that may leave."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from include.amazon.invoices import Billable, Charge, Invoice, InvoiceLine, Tax, Terms
from include.amazon.orders import Party
from include.amazon.x12_810 import InvoiceSettings, OrderPair
from include.identifiers import ItemIdentifier

TODAY = date(2026, 12, 4)
ITEM = ItemIdentifier("BP", "B0EXAMPLE1")
BILL_TO = Party(
    "92", "AMZ01", "Example Buyer Inc", ("PO Box 80387", "Accounts Payable"), "Seattle", "WA", "98108", "US"
)
REMIT_TO = Party("92", "VNDR1", "Vendor Goods LLC", ("1 Mill Road",), "Dayton", "OH", "45402", "US")
TERMS = Terms("01", "3", 60, Decimal("2"), 30)
SETTINGS = InvoiceSettings()


def line(number="1", quantity="12", unit_price="9.99", **changed) -> InvoiceLine:
    values: dict[str, Any] = {"purchase_order_number": "4ABCD123", "identifier": ITEM, "unit": "EA", **changed}
    return InvoiceLine(number, quantity=Decimal(quantity), unit_price=Decimal(unit_price), **values)


def invoice(*lines: InvoiceLine, **changed) -> Invoice:
    values: dict[str, Any] = {
        "invoice_number": "INV-1001",
        "invoiced_on": date(2026, 12, 3),
        "currency": "USD",
        "bill_to": BILL_TO,
        "remit_to": REMIT_TO,
        "terms": TERMS,
        "ordered_on": date(2026, 11, 24),
        "purchase_order_number": "4ABCD123",
        "lines": lines or (line(),),
    }
    return Invoice(**{**values, **changed})


def notified(told: Invoice) -> dict[tuple[str, str], Billable]:
    return {each.key: Billable(each.identifier, each.quantity, each.unit) for each in told.lines}


def acknowledged(told: Invoice) -> dict[tuple[str, str], Decimal]:
    return {each.key: each.unit_price for each in told.lines}


def as_settings(told: dict[str, Any]) -> InvoiceSettings:
    pair = {"order_pair": OrderPair(told["order_pair"])} if "order_pair" in told else {}
    return InvoiceSettings(**{**told, **pair})


def as_invoice(told: dict[str, Any]) -> Invoice:
    return Invoice(
        **{
            **told,
            "invoiced_on": date.fromisoformat(told["invoiced_on"]),
            "ordered_on": date.fromisoformat(told["ordered_on"]) if "ordered_on" in told else None,
            "terms": Terms(**_numbers(told["terms"], "discount_percent")),
            "lines": tuple(map(_line, told["lines"])),
            "charges": tuple(Charge(**_numbers(each, "amount")) for each in told.get("charges", ())),
            "taxes": _taxes(told),
            **{name: _party(told[name]) for name in ("bill_to", "remit_to", "ship_from", "ship_to") if name in told},
        }
    )


def _line(told: dict[str, Any]) -> InvoiceLine:
    item = ItemIdentifier(*told["identifier"].split(" ", 1))
    return InvoiceLine(**{**_numbers(told, "quantity", "unit_price"), "identifier": item, "taxes": _taxes(told)})


def _taxes(told: dict[str, Any]) -> tuple[Tax, ...]:
    return tuple(Tax(**_numbers(each, "amount", "rate")) for each in told.get("taxes", ()))


def _party(told: dict[str, Any]) -> Party:
    return Party(**{**told, "address_lines": tuple(told.get("address_lines", ()))})


def _numbers(told: dict[str, Any], *names: str) -> dict[str, Any]:
    return {**told, **{name: Decimal(told[name]) for name in names if name in told}}


TEXT = st.text("ABC abc 0123456789-/.&'ÉÜ", min_size=2, max_size=30).map(str.strip).filter(lambda text: len(text) > 1)
CENTS = st.integers(1, 10**7).map(lambda cents: Decimal(cents).scaleb(-2))
PRICES = st.integers(1, 10**9).map(lambda price: Decimal(price).scaleb(-4))
QUANTITIES = st.integers(1, 10**6).map(Decimal) | st.decimals(min_value="0.001", max_value="9999", places=3)
RATES = st.none() | st.decimals(min_value=0, max_value=1, places=4)
PARTIES = st.builds(
    Party,
    qualifier=st.just("92"),
    identifier=st.text("AB019", min_size=2, max_size=9),
    name=st.none() | TEXT,
    address_lines=st.lists(TEXT, max_size=4).map(tuple),
    city=st.none() | TEXT,
    state=st.none() | st.sampled_from(["OH", "WA"]),
    postal_code=st.none() | st.just("45402-1234"),
    country=st.none() | st.sampled_from(["US", "CAN"]),
)
DISCOUNTS = st.none() | st.tuples(st.decimals(min_value=0, max_value=99, places=2), st.integers(0, 999))
CHARGES = st.builds(Charge, st.just(False), st.sampled_from(["D240", "G830"]), CENTS, st.none() | TEXT)
TAX_CODES = sorted(SETTINGS.tax_types)


@st.composite
def terms(draw) -> Terms:
    percent, days = draw(DISCOUNTS) or (None, None)
    return Terms(
        draw(st.sampled_from(["01", "08"])), draw(st.sampled_from("23")), draw(st.integers(0, 999)), percent, days
    )


@st.composite
def invoices(draw) -> Invoice:
    """Any invoice that breaks no rule by itself, over one order or several."""
    keys = draw(
        st.lists(
            st.tuples(st.text("AB12", min_size=8, max_size=8), st.integers(1, 99)), min_size=1, max_size=5, unique=True
        )
    )
    if draw(st.booleans()):
        keys = [(keys[0][0], place) for place, _ in enumerate(keys, 1)]
    has_line_tax = draw(st.booleans())
    lines = tuple(
        InvoiceLine(
            str(place),
            order,
            ItemIdentifier(draw(st.sampled_from(["BP", "EN", "VN"])), draw(TEXT)),
            draw(QUANTITIES),
            draw(st.sampled_from(["EA", "CA"])),
            draw(PRICES),
            (Tax(draw(st.sampled_from(TAX_CODES)), draw(CENTS), draw(RATES)),) if has_line_tax else (),
        )
        for order, place in keys
    )
    owed = sum((each.amount for each in lines), Decimal(0))
    assume(owed > 0)
    on_lines = [tax.amount for each in lines for tax in each.taxes]
    amounts = [sum(on_lines, Decimal(0))] if on_lines else draw(st.lists(CENTS, max_size=3))
    charges = draw(st.lists(CHARGES, max_size=3))
    if owed > 1 and draw(st.booleans()):
        charges.append(Charge(True, "C310", draw(st.integers(1, 99).map(lambda cents: Decimal(cents).scaleb(-2)))))
    has_one_order = len({order for order, _ in keys}) == 1
    return Invoice(
        invoice_number=draw(st.text("INV-0123", min_size=1, max_size=22)),
        invoiced_on=draw(st.dates(date(2026, 11, 24), TODAY)),
        currency="USD",
        bill_to=draw(PARTIES),
        remit_to=draw(PARTIES),
        terms=draw(terms()),
        lines=lines,
        ordered_on=draw(st.none() | st.just(date(2026, 11, 24))),
        purchase_order_number=keys[0][0] if has_one_order and draw(st.booleans()) else None,
        ship_from=draw(st.none() | PARTIES),
        ship_to=draw(st.none() | PARTIES),
        charges=tuple(charges),
        taxes=tuple(Tax(draw(st.sampled_from(TAX_CODES)), amount, draw(RATES)) for amount in amounts),
    )
