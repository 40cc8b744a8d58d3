"""Every order with its changes, the answers it got, and which of its states still wants one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from include.sandbox.amazon.answer_checks import LineOutcome, check_answer, fits, outcomes_of
from include.sandbox.amazon.answers import Answer
from include.sandbox.amazon.faults import Fault
from include.sandbox.amazon.scenario import Order

NO_EFFECT_OF_A_REPEAT, ONCE_OUT = 2, 9


@dataclass(slots=True)
class Revision:
    """What the order asked for from a moment on. A moved window may be answered; a changed line wants an answer."""

    at: datetime
    file: str
    order: Order
    wants_answer: bool
    answered_at: datetime | None = None  # by an answer to it, or to a later one, that Amazon accepted
    withdrawn_at: datetime | None = None  # the order was cancelled

    @property
    def is_moved(self) -> bool:
        """Whether it asks for the same lines as the state before it."""
        return not self.wants_answer and not self.order.is_cancelled

    @property
    def is_open(self) -> bool:
        return self.wants_answer and self.answered_at is None and self.withdrawn_at is None

    def answer(self, at: datetime) -> None:
        """An answer came; one written before the order was cancelled still counts, whenever it is read."""
        if self.wants_answer and self.answered_at is None and (self.withdrawn_at is None or at < self.withdrawn_at):
            self.answered_at, self.withdrawn_at = at, None


@dataclass(frozen=True, slots=True)
class Given:
    """An 855 that named the order; `revision` is the index of the state that it answers."""

    at: datetime
    file: str
    control_number: str
    revision: int
    outcomes: tuple[LineOutcome, ...]
    faults: tuple[Fault, ...]

    @property
    def is_accepted(self) -> bool:
        return not self.faults


@dataclass(slots=True)
class OrderRecord:
    """An order's life as Amazon sees it."""

    purchase_order_number: str
    window: timedelta
    revisions: list[Revision] = field(default_factory=list)
    repeats: list[datetime] = field(default_factory=list)
    given: list[Given] = field(default_factory=list)

    @property
    def order(self) -> Order:
        return self.revisions[-1].order

    @property
    def wanted(self) -> list[Revision]:
        """The states that want an answer, or did when they came."""
        return [each for each in self.revisions if each.wants_answer]

    @property
    def acknowledged_at(self) -> datetime | None:
        """When the latest wanted answer came; None while any is open."""
        if any(each.is_open for each in self.wanted):
            return None
        return max((each.answered_at for each in self.wanted if each.answered_at), default=None)

    @property
    def acknowledge_by(self) -> datetime:
        """When the earliest open window closes, else when the last one did."""
        open_ones = [each for each in self.wanted if each.is_open]
        return (open_ones[0] if open_ones else self.wanted[-1]).at + self.window

    def tell(self, order: Order, at: datetime, file: str, *, is_again: bool) -> None:
        """An 850 for the order was dropped; a whole interchange dropped once more says nothing new, however old."""
        if is_again or (self.revisions and order == self.order):
            self.repeats.append(at)
            return
        wants_answer = not order.is_cancelled and (not self.revisions or order.lines != self.order.lines)
        if order.is_cancelled:
            for each in self.revisions:
                each.withdrawn_at = at if each.is_open else each.withdrawn_at
        self.revisions.append(Revision(at, file, order, wants_answer))

    def take(self, answer: Answer, at: datetime, file: str, control_number: str, envelope: tuple[Fault, ...]) -> Given:
        """An 855 for the order came."""
        index = self._answered_state(answer, at)
        answered = self.revisions[index]
        faults = [*envelope, *answer.faults, *check_answer(answer, answered.order, at, self._said_before())]
        if self._is_answered(index):
            faults.append(Fault("answered again without a change in between", ONCE_OUT))
            last = max(each.at for each in self.given if each.is_accepted)
            if any(last < repeat <= at for repeat in self.repeats):
                faults.append(Fault("a resent order was answered again", NO_EFFECT_OF_A_REPEAT))
        given = Given(at, file, control_number, index, outcomes_of(answer, answered.order), tuple(faults))
        self.given.append(given)
        if given.is_accepted:
            for each in self.revisions[: index + 1]:
                each.answer(at)
        return given

    def _answered_state(self, answer: Answer, at: datetime) -> int:
        """The newest state of that moment, unless the answer is to an older one that still waits for its own."""
        known = max(1, sum(each.at <= at for each in self.revisions))
        for index in reversed(range(known)):
            if fits(answer, self.revisions[index].order):
                return self._before_moves(index)
            if self._is_answered(index):
                break
        return known - 1

    def _before_moves(self, index: int) -> int:
        """The state whose window was moved since, where that has no answer yet: a move needs none, but may get one."""
        while index and self.revisions[index].is_moved and not self._is_answered(index - 1):
            index -= 1
        return index

    def _is_answered(self, index: int) -> bool:
        return any(each.is_accepted and each.revision >= index for each in self.given)

    def _said_before(self) -> dict[str, LineOutcome]:
        accepted = [each for each in self.given if each.is_accepted]
        return {each.line_number: each for each in accepted[-1].outcomes} if accepted else {}
