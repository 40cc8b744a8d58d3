"""Cin7 Core as the sales ledger that purchase orders need, for one relationship."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

import psycopg

from include import clock
from include.catalogue import products as catalogue
from include.cin7 import availability, fulfilments, reference, sales, values
from include.cin7.client import Cin7Client, Lane
from include.errors import ConfigurationError, RejectedError
from include.orchestration import connections
from include.orchestration.cin7_catalogue import Cin7Catalogue
from include.orchestration.cin7_shipping import shipped_sale
from include.purchase_orders import outages
from include.purchase_orders.desk import Desk
from include.purchase_orders.ledger import SaleHeader, SaleLineDraft, SaleListed, SaleSeen
from include.relationships.address_book import AddressBook
from include.relationships.model import Relationship
from include.relationships.settings import Address
from include.ship_notices import readings

Connection = psycopg.Connection[dict[str, Any]]


@contextmanager
def desk(relationship: Relationship, address_book: AddressBook) -> Iterator[Desk]:
    """A relationship's desk, its database and its Cin7 account opened for the length of a task."""
    with ExitStack() as opened:
        connection = opened.enter_context(connections.database(relationship.database))
        account = connections.cin7(relationship.erp, relationship.database, Lane.ACKNOWLEDGEMENT)
        try:
            client = opened.enter_context(account)
        except ConfigurationError as fault:
            outages.tell(connection, relationship, fault, clock.now())
            raise
        ledger = Cin7Ledger(client, relationship, connection)
        yield Desk(connection, relationship, address_book, ledger, clock.now, clock.wait)


class Cin7Ledger:
    """Answers SalesLedger over a Cin7 client. What it reads of a sale's shipping is kept, so that it is read once."""

    def __init__(self, client: Cin7Client, relationship: Relationship, connection: Connection) -> None:
        self.client = client
        self._relationship = relationship
        self._connection = connection

    def read_availability(self, location: str | None, skus: Collection[str]) -> Mapping[str, Decimal]:
        return availability.available_by_sku(availability.fetch_availability(self.client, location, skus), skus)

    def list_changed(self, since: datetime) -> Iterable[SaleListed]:
        return sales.list_changed(self.client, since)

    def find(self, external_id: str, purchase_order_number: str) -> Sequence[SaleListed]:
        return sales.find_sales(self.client, external_id=external_id, customer_reference=purchase_order_number)

    def obstacles(self, today: date) -> tuple[str, ...]:
        return (*self._tenant_obstacles(today), *self._customer_obstacles(), *self._tax_obstacles())

    def create(self, header: SaleHeader) -> SaleSeen:
        return sales.create_sale(self.client, self._header(header))

    def authorise(self, sale_id: str, lines: Sequence[SaleLineDraft], memo: str) -> SaleSeen:
        drafts = [
            values.SaleLineDraft(
                sku=line.sku,
                product_id=line.product_id,
                name=line.name,
                quantity=line.quantity,
                price=line.price,
                tax_rule=self._relationship.tax_rule,
                comment=line.comment,
            )
            for line in lines
        ]
        return sales.authorise_order(self.client, sale_id, drafts, memo)

    def fetch(self, sale_id: str) -> SaleSeen:
        began_at = clock.now()
        told = sales.get_sale(self.client, sale_id)
        with suppress(RejectedError):  # fulfilment reads it for itself then, and tells
            seen = shipped_sale(fulfilments.read_sale(told))
            readings.save(self._connection, self._relationship.erp, seen, began_at)
        return values.Sale.from_json(told)

    def undo(self, sale_id: str) -> None:
        sales.undo_sale(self.client, sale_id)

    def void(self, sale_id: str) -> None:
        sales.void_sale(self.client, sale_id)

    def update_header(self, sale_id: str, header: SaleHeader) -> None:
        sales.update_header(self.client, sale_id, self._header(header))

    def _tenant_obstacles(self, today: date) -> Iterator[str]:
        tenant = reference.fetch_tenant(self.client)
        if tenant and tenant.locked_until and today <= tenant.locked_until:
            yield f"Cin7's lock date is {tenant.locked_until}: no sale can be dated {today}."

    def _customer_obstacles(self) -> Iterator[str]:
        if self._customer is not None and self._customer.is_on_hold:
            yield f"The customer {self._customer.name} is on credit hold in Cin7."

    @cached_property
    def _customer(self) -> reference.Customer | None:
        """Asked once for a chunk of orders: a name alone may not be enough to make a sale."""
        return reference.fetch_customer(self.client, self._relationship.customer)

    def _tax_obstacles(self) -> Iterator[str]:
        if self._relationship.line_total_confirmed:
            return
        percent = reference.fetch_tax_percent(self.client, self._relationship.tax_rule)
        if percent:
            yield (
                f"The tax rule {self._relationship.tax_rule} is not nil ({percent.normalize():f} %): prove on a trial "
                "how Cin7 wants a line's total, then set `line_total_confirmed`."
            )

    def _header(self, header: SaleHeader) -> values.SaleHeader:
        told = self._relationship
        return values.SaleHeader(
            customer=told.customer,
            customer_id=self._customer.customer_id if self._customer else None,
            location=header.location,
            tax_rule=told.tax_rule,
            price_tier=told.price_tier,
            customer_reference=header.purchase_order_number,
            external_id=header.external_id,
            ordered_on=header.ordered_on,
            required_by=header.required_by,
            currency_rate=told.currency_rate,
            tax_inclusive=told.tax_inclusive,
            terms=told.terms,
            sales_representative=told.sales_representative,
            revenue_account=told.revenue_account,
            carrier=told.carrier,
            note=header.note,
            ship_to=_place(header.ship_to, header.ship_to_company),
            billing=_place(told.billing_address, None),
        )


def refresh_catalogue(desk: Desk) -> int:
    """Bring the product index up to date where it is too old; returns how many products were read."""
    ledger = desk.ledger
    assert isinstance(ledger, Cin7Ledger)
    master = Cin7Catalogue(lambda: ledger.client, desk.relationship, wait=None)
    return catalogue.refresh(desk.connection, desk.relationship, master.fetch, desk.now())


def _place(address: Address | None, company: str | None) -> values.ShipTo | None:
    if address is None:
        return None
    return values.ShipTo(
        company=company,
        line1=address.line1,
        line2=address.line2,
        city=address.city,
        state=address.state,
        postcode=address.postcode,
        country=address.country,
    )
