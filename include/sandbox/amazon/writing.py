"""X12 as Amazon writes it: one interchange with one group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from include.sandbox.amazon.scenario import Party

Segment = Sequence[str]
MODE = "P"


@dataclass(frozen=True, slots=True)
class Style:
    """Delimiters and release; a repetition separator stands in ISA11 from 00402 on, before it a U."""

    element: str = "*"
    segment: str = "~"
    component: str = ">"
    repetition: str = "U"
    interchange_release: str = "00400"
    group_release: str = "004010"
    line_break: str = ""


RETAIL = Style()


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who writes to whom, when, under which control numbers."""

    sender: Party
    receiver: Party
    control_number: str  # nine digits
    group_control_number: str
    at: datetime
    style: Style = RETAIL


def write_interchange(
    envelope: Envelope, functional_identifier: str, set_identifier: str, bodies: Sequence[Sequence[Segment]]
) -> str:
    """The interchange with a set for each body; the counts and control numbers are right."""
    style, sender, receiver = envelope.style, envelope.sender.identifier, envelope.receiver.identifier
    day, hour = f"{envelope.at:%Y%m%d}", f"{envelope.at:%H%M}"
    segments: list[Segment] = [
        ["ISA", "00", " " * 10, "00", " " * 10, envelope.sender.qualifier, f"{sender:15}", envelope.receiver.qualifier,
         f"{receiver:15}", day[2:], hour, style.repetition, style.interchange_release, envelope.control_number, "0",
         MODE, style.component],
        ["GS", functional_identifier, sender, receiver, day, hour, envelope.group_control_number, "X",
         style.group_release],
    ]  # fmt: skip
    for number, body in enumerate(bodies, 1):
        control_number = f"{number:04}"
        segments.append(["ST", set_identifier, control_number])
        segments += body
        segments.append(["SE", str(len(body) + 2), control_number])
    segments.append(["GE", str(len(bodies)), envelope.group_control_number])
    segments.append(["IEA", "1", envelope.control_number])
    end = style.segment + style.line_break
    return "".join(style.element.join(each) + end for each in segments)
