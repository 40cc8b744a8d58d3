"""A vendor's hand for goods: 856s, 810s and trucks, so that each can be wrong in one way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from include.sandbox.amazon.account import NO_FAULTS, Account, Address, Switches, Terms
from include.sandbox.amazon.receiving import Goods, LoadedCarton, Truck, put_truck
from include.sandbox.amazon.scenario import Line, Order
from include.sandbox.scenarios.company import with_check_digit
from tests.sandbox.amazon_vendor import KETTLE, MUG, NUMBER, START, Play, Segments, an_order, answer, interchange

BILL_TO = Address("Amazon.com Services LLC", ("PO Box 80387",), "Seattle", "WA", "98108", "US", "92", "AMZN")
TERMS = Terms("01", "3", Decimal(60), Decimal(2), Decimal(30))
ACCOUNT = Account(bill_to=BILL_TO, terms=TERMS)
PARTY = ["N1", "BT", BILL_TO.name, "92", "AMZN"]
ARRIVES = 8 * 24.0  # hours after the start: inside the window of the order, which opens after six days
DEPARTS = 7 * 24.0


def sscc(number: int) -> str:
    return with_check_digit(f"0084010{number:010}")


@dataclass(frozen=True)
class Packed:
    """A carton as packed: units of lines, of one order or several."""

    code: str
    holds: tuple[tuple[str, Line, int], ...]  # order number, line, units of the line
    pallet: str | None = None
    tracking: str = ""


def packed(number: int, *holds: tuple[Line, int], order: str = NUMBER, **more: Any) -> Packed:
    return Packed(sscc(number), tuple((order, line, units) for line, units in holds), **more)


def notice(
    cartons: Sequence[Packed], shipment: str = "S0001", hour: float = DEPARTS, *, purpose: str = "00"
) -> Segments:
    """The segments of an 856 of a shipment that departs at that hour."""
    at = START + timedelta(hours=hour)
    tree = _Tree()
    pallets = {each.pallet for each in cartons if each.pallet}
    tree.open("S", "", [
        ["TD1", "CTN", str(len(cartons))],
        *([["TD1", "PLT", str(len(pallets))]] if pallets else []),
        ["TD5", "", "2", "ODFL"],
        ["REF", "BM", f"VNDLN{shipment}"],
        ["REF", "CN", f"PRO{shipment}"],
        ["DTM", "011", f"{at:%Y%m%d}"],
        ["DTM", "017", f"{at + timedelta(days=1):%Y%m%d}"],
        ["N1", "SF", "Vendor", "92", "VNDLN"],
        ["N4", "Reno", "NV", "89502", "US"],
        ["N1", "ST", "", "92", "PHX6"],
    ])  # fmt: skip
    for number in dict.fromkeys(order for each in cartons for order, _, _ in each.holds):
        tree.add_order(number, cartons)
    total = sum(units for each in cartons for _, _, units in each.holds)
    head = ["BSN", purpose, shipment, f"{at:%Y%m%d}", f"{at:%H%M%S}", "0001"]
    return [head, *tree.segments, ["CTT", str(tree.count), str(total)]]


@dataclass
class _Tree:
    segments: Segments = field(default_factory=list)
    count: int = 0

    def open(self, level: str, parent: str, inside: Segments) -> str:
        self.count += 1
        self.segments += [["HL", str(self.count), parent, level], *inside]
        return str(self.count)

    def add_order(self, number: str, cartons: Sequence[Packed]) -> None:
        at = self.open("O", "1", [["PRF", number]])
        mine = [each for each in cartons if any(order == number for order, _, _ in each.holds)]
        pallets: dict[str, str] = {}
        for each in mine:
            if each.pallet and each.pallet not in pallets:
                pallets[each.pallet] = self.open("T", at, [["MAN", "GM", each.pallet]])
            tracking = [["REF", "CN", each.tracking]] if each.tracking else []
            mark = [["MAN", "GM", each.code]] if each.code else []
            carton = self.open("P", pallets[each.pallet] if each.pallet else at, [*tracking, *mark])
            for order, line, units in each.holds:
                if order == number:
                    self.open("I", carton, [["LIN", line.line_number, *line.item],
                                            ["SN1", line.line_number, str(units), line.unit]])  # fmt: skip


def invoice(
    lines: Sequence[tuple[Line, int]],
    number: str = "INV-1",
    hour: float = DEPARTS + 1,
    *,
    orders: Sequence[str] = (NUMBER,),
) -> Segments:
    """The segments of an 810; each price is that of the line's unit. With several orders, one line each."""
    at = START + timedelta(hours=hour)
    told: Segments = []
    cents = Decimal(0)
    for place, (line, units) in enumerate(lines):
        price = line.unit_price * line.eaches
        cents += price * units * 100
        order = orders[place if len(orders) > 1 else 0]
        told.append(["IT1", line.line_number, str(units), line.unit, str(price), "NT", *line.item, "PO", order])
    return [
        ["BIG", f"{at:%Y%m%d}", number],
        ["CUR", "SE", "USD"],
        ["N1", "RI", "Vendor", "92", "VNDLN"],
        list(PARTY),
        ["N3", *BILL_TO.lines],
        ["N4", BILL_TO.city, BILL_TO.state, BILL_TO.postal_code, BILL_TO.country],
        ["ITD", "01", "3", "2", "", "30", "", "60"],
        *told,
        ["TDS", f"{cents:.0f}"],
        ["CTT", str(len(lines)), str(sum(units for _, units in lines))],
    ]


