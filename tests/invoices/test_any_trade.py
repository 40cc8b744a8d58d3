"""For any order, packing and invoice of the inventory system: either an invoice left that satisfies every rule and
comes to the sums, or none left and an exception says why.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.invoices.books import Books, erp_invoice, number_of, total_of
from tests.ship_notices.warehouse import Line, items_of, packed

FAULTS = ["none", "none", "none", "price", "quantity", "product", "charge", "tax", "draft", "missing", "answer"]
EACHES = {"EA": 1, "CA": 6}

lines = st.builds(
    lambda sku, confirmed, unit, cents: Line(sku, confirmed, unit, EACHES[unit], f"{cents / 100:.2f}"),
    st.sampled_from(["MUG", "BOWL"]),
    st.integers(1, 40),
    st.sampled_from(["EA", "CA"]),
    st.sampled_from([425, 333, 1]),
)


@st.composite
def trades(draw):
    """An order whose lines of one SKU have one price, the shares of it that go on each truck, and a fault of each."""
    told = draw(st.lists(lines, min_size=1, max_size=3))
    prices = {line.sku: line.price for line in reversed(told)}
    order = [Line(line.sku, line.confirmed, line.unit, line.eaches, prices[line.sku]) for line in told]
    trucks = draw(st.lists(st.sampled_from(["half", "rest", "more"]), min_size=1, max_size=2))
    return order, trucks, [draw(st.sampled_from(FAULTS)) for _ in trucks]


def loads(order, trucks):
    """The units of each SKU on each truck: halves in whole cases, what is left, or six more than is left."""
    left = Counter({})
    for line in order:
        left[line.sku] += line.confirmed * line.eaches
    for truck in trucks:
        share = {"half": lambda units: units // 12 * 6, "rest": lambda units: units, "more": lambda units: units + 6}
        on_it = {sku: share[truck](units) for sku, units in left.items() if share[truck](units) > 0}
        left -= Counter(on_it)
        yield on_it


def invoiced(number, load, prices, fault):
    """The inventory system's invoice of a truck, with a fault of its own."""
    rows = [(sku, units, prices[sku]) for sku, units in load.items()]
    sku, units, price = rows[0]
    if fault == "price":
        rows[0] = (sku, units, str(Decimal(price) + Decimal("0.01")))
    if fault == "quantity":
        rows[0] = (sku, units + 1, price)
    if fault == "product":
        rows.append(("LID", 1, "9.00"))
    more = {"charge": {"charges": [("Pallets", "3.00")]}, "tax": {"tax": "1.00"}, "draft": {"status": "DRAFT"}}
    return erp_invoice(*rows, fulfilment_number=number, **more.get(fault, {}))


@pytest.mark.slow
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(trades())
def test_an_invoice_leaves_right_or_not_at_all_and_then_an_exception_says_why(new_database, trade):
    order, trucks, faults = trade
    books = Books.open(new_database())
    sale = books.warehouse.order("4AB7XY2P", *order)
    prices = {line.sku: line.price for line in order}
    invoices, shipped = [], 0
    for number, (load, fault) in enumerate(zip(loads(order, trucks), faults, strict=True), 1):
        if not load:
            continue
        books.ship(sale, *(packed(sku, units) for sku, units in load.items()), number=number)
        books.notify("rejected" if fault == "answer" else "accepted")
        if fault != "missing":
            invoices.append(invoiced(number, load, prices, fault))
        shipped += 1
    books.invoice(sale, *invoices)
    books.tick()
    books.pass_time(hours=30)

    books.tick()

    notified, billed = Counter({}), Counter({})
    for notice in books.warehouse.written():
        for (_, line), (quantity, _) in items_of(notice).items():
            notified[line] += quantity
    by_number = {str(place): line for place, line in enumerate(order, 1)}
    for sent in books.written():
        amount = Decimal(0)
        for segment in (each for each in sent if each[0] == "IT1"):
            line, quantity = by_number[segment[1]], Decimal(segment[2])
            billed[segment[1]] += quantity
            amount += quantity * line.eaches * Decimal(line.price)
            assert (segment[3], Decimal(segment[4])) == (line.unit, Decimal(line.price))
        assert total_of(sent) == amount
    assert all(billed[line] <= min(notified[line], by_number[line].confirmed) for line in billed)
    assert len({number_of(sent) for sent in books.written()}) == len(books.written())
    entries = books.warehouse.rows("SELECT subject FROM exception_entry WHERE state <> 'resolved'")
    held = {row["subject"] for row in entries}
    unsent = books.warehouse.rows("SELECT invoice_id, notice_id FROM invoice WHERE state <> 'sent'")
    assert all({f"invoice {each['invoice_id']}", f"notice {each['notice_id']}"} & held for each in unsent)
    assert held or len(books.written()) == shipped
    assert books.watched.stalled == ()
