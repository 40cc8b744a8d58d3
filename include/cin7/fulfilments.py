"""What of a sale was packed, shipped and invoiced: one GET brings the order, its fulfilments and its invoices.

Cin7 writes `Box` and reads back `Boxes`, joined by commas; a name may hold one itself, so that they are told apart
by those that were packed. What was voided stays in the lists, and is left out here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from include.cin7.client import Cin7Client
from include.cin7.sales import get_sale
from include.cin7.values import HUNDRED, Json, day, guid, instant, number, text
from include.errors import RejectedError

AUTHORISED, VOIDED = "AUTHORISED", "VOIDED"
CREDITS = {AUTHORISED, "PAID"}  # the states of a credit note that counts


@dataclass(frozen=True, slots=True)
class PackedLine:
    """A line of a pack: units of the SKU in a box, whose name is empty where there is none."""

    sku: str
    quantity: Decimal
    box: str
    batch: str | None
    expires_on: date | None

    @classmethod
    def from_json(cls, told: Json) -> PackedLine:
        return cls(
            sku=str(told.get("SKU") or ""),
            quantity=_finite(told.get("Quantity")),
            box=text(told.get("Box")),
            batch=text(told.get("BatchSN")) or None,
            expires_on=day(told.get("ExpiryDate")),
        )


@dataclass(frozen=True, slots=True)
class ShippedLine:
    """A line of a shipment: some boxes, by carrier and day of the tenant's calendar."""

    boxes: tuple[str, ...]
    carrier: str
    tracking_number: str | None
    shipped_on: date | None
    is_shipped: bool

    @classmethod
    def from_json(cls, told: Json, packed: Collection[str]) -> ShippedLine:
        joined = told.get("Boxes") if told.get("Boxes") is not None else told.get("Box")
        return cls(
            boxes=tuple(split_boxes(text(joined), packed)),
            carrier=text(told.get("Carrier")),
            tracking_number=text(told.get("TrackingNumber")) or None,
            shipped_on=day(told.get("ShipmentDate")),
            is_shipped=told.get("IsShipped") is True,
        )


@dataclass(frozen=True, slots=True)
class Fulfilment:
    """A task of a sale. `is_packed` once its pack was authorised, `is_shipped` once every packed box was shipped."""

    task_id: str
    number: int
    is_voided: bool
    is_packed: bool
    is_shipped: bool
    packed: tuple[PackedLine, ...]
    shipped: tuple[ShippedLine, ...]
    notes: str

    @classmethod
    def from_json(cls, told: Json) -> Fulfilment:
        pack, ship = told.get("Pack") or {}, told.get("Ship") or {}
        packed = tuple(PackedLine.from_json(line) for line in pack.get("Lines") or ())
        names = {line.box for line in packed}
        statuses = [_status(part.get("Status")) for part in (told.get("Pick") or {}, pack, ship)]
        return cls(
            task_id=guid(told.get("TaskID")),
            number=int(number(told.get("FulfillmentNumber"))),
            is_voided=VOIDED in (*statuses, _status(told.get("FulFilmentStatus"))),
            is_packed=statuses[1] == AUTHORISED,
            is_shipped=statuses[2] == AUTHORISED,
            packed=packed,
            shipped=tuple(ShippedLine.from_json(line, names) for line in ship.get("Lines") or ()),
            notes=text(ship.get("ShippingNotes")),
        )


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """A line of Cin7's invoice; `price` is what a unit costs after the line's discount."""

    sku: str
    quantity: Decimal
    price: Decimal
    total: Decimal

    @classmethod
    def from_json(cls, told: Json) -> InvoiceLine:
        return cls(
            sku=str(told.get("SKU") or ""),
            quantity=number(told.get("Quantity")),
            price=number(told.get("Price")) * (1 - number(told.get("Discount")) / HUNDRED),
            total=number(told.get("Total")),
        )


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice of a sale. `charges` are (description, total) of its additional charges."""

    task_id: str
    number: str
    status: str
    invoiced_on: date | None
    fulfilment_number: int | None
    memo: str
    lines: tuple[InvoiceLine, ...]
    charges: tuple[tuple[str, Decimal], ...]
    tax: Decimal
    total: Decimal

    @classmethod
    def from_json(cls, told: Json) -> Invoice:
        linked = text(told.get("LinkedFulfillmentNumber"))
        charges = told.get("AdditionalCharges") or ()
        lines = tuple(InvoiceLine.from_json(line) for line in told.get("Lines") or ())
        total = told.get("Total")
        parts = [line.total for line in lines] + [number(each.get("Total")) for each in charges]
        return cls(
            task_id=guid(told.get("TaskID")),
            number=text(told.get("InvoiceNumber")),
            status=_status(told.get("Status")),
            invoiced_on=day(told.get("InvoiceDate")),
            fulfilment_number=int(linked) if linked.isdigit() and int(linked) else None,
            memo=text(told.get("Memo")),
            lines=lines,
            charges=tuple((text(each.get("Description")), number(each.get("Total"))) for each in charges),
            tax=number(told.get("Tax")),
            total=number(total) if total is not None else sum(parts, Decimal(0)) + number(told.get("Tax")),
        )


@dataclass(frozen=True, slots=True)
class ShippedSale:
    """A sale with its fulfilments and invoices; `modified_at` is by Cin7's clock, as its list says it too."""

    sale_id: str
    is_voided: bool
    modified_at: datetime | None
    fulfilments: tuple[Fulfilment, ...]
    invoices: tuple[Invoice, ...]

    @classmethod
    def from_json(cls, told: Json) -> ShippedSale:
        fulfilments = [Fulfilment.from_json(each) for each in told.get("Fulfilments") or ()]
        return cls(
            sale_id=guid(told.get("ID") or told.get("SaleID")),
            is_voided=_status(told.get("Status")) == VOIDED,
            modified_at=instant(told.get("LastModifiedOn")),
            fulfilments=tuple(each for each in fulfilments if not each.is_voided),
            invoices=tuple(read_invoices(told)),
        )


