"""A warehouse on a test's own time: confirmed orders, what an inventory system says was packed and shipped of them,
and the ticks of fulfilment.

The inventory system is a list of answers here; how Cin7 words them is tested with the client and the sandbox.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from include.database.connection import connect
from include.documents import sending as documents
from include.errors import IntegrationError
from include.exceptions.queue import ExceptionEntry, list_open
from include.relationships.address_book import AddressBook
from include.relationships.model import Relationship
from include.ship_notices import finding, sending, store, watching
from include.ship_notices.completing import Entries, complete
from include.ship_notices.desk import Desk
from include.ship_notices.ledger import ErpInvoice, Fulfilment, PackedLine, ShippedBox, ShippedSale
from include.ship_notices.watching import Watched
from tests.purchase_orders.trade import CENTRES, RELATIONSHIP

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
TODAY = NOON.date()
BOX_SSCC = "006141410000000012"
FREIGHT = "BOL: VNDR10001234 PRO 77123456"
SHIP_FROM = {
    "code": "WH1",
    "name": "Vendor Warehouse",
    "address": {"line1": "1 Dock Rd", "city": "Reno", "state": "NV", "postcode": "89502", "country": "US"},
}
CARRIERS = {
    "UPS Ground": {"scac": "UPSN", "shipment": "small_parcel"},
    "Old Dominion": {"scac": "ODFL", "shipment": "less_than_truckload"},
}
NOTICES = {"company_prefix": "0614141", "ship_from": SHIP_FROM, "carriers": CARRIERS}
_ids = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a confirmed order: `eaches` of the SKU are one unit of it."""

    sku: str
    confirmed: int
    unit: str = "EA"
    eaches: int = 1
    price: str = "4.25"
    number: str = ""


def packed(sku: str, quantity: int, box: str = "Box 1", **more: Any) -> PackedLine:
    return PackedLine(sku, Decimal(quantity), box, **more)


def shipped(box: str = "Box 1", carrier: str = "UPS Ground", tracking: str | None = "1Z1", day: date | None = None):
    return ShippedBox(box, carrier, tracking, day or NOON.date())


def fulfilment(number: int, lines: Sequence[PackedLine], *, boxes: Sequence[ShippedBox] = (), notes: str = ""):
    return Fulfilment(f"task-{number}", number, tuple(lines), tuple(boxes), bool(boxes), notes)


@dataclass(frozen=True, slots=True)
class Changed:
    """A row of the inventory system's list."""

    sale_id: str
    updated_at: datetime
    may_be_packed: bool = True


