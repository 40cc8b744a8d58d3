"""A whole trade on a test's own time: a mailbox, a database, a sandbox Cin7 Core, and the ticks of the intake.

Files are made here and answers read here by a few lines of the tests' own, so that nothing checks itself.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

from include.amazon.directory_mailbox import DirectoryMailbox
from include.cin7.client import Cin7Client, Lane
from include.database.connection import connect
from include.documents import receiving
from include.errors import IntegrationError
from include.orchestration import intake
from include.orchestration.cin7_ledger import Cin7Ledger
from include.purchase_orders import settling
from include.purchase_orders.desk import Desk
from include.relationships.address_book import AddressBook
from include.relationships.model import Relationship
from tests.sandbox.cin7_process import ACCOUNT, KEY, Cin7Process

NOW = datetime.now(UTC).replace(microsecond=0)
RELATIONSHIP: Mapping[str, Any] = {
    "name": "amazon_test",
    "mode": "production",
    "guide": "amazon",
    "ours": {"qualifier": "ZZ", "id": "VENDOR1", "group_id": "VENDOR1"},
    "partner": {"qualifier": "ZZ", "id": "AMAZON", "group_id": "AMAZON"},
    "customer": "Amazon Vendor US",
    "location": "Main Warehouse",
    "price_tier": "Amazon",
    "tax_rule": "Tax Exempt",
}
CENTRES: Mapping[str, Any] = {
    "centres": [
        {
            "code": "PHX6",
            "name": "Amazon PHX6",
            "zone": "America/Phoenix",
            "address": {"line1": "4750 W Mohave St", "city": "Phoenix", "state": "AZ", "country": "US"},
        },
        {"code": "MDW2", "name": "Amazon MDW2", "address": {"line1": "250 Emerald Dr", "country": "US"}},
    ]
}
_numbers = itertools.count(1)


class UnlimitedLimiter:
    """Lets every call go."""

    def wait_for_slot(self, lane: str) -> None: ...

    def back_off(self, seconds: float) -> None: ...


@dataclass(frozen=True, slots=True)
class Line:
    """A PO1 as a test orders it."""

    asin: str
    quantity: int
    unit: str = "EA"
    price: str = "4.25"
    qualifier: str = "BP"


def order(
    number: str,
    lines: Sequence[Line],
    *,
    csh: str = "N",
    start: str = "",
    end: str = "",
    ship_to: str = "92*PHX6",
    kind: str = "NE",
    purpose: str = "00",
) -> list[str]:
    """The segments of an 850 between ST and SE."""
    opens, closes = (start or f"{NOW + timedelta(days=3):%Y%m%d}"), (end or f"{NOW + timedelta(days=9):%Y%m%d}")
    return [
        f"BEG*{purpose}*{kind}*{number}**{NOW:%Y%m%d}",
        "REF*CR*VNDR1",
        f"CSH*{csh}",
        f"DTM*064*{opens}",
        f"DTM*063*{closes}",
        f"N1*ST**{ship_to}",
        *(f"PO1*{n}*{each.quantity}*{each.unit}*{each.price}*PE*{each.qualifier}*{each.asin}" for n, each in
          enumerate(lines, 1)),
        f"CTT*{len(lines)}*{sum(line.quantity for line in lines)}",
    ]  # fmt: skip


def interchange(*orders: Sequence[str], set_identifier: str = "850", group: str = "PO") -> bytes:
    """A file of one interchange with a control number of its own."""
    control = f"{next(_numbers):09d}"
    head = (
        f"ISA*00*{'':10}*00*{'':10}*ZZ*{'AMAZON':15}*ZZ*{'VENDOR1':15}*{NOW:%y%m%d}*{NOW:%H%M}*U*00400*{control}*0*P*>~"
        f"GS*{group}*AMAZON*VENDOR1*{NOW:%Y%m%d}*{NOW:%H%M}*{int(control)}*X*004010~"
    )
    sets = "".join(
        f"ST*{set_identifier}*{n:04d}~" + "~".join(body) + f"~SE*{len(body) + 2}*{n:04d}~"
        for n, body in enumerate(orders, 1)
    )
    return (head + sets + f"GE*{len(orders)}*{int(control)}~IEA*1*{control}~").encode()


@dataclass(frozen=True, slots=True)
class Answered:
    """An 855 as Amazon reads it: the ACKs (code, quantity) of each line number."""

    purchase_order_number: str
    kind: str
    lines: Mapping[str, tuple[tuple[str, Decimal], ...]]
    prices: Mapping[str, Decimal]


@dataclass(slots=True)
class Trade:
    """One relationship's trade. `tick` runs the intake once; `pass_time` moves our clock, not Cin7's."""

    database: str
    cin7: Cin7Process
    folder: Path
    relationship: Relationship
    address_book: AddressBook
    ahead: timedelta = timedelta(0)
    patience: float = 10.0  # seconds that we wait for an answer of Cin7
    faults: list[IntegrationError] = field(default_factory=list)
    _ticks: int = 0

    @classmethod
    def begin(cls, database: str, cin7: Cin7Process, folder: Path, **settings: Any) -> Trade:
        for name in ("inbound", "outbound"):
            (folder / name).mkdir(exist_ok=True)
        relationship = Relationship.model_validate(dict(RELATIONSHIP) | settings)
        return cls(database, cin7, folder, relationship, AddressBook.model_validate(CENTRES))

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def _wait(self, length: timedelta) -> None:
        self.ahead += length

    def pass_time(self, **length: float) -> None:
        self.ahead += timedelta(**length)

    def set(self, **settings: Any) -> None:
        """Edit the relationship, as an operator would."""
        told = self.relationship.model_dump(exclude_unset=True) | settings
        self.relationship = Relationship.model_validate(told)

    def drop(self, *orders: Sequence[str], **words: Any) -> None:
        """Put a file with these orders into the mailbox."""
        content = interchange(*orders, **words)
        (self.folder / "inbound" / f"file{next(_numbers):06d}.edi").write_bytes(content)

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        client = Cin7Client(
            self.cin7.url, ACCOUNT, KEY, UnlimitedLimiter(), lane=Lane.ACKNOWLEDGEMENT, timeout=self.patience
        )
        with connect(self.database) as connection:
            ledger = Cin7Ledger(client, self.relationship, connection)
            yield Desk(connection, self.relationship, self.address_book, ledger, self.now, self._wait)
        client.close()

    def tick(self, *only: str, answer_now: bool = False) -> settling.Settled:
        """One run of the intake, from the mailbox to the published answer; faults are kept and the steps go on."""
        run_id = f"run {self._ticks}"
        self._ticks += 1
        self.receive()
        order_ids = self._try(lambda: self.register(run_id, *only)) or []
        if order_ids:
            self._try(lambda: self.place(order_ids, run_id))
        self._try(lambda: self.answer(run_id, *only, answer_now=answer_now))
        return self.settle()

    def settle(self) -> settling.Settled:
        with self.desk() as desk:
            settled = settling.settle(desk.connection, self.relationship, self.now())
            desk.connection.commit()
        return settled

    def let_claims_lapse(self) -> None:
        """As ten minutes without a word from the run that held them."""
        with psycopg.connect(self.database) as connection:
            connection.execute("UPDATE purchase_order SET claimed_until = now() - interval '1 second'")

    def receive(self) -> None:
        with self.desk() as desk:
            box = DirectoryMailbox(self.folder)
            receiving.receive_mailbox(desk.connection, box, "amazon_mailbox", [self.relationship], self.now)

    def register(self, run_id: str = "register alone", *only: str, limit: int = 1_000) -> list[int]:
        """Make orders of what came, and plan them; the ids of those to place."""
        with self.desk() as desk:
            return intake.register_at(desk, only, run_id, limit=limit)

    def place(self, order_ids: Sequence[int], run_id: str) -> None:
        with self.desk() as desk:
            intake.place_at(desk, lambda: nullcontext(DirectoryMailbox(self.folder)), order_ids, run_id)

    def answer(self, run_id: str, *only: str, answer_now: bool = False) -> None:
        with self.desk() as desk:
            intake.acknowledge_at(desk, DirectoryMailbox(self.folder), only, run_id, answer_now=answer_now)

    def _try(self, step: Any) -> Any:
        try:
            return step()
        except IntegrationError as fault:
            self.faults.append(fault)
            return None

    def answers(self, number: str | None = None) -> list[Answered]:
        """The 855s that lie in outbound/, oldest first."""
        files = sorted((self.folder / "outbound").glob("855_*.edi"))
        found = [_read_answer(file.read_text()) for file in files]
        return [each for each in found if number in (None, each.purchase_order_number)]

    def answer_to(self, number: str) -> Answered:
        """The one 855 on this order."""
        (found,) = self.answers(number)
        return found

    def sales(self, number: str | None = None) -> list[dict[str, Any]]:
        """The sales in Cin7 that are not voided."""
        told = self.cin7.get("sales")["sales"]
        live = [sale for sale in told if sale["Status"] != "VOIDED"]
        return [sale for sale in live if number in (None, sale["CustomerReference"])]

    def exceptions(self, state: str = "open") -> dict[str, str]:
        """What is open, by kind; the sentence of the newest."""
        rows = self.rows(
            "SELECT kind, what_happened FROM exception_entry WHERE state = %s ORDER BY exception_id", state
        )
        return {row["kind"]: row["what_happened"] for row in rows}

    def next_steps(self) -> dict[str, str]:
        """What to do about what is open, by kind."""
        rows = self.rows("SELECT kind, next_step FROM exception_entry WHERE state = 'open' ORDER BY exception_id")
        return {row["kind"]: row["next_step"] for row in rows}

    def rows(self, query: str, *values: Any) -> list[dict[str, Any]]:
        with psycopg.connect(self.database, row_factory=dict_row) as connection:
            return connection.execute(query, values).fetchall()

    def log(self) -> list[str]:
        """Every call in its order: method, path and the filter by which sales were looked for."""
        told = self.cin7.get("log")["log"]
        return [f"{each['method']} {each['path']} {each['query'].partition('=')[0]}".strip() for each in told]

    def calls(self) -> dict[str, int]:
        """How often each endpoint was called so far."""
        counted: dict[str, int] = self.cin7.get("counts")["by_kind"]
        return counted


def allocated(sale: Mapping[str, Any]) -> dict[str, Decimal]:
    """What a sale of Cin7 holds of each SKU."""
    return {
        line["SKU"]: Decimal(str(line["Quantity"])) - Decimal(str(line["BackorderQuantity"]))
        for line in sale["Order"]["Lines"]
    }


def _read_answer(text: str) -> Answered:
    segments = [segment.split("*") for segment in text.split("~")]
    number = kind = current = ""
    lines: dict[str, list[tuple[str, Decimal]]] = {}
    prices: dict[str, Decimal] = {}
    for segment in segments:
        if segment[0] == "BAK":
            kind, number = segment[2], segment[3]
        elif segment[0] == "PO1":
            current = segment[1]
            lines[current] = []
            prices[current] = Decimal(segment[4])
        elif segment[0] == "ACK":
            lines[current].append((segment[1], Decimal(segment[2])))
    return Answered(number, kind, {key: tuple(value) for key, value in lines.items()}, prices)
