"""Where a process works on one relationship: our own tables, its settings, a ledger, a clock and the exceptions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

import psycopg

from include.exceptions.kinds import Kind
from include.exceptions.queue import NewException, open_exception, resolve
from include.money import Money
from include.relationships.address_book import AddressBook
from include.relationships.model import Relationship

Connection = psycopg.Connection[dict[str, Any]]
Ledger = TypeVar("Ledger")


@dataclass(frozen=True, slots=True)
class Desk(Generic[Ledger]):
    """What every step of a process works with; `ledger` is what the process asks of the inventory system."""

    connection: Connection
    relationship: Relationship
    address_book: AddressBook
    ledger: Ledger
    now: Callable[[], datetime]

    def raise_about(
        self,
        kind: Kind,
        subject: str,
        what_happened: str,
        next_step: str,
        *,
        purchase_order_number: str | None = None,
        deadline: datetime | None = None,
        money: Money | None = None,
    ) -> None:
        """Something that a person has to see."""
        open_exception(
            self.connection,
            NewException(
                kind,
                self.relationship.name,
                subject,
                what_happened,
                next_step,
                purchase_order_number=purchase_order_number,
                deadline=deadline,
                money=money,
            ),
            owners=self.relationship.owners,
            now=self.now(),
        )

    def settle_exception(self, kinds: tuple[Kind, ...], subject: str, why: str) -> None:
        """What it was about is gone."""
        resolve(self.connection, self.relationship.name, kinds, subject=subject, why=why, now=self.now())