def loaded(carton: Packed, **changed: Any) -> LoadedCarton:
    """The carton as it stands on the truck."""
    goods = tuple(Goods(order, " ".join(line.item), units * line.eaches) for order, line, units in carton.holds)
    return replace(LoadedCarton(carton.code or None, goods), **changed)


CARTONS = (packed(1, (KETTLE, 24)), packed(2, (MUG, 6)), packed(3, (MUG, 4)))
LINES = ((KETTLE, 24), (MUG, 10))


@dataclass
class Trade:
    """A play of one order, confirmed whole unless said otherwise, with a hand for goods."""

    folder: Path
    account: Account = ACCOUNT
    switches: Switches = NO_FAULTS
    orders: tuple[Order, ...] = ()
    answers: dict[str, Any] = field(default_factory=dict)  # for the first order: statuses by line
    play: Play = field(init=False)
    _number: int = 100

    def __post_init__(self) -> None:
        self.play = Play(self.folder, account=self.account, switches=self.switches)
        self.orders = self.orders or (an_order(),)
        for each in self.orders:
            self.play.send(1, each)
        self.play.step(1)
        self.play.fetch()
        for number, each in enumerate(self.orders, 1):
            self.play.answer(2, answer(each, self.answers if number == 1 else None), number)

    def notify(self, segments: Segments, hour: float = DEPARTS + 0.2, **envelope: Any) -> None:
        self._number += 1
        words = {"release": "00501", "group_release": "005010", "separator": "^"} | envelope
        content = interchange(segments, self._number, kind="SH", **words)
        self.play.publish(f"856_{self._number:09}.edi", content, hour)

    def bill(self, segments: Segments, hour: float = DEPARTS + 1, **envelope: Any) -> None:
        self._number += 1
        content = interchange(segments, self._number, kind="IN", **envelope)
        self.play.publish(f"810_{self._number:09}.edi", content, hour)

    def depart(
        self, cartons: Sequence[LoadedCarton], name: str = "T1", departs: float = DEPARTS, arrives: float = ARRIVES,
        **more: Any,
    ) -> None:  # fmt: skip
        truck = Truck(name, self.play.at(departs), self.play.at(arrives), "PHX6", tuple(cartons), **more)
        put_truck(self.folder / "dock", truck)
        self.play.step(departs)

    def ship(self, cartons: Sequence[Packed] = CARTONS, **more: Any) -> None:
        """A truck with just these cartons."""
        self.depart([loaded(each) for each in cartons], **more)

    def told(self, hour: float = ARRIVES + 1) -> dict[str, Any]:
        self.play.step(hour)
        return self.play.report(hour)

    def charges(self, hour: float = ARRIVES + 1) -> list[dict[str, Any]]:
        charges: list[dict[str, Any]] = self.told(hour)["charges"]
        return charges

    def answers_in_mailbox(self, hour: float = ARRIVES + 1) -> bytes:
        self.play.step(hour)
        return b"".join(self.play.fetch())
