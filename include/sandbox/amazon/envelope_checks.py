"""The envelopes of what the vendor sends: who to whom, in which release and mode, under numbers never used before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256

from include.sandbox.amazon.faults import Fault
from include.sandbox.amazon.reading import Group, Interchange, Segment, element
from include.sandbox.amazon.scenario import Party

PRODUCTION, RESPONSIBLE = "P", "X"
RELEASES = {"00400", "00401"}  # of a 4010 interchange; Amazon takes both
GROUP_RELEASE = "004010"
NO_REPETITION = "U"
ACKNOWLEDGEMENTS, NOTICES, INVOICES, STOCK_REPORTS, FUNCTIONAL = "PR", "SH", "IN", "IB", "FA"  # GS01
NOTICE_RELEASE, NOTICE_GROUP_RELEASE = "00501", "005010"
ONCE_OUT = 9


@dataclass(slots=True)
class EnvelopeChecks:
    """Checks an interchange and remembers its control numbers."""

    amazon: Party
    vendor: Party
    seen: dict[tuple[str, str], bytes] = field(default_factory=dict)  # kind and number to the digest of the bytes

    def check(self, one: Interchange) -> tuple[Fault, ...]:
        """What is wrong with the interchange's own envelope."""
        return tuple(self._check(one))

    def check_group(self, group: Group, content: bytes) -> tuple[Fault, ...]:
        """What is wrong with a group's envelope."""
        return tuple(self._check_group(group, content))

    def is_repeated(self, one: Interchange) -> bool:
        """Whether the very same bytes came before; a schedule may send them again."""
        return self.seen.get(("ISA13", one.control_number)) == sha256(one.content).digest()

    def _check(self, one: Interchange) -> Iterator[Fault]:
        head = one.header
        yield from (Fault(each, is_structural=True) for each in one.faults)
        for name, party, at in (("from", self.vendor, 5), ("to", self.amazon, 7)):
            told = (element(head, at), element(head, at + 1).rstrip())
            if told != (party.qualifier, party.identifier):
                yield Fault(f"the interchange goes {name} {'/'.join(told)}, not {party.qualifier}/{party.identifier}")
        if element(head, 15) != PRODUCTION:
            yield Fault(f"ISA15 is {element(head, 15)}, not {PRODUCTION}")
        if not (len(one.control_number) == 9 and one.control_number.isdigit()):
            yield Fault(f"ISA13 {one.control_number!r} is not nine digits", is_structural=True)
        yield from self._check_number("ISA13", one.control_number, one.content)

    def _check_group(self, group: Group, content: bytes) -> Iterator[Fault]:
        head = group.header
        yield from (Fault(each, is_structural=True) for each in group.faults)
        if head[2:4] != (self.vendor.identifier, self.amazon.identifier):
            yield Fault(f"the group goes from {element(head, 2)} to {element(head, 3)}")
        if element(head, 7) != RESPONSIBLE:
            yield Fault(f"GS07 is {element(head, 7)!r}, not {RESPONSIBLE}", is_structural=True)
        yield from self._check_number("GS06", f"{group.functional_identifier} {group.control_number}", content)

    def _check_number(self, kind: str, number: str, content: bytes) -> Iterator[Fault]:
        digest = sha256(content).digest()
        if self.seen.setdefault((kind, number), digest) != digest:
            yield Fault(f"{kind} {number} was used before for other bytes", ONCE_OUT)


def check_release(header: Segment, group: Group) -> tuple[Fault, ...]:
    """An 856 is written in 5010, where ISA11 separates repetitions, all else in 4010."""
    is_notice, faults = group.functional_identifier == NOTICES, []
    release, separator = element(header, 12), element(header, 11)
    is_right = (release == NOTICE_RELEASE and not separator.isalnum()) if is_notice else (
        release in RELEASES and separator == NO_REPETITION)  # fmt: skip
    if not is_right:
        faults.append(f"ISA11/12 are {separator}/{release}, not those of {5010 if is_notice else 4010}")
    group_release = NOTICE_GROUP_RELEASE if is_notice else GROUP_RELEASE
    if element(group.header, 8) != group_release:
        faults.append(f"GS08 is {element(group.header, 8)}, not {group_release}")
    return tuple(Fault(each) for each in faults)
