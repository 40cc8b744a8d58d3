"""What every step of placing works with, and how a call is sent so that a lost answer leaves a trace."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

from include.errors import RejectedError, TransientError, UncertainOutcome
from include.exceptions.kinds import Kind
from include.money import Money
from include.purchase_orders import orders, sales
from include.purchase_orders.ledger import SaleSeen, SalesLedger
from include.purchase_orders.sales import StoredSale
from include.purchase_orders.stock import Place
from include.purchase_orders.values import StoredOrder
from include.relationships import desk


class Overtaken(Exception):
    """Somebody else moved the sale on meanwhile: it is looked at anew."""


@dataclass(frozen=True, slots=True)
class Desk(desk.Desk[SalesLedger]):
    """A relationship's ledger of sales beside our own tables."""

    wait: Callable[[timedelta], None]  # on the same clock

    @contextmanager
    def call(self, sale: StoredSale, name: str) -> Iterator[StoredSale]:
        """Send a call that changes something: committed as in doubt first; gives the sale as it is meanwhile.

        A refusal and a call that never arrived leave no doubt; a lost answer does. So does success, until its outcome
        is saved: every `sales.save_…` and `sales.set_state` ends the doubt.
        """
        sales.mark_in_doubt(self.connection, sale, name, self.now())
        self.connection.commit()
        try:
            yield replace(sale, in_doubt=name)
        except (RejectedError, TransientError):
            sales.clear_doubt(self.connection, sale)
            self.connection.commit()
            raise
        except UncertainOutcome:  # it may be under way still: the quiet time begins now
            sales.mark_in_doubt(self.connection, sale, name, self.now())
            self.connection.commit()
            raise

    def look(self, order: StoredOrder, sale: StoredSale) -> tuple[StoredOrder, StoredSale, SaleSeen]:
        """Fetch the sale, with nothing locked meanwhile; ours are then as `again` gives them."""
        assert sale.erp_sale_id is not None, "only a sale that exists is looked at"
        self.connection.commit()
        seen = self.ledger.fetch(sale.erp_sale_id)
        return (*self.again(order, sale), seen)

    def again(self, order: StoredOrder, sale: StoredSale) -> tuple[StoredOrder, StoredSale]:
        """Both as they are after a call, in which Amazon may have changed the order and so cut the sale's lines.

        Held until the transaction ends. Overtaken where the sale is not where this call left it.
        """
        (order,) = orders.load_locked(self.connection, [order.order_id])
        live = sales.load_live(self.connection, [order.order_id]).get(order.order_id, ())
        found = next((each for each in live if each.sale_key == sale.sale_key), None)
        if found is None or (found.state, found.in_doubt) != (sale.state, sale.in_doubt):
            raise Overtaken(f"{sale.name} was moved on by another process.")
        return order, found

    def tell(self, order: StoredOrder, what: str) -> None:
        """A line of the order's life."""
        orders.add_event(self.connection, order.order_id, what, self.now())

    def raise_exception(
        self, kind: Kind, order: StoredOrder, subject: str, what: str, next_step: str, money: Money | None = None
    ) -> None:
        """Something that a person has to see before the order's window closes."""
        self.raise_about(
            kind,
            subject,
            what,
            next_step,
            purchase_order_number=order.purchase_order_number,
            deadline=order.acknowledge_by,
            money=money or order.worth,
        )


def place_of(sale: StoredSale) -> Place:
    """Where the sale draws its stock."""
    return Place(sale.erp, sale.location)
