"""The sandbox's Amazon over a real mailbox folder, moment by moment: clocks, changes, resends."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.sandbox.amazon_vendor import (
    KETTLE,
    MUG,
    UNKNOWN,
    Play,
    an_order,
    answer,
    interchange,
)


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


def test_a_file_is_dropped_at_its_moment_and_not_before(play: Play) -> None:
    drop = play.send(1, an_order())

    play.step(0.9)
    assert play.fetch() == []
    assert not play.amazon.all_dropped

    play.step(1.05)
    assert play.fetch() == [drop.content]
    assert play.amazon.all_dropped


def test_a_right_answer_is_accepted_at_the_moment_its_file_was_written(dropped: Play) -> None:
    dropped.answer(3, answer(an_order()))

    told = dropped.order(4)
    assert told["faults"] == []
    assert datetime.fromisoformat(told["acknowledged_at"]) == dropped.at(3)
    assert datetime.fromisoformat(told["acknowledge_by"]) == dropped.at(25)
    assert [line["accepted"] for line in told["lines"]] == ["24", "10"]
    assert not list((dropped.folder / "mailbox/outbound").iterdir())


def test_an_answer_in_parts_is_accepted_and_counted(dropped: Play) -> None:
    dropped.answer(3, answer(an_order(), {"1": [("IA", 20), ("IR", 4)], "2": [("IR", 10)]}))

    lines = dropped.order(4)["lines"]
    assert [(each["accepted"], each["back_ordered"], each["refused"]) for each in lines] == [
        ("20", "0", "4"),
        ("0", "0", "10"),
    ]


def test_every_answer_gets_one_997_sooner_or_later(dropped: Play) -> None:
    dropped.fetch()
    dropped.answer(3, answer(an_order()))

    dropped.step(5.2)
    dropped.step(5.3)

    (told,) = dropped.fetch()
    assert b"AK1*PR*1~AK2*855*0001~AK5*A~AK9*A*1*1*1~" in told


def test_an_answer_with_broken_structure_is_refused_by_its_997(dropped: Play) -> None:
    dropped.fetch()
    dropped.answer(3, answer(an_order()), count=4)

    dropped.step(5.3)

    assert b"AK5*R*5~AK9*R*1*1*0~" in b"".join(dropped.fetch())
    assert dropped.order(5.3)["acknowledged_at"] is None


def test_no_answer_by_the_end_of_the_window_is_charged(dropped: Play) -> None:
    assert dropped.order(24.9)["charges"] == []

    (charge,) = dropped.order(25.1)["charges"]

    assert "144 units that cost 1191.60" in charge


def test_an_answer_after_the_window_counts_and_is_charged(dropped: Play) -> None:
    dropped.answer(25.2, answer(an_order()))

    told = dropped.order(26)
    assert told["acknowledged_at"]
    assert len(told["charges"]) == 1


def test_the_same_bytes_again_are_no_second_answer(dropped: Play) -> None:
    dropped.answer(3, answer(an_order()))
    dropped.answer(4, answer(an_order()))

    told = dropped.order(5)
    assert (told["faults"], len(told["answers"])) == ([], 1)


def test_a_second_answer_without_a_change_breaks_law_9(dropped: Play) -> None:
    dropped.answer(3, answer(an_order()))
    dropped.answer(4, answer(an_order(), {"1": [("IR", 24)]}), number=2)

    told = dropped.order(5)
    assert told["laws_broken"] == [9]
    assert datetime.fromisoformat(told["acknowledged_at"]) == dropped.at(3)


def test_an_answer_to_a_resent_order_breaks_law_2_too(play: Play) -> None:
    order = an_order()
    play.send(1, order)
    play.send(4, order)
    play.step(1)
    play.answer(3, answer(order))
    play.step(4)

    assert play.order(4.5)["laws_broken"] == []
    play.answer(5, answer(order), number=2)

    assert play.order(6)["laws_broken"] == [2, 9]


def test_a_control_number_used_again_for_other_bytes_breaks_law_9(play: Play) -> None:
    orders = [an_order(), an_order(number="4TEST002")]
    play.send(1, *orders)
    play.step(1)

    play.answer(2, answer(orders[0]), number=7)
    play.answer(3, answer(orders[1]), number=7)

    assert play.order(4)["faults"] == []
    second = play.order(4, "4TEST002")
    assert second["laws_broken"] == [9]
    assert second["acknowledged_at"] is None


def test_a_changed_line_wants_a_new_answer_in_a_window_of_its_own(play: Play) -> None:
    order = an_order()
    changed = an_order(replace(KETTLE, quantity=Decimal(30)), MUG)
    play.send(1, order)
    play.send(6, changed)
    play.step(1)
    play.answer(3, answer(order))
    play.step(6)

    told = play.order(7)
    assert told["acknowledged_at"] is None
    assert datetime.fromisoformat(told["acknowledge_by"]) == play.at(30)

    play.answer(8, answer(changed), number=2)

    told = play.order(9)
    assert told["faults"] == []
    assert datetime.fromisoformat(told["acknowledged_at"]) == play.at(8)


def test_an_answer_that_crosses_a_change_is_taken_for_what_it_answers(play: Play) -> None:
    order, changed = an_order(), an_order(replace(KETTLE, quantity=Decimal(0)), MUG)
    play.send(1, order)
    play.send(3, changed)
    play.step(1)
    play.step(3)

    play.answer(3.1, answer(order))

    told = play.order(4)
    assert (told["faults"], told["acknowledged_at"]) == ([], None)
    assert [each["answered_at"] is not None for each in told["revisions"]] == [True, False]


def test_a_moved_window_may_be_answered_and_need_not_be(play: Play) -> None:
    order = an_order()
    moved = replace(order, window_end=order.window_end + timedelta(days=2))
    play.send(1, order)
    play.send(4, moved)
    play.step(1)
    play.answer(2, answer(order))
    play.step(4)

    assert play.order(5)["acknowledged_at"]
    play.answer(6, answer(moved), number=2)

    assert play.order(7)["faults"] == []


def test_an_answer_that_crosses_a_moved_window_leaves_room_for_one_more(play: Play) -> None:
    order = an_order()
    moved = replace(order, window_end=order.window_end + timedelta(days=2))
    play.send(1, order)
    play.send(2, moved)
    play.step(2)
    play.answer(3, answer(order))
    play.answer(4, answer(moved), number=2)

    assert play.order(5)["faults"] == []
    play.answer(6, answer(moved), number=3)

    assert play.order(7)["laws_broken"] == [9]


def test_a_cancelled_order_wants_no_answer_and_one_that_was_on_its_way_counts(play: Play) -> None:
    numbers = ("4TEST001", "4TEST002")
    orders = [an_order(number=number) for number in numbers]
    zero = (replace(KETTLE, quantity=Decimal(0)), replace(MUG, quantity=Decimal(0)))
    play.send(1, *orders)
    play.send(4, *(an_order(*zero, number=number) for number in numbers))
    play.step(1)
    play.step(4)
    play.answer(3.9, answer(orders[0]))

    first, second = (play.order(30, number) for number in numbers)
    assert datetime.fromisoformat(first["acknowledged_at"]) == play.at(3.9)
    assert (second["acknowledged_at"], second["charges"], second["is_cancelled"]) == (None, [], True)


def test_units_once_refused_are_never_promised_later(play: Play) -> None:
    order = an_order()
    changed = an_order(KETTLE, replace(MUG, quantity=Decimal(8)))
    play.send(1, order)
    play.send(5, changed)
    play.step(1)
    play.answer(2, answer(order, {"1": [("IA", 20), ("IR", 4)]}))
    play.step(5)

    play.answer(6, answer(changed), number=2)

    (fault,) = play.order(7)["faults"]
    assert fault == "line 1 promises 24 after an answer that refused all but 20"


def test_units_added_by_amazon_may_be_promised_though_others_were_refused(play: Play) -> None:
    order, changed = an_order(), an_order(replace(KETTLE, quantity=Decimal(30)), MUG)
    play.send(1, order)
    play.send(5, changed)
    play.step(1)
    play.answer(2, answer(order, {"1": [("IA", 20), ("IR", 4)]}))
    play.step(5)

    play.answer(6, answer(changed, {"1": [("IA", 26), ("IR", 4)]}), number=2)

    assert play.order(7)["faults"] == []


def test_an_unmapped_line_may_be_refused_and_not_promised(play: Play) -> None:
    orders = [an_order(KETTLE, UNKNOWN, number=number) for number in ("4TEST001", "4TEST002")]
    play.send(1, *orders)
    play.step(1)

    play.answer(2, answer(orders[0], {"3": [("IR", 5)]}))
    play.answer(3, answer(orders[1]), number=2)

    assert play.order(4)["faults"] == []
    assert play.order(4, "4TEST002")["laws_broken"] == [8]


def test_an_answer_to_no_order_and_a_file_of_rubbish_are_faults_of_nobodys_order(dropped: Play) -> None:
    dropped.answer(2, answer(an_order(number="4OTHER01")))
    dropped.publish("855_000000002.edi", b"rubbish", 3)

    told = dropped.report(4)
    assert ["4OTHER01" in told["faults"][0], "cannot be read" in told["faults"][1]] == [True, True]
    assert told["orders"][0]["answers"] == []


def test_files_still_being_written_are_left_alone(dropped: Play) -> None:
    for name in (".855_000000001.edi.tmp", "855_000000001.edi.tmp"):
        dropped.publish(name, interchange(answer(an_order())), 2)

    assert dropped.order(3)["answers"] == []
