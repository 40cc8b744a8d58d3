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
ACKNOWLEDGEMENTS, FUNCTIONAL = "PR", "FA"  # GS01
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
    """An 855 is written in 4010."""
    faults = []
    if element(header, 12) not in RELEASES or element(header, 11) != NO_REPETITION:
        faults.append(f"ISA11/12 are {element(header, 11)}/{element(header, 12)}, not those of 4010")
    if element(group.header, 8) != GROUP_RELEASE:
        faults.append(f"GS08 is {element(group.header, 8)}, not {GROUP_RELEASE}")
    return tuple(Fault(each) for each in faults)
