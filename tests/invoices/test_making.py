"""The inventory system's invoice, made there by us: once, whatever is lost and whoever works at the same time."""

from __future__ import annotations

import pytest

from include.errors import RejectedError, TransientError, UncertainOutcome
from include.invoices import agreeing, opening
from include.ship_notices.taking_in import take_in
from tests.invoices.books import erp_invoice, number_of, total_of
from tests.ship_notices.warehouse import Line, packed


@pytest.fixture
def making(open_books):
    """Books in which an order was shipped and notified, and Vendorlane makes the invoices."""
    books = open_books(made_by="vendorlane")
    sale = books.warehouse.order("4AB7XY2P", Line("MUG", 12), Line("BOWL", 3))
    books.ship(sale, packed("MUG", 12), packed("BOWL", 3))
    books.notify()
    return books


def test_an_invoice_is_made_with_one_call_and_ours_leaves_at_once(making):
    making.tick()

    ((key, made),) = making.accounts.made.items()
    shipment = making.warehouse.notices()[0]["shipment_number"]
    assert key == made.memo == f"vendorlane:amazon_test:4AB7XY2P:1.1:{shipment}"
    assert (made.fulfilment_number, making.accounts.calls) == (1, ["create"])
    assert [number_of(each) for each in making.written()] == [made.number]
    assert (making.states(), making.exceptions()) == (["sent"], {})


def test_an_invoice_that_a_person_made_is_used_and_none_is_made(making):
    (sale,) = making.told
    making.invoice(sale, erp_invoice(("MUG", 12, "4.25"), ("BOWL", 3, "4.25"), number="INV-7"))

    making.tick()

    assert (making.accounts.calls, [number_of(each) for each in making.written()]) == ([], ["INV-7"])


def test_an_invoice_whose_answer_was_lost_is_found_and_not_made_twice(making):
    making.accounts.lost.append((True, UncertainOutcome("The answer was lost.")))
    making.tick()
    making.pass_time(minutes=10)

    making.tick()

    assert making.accounts.calls == ["create", "find"]
    assert (len(making.accounts.made), making.states()) == (1, ["sent"])


def test_what_was_never_made_is_looked_up_twice_before_it_is_made_again(making):
    making.accounts.lost.append((False, UncertainOutcome("The answer was lost.")))

    for _ in range(3):
        making.tick()
        making.pass_time(minutes=10)

    assert making.accounts.calls == ["create", "find", "find", "create"]
    assert making.states() == ["sent"]


def test_a_lost_answer_that_the_next_reading_shows_costs_no_look_up(making):
    making.accounts.lost.append((True, UncertainOutcome("The answer was lost.")))
    making.tick()
    (sale,) = making.told
    making.invoice(sale, *making.accounts.made.values())

    making.tick()

    assert (making.accounts.calls, making.states()) == (["create"], ["sent"])


def test_killed_after_the_call_left_an_invoice_is_looked_up_and_not_made_twice(making):
    making.accounts.lost.append((True, KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        making.tick()
    making.pass_time(minutes=10)

    making.tick()

    assert (making.accounts.calls, making.states()) == (["create", "find"], ["sent"])


def test_a_call_that_never_arrived_is_simply_made_again(making):
    making.accounts.lost.append((False, TransientError("Connection refused.")))
    making.tick()
    fault = making.fault
    making.pass_time(minutes=10)

    making.tick()

    assert isinstance(fault, TransientError)
    assert (making.accounts.calls, making.states()) == (["create", "create"], ["sent"])


def test_a_refusal_is_told_to_finance_and_settled_when_it_is_made(making):
    making.accounts.lost.append((False, RejectedError("Cin7 refused it.", reasons=("The period is locked.",))))
    making.tick()
    told = making.exceptions()["invoice_missing"]
    making.pass_time(hours=2)

    making.tick()

    assert told.owner_team == "finance"
    assert "The period is locked." in told.what_happened
    assert (making.states(), making.exceptions()) == (["sent"], {})


def test_two_workers_at_once_make_one_invoice(making):
    class Interrupted(type(making.accounts)):
        """Another worker comes while the call is under way."""

        def create(self, draft):
            with making.desk() as desk:
                seen.append([agreeing.settle(desk, each) for each in agreeing.due_to_match(desk, limit=10)])
            return super().create(draft)

    seen = []
    making.accounts = Interrupted()

    making.tick()

    assert (seen, making.accounts.calls, making.states()) == ([[None]], ["create"], ["sent"])


def test_nothing_is_made_while_the_sale_changed_and_was_not_read(making):
    with making.desk() as desk:
        opening.open_due(desk)
        desk.connection.execute("UPDATE sale_look SET changed_at = changed_at + interval '1 hour'")
        desk.connection.commit()

        agreeing.settle_due(desk, limit=10)

    assert making.accounts.calls == []


def test_what_we_made_and_a_person_voided_is_told_and_not_made_again(making):
    making.set(bill_to=None)
    making.tick()
    (sale,) = making.told
    making.invoice(sale)
    with making.desk() as desk:
        desk.connection.execute("UPDATE invoice SET state = 'waiting'")
        desk.connection.commit()

    making.tick()

    assert making.accounts.calls == ["create"]
    assert "was voided there or is a draft" in making.exceptions()["invoice_missing"].what_happened


def test_a_reading_that_began_before_an_invoice_was_made_does_not_void_it(making):
    (sale,) = making.told
    making.tick()
    with making.warehouse.desk() as desk:
        (row,) = desk.connection.execute("SELECT sale_key FROM sale").fetchall()
        before = making.warehouse.now.replace(hour=1)
        desk.connection.execute("UPDATE sale_look SET read_at = NULL")
        take_in(desk, row["sale_key"], before, making.warehouse.sales[sale], read_at=before)
        desk.connection.commit()

    assert [row["status"] for row in making.warehouse.rows("SELECT status FROM erp_invoice")] == ["AUTHORISED"]


def test_each_part_of_an_order_is_made_for_its_own_fulfilment(open_books):
    books = open_books(made_by="vendorlane")
    sale = books.warehouse.order("4AB7XY2P", Line("MUG", 12))
    for number, units in enumerate([5, 7], 1):
        books.ship(sale, packed("MUG", units), number=number)
        books.notify()

    books.tick()

    assert sorted(each.fulfilment_number for each in books.accounts.made.values()) == [1, 2]
    assert [str(total_of(each)) for each in books.written()] == ["21.25", "29.75"]
    assert books.exceptions() == {}
