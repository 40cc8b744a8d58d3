"""Rules 846-01 to 846-08: each fault of a stock report is found and named, and a clean one has none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import assume, given

from include.amazon.orders import Party
from include.amazon.stock_report_rules import RULES, FeedState, check_stock_report
from include.identifiers import ItemIdentifier, as_gtin_14
from tests.amazon.stock_report_values import NOW, REPORTS, SETTINGS, level, report

UPC, EAN = "UP 012345678905", "EN 0012345678905"  # of one product


def faults_of(told, state=None, **changed):
    return check_stock_report(told, state or FeedState(NOW), replace(SETTINGS, **changed))


def named(faults):
    return [(fault.rule, fault.field) for fault in faults]


@given(REPORTS)
def test_a_report_of_what_there_is_has_no_fault(values):
    codes = [as_gtin_14(each.identifier.value) for each in values.levels if each.identifier.qualifier in ("UP", "UK")]
    assume(len(set(codes)) == len(codes))
    assume(values.vendor.identifier)

    assert faults_of(values) == ()


CLEAN = report()
BROKEN = {
    "no feed id": (("846-01", "feed_id"), report(feed_id="")),
    "feed id too long": (("846-01", "feed_id"), report(feed_id="F" * 31)),
    "feed id with a delimiter": (("846-01", "feed_id"), report(feed_id="A*B")),
    "still to come": (("846-01", "written_at"), report(written_at=NOW + timedelta(hours=1))),
    "without a zone": (("846-01", "written_at"), report(written_at=datetime(2026, 11, 25))),  # noqa: DTZ001 - the fault
    "empty": (("846-02", "levels"), replace(CLEAN, levels=())),
    "an item twice": (("846-03", "identifier"), report(level(), level(quantity="3"))),
    "an item twice by other codes": (("846-03", "identifier"), report(level(UPC), level(EAN))),
    "an unknown kind of id": (("846-04", "identifier"), report(level("MG 123"))),
    "an id with a delimiter": (("846-04", "identifier"), report(level("VN A~B"))),
    "an id with a line end": (("846-04", "identifier"), report(level("VN A\nB"))),
    "an id with a blank": (("846-04", "identifier"), report(level("VN A "))),
    "no id": (("846-04", "identifier"), report(level("VN "))),
    "an id too long": (("846-04", "identifier"), report(level("VN " + "A" * 49))),
    "an ASIN in small letters": (("846-04", "check_digit"), report(level("BP b0example1"))),
    "a wrong check digit": (("846-04", "check_digit"), report(level("UP 012345678904"))),
    "below zero": (("846-05", "quantity"), report(level(quantity="-1"))),
    "a part of a unit": (("846-05", "quantity"), report(level(quantity="1.5"))),
    "no number": (("846-05", "quantity"), report(level(quantity="NaN"))),
    "without end": (("846-05", "quantity"), report(level(quantity="Infinity"))),
    "sixteen digits": (("846-05", "quantity"), report(level(quantity="1" + "0" * 15))),
    "an unknown unit": (("846-05", "unit"), report(level(unit="DZ"))),
    "no code of the vendor": (("846-08", "vendor"), report(vendor=Party("", "", "Vendor Goods LLC"))),
}


@pytest.mark.parametrize(("rule", "told"), BROKEN.values(), ids=BROKEN)
def test_what_is_wrong_is_named_and_holds_the_report_back(rule, told):
    (fault,) = faults_of(told)

    assert (fault.rule, fault.field) == rule
    assert not fault.is_warning


def test_each_rule_is_broken_by_a_test():
    tested = {rule for rule, _ in BROKEN.values()} | {("846-06", "feed_id"), ("846-07", "restock_on")}

    assert tested == {(each.rule, each.field) for each in RULES}


def test_every_fault_is_told_at_once_with_the_item_that_it_concerns():
    wrong = report(level(quantity="-1", unit="DZ"), level("BP b0example2"), feed_id="")

    faults = faults_of(wrong)

    assert named(faults) == [
        ("846-01", "feed_id"),
        ("846-04", "check_digit"),
        ("846-05", "quantity"),
        ("846-05", "unit"),
    ]
    first = ItemIdentifier("BP", "B0EXAMPLE1")
    assert [fault.item for fault in faults] == [None, ItemIdentifier("BP", "b0example2"), first, first]
    assert faults[2].sentence == "Item BP B0EXAMPLE1 is told as -1 DZ, not as a whole number of 0 or more."


def test_a_full_report_without_a_level_is_said_to_erase_all():
    (fault,) = faults_of(replace(CLEAN, levels=()))

    assert "would erase every one" in fault.sentence


@pytest.mark.parametrize(
    ("is_full", "state", "is_right"),
    [
        (True, FeedState(NOW), True),
        (True, FeedState(NOW, standing="F0", used={"F0"}), True),
        (True, FeedState(NOW, standing="F1", used={"F1"}), False),
        (False, FeedState(NOW, standing="F1", used={"F0", "F1"}), True),
        (False, FeedState(NOW, standing="F2", used={"F1", "F2"}), False),
        (False, FeedState(NOW), False),
    ],
    ids=["the first", "another full one", "full again", "changes", "changes of a feed that is over", "changes of none"],
)
def test_846_06_changes_continue_the_feed_that_stands_and_a_full_report_begins_its_own(is_full, state, is_right):
    faults = faults_of(report(feed_id="F1", is_full=is_full), state)

    assert named(faults) == ([] if is_right else [("846-06", "feed_id")])


def test_846_07_a_day_of_restocking_that_is_past_is_only_a_warning():
    (fault,) = faults_of(report(level(quantity="0", restock_on=date(2026, 11, 24))))

    assert (fault.rule, fault.is_warning) == ("846-07", True)
    assert faults_of(report(level(restock_on=date(2026, 11, 25)))) == ()


def test_a_rule_that_the_relationship_makes_a_warning_is_one():
    told = report(level("UP 012345678904", Decimal(-1)))

    faults = faults_of(told, warned=frozenset({"846-04 check_digit"}))

    assert [(fault.rule, fault.is_warning) for fault in faults] == [("846-04", True), ("846-05", False)]


def test_units_and_kinds_of_ids_are_the_relationships():
    told = report(level("IB 0306406152", unit="UN"))

    assert named(faults_of(told)) == [("846-04", "identifier"), ("846-05", "unit")]
    assert faults_of(told, item_qualifiers=frozenset({"IB"}), units=frozenset({"UN"})) == ()
