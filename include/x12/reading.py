"""Reads interchanges from a binary source, one transaction set in memory at a time.

Takes any legal delimiters, line ends around terminators, several interchanges in a file, and whatever else stands in
it: a fault becomes a finding of the event that it belongs to, never an exception.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from include.x12.byte_window import ByteWindow
from include.x12.envelope import Event, Unreadable
from include.x12.findings import Finding, Level
from include.x12.interchange_header import LONGEST, WIDTHS, ReadHeader, read_isa
from include.x12.interchange_state import Batch, InterchangeState
from include.x12.transaction_sets import GuideFor

_FIELD = rb"(?:(?!\1)[^\r\n])"
_ISA = re.compile(rb"ISA(?=([^A-Za-z0-9 \t\r\n])%b{1,4}\1%b{0,40}\1%b{1,4}\1)" % ((_FIELD,) * 3))
_RIGHT_ISA = re.compile(rb"(?s)ISA(.)" + b"".join(rb".{%d}\1" % width for width in WIDTHS[:-1]))
_ISA_LONGEST = 128  # more than what either can match
_BLANK = b" \t\r\n\x00\x1a\xef\xbb\xbf"
_SEGMENT_LONGEST = 1024 * 1024


def read_interchanges(source: BinaryIO, guide_for: GuideFor, *, findings_cap: int = 100) -> Iterator[Event]:
    """The events of a file in its order; `guide_for` answers None for a set that is not supported.

    A transaction set keeps at most `findings_cap` findings and counts the rest.
    """
    window = ByteWindow(source)
    while True:
        lost = _skip_to_isa(window)
        if lost is not None:
            yield lost
        if not window.data:
            return
        window.hold(LONGEST)
        read = read_isa(window.data, window.offset)
        if read is None:
            yield _broken_isa(window)
        else:
            yield from _read_interchange(window, read, guide_for, findings_cap)


def _find_isa(window: ByteWindow, terminator: bytes | None = None) -> int | None:
    """Where an ISA begins. Behind data (VISA's V, an element, in an open interchange anything but the end of a segment)
    only one of the right width is one.
    """
    for match in _ISA.finditer(window.data):
        at = match.start()
        before = window.data[at - 1 : at] if at else window.before
        if terminator is None:
            is_behind_data = before.isalnum() or before == match[1]
        else:
            is_behind_data = before not in (terminator, b"\r", b"\n")
        if not is_behind_data or _RIGHT_ISA.match(window.data, at):
            return at
    return None


def _skip_to_isa(window: ByteWindow) -> Unreadable | None:
    """Moves the window to the next ISA or to the end; what is passed and not blank is unreadable."""
    start, blank = window.offset, True
    while True:
        found = _find_isa(window)
        if found is not None:
            skipped = found
        else:
            skipped = len(window.data) if window.is_at_end else max(0, len(window.data) - _ISA_LONGEST)
        blank = blank and not window.data[:skipped].strip(_BLANK)
        window.drop(skipped)
        if found is not None or window.is_at_end:
            break
        window.fill()
    if blank:
        return None
    sentence = f"{window.offset - start} bytes belong to no interchange."
    return Unreadable(start, window.offset - start, (Finding(Level.INTERCHANGE, "024", sentence),))


def _broken_isa(window: ByteWindow) -> Unreadable:
    """An ISA without its sixteen elements: everything up to the next one is lost."""
    start = window.offset
    window.drop(3)
    lost = _skip_to_isa(window)
    length = 3 if lost is None else 3 + lost.length
    sentence = "An ISA is cut off, lacks elements or has no usable terminator, so that its interchange cannot be read."
    return Unreadable(start, length, (Finding(Level.INTERCHANGE, "024", sentence, segment_identifier="ISA"),))


def _read_interchange(window: ByteWindow, read: ReadHeader, guide_for: GuideFor, cap: int) -> Iterator[Event]:
    state = InterchangeState(read, guide_for, cap)
    yield read.header
    window.drop(read.width)
    for batch in _batches(window, read):
        yield from state.take(batch)
        if state.is_closed:
            window.drop(state.used - window.offset)
            return
    yield from state.cut_off(window.offset)


def _batches(window: ByteWindow, read: ReadHeader) -> Iterator[Batch]:
    """Segments as they come, a chunk's worth at a time.

    Ends where another ISA begins or the source does. The window stays on the first byte of the batch until it is used.
    """
    terminator = read.header.delimiters.segment.encode("latin-1")
    blank_edge = re.compile(re.escape(terminator) + rb"[ \t\r\n]|\r" + re.escape(terminator))
    while True:
        found = _find_isa(window, terminator)
        if found is not None:
            limit = found
        else:
            limit = len(window.data) if window.is_at_end else max(0, len(window.data) - _ISA_LONGEST)
        end = window.data.rfind(terminator, 0, limit) + 1
        if end:
            data = window.data[:end]
            is_ragged = data[0] in b" \t\r\n" or blank_edge.search(data) is not None
            yield Batch(data[:-1].split(terminator), window.offset, is_ragged, is_whole=True)
            window.drop(end)
            limit -= end
        if found is not None or window.is_at_end or limit > _SEGMENT_LONGEST:
            rest = window.data[:limit]
            if rest.strip(_BLANK):
                yield Batch([rest], window.offset, is_ragged=True, is_whole=False)
            window.drop(limit)
            return
        window.fill()
