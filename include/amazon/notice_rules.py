"""The rules of the 856 as a table: what each asks for, of which field, and whether it holds a notice back.

856-01 (release), 856-09 (totals), 856-12 (what a domestic notice should not hold) and the numbers of 856-04 and 856-08
are of the bytes: the guide and the second opinion look at them when a notice is written. Which SSCCs and shipment
numbers were used before is asked of the ledger by way of the circumstances.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from include.amazon import notice_checks, packing_checks
from include.amazon.notice_checks import Wrong
from include.amazon.notices import Circumstances, NoticeSettings, ShipNotice


@dataclass(frozen=True, slots=True)
class NoticeRule:
    """One thing that a rule asks for; `field` is what has to be entered or put right, in our words."""

    rule: str
    field: str
    asks: str
    check: Callable[[ShipNotice, Circumstances, NoticeSettings], Wrong]
    is_warning: bool = False


@dataclass(frozen=True, slots=True)
class NoticeFault:
    """A rule that a notice breaks; `subject` is the shipment, order, line, pallet or carton that it concerns."""

    rule: str
    field: str
    subject: str
    sentence: str
    is_warning: bool = False


RULES = (
    NoticeRule("856-02", "shipment_number", "a shipment number of 2 to 30 characters", notice_checks.shipment_number),
    NoticeRule("856-02", "shipment_number", "not used for 365 days", notice_checks.shipment_number_is_new),
    NoticeRule("856-03", "shipped_on", "a shipping date within the days allowed", notice_checks.shipping_date),
    NoticeRule(
        "856-03",
        "shipped_on",
        "a shipping date not still to come",
        notice_checks.shipping_date_is_not_ahead,
        is_warning=True,
    ),
    NoticeRule("856-03", "delivery_on", "an estimated delivery, not before the shipping", notice_checks.delivery_date),
    NoticeRule("856-04", "cartons", "orders, each once, with cartons that hold items", packing_checks.tree),
    NoticeRule("856-05", "ship_from", "code, city, state, postal code, ISO country", notice_checks.ship_from),
    NoticeRule("856-05", "ship_to", "the centre's code", notice_checks.ship_to),
    NoticeRule("856-06", "carrier", "a SCAC, or what may stand for one", notice_checks.carrier),
    NoticeRule("856-06", "bill_of_lading", "a bill of lading for freight", notice_checks.bill_of_lading),
    NoticeRule(
        "856-06",
        "bill_of_lading",
        "eight characters of it or more",
        notice_checks.bill_of_lading_is_long,
        is_warning=True,
    ),
    NoticeRule(
        "856-06", "amazon_reference_number", "an ARN for collect freight", notice_checks.amazon_reference_number
    ),
    NoticeRule("856-06", "pro_number", "the carrier's reference", notice_checks.pro_number),
    NoticeRule("856-06", "tracking_number", "one for each small parcel", packing_checks.tracking_number),
    NoticeRule("856-07", "sscc", "a right SSCC on each carton", packing_checks.carton_sscc),
    NoticeRule("856-07", "pallet_sscc", "a right SSCC on each pallet", packing_checks.pallet_sscc),
    NoticeRule("856-07", "sscc", "one place for each SSCC", packing_checks.sscc_stands_once),
    NoticeRule("856-07", "sscc", "not used for 365 days", packing_checks.sscc_is_new),
    NoticeRule("856-08", "line_number", "the order's line number", packing_checks.line_number),
    NoticeRule("856-08", "identifier", "one item for each line", packing_checks.identifier),
    NoticeRule("856-08", "quantity", "whole units above zero", packing_checks.quantity),
    NoticeRule("856-08", "unit", "a known unit, one for each line", packing_checks.unit),
    NoticeRule("856-10", "quantity", "no more than was confirmed", packing_checks.confirmed_quantity),
    NoticeRule(
        "856-11", "is_replacement", "a replacement of its own, in time and before arrival", notice_checks.replacement
    ),
    NoticeRule("856-11", "quantity", "no more than was notified", packing_checks.replaced_quantity),
    NoticeRule("856-13", "lot", "a lot where controlled, and one for each item in a carton", packing_checks.lot),
    NoticeRule("856-13", "expires_on", "expiry or manufacture date where controlled", packing_checks.expiry),
    NoticeRule("856-13", "expires_on", "enough days left at arrival", packing_checks.expiry_is_far, is_warning=True),
    NoticeRule("856-14", "centre", "one centre for all orders", notice_checks.centre),
    NoticeRule("856-14", "shipment_number", "no more notices than a truck takes", notice_checks.truck),
)


def check_notice(notice: ShipNotice, around: Circumstances, settings: NoticeSettings) -> tuple[NoticeFault, ...]:
    """Every rule that the notice breaks; it may leave where all of them are warnings.

    Who chose to send as packed has the settings with 856-10 among the `warned`.
    """
    return tuple(
        NoticeFault(
            rule=each.rule,
            field=each.field,
            subject=subject,
            sentence=f"{subject[0].upper()}{subject[1:]} {predicate}.",
            is_warning=_is_warning(each, settings),
        )
        for each in RULES
        for subject, predicate in dict.fromkeys(each.check(notice, around, settings))
    )


def _is_warning(rule: NoticeRule, settings: NoticeSettings) -> bool:
    names = {rule.rule, f"{rule.rule} {rule.field}"}
    if names & settings.enforced:
        return False
    return rule.is_warning or bool(names & settings.warned)
