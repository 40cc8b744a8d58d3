"""The Amazon stopped at any point goes on as if nothing had been."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from tests.sandbox.amazon_vendor import KETTLE, MUG, Play, an_order, answer, functional


@pytest.fixture
def play(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Play:
    monkeypatch.delenv("VENDORLANE_CLOCK", raising=False)
    return Play(tmp_path)


@pytest.fixture
def dropped(play: Play) -> Play:
    """One order, dropped at hour 1."""
    play.send(1, an_order())
    play.step(1)
    return play


def test_a_restart_knows_all_that_was_known(play: Play) -> None:
    order, changed = an_order(), an_order(replace(KETTLE, quantity=Decimal(30)), MUG)
    play.send(1, order)
    play.send(5, changed)
    play.send(9, an_order(number="4TEST002"))
    play.step(1)
    play.fetch()
    play.step(1.1)
    play.answer(2, answer(order))
    play.acknowledge(2.5, functional("1"))
    play.step(5)
    before = play.report(6)

    play.restart()
    assert play.report(6) == before

    play.step(9)
    play.answer(10, answer(changed), number=2)
    assert play.order(11)["acknowledged_at"]
    assert play.amazon.all_dropped
    play.step(13)
    assert len(play.fetch()) == 4  # the change, the second order and a 997 for each answer


def test_a_drop_that_was_cut_off_before_its_rename_comes_to_pass_once(dropped: Play) -> None:
    inbound = dropped.folder / "mailbox/inbound"
    (file,) = inbound.iterdir()
    file.rename(inbound / f".{file.name}.tmp")

    dropped.restart()
    dropped.step(2)

    assert [path.name for path in inbound.iterdir()] == [file.name]


def test_a_journal_line_that_was_cut_off_did_not_happen(dropped: Play) -> None:
    journal = dropped.folder / "kept/journal.jsonl"
    journal.write_text(journal.read_text()[:-5])

    dropped.restart()
    assert dropped.amazon.orders == {}

    dropped.step(2)
    assert datetime.fromisoformat(dropped.order(3)["dropped_at"]) == dropped.at(2)


def test_others_hear_of_a_race_when_the_vendor_has_taken_the_order_and_once(play: Play) -> None:
    race = {"sku": "KETTLE", "quantity": 3}
    play.post.send(play.at(1), an_order(), races=[race])
    play.step(1)
    play.step(1.1)
    assert play.races == []

    play.hears_races = False
    play.fetch()
    play.step(1.2)
    play.hears_races = True
    play.step(1.3)
    play.restart()
    play.step(1.4)

    assert play.races == [race]
