"""Amazon itself: drops what is due, reads what the vendor sent, answers it. All its knowledge comes from the mailbox's
memory, so that a restart knows the same."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from include.sandbox.amazon import envelope_checks
from include.sandbox.amazon.answers import read_answer
from include.sandbox.amazon.envelope_checks import (
    ACKNOWLEDGEMENTS,
    FUNCTIONAL,
    INVOICES,
    NOTICES,
    STOCK_REPORTS,
    EnvelopeChecks,
)
from include.sandbox.amazon.faults import Fault
from include.sandbox.amazon.goods_book import GoodsBook, Handling
from include.sandbox.amazon.mailbox import Mailbox, Taken
from include.sandbox.amazon.order_book import OrderRecord
from include.sandbox.amazon.reading import Group, Interchange, TransactionSet, Unreadable, read_interchanges
from include.sandbox.amazon.receiving import Dock
from include.sandbox.amazon.scenario import Drop, Scenario
from include.sandbox.amazon.stock_book import StockBook
from include.sandbox.amazon.verdicts import Verdicts, write_997
from include.sandbox.amazon.writing import Envelope, write_interchange

TellRace = Callable[[Mapping[str, Any]], bool]
Taker = Callable[[TransactionSet, Taken, str, tuple[Fault, ...]], Handling]
FIRST_997 = 500_000_000  # the control numbers of our 997s, apart from those of the orders
NUMBERS_A_FILE = 100
STRAY = 50  # behind the number of the 997 that it comes with
NEVER_SENT = 400_000_000
SETS = {ACKNOWLEDGEMENTS: "855", NOTICES: "856", INVOICES: "810", STOCK_REPORTS: "846"}
SHARE_DELAYED = 0.3
LONGEST_DELAY_MINUTES = 120


@dataclass(frozen=True, slots=True)
class _Due:
    at: datetime
    name: str
    content: bytes


@dataclass(slots=True)
class Amazon:
    """`step` does all that is due; `tell_race` tells the Cin7 Core that others want units, and answers if it heard."""

    scenario: Scenario
    mailbox: Mailbox
    tell_race: TellRace
    dock: Dock | None = None
    orders: dict[str, OrderRecord] = field(default_factory=dict)
    verdicts: Verdicts = field(default_factory=Verdicts)
    strays: list[Fault] = field(default_factory=list)  # faults of what belongs to no order
    changed: set[str] = field(default_factory=set)  # orders whose report is out of date
    goods: GoodsBook = field(init=False)
    stock: StockBook = field(init=False)
    _takers: Mapping[str, Taker] = field(init=False)  # by set
    _envelopes: EnvelopeChecks = field(init=False)
    _drops: list[Drop] = field(init=False)
    _acknowledgements: list[_Due] = field(default_factory=list)
    _races: list[Drop] = field(default_factory=list)  # of files that the vendor has taken

    def __post_init__(self) -> None:
        self.goods = GoodsBook(self.scenario.switches)
        self.stock = StockBook(self.scenario.switches.stock_reports, self.scenario.unmapped_items)
        self._takers = {"856": self.goods.take_notice, "810": self.goods.take_invoice, "846": self.stock.take}
        self._envelopes = EnvelopeChecks(self.scenario.amazon, self.scenario.vendor)
        self._drops = sorted(self.scenario.drops, key=lambda each: each.at)

    @property
    def window(self) -> timedelta:
        return timedelta(hours=self.scenario.window_hours)

    @property
    def all_dropped(self) -> bool:
        """Whether nothing of the scenario is still to come."""
        return not self._drops

    def open(self) -> None:
        """Begin, or go on where an earlier process stopped."""
        taken = self.mailbox.open()
        for drop in list(self._drops):
            if at := self.mailbox.dropped_at(drop.name):
                self._enter(drop, at)
        for each in taken:
            self._read(each)
        for truck in self.dock.open() if self.dock else ():
            self.goods.tell(truck)
        self._races = [each for each in self.scenario.drops if each.races and self.mailbox.fetched_at(each.name)
                       and f"raced {each.name}" not in self.mailbox.moments]  # fmt: skip

    def step(self, now: datetime) -> bool:
        """Drop, take and answer what is due; whether anything happened."""
        fetched = self.mailbox.note_fetched(now)
        due = [each for each in self._drops if each.at <= now]
        for drop in due:
            self.mailbox.drop(drop.name, drop.content, now)
            self._enter(drop, now)
        taken = self.mailbox.take()
        for each in taken:
            self._read(each)
        trucks = self.dock.take() if self.dock else []
        for truck in trucks:
            self.goods.tell(truck)
        answers = [each for each in self._acknowledgements if each.at <= now]
        for one in answers:
            self.mailbox.drop(one.name, one.content, now)
            self._acknowledgements.remove(one)
        if fetched:
            self._note_fetched(set(fetched))
        self._tell_races(now)
        return bool(fetched or due or taken or trucks or answers)

    def _enter(self, drop: Drop, at: datetime) -> None:
        self._drops.remove(drop)
        for interchange in drop.interchanges:
            is_again = self.verdicts.drop(interchange, at)
            for order in interchange.orders:
                number = order.purchase_order_number
                record = self.orders.setdefault(number, OrderRecord(number, self.window))
                record.tell(order, at, drop.name, is_again=is_again)
                self.changed.add(number)

    def _note_fetched(self, names: set[str]) -> None:
        self._races += [each for each in self.scenario.drops if each.races and each.name in names]
        for number, record in self.orders.items():
            if any(each.file in names for each in record.revisions):
                self.changed.add(number)

    def _tell_races(self, now: datetime) -> None:
        while self._races:
            drop = self._races[0]
            if not all(self.tell_race(race) for race in drop.races):
                return
            self.mailbox.remember(f"raced {drop.name}", now)
            self._races.pop(0)

    def _read(self, taken: Taken) -> None:
        try:
            found = read_interchanges(taken.content)
        except Unreadable as fault:
            self.strays.append(Fault(f"{taken.name} cannot be read: {fault}", is_structural=True))
            return
        first = FIRST_997 + NUMBERS_A_FILE * taken.number
        for one in found:
            self._read_interchange(taken, one, first)
            first += len(one.groups)

    def _read_interchange(self, taken: Taken, one: Interchange, first: int) -> None:
        is_repeated = self._envelopes.is_repeated(one)
        faults = self._envelopes.check(one)
        if not one.groups:
            self.strays += [_named(taken, each) for each in faults]
        for number, group in enumerate(one.groups, first):
            group_faults = (*faults, *self._envelopes.check_group(group, one.content))
            if group.functional_identifier == FUNCTIONAL:
                self.strays += [_named(taken, each) for each in group_faults]
                for received in group.sets:
                    self.strays += self.verdicts.take(received, one.content)
            elif group.functional_identifier not in SETS:
                self.strays.append(_named(taken, Fault(f"Amazon takes no group {group.functional_identifier}")))
            elif not is_repeated:
                group_faults += envelope_checks.check_release(one.header, group)
                self._read_group(taken, one, group, number, group_faults)

    def _read_group(
        self, taken: Taken, one: Interchange, group: Group, number: int, faults: tuple[Fault, ...]
    ) -> None:  # `faults`: of its envelopes
        handlings = {}
        for received in group.sets:
            if received.identifier != SETS[group.functional_identifier]:
                text = f"a set {received.identifier} stands in a group {group.functional_identifier}"
                self.strays.append(_named(taken, Fault(text)))
                handlings[received.control_number] = Handling(is_refused=True)
            elif group.functional_identifier == ACKNOWLEDGEMENTS:
                is_refused = self._read_answer(taken, one, received, faults)
                handlings[received.control_number] = Handling(is_refused)
            else:
                take = self._takers[received.identifier]
                handlings[received.control_number] = take(received, taken, one.control_number, faults)
        self._answer(taken, group, number, handlings)

    def _read_answer(
        self, taken: Taken, one: Interchange, received: TransactionSet, envelope: tuple[Fault, ...]
    ) -> bool:  # whether the set is refused
        answer = read_answer(received)
        record = self.orders.get(answer.purchase_order_number)
        if record is None:
            text = f"answers order {answer.purchase_order_number!r}, which Amazon never sent"
            self.strays.append(_named(taken, Fault(text)))
            return any(each.is_structural for each in (*envelope, *answer.faults))
        self.changed.add(record.purchase_order_number)
        given = record.take(answer, taken.at, taken.name, one.control_number, envelope)
        return any(each.is_structural for each in given.faults)

    def _answer(self, taken: Taken, group: Group, number: int, handlings: Mapping[str, Handling]) -> None:
        told = list(handlings.values())
        if any(each.brings_stray for each in told):
            header = ("GS", group.functional_identifier, "", "", "", "", str(number + NEVER_SENT))
            stray = Group(header, [TransactionSet(SETS[group.functional_identifier], "0001")])
            self._schedule(number + STRAY, taken.at, write_997(stray, {}))
        if any(each.is_silent for each in told):
            return
        delays = random.Random(f"{self.scenario.seed} {number}")
        delay = delays.uniform(1, LONGEST_DELAY_MINUTES) if delays.random() < SHARE_DELAYED else 0
        late = self.scenario.switches.late_hours if any(each.is_late for each in told) else 0
        refused = {key: each.spots for key, each in handlings.items() if each.is_refused}
        self._schedule(number, taken.at + timedelta(minutes=delay, hours=late), write_997(group, refused))

    def _schedule(self, number: int, at: datetime, body: list[list[str]]) -> None:
        """A 997 of ours, unless it was dropped before."""
        name = f"997_{number}.edi"
        if self.mailbox.dropped_at(name):
            return
        envelope = Envelope(self.scenario.amazon, self.scenario.vendor, str(number), str(number), at)
        text = write_interchange(envelope, FUNCTIONAL, "997", [body])
        self._acknowledgements.append(_Due(at, name, text.encode("latin-1")))


def _named(taken: Taken, fault: Fault) -> Fault:
    return Fault(f"{taken.name}: {fault.sentence}", fault.law, fault.is_structural)