@dataclass(slots=True)
class Warehouse:
    """What the inventory system says, the clock, and our side of it."""

    database: str
    relationship: Relationship
    now: datetime = NOON
    sales: dict[str, ShippedSale] = field(default_factory=dict)
    changed: list[Changed] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)
    watched: Watched | None = None
    fault: IntegrationError | None = None
    refusals: dict[str, IntegrationError] = field(default_factory=dict)  # what is answered instead of a sale

    @classmethod
    def begin(cls, database: str, **settings: Any) -> Warehouse:
        notices = NOTICES | settings.pop("notices", {})
        told = dict(RELATIONSHIP) | {"notices": notices} | settings
        return cls(database, Relationship.model_validate(told))

    # --- the inventory system ---------------------------------------------------------------------------------------

    def list_changed(self, since: datetime) -> Iterable[Changed]:
        return [each for each in self.changed if each.updated_at >= since]

    def fetch(self, sale_id: str) -> ShippedSale:
        self.fetched.append(sale_id)
        if sale_id in self.refusals:
            raise self.refusals[sale_id]
        return self.sales[sale_id]

    def say(self, sale_id: str, *fulfilments: Fulfilment, invoices: Sequence[ErpInvoice] = (), voided: bool = False):
        """This is what the sale looks like from now on."""
        self.sales[sale_id] = ShippedSale(sale_id, voided, self.now, fulfilments, tuple(invoices))
        self.changed.append(Changed(sale_id, self.now))

    # --- our side ---------------------------------------------------------------------------------------------------

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        with connect(self.database) as connection:
            yield Desk(connection, self.relationship, AddressBook.model_validate(CENTRES), self, lambda: self.now)

    def pass_time(self, **length: float) -> None:
        self.now += timedelta(**length)

    def order(self, number: str, *lines: Line, centre: str = "PHX6", window_end: date | None = None) -> str:
        """A confirmed order with one authorised sale; returns the sale's id in the inventory system."""
        with connect(self.database) as connection:
            return _insert_order(connection, self.relationship.name, number, lines, centre, window_end, self.now)

    def tick(self, *, limit: int = 100, send_limit: int = 100) -> Watched:
        """One run of fulfilment, up to the notices."""
        with self.desk() as desk:
            self.fault = finding.find(desk, limit=limit)
            for notice_id, _ in store.to_stage(desk.connection, self.relationship.name, self.now, limit=100):
                sending.stage(desk, notice_id)
                desk.connection.commit()
            write = partial(documents.write_document, desk.connection, self.relationship)
            sending.send_due(desk, write, limit=send_limit)
            self.watched = watching.watch(desk)
            desk.connection.commit()
        return self.watched

    def enter(self, shipment_number: str, **entries: Any) -> None:
        with self.desk() as desk:
            complete(desk, shipment_number, Entries(**entries), actor="olivia")
            desk.connection.commit()

    # --- what came of it --------------------------------------------------------------------------------------------

    def rows(self, query: str, **words: Any) -> list[dict[str, Any]]:
        with connect(self.database) as connection:
            return list(connection.execute(query, words))

    def notices(self) -> list[dict[str, Any]]:
        return self.rows("SELECT * FROM ship_notice WHERE state <> 'withdrawn' ORDER BY notice_id")

    def written(self, transaction_set: str = "856") -> list[list[list[str]]]:
        """The segments of every set written, in the order of writing, by a few lines that share nothing with ours."""
        rows = self.rows(
            "SELECT content FROM transmission WHERE direction = 'out' AND file_name LIKE %(name)s "
            "ORDER BY transmission_id",
            name=f"{transaction_set}_%",
        )
        return [[segment.split("*") for segment in bytes(row["content"]).decode().split("~")] for row in rows]

    def exceptions(self) -> dict[str, ExceptionEntry]:
        with connect(self.database) as connection:
            return {str(each.kind): each for each in list_open(connection)}

    def answer(self, verdict: str, findings: Sequence[Mapping[str, Any]] = ()) -> None:
        """The partner's word on the last document written."""
        with connect(self.database) as connection:
            connection.execute(
                "UPDATE document SET state = %s, findings = %s, acknowledged_at = now() "
                "WHERE document_id = (SELECT max(document_id) FROM document WHERE direction = 'out')",
                [verdict, json.dumps(list(findings))],
            )


def ship(warehouse: Warehouse, sale: str, *lines: PackedLine, number: int = 1, **more: Any) -> None:
    """Everything in these boxes is on its way, each box with a tracking number of its own."""
    boxes = [shipped(box, tracking=f"1Z{box[-6:]}") for box in dict.fromkeys(line.box for line in lines)]
    warehouse.say(sale, fulfilment(number, lines, boxes=more.pop("boxes", boxes), **more))


def leave(warehouse: Warehouse) -> Watched:
    """The truck is gathered and the next tick runs."""
    warehouse.pass_time(minutes=10)
    return warehouse.tick()


def items_of(segments: Sequence[Sequence[str]]) -> dict[tuple[str, str], tuple[Decimal, str]]:
    """By order and line, what an 856 says was shipped."""
    found: dict[tuple[str, str], tuple[Decimal, str]] = {}
    order = ""
    for segment in segments:
        if segment[0] == "PRF":
            order = segment[1]
        elif segment[0] == "SN1":
            before = found.get((order, segment[1]), (Decimal(0), ""))[0]
            found[order, segment[1]] = (before + Decimal(segment[2]), segment[3])
    return found


def marks_of(segments: Sequence[Sequence[str]]) -> list[str]:
    """The SSCCs of an 856, as they stand."""
    return [segment[2] for segment in segments if segment[0] == "MAN"]


