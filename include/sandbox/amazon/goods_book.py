"""Every 856, 810 and truck as it came. Only what its 997 must say is decided here; the rest is judged when told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from include.sandbox.amazon.account import Every, Switches
from include.sandbox.amazon.faults import BAD_VALUE, Fault, Spot
from include.sandbox.amazon.invoices import Invoice, read_invoice
from include.sandbox.amazon.mailbox import Taken
from include.sandbox.amazon.notices import Notice, read_notice
from include.sandbox.amazon.reading import TransactionSet, element
from include.sandbox.amazon.receiving import Deliveries, Truck
from include.sandbox.amazon.segment_checks import spots_of

BLAMED = {
    "856": (("MAN", 2), ("BSN", 2)),
    "810": (("IT1", 4), ("BIG", 2)),
    "846": (("QTY", 2), ("BIA", 3)),
}  # by a 997 that refuses on purpose
ON_PURPOSE = "Amazon refused it by its 997 on purpose"


@dataclass(frozen=True, slots=True)
class Receipt:
    """When and how a document came, and what is wrong with it before anything else is asked of it."""

    at: datetime
    file: str
    control_number: str
    faults: tuple[Fault, ...]
    is_refused_on_purpose: bool = False
    is_kept_waiting: bool = False  # its 997 comes late, or never

    @property
    def is_taken(self) -> bool:
        """Whether it has effect."""
        return not self.faults and not self.is_refused_on_purpose

    @property
    def is_refused(self) -> bool:
        """Whether its 997 refused it."""
        return self.is_refused_on_purpose or any(each.is_structural for each in self.faults)

    def told(self) -> dict[str, Any]:
        """What the report says of it."""
        return {
            "at": self.at.isoformat(),
            "file": self.file,
            "control_number": self.control_number,
            "is_refused_on_purpose": self.is_refused_on_purpose,
            "is_kept_waiting": self.is_kept_waiting,
            "faults": [each.sentence for each in self.faults],
            "laws_broken": sorted({each.law for each in self.faults if each.law is not None}),
        }


@dataclass(frozen=True, slots=True)
class TakenNotice:
    """An 856 that came."""

    receipt: Receipt
    notice: Notice


@dataclass(frozen=True, slots=True)
class TakenInvoice:
    """An 810 that came."""

    receipt: Receipt
    invoice: Invoice


@dataclass(frozen=True, slots=True)
class Handling:
    """How the 997 of a set is to be."""

    is_refused: bool = False
    spots: tuple[Spot, ...] = ()
    is_silent: bool = False
    is_late: bool = False
    brings_stray: bool = False


@dataclass(slots=True)
class GoodsBook:
    """`version` rises with everything that comes."""

    switches: Switches
    notices: list[TakenNotice] = field(default_factory=list)
    invoices: list[TakenInvoice] = field(default_factory=list)
    deliveries: Deliveries = field(init=False)
    version: int = 0

    def __post_init__(self) -> None:
        self.deliveries = Deliveries(self.switches)

    def tell(self, truck: Truck) -> None:
        """A truck was told."""
        self.deliveries.tell(truck)
        self.version += 1

    def take_notice(
        self, one: TransactionSet, taken: Taken, control_number: str, envelope: tuple[Fault, ...]
    ) -> Handling:
        """An 856 came."""
        notice = read_notice(one)
        faults = (*envelope, *notice.faults)
        handling = self._handle(one, faults, self.switches.notices, len(self.notices) + 1)
        self.notices.append(TakenNotice(receipt_of(taken, control_number, faults, handling), notice))
        return handling

    def take_invoice(
        self, one: TransactionSet, taken: Taken, control_number: str, envelope: tuple[Fault, ...]
    ) -> Handling:
        """An 810 came."""
        invoice = read_invoice(one)
        faults = (*envelope, *invoice.faults)
        handling = self._handle(one, faults, self.switches.invoices, len(self.invoices) + 1)
        self.invoices.append(TakenInvoice(receipt_of(taken, control_number, faults, handling), invoice))
        return handling

    def _handle(self, one: TransactionSet, faults: tuple[Fault, ...], every: Every, number: int) -> Handling:
        self.version += 1
        has_stray = _is_nth(self.switches.stray_997_every, len(self.notices) + len(self.invoices) + 1)
        return handle(one, faults, every, number, brings_stray=has_stray)


def handle(
    one: TransactionSet, faults: tuple[Fault, ...], every: Every, number: int, *, brings_stray: bool = False
) -> Handling:
    """What the 997 says of the set that is the `number`th of its kind."""
    is_structural = any(each.is_structural for each in faults)
    is_refused = is_structural or _is_nth(every.refused, number)
    return Handling(
        is_refused,
        (spots_of(faults) if is_structural else _blamed(one)) if is_refused else (),
        _is_nth(every.silent, number),
        _is_nth(every.late, number),
        brings_stray,
    )


def receipt_of(taken: Taken, control_number: str, faults: tuple[Fault, ...], handling: Handling) -> Receipt:
    """How a set came, and what became of it."""
    is_structural = any(each.is_structural for each in faults)
    is_kept_waiting = handling.is_silent or handling.is_late
    is_on_purpose = handling.is_refused and not is_structural
    return Receipt(taken.at, taken.name, control_number, faults, is_on_purpose, is_kept_waiting)


def _is_nth(every: int, number: int) -> bool:
    return bool(every) and not number % every


def _blamed(one: TransactionSet) -> tuple[Spot, ...]:
    for name, number in BLAMED[one.identifier]:
        for position, segment in enumerate(one.segments, 2):
            if segment[0] == name:
                value = element(segment, number)
                return (Spot(name, position, element=number, element_error=BAD_VALUE, value=value),)
    return ()
