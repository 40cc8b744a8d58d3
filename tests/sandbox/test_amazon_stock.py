"""What Amazon believes of the vendor's stock: full reports erase, changes count under the feed that stands."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from include.sandbox.amazon.account import NO_FAULTS, Every, Switches
from include.sandbox.amazon.report import Report
from tests.sandbox.amazon_vendor import MUG, UNKNOWN, Play, Segments, an_order, interchange

KETTLE, CASE, OTHER = "BP B000KETTLE", "UK 10840100000026", "UP 012345678905"
LEVELS = {KETTLE: "12", CASE: "7"}


def stock(levels: dict[str, str] | None = None, feed: str = "FEED1", *, purpose: str = "00") -> Segments:
    """The segments of an 846."""
    told = LEVELS if levels is None else levels
    lines: Segments = []
    for place, (item, quantity) in enumerate(told.items(), 1):
        lines += [["LIN", str(place), *item.split()], ["QTY", "33", quantity, "CA" if item == CASE else "EA"]]
    return [
        ["BIA", purpose, "IP", feed, "20261125", "0900"],
        ["N1", "VN", "", "92", "VNDLN"],
        *lines,
        ["CTT", str(len(told))],
    ]


def changes(levels: dict[str, str], feed: str = "FEED1") -> Segments:
    return stock(levels, feed, purpose="25")


@dataclass
class Stock:
    """A play with a hand for stock reports, one every hour."""

    folder: Path
    switches: Switches = NO_FAULTS
    play: Play = field(init=False)
    _number: int = 0

    def __post_init__(self) -> None:
        self.play = Play(self.folder, switches=self.switches)

    def tell(self, *reports: Segments, **envelope: Any) -> None:
        for segments in reports:
            self._number += 1
            self.play.step(self._number - 0.5)
            content = interchange(segments, self._number, kind="IB", **{"release": "00401", **envelope})
            self.play.publish(f"846_{self._number:09}.edi", content, self._number)

    def told(self) -> dict[str, Any]:
        return self.play.report(self._number + 1)

    def believed(self) -> dict[str, str]:
        return {item: level["quantity"] for item, level in self.told()["levels"].items()}

    def states(self) -> list[str]:
        return [each["state"] for each in self.told()["stock_reports"]]

    def faults(self) -> list[str]:
        return [fault for each in self.told()["stock_reports"] for fault in each["faults"]]

    def answers(self, hour: float = 30) -> bytes:
        self.play.step(hour)
        return b"".join(self.play.fetch())


@pytest.fixture
def amazon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stock:
    monkeypatch.delenv("VENDORLANE_CLOCK", raising=False)
    return Stock(tmp_path)


def test_a_report_is_believed_item_by_item_and_accounted_for(amazon: Stock) -> None:
    amazon.tell(stock())

    told = amazon.told()

    (report,) = told["stock_reports"]
    at = amazon.play.at(1).isoformat()
    assert report == {
        "number": 1, "at": at, "file": "846_000000001.edi", "control_number": "000000001",
        "is_refused_on_purpose": False, "is_kept_waiting": False, "faults": [], "laws_broken": [], "is_full": True,
        "feed_id": "FEED1", "levels": 2, "state": "in force",
    }  # fmt: skip
    assert told["levels"] == {
        KETTLE: {"quantity": "12", "unit": "EA", "told_at": at, "report": 1},
        CASE: {"quantity": "7", "unit": "CA", "told_at": at, "report": 1},
    }
    assert told["faults"] == []
    assert b"AK1*IB*1~AK2*846*0001~AK5*A~AK9*A*1*1*1~" in amazon.answers()


def test_changes_leave_the_rest_and_a_full_report_erases_what_it_leaves_out(amazon: Stock) -> None:
    amazon.tell(stock(), changes({KETTLE: "0", OTHER: "5"}))
    assert amazon.believed() == {KETTLE: "0", CASE: "7", OTHER: "5"}

    amazon.tell(stock({OTHER: "4"}, "FEED2"))

    assert amazon.believed() == {OTHER: "4"}
    assert amazon.states() == ["replaced", "replaced", "in force"]
    assert amazon.faults() == []


@pytest.mark.parametrize(
    ("before", "feed", "fault"),
    [
        ([], "FEED1", "it changes the feed 'FEED1', which Amazon does not know"),
        ([stock()], "FEED9", "it changes the feed 'FEED9', which Amazon does not know"),
        ([stock(), stock(feed="FEED2")], "FEED1", "it changes the feed 'FEED1', which does not stand; FEED2 does"),
    ],
    ids=["before any full one", "of another feed", "of a feed that is over"],
)
def test_changes_under_a_feed_that_does_not_stand_have_no_effect_though_their_997_accepts_them(
    amazon: Stock, before: Sequence[Segments], feed: str, fault: str
) -> None:
    amazon.tell(*before)
    believed = amazon.believed()

    amazon.tell(changes({KETTLE: "1"}, feed))

    assert amazon.believed() == believed
    assert amazon.states()[-1] == "without effect"
    assert amazon.faults() == [fault]
    assert b"AK5*R" not in amazon.answers()


STRUCTURAL = {
    "purpose unknown": (0, 1, "05", "BIA*2**8~AK4*1**7*05~"),
    "of another programme": (0, 2, "DD", "BIA*2**8~AK4*2**7*DD~"),
    "no feed id": (0, 3, "", "BIA*2**8~AK4*3**1~"),
    "feed id too long": (0, 3, "F" * 31, f"BIA*2**8~AK4*3**6*{'F' * 31}~"),
    "no day": (0, 4, "20261301", "BIA*2**8~AK4*4**8*20261301~"),
    "no time": (0, 5, "2560", "BIA*2**8~AK4*5**6*2560~"),
    "no vendor": (1, 1, "SF", "N1*3**3~"),
    "vendor without a code": (1, 4, "", "N1*3**8~AK4*4**1~"),
    "unknown kind of id": (2, 2, "MG", "LIN*4**8~AK4*2**7*MG~"),
    "no id": (2, 3, "", "LIN*4**8~AK4*3**1~"),
    "another quantity": (3, 1, "17", "QTY*5**8~AK4*1**7*17~"),
    "no number": (3, 2, "MANY", "QTY*5**8~AK4*2**6*MANY~"),
    "below zero": (3, 2, "-1", "QTY*5**8~AK4*2**6*-1~"),
    "half a unit": (3, 2, "1.5", "QTY*5**8~AK4*2**6*1.5~"),
    "unknown unit": (3, 3, "UN", "QTY*5**8~AK4*3**7*UN~"),
    "wrong count": (6, 1, "3", "CTT*8**8~AK4*1**6*3~"),
    "no LIN before the QTY": (2, 0, "PID", "QTY*5**2~"),
    "a LIN without its QTY": (3, 0, "PID", "QTY*6**3~"),
    "a segment of another set": (3, 0, "SN1", "SN1*5**6~"),
}


@pytest.mark.parametrize(("segment", "element", "value", "answer"), STRUCTURAL.values(), ids=STRUCTURAL)
def test_what_the_guide_forbids_is_refused_at_its_place_and_changes_nothing(
    amazon: Stock, segment: int, element: int, value: str, answer: str
) -> None:
    wrong = stock({KETTLE: "1", OTHER: "2"}, "FEED2")
    wrong[segment][element] = value

    amazon.tell(stock(), wrong)

    assert amazon.believed() == LEVELS
    assert amazon.states() == ["in force", "refused"]
    assert f"AK3*{answer}" in amazon.answers().decode()


def test_a_full_report_without_an_item_is_refused_and_erases_nothing(amazon: Stock) -> None:
    amazon.tell(stock(), stock({}, "FEED2"))

    assert amazon.believed() == LEVELS
    assert amazon.faults() == ["there is no LIN"]


def test_a_set_of_more_items_than_the_standard_allows_is_refused(amazon: Stock) -> None:
    amazon.tell(stock({f"BP B{place:09}": "1" for place in range(10_001)}))

    assert amazon.believed() == {}
    assert b"AK3*LIN*20004**4~" in amazon.answers()


def test_an_item_told_twice_or_by_no_id_of_its_kind_is_a_finding(amazon: Stock) -> None:
    twice = stock({KETTLE: "1", OTHER: "2", "UP 123": "3", "BP b000kettle": "4"})
    twice[4][1:4] = ["2", *KETTLE.split()]

    amazon.tell(twice)

    assert amazon.faults() == [
        "BP B000KETTLE is told 2 times",
        "UP 123 is no id of its kind",
        "BP b000kettle is no id of its kind",
    ]
    assert amazon.states() == ["without effect"]


def test_an_item_that_the_vendor_does_not_know_breaks_a_law_when_it_is_offered(amazon: Stock) -> None:
    amazon.play.send(0.5, an_order(MUG, UNKNOWN))

    amazon.tell(stock({" ".join(UNKNOWN.item): "3"}))

    (report,) = amazon.told()["stock_reports"]
    assert report["faults"] == ["BP B0UNKNWN02 is offered, which the vendor does not know"]
    assert report["laws_broken"] == [8]


@pytest.mark.parametrize("release", ["00400", "00401"])
def test_both_forms_of_the_release_are_taken(amazon: Stock, release: str) -> None:
    amazon.tell(stock(), release=release)

    assert amazon.faults() == []


def test_a_report_in_5010_is_a_finding_and_has_no_effect(amazon: Stock) -> None:
    amazon.tell(stock(), release="00501", group_release="005010", separator="^")

    assert len(amazon.faults()) == 2
    assert amazon.believed() == {}


def test_the_same_bytes_again_have_no_effect(amazon: Stock) -> None:
    amazon.tell(stock(), changes({KETTLE: "3"}))
    amazon.play.publish("846_again.edi", interchange(stock(), 1, kind="IB", release="00401"), 5)

    assert amazon.believed() == {KETTLE: "3", CASE: "7"}
    assert len(amazon.states()) == 2


def test_a_report_refused_on_purpose_is_blamed_on_a_quantity_and_its_feed_does_not_stand(tmp_path: Path) -> None:
    amazon = Stock(tmp_path, Switches(stock_reports=Every(refused=2)))
    amazon.tell(stock(), stock({OTHER: "1"}, "FEED2"), changes({OTHER: "2"}, "FEED2"), stock(feed="FEED3"))

    told = amazon.told()

    assert [each["state"] for each in told["stock_reports"]] == ["in force", "refused", "without effect", "refused"]
    assert [each["is_refused_on_purpose"] for each in told["stock_reports"]] == [False, True, False, True]
    assert amazon.believed() == LEVELS
    assert b"AK2*846*0001~AK3*QTY*5**8~AK4*2**6*1~AK5*R*5~" in amazon.answers()


def test_a_997_for_a_report_may_never_come_or_come_late(tmp_path: Path) -> None:
    amazon = Stock(tmp_path, Switches(stock_reports=Every(silent=2, late=3), late_hours=48))
    amazon.tell(stock(), changes({KETTLE: "1"}), changes({KETTLE: "2"}))

    assert amazon.answers(40).count(b"AK1*IB") == 1
    assert b"AK1*IB*3~" in amazon.answers(60)
    assert amazon.believed()[KETTLE] == "2"


def test_a_restart_believes_the_same_and_goes_on(amazon: Stock) -> None:
    amazon.tell(stock(), changes({KETTLE: "3"}), stock({OTHER: "1"}, "FEED2"))
    before = amazon.told()

    amazon.play.restart()
    assert amazon.told() == before

    amazon.tell(changes({OTHER: "2"}, "FEED2"))
    assert amazon.believed() == {OTHER: "2"}


def test_the_report_tells_the_stock_anew_only_when_a_report_came(amazon: Stock) -> None:
    written = Report(amazon.play.amazon, amazon.folder / "report.json", "http://cin7")
    written.write(amazon.play.at(1))
    amazon.tell(stock())

    written.write(amazon.play.at(2))

    assert list(json.loads(written.path.read_text())["levels"]) == [KETTLE, CASE]
