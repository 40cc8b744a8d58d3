"""Follows the envelopes of one interchange segment by segment and yields an event as each is complete."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from include.x12.control_numbers import SeenNumbers
from include.x12.envelope import Event, GroupEnd, GroupHeader, InterchangeAcknowledgement, InterchangeEnd
from include.x12.findings import Finding, Level, Severity, has_error, shown, verdict
from include.x12.interchange_header import ReadHeader, read_gs, read_instant
from include.x12.numbers import is_number, is_same_number
from include.x12.transaction_sets import GuideFor, decode, read_set

_LINE_ENDS = b"\r\n"
_BLANKS = b" \t\r\n"


@dataclass(frozen=True, slots=True)
class Batch:
    """Segments in a row, the first at `offset`; ragged ones have blanks around them, one not whole lacks its end."""

    segments: list[bytes]
    offset: int
    is_ragged: bool
    is_whole: bool


class InterchangeState:
    """Where in the envelopes the reading stands. `is_closed` after the IEA; `used` is then the offset behind it."""

    def __init__(self, read: ReadHeader, guide_for: GuideFor, findings_cap: int) -> None:
        self._header = read.header
        self._guide_for = guide_for
        self._cap = findings_cap
        self._findings = list(read.findings)
        self._groups = 0
        self._group: _Group | None = None
        self._set: list[bytes] | None = None
        self._set_offset = 0
        separator = read.header.delimiters.element.encode("latin-1")
        pairs = (b"ST", b"SE", b"GS", b"GE")
        self._envelope = frozenset((*(pair + separator for pair in pairs), *pairs, b"IEA", b"TA1"))
        self._terminator_is_line_end = read.header.delimiters.segment in "\r\n"
        self.is_closed = False
        self.used = read.header.offset + read.width

    def take(self, read: Batch) -> Iterator[Event]:
        """The events that these segments complete."""
        batch, offset, envelope = read.segments, read.offset, self._envelope
        clean = [raw.strip(_LINE_ENDS).lstrip(_BLANKS) for raw in batch] if read.is_ragged else batch
        turns = [index for index, raw in enumerate(clean) if raw[:3] in envelope]
        done = 0
        for turn in (*turns, len(batch)):
            for start in self._keep(clean, done, turn):
                self._stray(clean[start])
            if turn == len(batch):
                break
            start = offset + sum(map(len, batch[done:turn])) + turn - done
            offset = start + len(batch[turn]) + 1
            done = turn + 1
            self.used = offset if read.is_whole else offset - 1
            lead = len(batch[turn]) - len(batch[turn].lstrip(_BLANKS)) if read.is_ragged else 0
            yield from self._turn(clean[turn], start + lead)
            if self.is_closed:
                return
        offset += sum(map(len, batch[done:])) + len(batch) - done
        self.used = offset if read.is_whole else offset - 1

    def _keep(self, segments: list[bytes], start: int, end: int) -> Iterable[int]:
        """Adds segments to the open set; where none is open, answers which of them are astray."""
        inside = segments[start:end]
        if self._terminator_is_line_end and b"" in inside:
            inside = [raw for raw in inside if raw]
        if self._set is not None:
            self._set.extend(inside)
            return ()
        if self._terminator_is_line_end:
            return [index for index in range(start, end) if segments[index]]
        return range(start, end)

    def cut_off(self, offset: int) -> Iterator[Event]:
        """The events of an interchange that ends without its IEA."""
        self.used = offset
        yield from self._end_group(None)
        self._note("023", "The IEA is missing: the file is cut off or another interchange begins.", "IEA")
        yield self._end()

    def _turn(self, raw: bytes, start: int) -> Iterator[Event]:
        """A segment of the envelopes, or one that stands outside of any set."""
        segment = decode([raw], "~").split(self._header.delimiters.element)
        match segment[0]:
            case "ST":
                yield from self._end_set(start)
                yield from self._begin_set(raw, start)
            case "SE" if self._set is not None:
                self._set.append(raw)
                yield from self._end_set(self.used)
            case "GS":
                yield from self._end_group(None, start)
                yield self._begin_group(segment)
            case "GE":
                yield from self._end_group(segment, start)
            case "IEA":
                yield from self._end_group(None, start)
                yield self._close(segment)
            case "TA1" if self._group is None:
                yield self._acknowledgement(segment)
            case _ if self._set is not None:  # only looks like one of the envelopes', or stands where none may
                self._set.append(raw)
            case _:
                self._stray(raw)

    def _begin_set(self, raw: bytes, start: int) -> Iterator[Event]:
        if self._group is None:
            self._note("024", "A transaction set stands outside of any group.", "ST")
            self._group = _Group(GroupHeader("", "", "", "0", "", ""), [])
            yield self._group.header
        self._set, self._set_offset = [raw], start

    def _end_set(self, end: int) -> Iterator[Event]:
        if self._set is None or self._group is None:
            return
        raw, self._set = self._set, None
        read = read_set(
            raw,
            self._header,
            self._group.header,
            seen=self._group.seen,
            guide_for=self._guide_for,
            findings_cap=self._cap,
            offset=self._set_offset,
            length=end - self._set_offset,
        )
        self._group.count(read.verdict)
        yield read

    def _begin_group(self, segment: list[str]) -> GroupHeader:
        header, findings = read_gs(segment)
        self._groups += 1
        self._group = _Group(header, findings)
        return header

    def _end_group(self, trailer: list[str] | None, start: int | None = None) -> Iterator[Event]:
        yield from self._end_set(self.used if start is None else start)
        if self._group is None:
            if trailer is not None:
                self._note("024", "A GE stands without its GS.", "GE")
            return
        group, self._group = self._group, None
        yield group.end(trailer)

    def _close(self, segment: list[str]) -> InterchangeEnd:
        stated, number = [*segment[1:3], "", ""][:2]
        if not is_same_number(number, self._header.control_number):
            self._note("001", f"IEA02 is {shown(number)}, but ISA13 is {shown(self._header.control_number)}.", "IEA")
        if not is_same_number(stated, str(self._groups)):
            self._note("021", f"IEA01 says {shown(stated)} groups, but there are {self._groups}.", "IEA")
        return self._end()

    def _end(self) -> InterchangeEnd:
        self.is_closed = True
        findings = tuple(self._findings)
        worst = sorted(findings, key=lambda finding: finding.severity is not Severity.ERROR)
        length = self.used - self._header.offset
        return InterchangeEnd(
            self._header, self._header.offset, length, verdict(findings), findings, worst[0].code if worst else None
        )

    def _acknowledgement(self, segment: list[str]) -> InterchangeAcknowledgement:
        values = [*(value.strip() for value in segment[1:6]), *[""] * 5]
        return InterchangeAcknowledgement(
            self._header, values[0], read_instant(values[1], values[2]), values[3], values[4]
        )

    def _stray(self, raw: bytes) -> None:
        identifier = decode([raw], "~").split(self._header.delimiters.element)[0]
        if identifier:
            self._note("022", f"A segment {shown(identifier)} stands outside of any transaction set.", identifier[:20])
        else:
            self._note("022", "An empty segment stands outside of any transaction set.", "", Severity.WARNING)

    def _note(self, code: str, sentence: str, identifier: str, severity: Severity = Severity.ERROR) -> None:
        """Keeps the first findings up to the cap, and the first error beyond it, since that decides the verdict."""
        if len(self._findings) < self._cap or (severity is Severity.ERROR and not has_error(self._findings)):
            self._findings.append(Finding(Level.INTERCHANGE, code, sentence, severity, identifier))


class _Group:
    """A group that is open: its header, what has been counted, and the control numbers seen in it."""

    def __init__(self, header: GroupHeader, findings: list[Finding]) -> None:
        self.header = header
        self.seen = SeenNumbers()
        self._findings = findings
        self._received = 0
        self._accepted = 0
        self._noted = 0

    def count(self, letter: str) -> None:
        self._received += 1
        self._accepted += letter != "R"
        self._noted += letter == "E"

    def end(self, trailer: list[str] | None) -> GroupEnd:
        """What AK9 says, from the GE or from its absence."""
        included = self._received
        if trailer is None:
            self._fault("3", "The GE is missing.")
        else:
            stated, number = [*trailer[1:3], "", ""][:2]
            included = int(stated) if _is_count(stated) else self._received
            if not is_same_number(number, self.header.control_number):
                self._fault("4", f"GE02 is {shown(number)}, but GS06 is {shown(self.header.control_number)}.")
            if not is_same_number(stated, str(self._received)):
                self._fault("5", f"GE01 says {shown(stated)} transaction sets, but there are {self._received}.")
        letter = self._verdict()
        accepted = 0 if letter == "R" else self._accepted
        return GroupEnd(self.header, letter, included, self._received, accepted, tuple(self._findings))

    def _fault(self, code: str, sentence: str) -> None:
        self._findings.append(Finding(Level.GROUP, code, sentence, segment_identifier="GE"))

    def _verdict(self) -> str:
        if has_error(self._findings) or (self._received and not self._accepted):
            return "R"
        if self._accepted < self._received:
            return "P"
        return "E" if self._noted else "A"


def _is_count(text: str) -> bool:
    return is_number(text) and len(text) <= 6