def fetch_shipped(client: Cin7Client, sale_id: str) -> ShippedSale:
    """GET /sale: all that is packed, shipped and invoiced of it, without what was voided."""
    return read_sale(get_sale(client, sale_id))


def read_sale(told: Json) -> ShippedSale:
    """What an answer to GET /sale says of shipping; RejectedError where it is worded as nobody can read it."""
    try:
        return ShippedSale.from_json(told)
    except (AttributeError, TypeError, ValueError, ArithmeticError) as fault:
        raise RejectedError(f"Cin7's answer about the sale cannot be read: {fault}.") from fault


def read_invoices(told: Json) -> Iterator[Invoice]:
    """The invoices in an answer of Cin7, less what was credited of each, without those that were voided."""
    credits = [(text(each.get("CreditNoteInvoiceNumber")), Invoice.from_json(each))
               for each in told.get("CreditNotes") or ()]  # fmt: skip
    for each in told.get("Invoices") or ():
        invoice = Invoice.from_json(each)
        if invoice.status != VOIDED:
            for credited, credit in credits:
                if credited == invoice.number and credit.status in CREDITS:
                    invoice = _less(invoice, credit)
            yield invoice


def _less(invoice: Invoice, credit: Invoice) -> Invoice:
    """The invoice with what a credit note takes back of it, as lines and charges below nothing."""
    return replace(
        invoice,
        lines=(
            *invoice.lines,
            *(replace(line, quantity=-line.quantity, total=-line.total) for line in credit.lines),
        ),
        charges=(*invoice.charges, *((description, -amount) for description, amount in credit.charges)),
        tax=invoice.tax - credit.tax,
        total=invoice.total - credit.total,
    )


def split_boxes(joined: str, packed: Collection[str]) -> Iterator[str]:
    """The boxes that a line of a shipment names, the longest names first where one begins another."""
    rest = joined
    names = sorted((name for name in packed if name), key=len, reverse=True)
    if not rest:
        yield ""
    while rest:
        found = next((name for name in names if _begins(rest, name)), rest.split(",")[0])
        yield found.strip()
        rest = rest[len(found) :].lstrip().removeprefix(",").lstrip()


def _begins(rest: str, name: str) -> bool:
    after = rest[len(name) :].lstrip()
    return rest.startswith(name) and (not after or after.startswith(","))


def _finite(value: object) -> Decimal:
    quantity = number(value)
    if not quantity.is_finite():
        raise RejectedError(f"Cin7 answered {value!r} where a number belongs.")
    return quantity


def _status(value: object) -> str:
    return str(value or "").strip().upper()
