"""A vendor's hand: writes 855s and 997s segment by segment, so that each can be wrong in one way."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from include.sandbox.amazon.account import NO_FAULTS, PLAIN, Account, Switches
from include.sandbox.amazon.counterpart import Amazon
from include.sandbox.amazon.mailbox import Mailbox
from include.sandbox.amazon.receiving import Dock
from include.sandbox.amazon.report import Report
from include.sandbox.amazon.scenario import Drop, Line, Order, Scenario, save_scenario
from include.sandbox.scenarios.post import AMAZON, VENDOR, Post, make_order

START = datetime.fromisoformat("2026-11-25T08:00:00+00:00")
NUMBER = "4TEST001"
KETTLE = Line("1", Decimal(24), "EA", Decimal("18.40"), ("BP", "B000KETTLE"), "KETTLE")
MUG = Line("2", Decimal(10), "CA", Decimal("6.25"), ("UK", "10840100000026"), "MUG", Decimal(12))
UNKNOWN = Line("3", Decimal(5), "EA", Decimal("9.99"), ("BP", "B0UNKNWN02"), None, fault="unmapped")
Segments = list[list[str]]
Statuses = Mapping[str, Sequence[tuple[str, int]]]


def an_order(*lines: Line, number: str = NUMBER, **more: Any) -> Order:
    return make_order(number, START, lines or (KETTLE, MUG), **more)


def answer(order: Order, statuses: Statuses | None = None, kind: str | None = None) -> Segments:
    """The segments of an 855 that accepts all, but for the lines named in `statuses`."""
    told = statuses or {}
    segments = [
        ["BAK", "00", kind or ("AC" if told else "AD"), order.purchase_order_number, f"{order.ordered_on:%Y%m%d}"]
    ]
    for line in order.lines:
        segments.append(
            ["PO1", line.line_number, str(line.quantity), line.unit, str(line.unit_price), "NT", *line.item]
        )
        for code, units in told.get(line.line_number, [("IA", int(line.quantity))]):
            segments.append(["ACK", code, str(units), line.unit])
    return [*segments, ["CTT", str(len(order.lines)), str(sum(line.quantity for line in order.lines))]]


def recount(segments: Segments) -> None:
    """Bring CTT in line with the PO1s, after lines were added or taken."""
    lines = [each for each in segments if each[0] == "PO1"]
    segments[-1] = ["CTT", str(len(lines)), str(sum(Decimal(each[2]) for each in lines))]


def interchange(
    segments: Segments,
    number: int = 1,
    *,
    kind: str = "PR",
    sender: str = "VENDORLANE",
    receiver: str = "AMAZON",
    mode: str = "P",
    release: str = "00400",
    group_release: str = "004010",
    separator: str = "U",
    count: int | None = None,
) -> bytes:
    set_identifier = {"PR": "855", "SH": "856", "IN": "810", "IB": "846", "FA": "997"}[kind]
    parts = [
        ["ISA", "00", " " * 10, "00", " " * 10, "ZZ", f"{sender:15}", "ZZ", f"{receiver:15}", "261125", "0900",
         separator, release, f"{number:09}", "0", mode, ">"],
        ["GS", kind, sender, receiver, "20261125", "0900", str(number), "X", group_release],
        ["ST", set_identifier, "0001"],
        *segments,
        ["SE", str(count or len(segments) + 2), "0001"],
        ["GE", "1", str(number)],
        ["IEA", "1", f"{number:09}"],
    ]  # fmt: skip
    return "".join("*".join(each) + "~" for each in parts).encode()


def functional(group: str, verdict: str = "A", *, sets: int = 1, group_kind: str = "PO") -> Segments:
    """The segments of a 997."""
    body = [["AK1", group_kind, group]]
    for place in range(1, sets + 1):
        body += [["AK2", "850", f"{place:04}"], ["AK5", verdict if verdict != "P" else "R"]]
    return [*body, ["AK9", verdict, str(sets), str(sets), str(sets if verdict in "AE" else 0)]]


@dataclass
class Play:
    """An Amazon over a folder of its own; every moment is given in hours after its start."""

    folder: Path
    post: Post = field(default_factory=Post)
    races: list[Mapping[str, Any]] = field(default_factory=list)
    hears_races: bool = True
    account: Account = PLAIN
    switches: Switches = NO_FAULTS
    _amazon: Amazon | None = None

    def at(self, hour: float) -> datetime:
        return START + timedelta(hours=hour)

    @property
    def scenario(self) -> Scenario:
        return Scenario("test", 1, START, 24, "Main", AMAZON, VENDOR, tuple(self.post.drops), self.account,
                        self.switches)  # fmt: skip

    @property
    def amazon(self) -> Amazon:
        if self._amazon is None:
            box = Mailbox(self.folder / "mailbox/inbound", self.folder / "mailbox/outbound", self.folder / "kept")
            dock = Dock(self.folder / "dock", self.folder / "kept/trucks")
            self._amazon = Amazon(self.scenario, box, self._hear, dock)
            self._amazon.open()
        return self._amazon

    def restart(self) -> None:
        self._amazon = None

    def send(self, hour: float, *orders: Order) -> Drop:
        self.post.send(self.at(hour), *orders)
        return self.post.drops[-1]

    def step(self, hour: float) -> None:
        self.amazon.step(self.at(hour))

    def publish(self, name: str, content: bytes, hour: float) -> None:
        """A file of the vendor, written at that hour and noticed by Amazon a little later."""
        put(self.folder / "mailbox/outbound" / name, content, self.at(hour))
        self.step(hour + 0.1)

    def answer(self, hour: float, segments: Segments, number: int = 1, **envelope: Any) -> None:
        self.publish(f"855_{number:09}.edi", interchange(segments, number, **envelope), hour)

    def acknowledge(self, hour: float, segments: Segments, number: int = 501) -> None:
        self.publish(f"997_{number:09}.edi", interchange(segments, number, kind="FA"), hour)

    def fetch(self) -> list[bytes]:
        """The vendor takes all that lies there."""
        found = sorted((self.folder / "mailbox/inbound").glob("[!.]*"))
        contents = [each.read_bytes() for each in found]
        for each in found:
            each.unlink()
        return contents

    def report(self, hour: float) -> dict[str, Any]:
        path = self.folder / "report.json"
        self.amazon.changed.update(self.amazon.orders)
        Report(self.amazon, path, "http://cin7").write(self.at(hour))
        told: dict[str, Any] = json.loads(path.read_text())
        return told

    def order(self, hour: float, number: str = NUMBER) -> dict[str, Any]:
        """What the report says of an order."""
        (found,) = (each for each in self.report(hour)["orders"] if each["purchase_order_number"] == number)
        return found

    def save(self) -> Path:
        path = self.folder / "orders.json"
        save_scenario(self.scenario, path)
        return path

    def _hear(self, race: Mapping[str, Any]) -> bool:
        if self.hears_races:
            self.races.append(race)
        return self.hears_races


def put(path: Path, content: bytes, at: datetime) -> None:
    """A finished file, written at that moment."""
    path.write_bytes(content)
    os.utime(path, (at.timestamp(),) * 2)


def day_after(day: date, days: int) -> str:
    return f"{day + timedelta(days=days):%Y%m%d}"
