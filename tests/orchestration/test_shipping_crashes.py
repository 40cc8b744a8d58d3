"""A run of fulfilment that is killed at any moment loses no carton, and notifies none twice."""

from __future__ import annotations

import itertools
from contextlib import contextmanager, suppress

import pytest

from include.cin7.client import Cin7Client, Lane
from include.database.connection import connect
from include.orchestration import cin7_shipping
from include.ship_notices.desk import Desk
from tests.orchestration.shipping_trade import ShippingTrade
from tests.purchase_orders.conftest import COMPANY
from tests.purchase_orders.interruptions import Killed, Moments, interrupt_connection, kill
from tests.purchase_orders.trade import Line, UnlimitedLimiter, order
from tests.sandbox.cin7_process import ACCOUNT, KEY
from tests.ship_notices.warehouse import items_of, marks_of

MUG, BOWL = "B00000MUG1", "B00000BOWL"
STRIDE = 7
ORDERS = {"4AAAAAAA": [Line(MUG, 12), Line(BOWL, 4, price="3.00")], "4BBBBBBB": [Line(MUG, 6)]}


class InterruptedShipping(ShippingTrade):
    """Its runs of fulfilment pass moments while it has them."""

    moments: Moments | None = None

    @contextmanager
    def shipping(self):
        moments = self.moments
        if moments is None:
            with ShippingTrade.shipping(self) as desk:
                yield desk
            return

        class Ledger(cin7_shipping.Cin7Shipping):
            def list_changed(self, since):
                moments.pass_one("before list_changed")
                answer = list(super().list_changed(since))
                moments.pass_one("after list_changed")
                return answer

            def fetch(self, sale_id):
                moments.pass_one("before fetch")
                answer = super().fetch(sale_id)
                moments.pass_one("after fetch")
                return answer

        client = Cin7Client(self.cin7.url, ACCOUNT, KEY, UnlimitedLimiter(), lane=Lane.BULK, timeout=self.patience)
        with connect(self.database) as connection:
            interrupt_connection(connection, moments)
            yield Desk(connection, self.relationship, self.address_book, Ledger(lambda: client), self.now)
        client.close()


@pytest.fixture
def begin_again(new_database, cin7_process, tmp_path):
    numbers = itertools.count(1)

    def begin_one():
        cin7_process.become(COMPANY)
        folder = tmp_path / f"mailbox {next(numbers)}"
        folder.mkdir()
        return InterruptedShipping.begin(new_database(), cin7_process, folder)

    return begin_one


@pytest.mark.slow
def test_a_run_that_is_killed_at_any_moment_is_finished_by_the_next_ones(begin_again):
    for at in itertools.count(1, STRIDE):
        trade = begin_again()
        trade.drop(*(order(number, lines) for number, lines in ORDERS.items()))
        trade.tick()
        for number in ORDERS:
            trade.ship(number, carriers=["UPS Ground"], units_per_carton=4)
        trade.moments = Moments(kill, at=at)
        with suppress(Killed):
            trade.fulfil()
        was_killed = trade.moments.happened_at is not None
        trade.moments = None
        for _ in range(3):
            trade.rows("UPDATE outbox SET leased_until = NULL RETURNING 1")  # as after a minute
            trade.pass_time(minutes=6)
            watched = trade.fulfil()

        total, marks = {}, []
        for notice in trade.sent("856"):
            marks += marks_of(notice)
            for key, (quantity, _) in items_of(notice).items():
                total[key] = total.get(key, 0) + quantity
        assert total == {("4AAAAAAA", "1"): 12, ("4AAAAAAA", "2"): 4, ("4BBBBBBB", "1"): 6}, at
        assert len(marks) == len(set(marks)) == len(trade.rows("SELECT FROM carton")), at
        assert trade.exceptions() == {}, at
        assert watched.stalled == (), at
        if not was_killed:
            assert at > 100, "hardly a moment was tried"
            break
