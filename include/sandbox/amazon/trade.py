"""All that Amazon makes of notices, goods and invoices at a moment: charges with amounts, and what it pays.

Judged as a whole from what came, so that a restart, or a truck told late, changes nothing of it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import accumulate

from include.sandbox.amazon.account import Account
from include.sandbox.amazon.delivery_checks import DeliveryCheck, end_of, notice_deadline
from include.sandbox.amazon.findings import CHARGEBACK, NONE, Charge, Finding
from include.sandbox.amazon.goods_book import GoodsBook
from include.sandbox.amazon.invoice_checks import InvoiceCheck, Settlement
from include.sandbox.amazon.notice_checks import NoticeLedger, check_notices
from include.sandbox.amazon.order_book import OrderRecord
from include.sandbox.amazon.order_lines import OrderLines, count
from include.sandbox.amazon.rates import ASN_ACCURACY, OVERAGE, amount_of, rate_for
from include.sandbox.amazon.receiving import Delivery
from include.sandbox.amazon.unloading import goods_in, label_of, unload

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Trade:
    """The judgement; once `wakes_at` has passed, time alone may change it."""

    ledger: NoticeLedger
    check: DeliveryCheck
    deliveries: tuple[Delivery, ...]
    settlements: tuple[Settlement, ...]
    charges: tuple[Charge, ...]
    wakes_at: datetime | None


def judge_trade(book: GoodsBook, orders: Mapping[str, OrderRecord], account: Account, now: datetime) -> Trade:
    """Everything that came, as it stands now."""
    deliveries = sorted(book.deliveries.by_name.values(), key=lambda each: each.truck.departed_at)
    lines = OrderLines(orders)
    ledger = check_notices(book.notices, lines, account, _arrivals(deliveries, now))
    refused = [each for each in book.notices if each.receipt.is_refused_on_purpose]
    check = DeliveryCheck(ledger, unload(deliveries, ledger, now), deliveries, refused, account, now)
    settlements = InvoiceCheck(check, account).settle(book.invoices)
    found = [_traced(each, check) for each in ledger.findings] + list(check.findings())
    charges = [*_priced(found, ledger, deliveries), *(charge for each in settlements for charge in each.charges)]
    charges.sort(key=lambda each: (each.finding.at, each.finding.subject, each.finding.rule))
    moments = _moments(ledger, check, orders, account)
    wakes_at = min((each for each in moments if each >= now), default=None)
    return Trade(ledger, check, tuple(deliveries), tuple(settlements), tuple(charges), wakes_at)


def _traced(finding: Finding, check: DeliveryCheck) -> Finding:
    """More was packed than was confirmed: where that was done on purpose, the notice only says so."""
    return replace(finding, injected=check.trace(finding.products)) if finding.charge == OVERAGE else finding


def _arrivals(deliveries: Iterable[Delivery], now: datetime) -> dict[str, list[datetime]]:
    found: dict[str, list[datetime]] = defaultdict(list)
    for each in deliveries:
        for carton in each.truck.cartons if each.has_arrived(now) else ():
            found[label_of(carton)].append(each.truck.arrives_at)
    return found


def _priced(found: Iterable[Finding], ledger: NoticeLedger, deliveries: Iterable[Delivery]) -> Iterator[Charge]:
    shipped = _Weekly.of((each.truck.departed_at, count(goods_in(carton.goods, ledger.lines)))
                         for each in deliveries for carton in each.truck.cartons)  # fmt: skip
    told = _Weekly.of((taken.receipt.at, count(ledger.content(taken.notice.cartons)))
                      for versions in ledger.versions.values() for taken in versions[:1])  # fmt: skip
    listed = list(found)
    inaccurate = [each for each in listed if each.charge == ASN_ACCURACY]
    for finding in listed:
        compliance = NONE
        if finding.charge == ASN_ACCURACY:
            base = max(shipped.until(finding.at), told.until(finding.at))
            compliance = _compliance(inaccurate, finding.at, base)
        rate = rate_for(finding.charge, finding.at.date(), compliance)
        amount, is_nominal = amount_of(rate, finding.cost)
        yield Charge(finding, CHARGEBACK, amount, rate.share, is_nominal)


def _compliance(found: Iterable[Finding], at: datetime, units: Decimal) -> Decimal:
    """The share of a week's units with which nothing was wrong; a subject's units are wrong once."""
    wrong: dict[str, Decimal] = defaultdict(Decimal)
    for each in found:
        if at - WEEK < each.at <= at:
            wrong[each.subject] = max(wrong[each.subject], each.units)
    return max(NONE, 1 - sum(wrong.values(), NONE) / units) if units else NONE


@dataclass(frozen=True, slots=True)
class _Weekly:
    """Eaches by moment, to be summed over the week before any."""

    moments: list[datetime]
    sums: list[Decimal]  # of all before that moment, and of all

    @classmethod
    def of(cls, units: Iterable[tuple[datetime, Decimal]]) -> _Weekly:
        listed = sorted(units)
        return cls([at for at, _ in listed], list(accumulate((eaches for _, eaches in listed), initial=NONE)))

    def until(self, at: datetime) -> Decimal:
        return self.sums[bisect_right(self.moments, at)] - self.sums[bisect_right(self.moments, at - WEEK)]


def _moments(
    ledger: NoticeLedger, check: DeliveryCheck, orders: Mapping[str, OrderRecord], account: Account
) -> Iterator[datetime]:
    for delivery in check.deliveries:
        yield notice_deadline(delivery, account)
        yield delivery.truck.arrives_at
    for shipment in ledger.versions:
        if until := check.awaited_until(shipment):
            yield until
    yield from (end_of(each.order.window_end) for each in orders.values())
