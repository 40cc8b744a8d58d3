"""The judgement of a whole run, as the rule book defines late, missing, over- and under-confirmed, and doubled."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from include.sandbox import clock
from include.sandbox.judge.confirmations import confirm
from include.sandbox.judge.goods import find_unfinished
from include.sandbox.judge.stock import NOTHING, Json, Replay, families_of, moment_of
from include.sandbox.judge.told import ToldOrder, ToldRevision, read_order

RESEND, ONE_PROMISE, ALLOCATED, IN_TIME = 2, 3, 4, 5
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
API = "api"
DOCUMENT, INJECTED = "document", "injected"  # causes of charges


@dataclass(frozen=True, slots=True)
class Goods:
    """Notices and invoices that have effect, in counts; what they cost and bring. Charges by their cause."""

    notices: int = 0
    invoices: int = 0
    charged_for_documents: Decimal = NOTHING  # held back from invoices too
    charged_for_injected_faults: Decimal = NOTHING
    invoiced: Decimal = NOTHING
    payable: Decimal = NOTHING


NO_GOODS = Goods()


@dataclass(frozen=True, slots=True)
class Verdict:
    """Orders in counts; confirmed and doubled in eaches."""

    orders: int
    acknowledged: int
    late: int
    missing: int
    over_confirmed: Decimal
    under_confirmed: Decimal
    doubled: Decimal
    laws_broken: tuple[int, ...]
    findings: tuple[str, ...]
    unfinished: int = 0  # orders whose goods left and were not notified or billed, through no fault of others
    goods: Goods = NO_GOODS


def judge(report: Json, events: Json, trimmed: Collection[str] = (), faulty: Collection[str] = ()) -> Verdict:
    """Judge Amazon's report and Cin7's events, in which `faulty` orders are those that Cin7's warehouse did wrong by.

    `trimmed`: orders with an open exception to trim their sales by hand.
    """
    case = _Case({each["purchase_order_number"]: read_order(each) for each in report["orders"]}, frozenset(trimmed))
    case.judge_clocks(max(datetime.fromisoformat(each["now"]) for each in (report, events)))
    case.replay(events, Replay(families_of(events), report["location"]))
    case.note_faults([report, *report.get("interchanges", ())], "Amazon")
    for told in ("notices", "invoices", "stock_reports"):
        case.note_faults(report.get(told, ()), "Amazon")
    case.note_charges(report.get("charges", ()))
    for each in report["orders"]:
        case.note_faults([each], f"{each['purchase_order_number']}: Amazon")
    unfinished = list(find_unfinished(report, faulty))
    return Verdict(
        orders=len(case.orders),
        acknowledged=sum(each.is_acknowledged for each in case.orders.values()),
        late=case.late,
        missing=case.missing,
        over_confirmed=case.over_confirmed,
        under_confirmed=case.under_confirmed,
        doubled=sum(case.doubled.values(), NOTHING),
        laws_broken=tuple(sorted(case.laws)),
        findings=(*case.findings, *unfinished),
        unfinished=len(unfinished),
        goods=_goods(report),
    )


@dataclass(slots=True)
class _Case:
    orders: dict[str, ToldOrder]
    trimmed: frozenset[str]
    late: int = 0
    missing: int = 0
    over_confirmed: Decimal = NOTHING
    under_confirmed: Decimal = NOTHING
    doubled: dict[tuple[str, str], Decimal] = field(default_factory=lambda: defaultdict(Decimal))  # order, base SKU
    laws: set[int] = field(default_factory=set)
    findings: list[str] = field(default_factory=list)

    def find(self, law: int | None, sentence: str) -> None:
        self.findings.append(sentence)
        if law is not None:
            self.laws.add(law)

    def note_faults(self, parts: Iterable[Json], who: str) -> None:
        """What Amazon itself had against it."""
        for part in parts:
            self.findings += [f"{who}: {each}" for each in part.get("faults", ())]
            self.laws.update(part.get("laws_broken", ()))

    def note_charges(self, charges: Iterable[Json]) -> None:
        """What a document of the vendor's cost that should not have been as it was."""
        for each in charges:
            if each["cause"] == DOCUMENT and each["law"] is not None:
                self.find(each["law"], f"Amazon: {each['sentence']}")

    def judge_clocks(self, now: datetime) -> None:
        """Every state of an order that wanted an answer, on Amazon's clock."""
        for order in self.orders.values():
            wanted = [each for each in order.revisions if each.wants_answer]
            late = [each for each in wanted if (_ended(each) or each.acknowledge_by) > each.acknowledge_by]
            missing = [each for each in wanted if _ended(each) is None and now > each.acknowledge_by]
            self.late += bool(late)
            self.missing += bool(missing)
            for each in late:
                self.find(IN_TIME, f"{order.purchase_order_number}: answered or withdrawn at {_ended(each)}, "
                                   f"after {each.acknowledge_by}")  # fmt: skip
            for each in missing:
                self.find(IN_TIME, f"{order.purchase_order_number}: not answered by {each.acknowledge_by}")

    def replay(self, events: Json, replay: Replay) -> None:
        """Go through all events, and judge each answer at its moment."""
        answers = sorted(
            (
                (answer.at, order, number)
                for order in self.orders.values()
                for number, answer in enumerate(order.answers)
            ),
            key=lambda each: each[0],
        )
        for event in events["events"]:
            while answers and answers[0][0] < moment_of(event):
                self._judge_answer(*answers.pop(0)[1:], replay)
            replay.take(event)
            if event["kind"] == "authorised" and event["by"] == API:
                self._judge_authorised(event, replay)
        for _, order, number in answers:
            self._judge_answer(order, number, replay)
        for order in self.orders.values():
            self._judge_cancelled(order, replay)

    def _judge_answer(self, order: ToldOrder, number: int, replay: Replay) -> None:
        found, name = confirm(order, number, replay), f"{order.purchase_order_number}, answer {number + 1}"
        self.over_confirmed += sum(found.over_confirmed.values(), NOTHING)
        self.under_confirmed += sum(found.under_confirmed.values(), NOTHING)
        for sku, units in found.over_confirmed.items():
            self.find(ALLOCATED, f"{name}: {units} of {sku} accepted beyond what is allocated")
        for sku, units in found.under_confirmed.items():
            self.find(ALLOCATED, f"{name}: {units} of {sku} refused or put off though they were free")
        if order.purchase_order_number not in self.trimmed:
            for sku, units in found.kept_though_refused.items():
                self.find(ONE_PROMISE, f"{name}: {units} of {sku} stand on a sale and are not promised")

    def _judge_authorised(self, event: Json, replay: Replay) -> None:
        """An authorisation through the API must not bring an order's sales above what is ordered."""
        order = self.orders.get(event["customer_reference"])
        if order is None:
            return
        at, number = moment_of(event), order.purchase_order_number
        this = replay.sales[event["sale_id"]].quantity
        for sku in this:
            standing = sum((each.quantity.get(sku, NOTHING) for each in replay.standing(number)), NOTHING)
            excess = min(this[sku], standing - _ordered(order, sku, at, replay))
            if excess > self.doubled.get((number, sku), NOTHING):
                self.doubled[number, sku] = excess
                self.find(ONE_PROMISE, f"{number}: {standing} of {sku} stand on its sales at {at}, {excess} too many")
                if any(each < at for each in order.resent_at):
                    self.find(RESEND, f"{number}: was resent before")

    def _judge_cancelled(self, order: ToldOrder, replay: Replay) -> None:
        """No law says so, but goods would be picked for nobody."""
        if order.is_cancelled and any(
            any(each.quantity.values()) for each in replay.standing(order.purchase_order_number)
        ):
            self.find(None, f"{order.purchase_order_number}: is cancelled and still stands on a sale")


