"""Rules 856-02 to 856-14 on a notice's values: each fault by its rule, field and subject, all of them at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.amazon.notice_rules import RULES, check_notice
from include.amazon.notices import Circumstances, NoticeSettings, Pallet, SentNotice, ShipmentType
from include.amazon.orders import Party
from include.identifiers import ItemIdentifier
from tests.amazon.made_notices import (
    CENTRE,
    NOW,
    ORDER,
    TODAY,
    WAREHOUSE,
    carton,
    item,
    notice,
    notices,
    order,
    parcels,
    sscc,
)

AROUND, STANDARD = Circumstances(NOW), NoticeSettings()
SHIPMENT = "shipment SHIP0001"
LINE = f"line 1 of order {ORDER}"


def faults(values, around=AROUND, chosen=STANDARD):
    return check_notice(values, around, chosen)


def found(values, around=AROUND, chosen=STANDARD):
    """What holds the notice back: rule, field, subject."""
    return [(f.rule, f.field, f.subject) for f in faults(values, around, chosen) if not f.is_warning]


def warned(values, around=AROUND, chosen=STANDARD):
    return [(f.rule, f.field, f.subject) for f in faults(values, around, chosen) if f.is_warning]


BROKEN = {
    "no shipment number": (notice(shipment_number=""), "856-02", "shipment_number", "the shipment"),
    "shipment number too long": (notice(shipment_number="S" * 31), "856-02", "shipment_number", f"shipment {'S' * 31}"),
    "no shipping date": (notice(shipped_on=None), "856-03", "shipped_on", SHIPMENT),
    "shipped long ago": (notice(shipped_on=TODAY - timedelta(8)), "856-03", "shipped_on", SHIPMENT),
    "shipped far ahead": (
        notice(shipped_on=TODAY + timedelta(3), delivery_on=TODAY + timedelta(9)),
        "856-03",
        "shipped_on",
        SHIPMENT,
    ),
    "no delivery date": (notice(delivery_on=None), "856-03", "delivery_on", SHIPMENT),
    "delivered before it left": (notice(delivery_on=TODAY - timedelta(1)), "856-03", "delivery_on", SHIPMENT),
    "no order": (notice(orders=()), "856-04", "cartons", "the shipment"),
    "order without cartons": (notice(order()), "856-04", "cartons", f"order {ORDER}"),
    "order that stands twice": (notice(order(carton(1)), order(carton(2))), "856-04", "cartons", f"order {ORDER}"),
    "order without a number": (notice(order(carton(1), number="")), "856-04", "cartons", "an order"),
    "empty pallet": (notice(order(pallets=[Pallet(None, ())])), "856-04", "cartons", f"pallet 1 of order {ORDER}"),
    "empty carton": (
        notice(order(carton(1), replace(carton(2), items=()))),
        "856-04",
        "cartons",
        f"carton 2 of order {ORDER}",
    ),
    "no warehouse": (notice(ship_from=replace(WAREHOUSE, identifier="")), "856-05", "ship_from", SHIPMENT),
    "no city": (notice(ship_from=replace(WAREHOUSE, city=None)), "856-05", "ship_from", SHIPMENT),
    "no state": (notice(ship_from=replace(WAREHOUSE, state=None)), "856-05", "ship_from", SHIPMENT),
    "no postal code": (notice(ship_from=replace(WAREHOUSE, postal_code=None)), "856-05", "ship_from", SHIPMENT),
    "country of three letters": (notice(ship_from=replace(WAREHOUSE, country="USA")), "856-05", "ship_from", SHIPMENT),
    "no centre": (notice(ship_to=Party("92", "")), "856-05", "ship_to", SHIPMENT),
    "centre by another code list": (notice(ship_to=Party("9", "123456789")), "856-05", "ship_to", SHIPMENT),
    "centre's country": (notice(ship_to=replace(CENTRE, country="USA")), "856-05", "ship_to", SHIPMENT),
    "no carrier": (notice(scac=None), "856-06", "carrier", SHIPMENT),
    "carrier's name for its code": (notice(scac="UPS Ground"), "856-06", "carrier", SHIPMENT),
    "no bill of lading": (notice(bill_of_lading=None), "856-06", "bill_of_lading", SHIPMENT),
    "no carrier reference": (notice(pro_number=None), "856-06", "pro_number", SHIPMENT),
    "parcel without tracking": (
        parcels(carton(1, tracking_number="1Z"), carton(2)),
        "856-06",
        "tracking_number",
        f"carton 2 of order {ORDER}",
    ),
    "carton without SSCC": (notice(order(carton(None))), "856-07", "sscc", f"carton 1 of order {ORDER}"),
    "check digit wrong": (
        notice(order(replace(carton(1), sscc="006141410000000013"))),
        "856-07",
        "sscc",
        f"carton 1 of order {ORDER}",
    ),
    "pallet's check digit wrong": (
        notice(order(pallets=[Pallet("006141410000000013", (carton(1),))])),
        "856-07",
        "pallet_sscc",
        f"pallet 1 of order {ORDER}",
    ),
    "SSCC twice in an order": (notice(order(carton(1), carton(1))), "856-07", "sscc", f"order {ORDER}"),
    "carton on two pallets": (
        notice(
            order(pallets=[Pallet(sscc(101), (carton(1),))]),
            order(pallets=[Pallet(sscc(102), (carton(1),))], number="5ABCD123"),
        ),
        "856-07",
        "sscc",
        f"carton {sscc(1)}",
    ),
    "pallet with a carton's SSCC": (
        notice(order(carton(1)), order(pallets=[Pallet(sscc(1), (carton(2),))], number="5ABCD123")),
        "856-07",
        "sscc",
        "pallet 1 of order 5ABCD123",
    ),
    "no line number": (
        notice(order(carton(1, item(line_number="")))),
        "856-08",
        "line_number",
        f"an item of order {ORDER}",
    ),
    "no item id": (notice(order(carton(1, item(identifier=ItemIdentifier("BP", ""))))), "856-08", "identifier", LINE),
    "line of two items": (
        notice(order(carton(1), carton(2, item(identifier=ItemIdentifier("UP", "1"))))),
        "856-08",
        "identifier",
        LINE,
    ),
    "zero units": (notice(order(carton(1, item("0")))), "856-08", "quantity", LINE),
    "units below zero": (notice(order(carton(1, item("-1")))), "856-08", "quantity", LINE),
    "half a case": (notice(order(carton(1, item("0.5")))), "856-08", "quantity", LINE),
    "unknown unit": (notice(order(carton(1, item(unit="PC")))), "856-08", "unit", LINE),
    "line in two units": (notice(order(carton(1), carton(2, item(unit="CA")))), "856-08", "unit", LINE),
    "replacement of nothing": (notice(is_replacement=True), "856-11", "is_replacement", SHIPMENT),
    "two lots in a carton": (
        notice(order(carton(1, item(lot="A"), item(lot="B", line_number="2")))),
        "856-13",
        "lot",
        f"carton {sscc(1)}",
    ),
}


@pytest.mark.parametrize(("values", "rule", "field", "subject"), BROKEN.values(), ids=BROKEN)
def test_what_is_broken_is_found_by_rule_field_and_subject_and_nothing_else_is(values, rule, field, subject):
    (fault,) = [fault for fault in faults(values) if not fault.is_warning]

    assert (fault.rule, fault.field, fault.subject) == (rule, field, subject)
    assert fault.sentence.lower().startswith(subject.lower())
    assert fault.sentence.endswith(".")


def test_every_fault_is_told_at_once():
    values = replace(
        notice(order(carton(None, item("0")), carton(1), carton(1))), scac=None, bill_of_lading=None, delivery_on=None
    )

    assert found(values) == [
        ("856-03", "delivery_on", SHIPMENT),
        ("856-06", "carrier", SHIPMENT),
        ("856-06", "bill_of_lading", SHIPMENT),
        ("856-07", "sscc", f"carton 1 of order {ORDER}"),
        ("856-07", "sscc", f"order {ORDER}"),
        ("856-08", "quantity", LINE),
    ]


@settings(max_examples=40)
@given(notices())
def test_a_right_notice_has_no_fault_that_holds_it_back(values):
    around = Circumstances(NOW, confirmed=values.shipped(), is_sscc_used=lambda _: False)

    assert found(values, around) == []


def test_the_rules_are_those_that_can_be_broken_by_values():
    numbers = {each.rule for each in RULES}

    assert numbers == {f"856-{number:02}" for number in range(2, 15)} - {"856-09", "856-12"}


def test_856_02_a_number_of_another_shipment_is_refused_and_that_of_the_replaced_one_is_kept():
    around = Circumstances(NOW, is_shipment_number_used=lambda number: number == "SHIP0001")
    before = SentNotice(notice(), NOW)

    assert found(notice(), around) == [("856-02", "shipment_number", SHIPMENT)]
    assert found(notice(shipment_number="SHIP0002"), around) == []
    assert found(notice(is_replacement=True), replace(around, replaced=before)) == []


@pytest.mark.parametrize(("days", "is_refused", "is_warned"), [
    (-8, True, False), (-7, False, False), (0, False, False), (1, False, True), (2, False, True), (3, True, True),
])  # fmt: skip
def test_856_03_days_in_reach(days, is_refused, is_warned):
    values = notice(shipped_on=TODAY + timedelta(days), delivery_on=TODAY + timedelta(9))
    expected = [("856-03", "shipped_on", SHIPMENT)]

    assert found(values) == (expected if is_refused else [])
    assert warned(values) == (expected if is_warned else [])


def test_856_03_today_is_the_relationships():
    """At half past two in the afternoon of the first in London it is the second in Kiritimati already."""
    values = notice(shipped_on=TODAY + timedelta(1))

    assert warned(values) != []
    assert warned(values, chosen=NoticeSettings(zone="Pacific/Kiritimati")) == []


def test_856_06_collect_freight_needs_an_arn():
    chosen = NoticeSettings(is_collect=True)

    assert found(notice(), chosen=chosen) == [("856-06", "amazon_reference_number", SHIPMENT)]
    assert found(notice(amazon_reference_number="0123456789"), chosen=chosen) == []


def test_856_06_parcels_need_a_bill_of_lading_only_where_it_is_set():
    assert found(parcels()) == []
    assert found(parcels(), chosen=NoticeSettings(needs_parcel_bill_of_lading=True)) == [
        ("856-06", "bill_of_lading", SHIPMENT)
    ]


def test_856_06_what_stands_for_a_carrier_is_set():
    assert found(notice(scac="Other"), chosen=NoticeSettings(other_carriers=frozenset({"Other"}))) == []


def test_856_06_a_short_bill_of_lading_is_pointed_out():
    assert warned(notice(bill_of_lading="1234567")) == [("856-06", "bill_of_lading", SHIPMENT)]


def test_where_nothing_is_asked_of_carriers_states_and_cartons_nothing_is_missed():
    chosen = NoticeSettings(
        needs_carrier=False, needs_carrier_reference=False, needs_state=False, needs_carton_sscc=False
    )
    values = notice(order(carton(None)), scac=None, pro_number=None, ship_from=replace(WAREHOUSE, state=None))

    assert found(values, chosen=chosen) == []


def test_856_07_pallets_need_an_sscc_where_it_is_set():
    values = notice(order(pallets=[Pallet(None, (carton(1),))]))

    assert found(values) == []
    assert found(values, chosen=NoticeSettings(needs_pallet_sscc=True)) == [
        ("856-07", "pallet_sscc", f"pallet 1 of order {ORDER}")
    ]


def test_856_07_a_carton_and_a_pallet_of_two_orders_stand_under_both():
    shared = Pallet(sscc(101), (carton(1),))

    assert (
        found(notice(order(carton(2), pallets=[shared]), order(carton(2), pallets=[shared], number="5ABCD123"))) == []
    )


def test_856_07_an_sscc_of_another_shipment_is_refused_once_and_that_of_the_replaced_notice_is_kept():
    around = Circumstances(NOW, is_sscc_used=lambda code: code in (sscc(1), sscc(101)))
    values = notice(order(carton(1), pallets=[Pallet(sscc(101), (carton(2),))]), order(carton(1), number="5ABCD123"))

    assert found(values, around) == [("856-07", "sscc", f"SSCC {sscc(1)}"), ("856-07", "sscc", f"SSCC {sscc(101)}")]
    assert found(replace(values, is_replacement=True), replace(around, replaced=SentNotice(values, NOW))) == []


def test_856_10_more_than_confirmed_is_refused_and_only_warned_of_once_a_person_chose():
    values = notice(order(carton(1), carton(2, item("3"))))
    confirmed = {(ORDER, "1"): Decimal(14)}
    chosen = NoticeSettings(warned=frozenset({"856-10"}))

    assert found(values, Circumstances(NOW, confirmed)) == [("856-10", "quantity", LINE)]
    assert found(values, Circumstances(NOW, {(ORDER, "1"): Decimal(15)})) == []
    assert found(values, Circumstances(NOW, {})) == [("856-10", "quantity", LINE)]
    assert found(values, Circumstances(NOW, confirmed), chosen) == []
    assert warned(values, Circumstances(NOW, confirmed), chosen) == [("856-10", "quantity", LINE)]


@settings(max_examples=30)
@given(notices(), st.data())
def test_856_10_one_unit_more_on_any_line_is_noticed(values, data):
    confirmed = values.shipped()
    key = data.draw(st.sampled_from(sorted(confirmed)))

    told = found(values, Circumstances(NOW, {**confirmed, key: confirmed[key] - 1}))

    assert told == [("856-10", "quantity", f"line {key[1]} of order {key[0]}")]


REPLACED = SentNotice(notice(order(carton(1), carton(2, item("3", "2")))), NOW - timedelta(days=7))
REPLACING = notice(order(carton(1), carton(2, item("3", "2"))), is_replacement=True)


@pytest.mark.parametrize(
    ("values", "before", "expected"),
    [
        (REPLACING, REPLACED, []),
        (replace(REPLACING, orders=(order(carton(1, item("11"))),)), REPLACED, []),
        (REPLACING, replace(REPLACED, sent_at=NOW - timedelta(days=7, seconds=1)), [("is_replacement", SHIPMENT)]),
        (REPLACING, replace(REPLACED, has_arrived=True), [("is_replacement", SHIPMENT)]),
        (replace(REPLACING, is_replacement=False), REPLACED, [("is_replacement", SHIPMENT)]),
        (replace(REPLACING, shipment_number="SHIP9"), REPLACED, [("is_replacement", "shipment SHIP9")]),
        (replace(REPLACING, orders=(order(carton(1, item("13"))),)), REPLACED, [("quantity", LINE)]),
        (replace(REPLACING, orders=(order(carton(1), carton(2, item("1", "9"))),)), REPLACED,
         [("quantity", f"line 9 of order {ORDER}")]),
    ],
    ids=["same", "less", "too late", "arrived", "not called so", "another shipment", "more", "a line more"],
)  # fmt: skip
def test_856_11_a_replacement_is_in_time_of_the_same_shipment_and_never_more(values, before, expected):
    assert found(values, Circumstances(NOW, replaced=before)) == [("856-11", *each) for each in expected]


def test_856_13_what_is_expiry_controlled_has_a_lot_and_a_date():
    around = Circumstances(NOW, expiry_controlled=frozenset({(ORDER, "1")}))

    def held(**more):
        return [field for _, field, _ in found(notice(order(carton(1, item(**more)))), around)]

    assert held() == ["lot", "expires_on"]
    assert held(lot="A") == ["expires_on"]
    assert held(lot="A", manufactured_on=date(2026, 10, 1)) == []
    assert held(lot="A", expires_on=date(2027, 10, 1)) == []


def test_856_13_lots_are_told_apart_in_a_carton_of_two_orders_and_not_between_cartons():
    first, second = item(lot="A"), item(lot="B")

    assert found(notice(order(carton(1, first)), order(carton(1, second), number="5ABCD123"))) == [
        ("856-13", "lot", f"carton {sscc(1)}")
    ]
    assert found(notice(order(carton(1, first), carton(2, second)))) == []


def test_856_13_goods_that_expire_soon_are_pointed_out():
    def soon(days):
        day = date(2026, 12, 4) + timedelta(days)
        return warned(notice(order(carton(1, item(lot="A", expires_on=day)))))

    assert soon(29) == [("856-13", "expires_on", LINE)]
    assert soon(30) == []


def test_856_14_every_order_goes_to_the_one_centre():
    around = Circumstances(NOW, centres={ORDER: "PHX6", "5ABCD123": "ONT8"})

    assert found(notice(order(carton(1)), order(carton(2), number="5ABCD123")), around) == [
        ("856-14", "centre", "order 5ABCD123")
    ]


def test_856_14_a_truck_takes_a_hundred_notices():
    assert found(notice(), Circumstances(NOW, notices_on_truck=100)) == []
    assert found(notice(), Circumstances(NOW, notices_on_truck=101)) == [("856-14", "shipment_number", SHIPMENT)]
    assert found(parcels(), Circumstances(NOW, notices_on_truck=101)) == []


def test_a_rule_or_one_of_its_fields_can_be_turned_into_a_warning_and_back():
    values = notice(pro_number=None, scac=None, shipped_on=TODAY + timedelta(1))
    chosen = NoticeSettings(warned=frozenset({"856-06 pro_number"}), enforced=frozenset({"856-03"}))

    assert found(values, chosen=chosen) == [("856-03", "shipped_on", SHIPMENT), ("856-06", "carrier", SHIPMENT)]
    assert warned(values, chosen=chosen) == [("856-06", "pro_number", SHIPMENT)]


def test_a_truckload_is_freight():
    values = notice(shipment_type=ShipmentType.TRUCKLOAD, bill_of_lading=None)

    assert found(values) == [("856-06", "bill_of_lading", SHIPMENT)]
