"""What is odd about an order as a whole. Most of it holds the answer for a person; an unknown centre never does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import psycopg

from include.amazon.orders import Party, PurchaseOrder
from include.exceptions.kinds import Kind
from include.exceptions.queue import NewException, open_exception, resolve
from include.purchase_orders.holding import answered_by_rule_at, subject
from include.purchase_orders.values import StoredOrder
from include.relationships.address_book import AddressBook
from include.relationships.model import Relationship

Connection = psycopg.Connection[dict[str, Any]]

NUMBER = re.compile(r"[A-Za-z0-9]{8}\Z")  # what Amazon's purchase order numbers look like
ASK_THE_BUYER = "Ask the buyer; if it is as meant, run po_intake for it with `answer now`"


@dataclass(frozen=True, slots=True)
class Oddity:
    """One odd thing about an order; `holds` the answer or not."""

    kind: Kind
    sentence: str
    next_step: str
    holds: bool = True


def find_oddities(
    told: PurchaseOrder, relationship: Relationship, address_book: AddressBook, today: date
) -> tuple[Oddity, ...]:
    """Everything odd about the order as told; `today` is the day at the centre."""
    return (*_of_content(told, relationship), *_of_window(told, relationship, today), *_of_centre(told, address_book))


def today_at(party: Party | None, relationship: Relationship, address_book: AddressBook, now: datetime) -> date:
    """The day at the centre, or by the relationship's zone where the centre is unknown."""
    centre = address_book.resolve(party.qualifier, party.identifier) if party else None
    return now.astimezone(ZoneInfo(centre.zone if centre else relationship.zone)).date()


def tell_oddities(
    connection: Connection,
    relationship: Relationship,
    order: StoredOrder,
    oddities: tuple[Oddity, ...],
    now: datetime,
) -> None:
    """One exception for each kind of oddity, and none any more for what is mended."""
    kinds = {oddity.kind for oddity in oddities}
    gone = [kind for kind in (Kind.INVALID_ORDER, Kind.WINDOW_INFEASIBLE, Kind.UNKNOWN_SHIP_TO) if kind not in kinds]
    resolve(connection, order.relationship, gone, subject=subject(order), why="Amazon corrected it.", now=now)
    for kind in sorted(kinds):
        own = [oddity for oddity in oddities if oddity.kind is kind]
        held = f" The rule answers at {answered_by_rule_at(order)}." if own[0].holds else ""
        open_exception(
            connection,
            NewException(
                kind,
                order.relationship,
                subject(order),
                purchase_order_number=order.purchase_order_number,
                document_id=order.document_id,
                deadline=order.answer_after if own[0].holds else order.acknowledge_by,
                money=order.worth,
                what_happened=f"{order.name}: " + " ".join(oddity.sentence for oddity in own),
                next_step=f"{own[0].next_step}.{held}",
            ),
            owners=relationship.owners,
            now=now,
        )


def _of_content(told: PurchaseOrder, relationship: Relationship) -> Iterator[Oddity]:
    if relationship.guide == "amazon" and not NUMBER.match(told.purchase_order_number):
        sentence = f"Its number {told.purchase_order_number!r} is not eight letters and digits."
        yield Oddity(Kind.INVALID_ORDER, sentence, ASK_THE_BUYER)
    if told.currency and told.currency != relationship.currency:
        sentence = f"It is in {told.currency}, and this relationship trades in {relationship.currency}."
        yield Oddity(Kind.INVALID_ORDER, sentence, ASK_THE_BUYER)
    for sentence in told.unclear:
        yield Oddity(Kind.INVALID_ORDER, sentence, ASK_THE_BUYER)
    numbers = {line.line_number for line in told.lines}
    doubled = sorted({number.rpartition(".")[0] for number in numbers} & numbers)  # as registration numbers them
    if doubled:
        yield Oddity(Kind.INVALID_ORDER, f"Line numbers stand twice: {', '.join(doubled)}.", ASK_THE_BUYER)


def _of_window(told: PurchaseOrder, relationship: Relationship, today: date) -> Iterator[Oddity]:
    start, end = told.window_start, told.window_end
    if start and end and start > end:
        yield Oddity(Kind.INVALID_ORDER, f"Its window begins on {start} and ends before, on {end}.", ASK_THE_BUYER)
    elif end and end < today:
        yield Oddity(Kind.WINDOW_INFEASIBLE, f"Its window ended on {end}.", ASK_THE_BUYER)
    elif end and end < today + timedelta(days=relationship.lead_time_days):
        days = relationship.lead_time_days
        yield Oddity(
            Kind.WINDOW_INFEASIBLE, f"Its window ends on {end}, and the lead time is {days} days.", ASK_THE_BUYER
        )


def _of_centre(told: PurchaseOrder, address_book: AddressBook) -> Iterator[Oddity]:
    party = told.ship_to
    if party is None or address_book.resolve(party.qualifier, party.identifier) is None:
        name = f"{party.qualifier} {party.identifier}" if party else "none"
        yield Oddity(
            Kind.UNKNOWN_SHIP_TO,
            f"Its ship-to ({name}) is not in the address book; the relationship's own address is used.",
            "Add the centre to fulfilment_centres.yaml and correct the address of the sale",
            holds=False,
        )