def _goods(report: Json) -> Goods:
    totals = report.get("totals")
    if not totals:
        return NO_GOODS
    by_cause = {
        cause: sum((Decimal(totals[kind][cause]["amount"]) for kind in ("chargebacks", "short_payments")), NOTHING)
        for cause in (DOCUMENT, INJECTED)
    }
    invoices = totals["invoices"]
    return Goods(
        notices=totals["notices"]["in_force"],
        invoices=invoices["approved"] + invoices["paid_short"],
        charged_for_documents=by_cause[DOCUMENT],
        charged_for_injected_faults=by_cause[INJECTED],
        invoiced=Decimal(totals["invoiced"]),
        payable=Decimal(totals["payable"]),
    )


def _ordered(order: ToldOrder, sku: str, at: datetime, replay: Replay) -> Decimal:
    """Base units ordered by then; while a change is on its way, the larger of what it was and will be."""
    return max((_units(each, sku, replay) for each in _in_force(order, at)), default=NOTHING)


def _in_force(order: ToldOrder, at: datetime) -> Iterator[ToldRevision]:
    """What it asked for last, and before that what was in force while the change was on its way.

    A change may be in work for an hour after the vendor took its file, and for a minute of real life however fast the
    clock runs.
    """
    on_its_way = max(HOUR, MINUTE / clock.real_seconds(1))
    for revision in reversed([each for each in order.revisions if each.dropped_at <= at]):
        yield revision
        if revision.fetched_at and revision.fetched_at + on_its_way <= at:
            return


def _units(revision: ToldRevision, sku: str, replay: Replay) -> Decimal:
    return sum(
        (line.quantity * line.eaches for line in revision.lines.values()
         if line.sku is not None and replay.families.base_of(line.sku)[0] == sku),
        NOTHING,
    )  # fmt: skip


def _ended(revision: ToldRevision) -> datetime | None:
    return revision.answered_at or revision.withdrawn_at
