"""The vendor's 997s held against what was dropped: accepted, refused, missing, repeated."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from include.sandbox.scenarios.post import spoilt
from tests.sandbox.amazon_vendor import KETTLE, MUG, NUMBER, Play, an_order, answer, functional


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


def test_a_good_interchange_wants_a_997_that_accepts_every_set(dropped: Play) -> None:
    dropped.acknowledge(2, functional("1"))

    (told,) = dropped.report(30)["interchanges"]
    assert (told["verdict"], told["faults"]) == ("A", [])


@pytest.mark.parametrize(
    ("segments", "fault"),
    [
        (functional("1", "R"), "was good and was refused (R)"),
        (functional("1", "X"), "has the verdict 'X'"),
        (functional("1", sets=2), "counts 2/2/2 sets, dropped were 1"),
        ([*functional("1")[:2], ["AK5", "R", "5"], ["AK9", "A", "1", "1", "1"]], "refuses a set of it"),
        (None, "has had no 997"),
    ],
)
def test_a_wrong_997_for_a_good_interchange_is_noticed(dropped: Play, segments: list[list[str]], fault: str) -> None:
    if segments:
        dropped.acknowledge(2, segments)

    (told,) = dropped.report(30)["interchanges"]
    assert fault in told["faults"][0]


def test_a_997_for_what_was_never_dropped_is_noticed(dropped: Play) -> None:
    dropped.acknowledge(2, functional("99"))

    assert "never dropped" in dropped.report(3)["faults"][0]


@pytest.mark.parametrize(("verdict", "faults"), [("R", 0), (None, 0), ("A", 1)])
def test_a_bad_interchange_may_be_refused_or_passed_over_and_not_accepted(
    play: Play, verdict: str | None, faults: int
) -> None:
    written = play.post.write(play.at(1), [an_order()])
    play.post.drop(play.at(1), spoilt(written, written.text[:300]))
    play.step(1)
    if verdict:
        play.acknowledge(2, functional("1", verdict))

    told = play.report(30)
    assert told["orders"] == []
    assert len(told["interchanges"][0]["faults"]) == faults


def test_a_resent_interchange_is_answered_by_the_stored_997_and_by_no_other(play: Play) -> None:
    written = play.send(1, an_order())
    play.post.drops.append(replace(written, name="again", at=play.at(3)))
    play.step(1)
    play.acknowledge(2, functional("1"))
    play.step(3)

    play.acknowledge(4, functional("1"))
    (told,) = play.report(5)["interchanges"]
    assert (told["faults"], told["times_dropped"]) == ([], 2)

    play.acknowledge(5, functional("1"), number=502)
    (told,) = play.report(6)["interchanges"]
    assert told["laws_broken"] == [2]


def test_an_old_interchange_dropped_again_takes_no_change_back(play: Play) -> None:
    order, changed = an_order(), an_order(replace(KETTLE, quantity=Decimal(30)), MUG)
    written = play.send(1, order)
    play.send(3, changed)
    play.post.drops.append(replace(written, name="again", at=play.at(5)))
    for hour in (1, 3, 5):
        play.step(hour)

    play.answer(6, answer(changed))

    told = play.order(7)
    assert (told["faults"], len(told["revisions"]), len(told["resent_at"])) == ([], 2, 1)
    assert told["purchase_order_number"] == NUMBER
