"""Why did we say 40?"""

from __future__ import annotations

from include.inventory.explaining import as_rows, explain, from_rows
from tests.inventory.goods import item, leveled, row, sellable, terms

SETTINGS = {"quarantine_bins": ["QA"], "safety_stock": {"units": 12}, "held": {"percent": 20}}
ROWS = [row(620, bin="A1"), row(12, bin="QA")]


def test_a_level_tells_what_each_rule_left():
    (level,) = leveled([item(unit="CA", units=(12, 1))], ROWS, terms(SETTINGS))

    assert explain(level).splitlines() == [
        "       632  available: Main Warehouse",
        "       620  quarantine: without what lies in quarantine",
        "       608  safety stock: 12 kept as safety stock",
        "       486  held: 20 % held for other channels",
        "        40  whole units: whole CA: one CA is 12 of MUG",
        "        40 CA  is what is told of MUG",
    ]


def test_what_may_be_offered_of_a_sku_is_told_alike():
    assert explain(sellable([row(40)], terms())).splitlines() == [
        "        40  available: Main Warehouse", "        40  is what is told of MUG"]  # fmt: skip


def test_steps_are_kept_as_text_and_got_back():
    (level,) = leveled([item(unit="CA", units=(12, 1))], ROWS, terms(SETTINGS))

    assert from_rows(as_rows(level.steps)) == level.steps
