"""What the rules of the 856 look at in a shipment: numbers, dates, places, carrier, what it replaces.

Each is a pure function of a notice, what is known around it, and the settings; it yields what is wrong as subject and
predicate (`shipment SHP1`, `has no carrier`). notice_rules says which rule that breaks, which field is meant and how
grave it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from include.amazon.notices import Circumstances, NoticeSettings, ShipmentType, ShipNotice
from include.amazon.orders import Party

BILL_OF_LADING_SHORTEST = 8

_SCAC = re.compile(r"[A-Z]{2,4}")
_COUNTRY = re.compile(r"[A-Z]{2}")

Wrong = Iterator[tuple[str, str]]  # subject, predicate


def shipment_number(notice: ShipNotice, around: Circumstances, settings: NoticeSettings) -> Wrong:
    if not 2 <= len(notice.shipment_number) <= 30:
        yield _shipment(notice), "has no shipment number of 2 to 30 characters"


def shipment_number_is_new(notice: ShipNotice, around: Circumstances, settings: NoticeSettings) -> Wrong:
    is_used = around.is_shipment_number_used
    if is_used and not notice.is_replacement and is_used(notice.shipment_number):
        yield _shipment(notice), "has a shipment number that was used within a year"


def shipping_date(notice: ShipNotice, around: Circumstances, settings: NoticeSettings) -> Wrong:
    if notice.shipped_on is None:
        yield _shipment(notice), "has no shipping date"
        return
    today = _today(around, settings)
    first, last = today - timedelta(settings.days_back), today + timedelta(settings.days_ahead)
    if not first <= notice.shipped_on <= last:
        yield _shipment(notice), f"is shipped on {notice.shipped_on}, not between {first} and {last}"


def shipping_date_is_not_ahead(notice: ShipNotice, around: Circumstances, settings: NoticeSettings) -> Wrong:
    if notice.shipped_on and notice.shipped_on > _today(around, settings):
        yield _shipment(notice), f"is shipped on {notice.shipped_on}, which is still to come"


def delivery_date(notice: ShipNotice, around: Circumstances, settings: NoticeSettings) -> Wrong:
    if notice.delivery_on is None:
        yield _shipment(notice), "has no estimated delivery date"
    elif notice.shipped_on and notice.delivery_on < notice.shipped_on:
        yield _shipment(notice), f"is to arrive on {notice.delivery_on}, before it is shipped"


def ship_from(notice: ShipNotice, around: Circumstances, settings: NoticeSettings) -> Wrong:
    party = notice.ship_from
    needed = {
        "code": party.identifier and party.qualifier,
        "city": party.city,
        "state": party.state or not settings.needs_state,
        "postal code": party.postal_code,
    }
    for name, value in needed.items():
        if not value:
            yield _shipment(notice), f"has no {name} of the place that it is shipped from"
    yield from _country(notice, party, "shipped from")


def ship_to(notice: ShipNotice, around: Circumstances, settings: NoticeSettings) -> Wrong:
    if not notice.ship_to.identifier or notice.ship_to.qualifier not in ("92", "15"):
        yield _shipment(notice), "has no code of the centre that it is shipped to"
    if notice.ship_to.country:
        yield from _country(notice, notice.ship_to, "shipped to")


def bill_of_lading(notice: ShipNotice, around: Circumstances, settings: NoticeSettings) -> Wrong:
    is_parcel = notice.shipment_type is ShipmentType.SMALL_PARCEL
    if not notice.bill_of_lading and (settings.needs_parcel_bill_of_lading or not is_parcel):
        yield _shipment(notice), "has no bill of lading"


def bill_of_lading_is_long(notice: ShipNotice, around: Circumstances, settings: NoticeSettings) -> Wrong:
    number = notice.bill_of_lading
    if number and len(number) < BILL_OF_LADING_SHORTEST:
        yield _shipment(notice), f"has the bill of lading {number}, shorter than {BILL_OF_LADING_SHORTEST} characters"


def amazon_reference_number(notice: ShipNotice, around: Circumstances, settings: NoticeSettings) -> Wrong:
    if settings.is_collect and not notice.amazon_reference_number:
        yield _shipment(notice), "is collected at Amazon's cost and has no Amazon reference number (ARN)"


def pro_number(notice: ShipNotice, around: Circumstances, settings: NoticeSettings) -> Wrong:
    if settings.needs_carrier_reference and not notice.carrier_reference:
        yield _shipment(notice), "has no PRO or tracking number of its carrier"


def carrier(notice: ShipNotice, around: Circumstances, settings: NoticeSettings) -> Wrong:
    code = notice.scac
    if not code and settings.needs_carrier:
        yield _shipment(notice), "has no carrier"
    if code and not _SCAC.fullmatch(code) and code not in settings.other_carriers:
        yield _shipment(notice), f"has the carrier {code!r}, which is no SCAC of 2 to 4 letters"


def replacement(notice: ShipNotice, around: Circumstances, settings: NoticeSettings) -> Wrong:
    before = around.replaced
    if before is None:
        if notice.is_replacement:
            yield _shipment(notice), "replaces a notice that was never sent"
        return
    if not notice.is_replacement:
        yield _shipment(notice), "replaces a notice and does not say so"
    if notice.shipment_number != before.notice.shipment_number:
        yield _shipment(notice), f"replaces {before.notice.shipment_number}, which is another shipment"
    if around.now - before.sent_at > timedelta(settings.replacement_days):
        yield _shipment(notice), f"was notified more than {settings.replacement_days} days ago"
    if before.has_arrived:
        yield _shipment(notice), "is expected to have arrived already"


def centre(notice: ShipNotice, around: Circumstances, settings: NoticeSettings) -> Wrong:
    for order in notice.orders:
        ordered_to = around.centres.get(order.purchase_order_number)
        if ordered_to and ordered_to != notice.ship_to.identifier:
            subject = f"order {order.purchase_order_number}"
            yield subject, f"goes to {ordered_to}, but the shipment to {notice.ship_to.identifier}"


def truck(notice: ShipNotice, around: Circumstances, settings: NoticeSettings) -> Wrong:
    is_parcel = notice.shipment_type is ShipmentType.SMALL_PARCEL
    if not is_parcel and around.notices_on_truck > settings.notices_per_truck:
        most = settings.notices_per_truck
        yield _shipment(notice), f"is number {around.notices_on_truck} on its truck, which takes {most} notices"


def _today(around: Circumstances, settings: NoticeSettings) -> date:
    return around.now.astimezone(ZoneInfo(settings.zone)).date()


def _shipment(notice: ShipNotice) -> str:
    return f"shipment {notice.shipment_number}" if notice.shipment_number else "the shipment"


def _country(notice: ShipNotice, party: Party, role: str) -> Wrong:
    if not _COUNTRY.fullmatch(party.country or ""):
        yield _shipment(notice), f"has no country code of two letters of the place that it is {role}"
