"""What Amazon is told of each line: pure rules over what stands on live sales.

Law 4: accepted is what the inventory system allocated, in whole units of Amazon's; the statuses of a line add up to
what was ordered; what was refused before stays refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from include.amazon.orders import Answer, AnswerCode, AnsweredLine, OrderAnswer
from include.catalogue import units
from include.identifiers import ItemIdentifier
from include.money import Rounding, round_to
from include.purchase_orders.line_checks import PLACES, holds_answer, reject_code
from include.purchase_orders.values import NOTHING, LineDecision, OrderLine, StoredOrder
from include.relationships.model import Relationship

NO_IDENTIFIER = ItemIdentifier("", "")

_REFUSALS = {
    AnswerCode.SOFT_REJECTED: LineDecision.SOFT_REJECTED,
    AnswerCode.HARD_REJECTED: LineDecision.HARD_REJECTED,
    AnswerCode.WRONG_UNIT: LineDecision.WRONG_UNIT,
}


@dataclass(frozen=True, slots=True)
class DecidedLine:
    """A line's answer, in the line's unit; `reject_code` where anything is refused."""

    line: OrderLine
    accepted: Decimal
    back_ordered: Decimal
    rejected: Decimal
    reject_code: AnswerCode | None

    @property
    def decision(self) -> LineDecision:
        """How the line ended."""
        if self.line.quantity == 0:
            return LineDecision.CANCELLED_BY_AMAZON
        if self.back_ordered > 0:
            return LineDecision.BACK_ORDERED
        if self.reject_code is None:
            return LineDecision.ACCEPTED
        return LineDecision.ACCEPTED_IN_PART if self.accepted > 0 else _REFUSALS[self.reject_code]

    @property
    def excess(self) -> Decimal:
        """What stands on live sales beyond what Amazon is promised, in units of the SKU."""
        if self.line.sku_units is None:
            return self.line.standing
        return self.line.standing - units.to_sku_units(self.accepted + self.back_ordered, self.line.sku_units)

    def columns(self, ships_on: date) -> dict[str, Any]:
        """As the line's row keeps it."""
        return {
            "line_number": self.line.line_number,
            "accepted": str(self.accepted),
            "back_ordered": str(self.back_ordered),
            "rejected": str(self.rejected),
            "reject_code": self.reject_code,
            "decision": self.decision,
            "scheduled_on": ships_on if self.accepted > 0 else None,
        }


def waits_for_person(order: StoredOrder) -> bool:
    """Whether a person may still mend something before anything is refused for good."""
    is_in_hands = order.has_draft or order.is_left_to_person or order.review is not None
    return bool(is_in_hands or order.short_lines or any(holds_answer(line.fault) for line in order.lines))


def decide(line: OrderLine, relationship: Relationship, *, rest_waits: bool) -> DecidedLine:
    """The answer to one line; `rest_waits`: what stands on its sales and is not allocated is back-ordered."""
    accepted = line.in_order_units(line.allocated)
    back_ordered = line.in_order_units(line.standing) - accepted if rest_waits else NOTHING
    rejected = line.quantity - accepted - back_ordered
    code = reject_code(line.fault, relationship.reject_reasons) if rejected > 0 else None
    return DecidedLine(line, accepted, back_ordered, rejected, code)


def build_answer(
    order: StoredOrder, decided: Sequence[DecidedLine], relationship: Relationship, today: date
) -> OrderAnswer:
    """The 855's values; dates are days in the centre's zone."""
    return OrderAnswer(
        purchase_order_number=order.purchase_order_number,
        answered_on=today,
        back_order_allowed=order.back_order_allowed,
        window_start=order.window_start,
        window_end=order.window_end,
        lines=tuple(
            AnsweredLine(
                line_number=each.line.line_number,
                quantity=each.line.quantity,
                unit=each.line.unit,
                unit_price=answered_price(each.line, relationship),
                identifier=each.line.identifiers[0] if each.line.identifiers else NO_IDENTIFIER,
                answers=tuple(_answers(each, order, relationship, today)),
            )
            for each in decided
        ),
    )


def answered_price(line: OrderLine, relationship: Relationship) -> Decimal:
    """The price that the invoice will carry; an 855 holds none of zero, so a refused line gets another then."""
    if line.unit_price is not None and line.unit_price > 0:
        return line.unit_price
    if line.list_price is not None and line.list_price > 0:
        return round_to(line.list_price, PLACES, Rounding.HALF_EVEN)
    return relationship.acknowledgement.refused_line_price


def ships_on(order: StoredOrder, relationship: Relationship, today: date) -> date:
    """The day that accepted units are scheduled for: as soon as the lead time allows, within the window."""
    soonest = today + timedelta(days=relationship.lead_time_days)
    return max(soonest, order.window_start) if order.window_start else soonest


def _answers(each: DecidedLine, order: StoredOrder, relationship: Relationship, today: date) -> Iterator[Answer]:
    if each.accepted > 0 or each.line.quantity == 0:
        yield Answer(AnswerCode.ACCEPTED, each.accepted, ships_on(order, relationship, today))
    if each.back_ordered > 0:
        promised = today + timedelta(days=relationship.back_order_days)
        yield Answer(AnswerCode.BACK_ORDERED, each.back_ordered, promised)
    if each.reject_code is not None:
        yield Answer(each.reject_code, each.rejected)
