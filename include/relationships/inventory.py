"""The part of a relationship that Amazon is told stock by (846). Quantities are in the SKU's unit.

What is said of a SKU goes before what is said of its tags, and both before the default; where several tags speak, the
most cautious one holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, TypeVar

from croniter import CroniterError, croniter
from pydantic import AfterValidator, Field

from include.relationships.settings import Settings, Text

CRON_FIELDS = 5
FEED = r"^[A-Za-z0-9_-]{1,30}$"
MOST_LEVELS = 10_000  # the most that the standard allows in a set
SOME_DAY = datetime(2026, 1, 1)  # noqa: DTZ001 - wall-clock time: only whether the expression ever comes round


def _known_cron(text: str) -> str:
    try:
        fields = text.split()
        if len(fields) != CRON_FIELDS or any(each[0] in "RrHh" for each in fields):
            raise ValueError("it needs five fields, and none that is left to chance")
        croniter(text, SOME_DAY).get_next(datetime)
    except (CroniterError, ValueError) as fault:
        raise ValueError(f"{text!r} is no schedule such as '0 */4 * * *': {fault}") from fault
    return text


Cron = Annotated[str, AfterValidator(_known_cron)]
Tag = Annotated[str, Field(min_length=1), AfterValidator(str.casefold)]
Percent = Annotated[Decimal, Field(ge=0, le=100)]
Units = Annotated[Decimal, Field(ge=0)]
Value = TypeVar("Value")
Default = TypeVar("Default")


class ZeroPolicy(StrEnum):
    """What happens to a level of zero; the later, the more cautious."""

    SEND = "send"
    ASK = "ask"  # sent once a person approved it
    HOLD = "hold"  # not sent, and told


class SharedStock(StrEnum):
    """What several listed items are told that draw on the same stock."""

    DIVIDE = "divide"  # each unit to one of them
    REPEAT = "repeat"  # all of it to each


class Amount(Settings):
    """So many units or so much of what there is, whichever is more."""

    units: Units = Decimal(0)
    percent: Percent = Decimal(0)


class SafetyStock(Amount):
    """What is never offered."""

    skus: dict[Text, Amount] = {}
    tags: dict[Tag, Amount] = {}

    def of(self, sku: str, tags: Iterable[str]) -> tuple[Decimal, Decimal]:
        """Units and percent for a SKU."""
        if not self.skus and not self.tags:
            return self.units, self.percent
        if own := self.skus.get(sku):
            return own.units, own.percent
        tagged = _tagged(self.tags, tags)
        if not tagged:
            return self.units, self.percent
        return max(each.units for each in tagged), max(each.percent for each in tagged)


class Held(Settings):
    """The share held for other channels."""

    percent: Percent = Decimal(0)
    skus: dict[Text, Percent] = {}
    tags: dict[Tag, Percent] = {}

    def of(self, sku: str, tags: Iterable[str]) -> Decimal:
        """Percent for a SKU."""
        return _choose(self.percent, self.skus, self.tags, sku, tags, max)


class Cap(Settings):
    """The most that Amazon is told of an item."""

    units: Units | None = None
    skus: dict[Text, Units] = {}
    tags: dict[Tag, Units] = {}

    def of(self, sku: str, tags: Iterable[str]) -> Decimal | None:
        """Units for a SKU; None: no cap."""
        return _choose(self.units, self.skus, self.tags, sku, tags, min)


class Zeros(Settings):
    """Levels of zero."""

    policy: ZeroPolicy = ZeroPolicy.SEND
    skus: dict[Text, ZeroPolicy] = {}
    tags: dict[Tag, ZeroPolicy] = {}
    approval_hours: Decimal = Field(default=Decimal(12), gt=0)  # after which an unanswered zero is held

    def of(self, sku: str, tags: Iterable[str]) -> ZeroPolicy:
        """The policy for a SKU."""
        return _choose(self.policy, self.skus, self.tags, sku, tags, lambda each: max(each, key=_CAUTION.index))


class Drift(Settings):
    """Differences between what Amazon was told and what is so that a person hears of."""

    units: Units = Decimal(5)  # in Amazon's unit; a difference up to either of both is none
    percent: Percent = Decimal(10)
    money: Decimal | None = Field(default=None, ge=0)  # one worth more is told however small it is


class Inventory(Settings):
    """Levels of stock: what counts, what is offered of it, and when Amazon is told."""

    is_pushed: bool = False
    schedule: Cron = "0 */4 * * *"  # in the relationship's zone
    gather_minutes: int = Field(default=5, ge=0)  # how long changes are gathered into one document
    feed_id: str | None = Field(default=None, pattern=FEED)  # BIA03; else the relationship's name
    full_every_days: int | None = Field(default=None, ge=1)  # none: one full report, then changes for good
    largest_document: int = Field(default=MOST_LEVELS, ge=1, le=MOST_LEVELS)  # levels in a transaction set

    locations: tuple[Text, ...] = ()  # that count; none: the relationship's location
    quarantine_locations: tuple[Text, ...] = ()
    quarantine_bins: tuple[Text, ...] = ()  # `Bin` in any location, or `Location: Bin`
    shelf_life_days: int | None = Field(default=None, ge=0)  # 0: batches that expired are left out; none: they count
    safety_stock: SafetyStock = SafetyStock()
    held: Held = Held()
    cap: Cap = Cap()
    shared_stock: SharedStock = SharedStock.DIVIDE
    zero: Zeros = Zeros()
    drift: Drift = Drift()


_CAUTION = list(ZeroPolicy)


def _choose(
    default: Default,
    skus: Mapping[str, Value],
    by_tag: Mapping[str, Value],
    sku: str,
    tags: Iterable[str],
    most_cautious: Callable[[list[Value]], Value],
) -> Value | Default:
    if sku in skus:
        return skus[sku]
    tagged = _tagged(by_tag, tags)
    return most_cautious(tagged) if tagged else default


def _tagged(by_tag: Mapping[str, Value], tags: Iterable[str]) -> list[Value]:
    if not by_tag:
        return []
    return [by_tag[tag] for each in tags if (tag := each.casefold()) in by_tag]