def _insert_order(
    connection: Any,
    relationship: str,
    number: str,
    lines: Sequence[Line],
    centre: str,
    window_end: date | None,
    now: datetime,
) -> str:
    sale_id = f"{next(_ids):08d}-0000-4000-8000-000000000000"
    party = {"qualifier": "92", "identifier": centre, "name": None, "address_lines": [], "city": None, "state": None,
             "postal_code": None, "country": None}  # fmt: skip
    transmission = connection.execute(
        "INSERT INTO transmission (direction, mailbox, file_name, content, stored_at) VALUES ('in', 'm', %s, '', %s) "
        "RETURNING transmission_id", [f"{number}.edi", now]).fetchone()["transmission_id"]  # fmt: skip
    interchange = connection.execute(
        "INSERT INTO interchange (transmission_id, direction, control_number, byte_offset, byte_length, sha256, state, "
        "recorded_at) VALUES (%s, 'in', %s, 0, 0, '', 'accepted', %s) RETURNING interchange_id",
        [transmission, str(next(_ids)), now]).fetchone()["interchange_id"]  # fmt: skip
    document = connection.execute(
        "INSERT INTO document (interchange_id, relationship, direction, transaction_set, functional_identifier, "
        "group_control_number, set_control_number, byte_offset, byte_length, state, recorded_at, taken_up_at) "
        "VALUES (%s, %s, 'in', '850', 'PO', '1', '1', 0, 0, 'accepted', %s, %s) RETURNING document_id",
        [interchange, relationship, now, now]).fetchone()["document_id"]  # fmt: skip
    order_id = connection.execute(
        "INSERT INTO purchase_order (relationship, purchase_order_number, state, document_id, order_type, ordered_on, "
        "back_order_allowed, window_end, ship_to, location, currency, received_at, clock_started_at, acknowledge_by, "
        "answer_after, answer_wanted, answered_at, next_attempt_at) VALUES (%s, %s, 'acknowledged', %s, 'NE', %s, "
        "false, %s, %s, 'Main Warehouse', 'USD', %s, %s, %s, %s, false, %s, %s) RETURNING order_id",
        [relationship, number, document, now.date(), window_end, json.dumps(party), now, now, now, now, now, now],
    ).fetchone()["order_id"]  # fmt: skip
    sale_key = connection.execute(
        "INSERT INTO sale (order_id, part, generation, external_id, erp, location, erp_sale_id, erp_number, state, "
        "planned_at, authorised_at) VALUES (%s, 1, 1, %s, 'cin7_core', 'Main Warehouse', %s, %s, 'authorised', %s, %s) "
        "RETURNING sale_key", [order_id, f"vendorlane:{relationship}:{number}:1.1", sale_id, f"SO-{number}", now, now],
    ).fetchone()["sale_key"]  # fmt: skip
    by_sku: dict[str, Decimal] = {}
    for position, line in enumerate(lines, 1):
        by_sku[line.sku] = by_sku.get(line.sku, Decimal(0)) + line.confirmed * line.eaches
        connection.execute(
            "INSERT INTO purchase_order_line (order_id, line_number, position, identifiers, quantity, unit, "
            "unit_price, price_basis, sku, sku_units, sku_price, accepted) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s, 'PE', %s, %s, %s, %s)",
            [order_id, line.number or str(position), position, json.dumps([["BP", f"B00{line.sku:0>7}"]]),
             line.confirmed, line.unit, line.price, line.sku, line.eaches, line.price, line.confirmed])  # fmt: skip
    for sku, quantity in by_sku.items():
        connection.execute(
            "INSERT INTO sale_line (sale_key, sku, stock_key, quantity, planned, price) "
            "VALUES (%s, %s, %s, %s, %s, 4.25)",
            [sale_key, sku, sku, quantity, quantity],
        )
    for position, line in enumerate(lines, 1):
        connection.execute(
            "INSERT INTO sale_share (sale_key, sku, order_id, line_number, quantity) VALUES (%s, %s, %s, %s, %s)",
            [sale_key, line.sku, order_id, line.number or str(position), line.confirmed * line.eaches],
        )
    return sale_id
