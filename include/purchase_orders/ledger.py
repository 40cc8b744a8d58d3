"""What is asked of the inventory system, whichever it is; orchestration wires one that answers.

Every call may raise TransientError (nothing was done), UncertainOutcome (a write whose answer was lost) and
RejectedError (refused, with the system's own reasons).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from include.relationships.settings import Address

AUTHORISED = "AUTHORISED"
VOIDED = "VOIDED"


@dataclass(frozen=True, slots=True)
class StockReading:
    """What can be promised of each SKU at a location, read between two instants; the answer may be older than that."""

    began_at: datetime
    ended_at: datetime
    available: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class SaleHeader:
    """What stands above the lines of a sale; what holds for every order the relationship says."""

    purchase_order_number: str
    external_id: str
    location: str
    ordered_on: date
    required_by: date | None
    ship_to: Address | None
    ship_to_company: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class SaleLineDraft:
    """A line of a sale before it is placed: units of the SKU, price per unit of the SKU."""

    sku: str
    product_id: str | None
    name: str
    quantity: Decimal
    price: Decimal
    comment: str


class SaleLineSeen(Protocol):
    """A line of a sale as the inventory system has it."""

    @property
    def sku(self) -> str: ...
    @property
    def quantity(self) -> Decimal: ...
    @property
    def back_ordered(self) -> Decimal: ...
    @property
    def price(self) -> Decimal: ...


class SaleSeen(Protocol):
    """A sale as the inventory system has it; statuses in upper case."""

    @property
    def sale_id(self) -> str: ...
    @property
    def number(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def order_status(self) -> str: ...
    @property
    def customer_reference(self) -> str: ...
    @property
    def external_id(self) -> str: ...
    @property
    def lines(self) -> Sequence[SaleLineSeen]: ...
    @property
    def is_picked(self) -> bool: ...


class SaleListed(Protocol):
    """A sale in a list: without its lines."""

    @property
    def sale_id(self) -> str: ...
    @property
    def number(self) -> str: ...
    @property
    def customer(self) -> str: ...
    @property
    def customer_reference(self) -> str: ...
    @property
    def external_id(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def order_status(self) -> str: ...
    @property
    def updated_at(self) -> datetime: ...


class SalesLedger(Protocol):
    """The sales and the stock of one account, for one relationship."""

    def read_availability(self, location: str | None, skus: Collection[str]) -> Mapping[str, Decimal]:
        """What can be promised of each of these SKUs there, or anywhere; zero for one that is not there."""

    def list_changed(self, since: datetime) -> Iterable[SaleListed]:
        """Sales made or changed since an instant, by anybody."""

    def find(self, external_id: str, purchase_order_number: str) -> Sequence[SaleListed]:
        """The sales with exactly this external id or exactly this reference."""

    def obstacles(self, today: date) -> tuple[str, ...]:
        """Why no sale can be placed for this relationship now: sentences, empty where nothing is in the way."""

    def create(self, header: SaleHeader) -> SaleSeen:
        """A sale without lines."""

    def authorise(self, sale_id: str, lines: Sequence[SaleLineDraft], memo: str) -> SaleSeen:
        """Give a sale its lines and allocate stock to them; what lacks comes back as back-ordered."""

    def fetch(self, sale_id: str) -> SaleSeen:
        """The sale with its lines."""

    def undo(self, sale_id: str) -> None:
        """Make an authorised sale a draft again. It may have done nothing: fetch it."""

    def void(self, sale_id: str) -> None:
        """Void a sale for good. It may have done nothing: fetch it."""

    def update_header(self, sale_id: str, header: SaleHeader) -> None:
        """Write the header anew."""
