"""The report: what Amazon knows of every order, of goods, invoices and stock, as JSON for a person and the judge.

Quantities are text, exact.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from include.sandbox.amazon.charges import charges_of
from include.sandbox.amazon.counterpart import Amazon
from include.sandbox.amazon.faults import Fault
from include.sandbox.amazon.findings import Charge
from include.sandbox.amazon.goods_report import GoodsReport
from include.sandbox.amazon.order_book import Given, OrderRecord, Revision
from include.sandbox.amazon.scenario import Line
from include.sandbox.amazon.trade import Trade, judge_trade
from include.sandbox.amazon.verdicts import Awaited

Json = dict[str, Any]


@dataclass(slots=True)
class Report:
    """Writes the report; an order's part is made anew only when something of it has changed."""

    amazon: Amazon
    path: Path
    cin7: str
    _written: dict[str, str] = field(default_factory=dict)
    _charges: dict[str, tuple[Charge, ...]] = field(default_factory=dict)  # of the acknowledgements, by order
    _trade: Trade | None = None
    _goods: str = ""
    _version: int = -1
    _stock: str = ""
    _stock_version: int = -1
    _closes: dict[str, datetime] = field(default_factory=dict)  # orders whose window is still to close

    def write(self, now: datetime) -> None:
        """Replace the file in one step."""
        closed = {number for number, at in self._closes.items() if at < now}
        for number in self.amazon.changed | closed:
            record = self.amazon.orders[number]
            self._written[number] = json.dumps(self._order(record, now))
            self._closes.pop(number, None)
            if record.acknowledge_by >= now:
                self._closes[number] = record.acknowledge_by
        self._judge_trade(now, is_due=bool(self.amazon.changed | closed))
        self._tell_stock()
        self.amazon.changed.clear()
        temporary = self.path.with_name(f".{self.path.name}.tmp")
        temporary.write_text(self._text(now))
        temporary.replace(self.path)

    def _judge_trade(self, now: datetime, *, is_due: bool) -> None:
        """Anew where something came, or where time alone changes something."""
        book, before = self.amazon.goods, self._trade
        if before and not is_due and self._version == book.version and not (before.wakes_at and now > before.wakes_at):
            return
        self._version = book.version
        self._trade = judge_trade(book, self.amazon.orders, self.amazon.scenario.account, now)
        charges = [each for given in self._charges.values() for each in given]
        told = GoodsReport(book, self._trade, charges, now).told()
        self._goods = ",\n".join(f' "{key}": {_one_a_line(value)}' for key, value in told.items())

    def _tell_stock(self) -> None:
        book = self.amazon.stock
        if self._stock_version != book.version:
            self._stock_version = book.version
            self._stock = ",\n".join(f' "{key}": {_one_a_line(value)}' for key, value in book.told().items())

    def _text(self, now: datetime) -> str:
        amazon = self.amazon
        awaited = amazon.verdicts.awaited.values()
        head: Json = {
            "scenario": amazon.scenario.name,
            "now": now.isoformat(),
            "all_dropped": amazon.all_dropped,
            "location": amazon.scenario.location,
            "cin7": self.cin7,
            "faults": [each.sentence for each in amazon.strays],
            "laws_broken": _laws(amazon.strays),
            "interchanges": [_interchange(each, amazon, now) for each in awaited],
        }
        orders = ",\n".join(self._written.values())
        return (
            json.dumps(head, indent=1).removesuffix("\n}")
            + f',\n{self._goods},\n{self._stock},\n "orders": [\n{orders}\n ]\n}}\n'
        )

    def _order(self, record: OrderRecord, now: datetime) -> Json:
        faults = [each for given in record.given for each in given.faults]
        charges = self._charges[record.purchase_order_number] = charges_of(record, now)
        return {
            "purchase_order_number": record.purchase_order_number,
            "dropped_at": record.revisions[0].at.isoformat(),
            "acknowledge_by": record.acknowledge_by.isoformat(),
            "acknowledged_at": _moment(record.acknowledged_at),
            "is_cancelled": record.order.is_cancelled,
            "resent_at": [each.isoformat() for each in record.repeats],
            "lines": _lines_with_answers(record),
            "revisions": [self._revision(each, record) for each in record.revisions],
            "answers": [_given(each) for each in record.given],
            "faults": [each.sentence for each in faults],
            "laws_broken": _laws(faults),
            "charges": [each.finding.sentence for each in charges],
        }

    def _revision(self, revision: Revision, record: OrderRecord) -> Json:
        return {
            "dropped_at": revision.at.isoformat(),
            "fetched_at": _moment(self.amazon.mailbox.fetched_at(revision.file)),
            "wants_answer": revision.wants_answer,
            "acknowledge_by": (revision.at + record.window).isoformat(),
            "answered_at": _moment(revision.answered_at),
            "withdrawn_at": _moment(revision.withdrawn_at),
            "lines": [_line(each) for each in revision.order.lines],
        }


def _one_a_line(value: Json | list[Json]) -> str:
    listed = ",\n".join(map(json.dumps, value)) if isinstance(value, list) else None
    return json.dumps(value) if listed is None else f"[\n{listed}\n ]"


def _lines_with_answers(record: OrderRecord) -> list[Json]:
    accepted = [each for each in record.given if each.is_accepted]
    told = {each.line_number: each for each in accepted[-1].outcomes} if accepted else {}
    lines = []
    for line in record.order.lines:
        outcome = told.get(line.line_number)
        said = ("accepted", "back_ordered", "refused")
        lines.append(_line(line) | {name: str(getattr(outcome, name)) if outcome else None for name in said})
    return lines


def _line(line: Line) -> Json:
    return {"line_number": line.line_number, "quantity": str(line.quantity), "unit": line.unit,
            "unit_price": str(line.unit_price), "item": " ".join(line.item), "sku": line.sku,
            "eaches": str(line.eaches), "fault": line.fault}  # fmt: skip


def _given(given: Given) -> Json:
    return {
        "at": given.at.isoformat(),
        "file": given.file,
        "control_number": given.control_number,
        "revision": given.revision,
        "is_accepted": given.is_accepted,
        "lines": [
            {"line_number": each.line_number, "accepted": str(each.accepted), "back_ordered": str(each.back_ordered),
             "refused": str(each.refused)}
            for each in given.outcomes
        ],
        "faults": [each.sentence for each in given.faults],
    }  # fmt: skip


def _interchange(awaited: Awaited, amazon: Amazon, now: datetime) -> Json:
    faults = awaited.all_faults(now, amazon.window)
    return {
        "control_number": awaited.interchange.control_number,
        "dropped_at": awaited.dropped_at.isoformat(),
        "times_dropped": 1 + awaited.repeats,
        "is_good": awaited.interchange.is_good,
        "verdict": awaited.verdict,
        "faults": [each.sentence for each in faults],
        "laws_broken": _laws(faults),
    }


def _laws(faults: Iterable[Fault]) -> list[int]:
    return sorted({each.law for each in faults if each.law is not None})


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
