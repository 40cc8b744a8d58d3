"""Zero is announced (law 12), and a full report never erases what must stand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.inventory.reports import in_parts, is_full_due
from include.inventory.zeros import sort_zeros
from include.relationships.inventory import Inventory, Zeros
from tests.inventory.goods import asin, level

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
ASK_PROTECTED = Zeros.model_validate({"tags": {"protected": "ask"}, "skus": {"CUP": "hold"}})


def test_a_protected_zero_is_asked_for_or_held_and_any_other_is_sent():
    protected = frozenset({"Protected"})
    levels = [level(0, 1), level(0, 2, tags=protected), level(7, 3, tags=protected), level(0, 4, sku="CUP")]

    found = sort_zeros(levels, ASK_PROTECTED)

    assert [each.identifier for each in found.sent] == [asin(1), asin(3)]
    assert [each.identifier for each in found.asked] == [asin(2)]
    assert [each.identifier for each in found.held] == [asin(4)]


def test_law_12_a_protected_zero_is_sent_once_a_person_approved_it():
    levels = [level(0, 2, tags=frozenset({"protected"})), level(0, 4, sku="CUP")]

    assert not sort_zeros(levels[:1], ASK_PROTECTED, approved={asin(2)}).is_zero_held
    assert sort_zeros(levels, ASK_PROTECTED, approved={asin(2)}).held == (levels[1],)


@pytest.mark.parametrize(("days_ago", "every", "is_zero_held", "is_due"), [
    (None, None, False, True), (None, None, True, False), (1, None, False, False), (400, None, False, False),
    (6, 7, False, False), (7, 7, False, True), (7, 7, True, False)])  # fmt: skip
def test_there_is_one_full_report_and_then_changes_and_only_changes_while_a_zero_is_held(
    days_ago, every, is_zero_held, is_due
):
    settings = Inventory(full_every_days=every)
    last = None if days_ago is None else NOW - timedelta(days=days_ago)

    assert is_full_due(settings, last, is_zero_held=is_zero_held, now=NOW) is is_due


@given(st.integers(0, 30), st.integers(1, 10), st.booleans())
def test_every_level_stands_in_one_document_and_only_the_first_is_full(many, largest, is_full):
    levels = [level(1, number) for number in range(many)]

    parts = list(in_parts(levels, largest, is_full=is_full))

    assert [each for part in parts for each in part.levels] == levels
    assert all(0 < len(part.levels) <= largest for part in parts)
    assert [part.is_full for part in parts] == [is_full, *[False] * (len(parts) - 1)][: len(parts)]


def test_a_burst_of_5000_changes_is_one_document():
    levels = [level(1, number) for number in range(5000)]

    assert len(list(in_parts(levels, Inventory().largest_document, is_full=False))) == 1
