"""What was dropped and whether the vendor's 997s say of it what they should; the 997 that answers an 855."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from include.sandbox.amazon.faults import Fault, Spot
from include.sandbox.amazon.reading import Group, TransactionSet, element
from include.sandbox.amazon.scenario import Interchange

ACCEPTED, REFUSED = {"A", "E"}, {"R", "P"}  # AK501 and AK901
SETS_IN_ERROR = "5"
DELIMITERS = "*~>"
NO_EFFECT_OF_A_REPEAT = 2


@dataclass(slots=True)
class Awaited:
    """A dropped group and the 997 that answers it."""

    interchange: Interchange
    dropped_at: datetime
    repeats: int = 0
    verdict: str | None = None
    content: bytes = b""
    faults: list[Fault] = field(default_factory=list)

    def all_faults(self, now: datetime, window: timedelta) -> tuple[Fault, ...]:
        """Also the silence, once it has lasted too long."""
        is_silent = self.interchange.is_good and self.verdict is None and now > self.dropped_at + window
        silence = [Fault(f"interchange {self.interchange.control_number} has had no 997")] if is_silent else []
        return (*self.faults, *silence)


@dataclass(slots=True)
class Verdicts:
    """The 997s of all that was dropped, by group control number."""

    awaited: dict[str, Awaited] = field(default_factory=dict)

    def drop(self, interchange: Interchange, at: datetime) -> bool:
        """An interchange was dropped; whether it was before."""
        known = self.awaited.get(interchange.group_control_number)
        if known:
            known.repeats += 1
            return True
        self.awaited[interchange.group_control_number] = Awaited(interchange, at)
        return False

    def take(self, one: TransactionSet, content: bytes) -> tuple[Fault, ...]:
        """A 997 came, in an interchange of these bytes; the faults answered are those of no dropped group."""
        head = next((each for each in one.segments if each[0] == "AK1"), ("AK1",))
        awaited = self.awaited.get(element(head, 2).lstrip("0")) if element(head, 1) == "PO" else None
        if awaited is None:
            return (Fault(f"a 997 names the group {' '.join(head[1:])}, which was never dropped"),)
        if awaited.verdict is not None:
            awaited.faults += _check_repeat(awaited, content)
            return ()
        last = next((each for each in one.segments if each[0] == "AK9"), ("AK9",))
        awaited.verdict, awaited.content = element(last, 1), content
        awaited.faults += [Fault(each) for each in one.faults]
        awaited.faults += _check_verdict(awaited.interchange, one, last)
        return ()


def _check_repeat(awaited: Awaited, content: bytes) -> Iterator[Fault]:
    if content != awaited.content:
        number = awaited.interchange.control_number
        law = NO_EFFECT_OF_A_REPEAT if awaited.repeats else None
        yield Fault(f"interchange {number} was answered by another 997 than before", law)


def _check_verdict(dropped: Interchange, one: TransactionSet, last: Sequence[str]) -> Iterator[Fault]:
    number, verdict = dropped.control_number, element(tuple(last), 1)
    if verdict not in ACCEPTED | REFUSED:
        yield Fault(f"the 997 for interchange {number} has the verdict {verdict!r}")
    elif dropped.is_good != (verdict in ACCEPTED):
        is_so = "good and was refused" if dropped.is_good else "bad and was accepted"
        yield Fault(f"interchange {number} was {is_so} ({verdict})")
    if not dropped.is_good:
        return
    told = [element(each, 1) for each in one.segments if each[0] == "AK5"]
    if any(each not in ACCEPTED for each in told):
        yield Fault(f"the 997 for interchange {number} refuses a set of it")
    count = str(len(dropped.orders))
    if list(last[2:5]) != [count, count, count]:
        yield Fault(f"the 997 for interchange {number} counts {'/'.join(last[2:5])} sets, dropped were {count}")


def write_997(group: Group, refused: Mapping[str, Sequence[Spot]]) -> list[list[str]]:
    """The segments that answer a group; `refused`: its refused sets by control number, and what is wrong where."""
    numbers = [each.control_number for each in group.sets]
    body = [["AK1", group.functional_identifier, group.control_number]]
    for one in group.sets:
        body.append(["AK2", one.identifier, one.control_number])
        for spot in refused.get(one.control_number, ()):
            body += _spot(spot)
        body.append(["AK5", "R", SETS_IN_ERROR] if one.control_number in refused else ["AK5", "A"])
    accepted = len([number for number in numbers if number not in refused])
    letter = "A" if accepted == len(numbers) else "P" if accepted else "R"
    return [*body, ["AK9", letter, str(len(numbers)), str(len(numbers)), str(accepted)]]


def _spot(spot: Spot) -> Iterator[list[str]]:
    """AK3, and AK4 where an element is wrong; a value as far as AK404 can hold it."""
    yield ["AK3", spot.segment, str(spot.position), "", spot.error]
    if spot.element:
        value = "".join(sign for sign in spot.value if sign not in DELIMITERS)[:99]
        yield ["AK4", str(spot.element), "", spot.element_error, *([value] if value else [])]
