"""A trade that ships too: the intake's trade, the people in Cin7's warehouse, and the ticks of fulfilment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from include.amazon.directory_mailbox import DirectoryMailbox
from include.amazon.mailbox import Mailbox
from include.cin7.client import Cin7Client, Lane
from include.database.connection import connect
from include.documents import outbox
from include.documents import sending as documents
from include.invoices import agreeing, opening
from include.invoices import desk as billing_desk
from include.invoices import sending as billing_sending
from include.invoices import watching as billing_watching
from include.orchestration.cin7_shipping import Cin7Invoices, Cin7Shipping
from include.ship_notices import finding, sending, store, watching
from include.ship_notices.desk import Desk
from include.ship_notices.watching import Watched
from tests.invoices.books import INVOICES
from tests.purchase_orders.trade import Trade, UnlimitedLimiter
from tests.sandbox.cin7_process import ACCOUNT, KEY
from tests.ship_notices.warehouse import NOTICES

CARRIERS = NOTICES["carriers"] | {"DEFAULT Carrier": {"scac": "UPSN"}}


class ShippingTrade(Trade):
    """`ship` is what people do in Cin7; `fulfil` runs fulfilment once."""

    @classmethod
    def begin(cls, *words: Any, **settings: Any) -> ShippingTrade:
        notices = NOTICES | {"carriers": CARRIERS, "gather_minutes": 0} | settings.pop("notices", {})
        invoices = INVOICES | settings.pop("invoices", {})
        return super().begin(*words, notices=notices, invoices=invoices, **settings)

    def ship(self, number: str, **plan: Any) -> Any:
        """Pick, pack and ship what is allocated to an order's sale, by a plan of the sandbox's warehouse."""
        return self.cin7.post("warehouse/work", {"customer_reference": number, **plan})

    @contextmanager
    def shipping(self) -> Iterator[Desk]:
        client = Cin7Client(self.cin7.url, ACCOUNT, KEY, UnlimitedLimiter(), lane=Lane.BULK, timeout=self.patience)
        with connect(self.database) as connection:
            ledger = Cin7Shipping(lambda: client)
            yield Desk(connection, self.relationship, self.address_book, ledger, self.now)
        client.close()

    def fulfil(self) -> Watched:
        """From what changed in Cin7 to the published notice."""
        with self.shipping() as desk:
            name = self.relationship.name
            if fault := finding.find(desk, limit=1_000):
                self.faults.append(fault)
            for notice_id, _ in store.to_stage(desk.connection, name, self.now(), limit=1_000):
                sending.stage(desk, notice_id)
                desk.connection.commit()
            sending.send_due(desk, partial(documents.write_document, desk.connection, self.relationship), limit=1_000)
            outbox.publish_due(desk.connection, self.mailbox(), "amazon_mailbox", [self.relationship], self.now)
            watched = watching.watch(desk)
            desk.connection.commit()
        return watched

    @contextmanager
    def billing(self) -> Iterator[billing_desk.Desk]:
        client = Cin7Client(self.cin7.url, ACCOUNT, KEY, UnlimitedLimiter(), lane=Lane.BULK, timeout=self.patience)
        with connect(self.database) as connection:
            ledger = Cin7Invoices(lambda: client, self.relationship)
            yield billing_desk.Desk(connection, self.relationship, self.address_book, ledger, self.now)
        client.close()

    def bill(self) -> billing_watching.Watched:
        """From the notices that Amazon has to the published invoices."""
        with self.billing() as desk:
            opening.open_due(desk)
            desk.connection.commit()
            if fault := agreeing.settle_due(desk, limit=1_000):
                self.faults.append(fault)
            write = partial(documents.write_document, desk.connection, self.relationship)
            billing_sending.send_due(desk, write, limit=1_000)
            outbox.publish_due(desk.connection, self.mailbox(), "amazon_mailbox", [self.relationship], self.now)
            watched = billing_watching.watch(desk)
            desk.connection.commit()
        return watched

    def mailbox(self) -> Mailbox:
        """Where fulfilment publishes."""
        return DirectoryMailbox(self.folder)

    def sent(self, transaction_set: str) -> list[list[list[str]]]:
        """The segments of every file of a set in outbound/, oldest first."""
        files = sorted((self.folder / "outbound").glob(f"{transaction_set}_*.edi"))
        return [[segment.split("*") for segment in file.read_text().split("~")] for file in files]
