"""The gate for everything that leaves: pyx12, with maps of our own, reads what our checker has already passed.

It shares no code and no guide with our checker. pyx12 refuses ISA12 00400, knows versions only by their full name and
takes neither accents nor unusual delimiters, so it reads a copy in which these are replaced by what it knows. It can
stop reading without an error, so segments and sets are counted here as well, and second_checks looks at what it
passes over; some of what it finds it only logs.
"""

from __future__ import annotations

import functools
import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pyx12.errors
import pyx12.map_if
import pyx12.params
import pyx12.x12n_document

from include.x12 import second_checks
from include.x12.findings import Finding, Level

_MAPS = str(Path(__file__).parent / "pyx12_maps")
_ISA11 = 82
_ISA12 = slice(84, 89)
_READ_FAULTS = (pyx12.errors.EngineError, pyx12.errors.X12Error, AttributeError, IndexError, KeyError, ValueError)

_LOGGER = logging.getLogger("pyx12")

_Report = dict[str, "str | int | list[_Report] | None"]


def check(content: bytes) -> tuple[Finding, ...]:
    """What pyx12 holds against an interchange; nothing may leave unless this is empty."""
    copy = _readable_copy(content)
    if copy is None:
        return (_finding("The interchange does not begin with an ISA of 106 bytes."),)
    report, seen, log = io.StringIO(), _Seen(), _Log()
    try:
        with log:
            is_right = pyx12.x12n_document.x12n_document(
                _params(), io.StringIO(copy), None, None, fd_json=report, map_path=_MAPS, callback=seen
            )
    except _READ_FAULTS as fault:
        return (_finding(f"pyx12 could not read the interchange: {type(fault).__name__}."),)
    told = json.loads(report.getvalue() or "{}")
    findings = [*_findings(told), *_unread(copy, seen.segments, told)]
    if not findings:
        findings.extend(map(_finding, (*log.sentences, *second_checks.doubts(copy))))
    if not is_right and not findings:
        findings.append(_finding("pyx12 refuses the interchange without saying why."))
    return tuple(findings)


def _unread(copy: str, segments_seen: int, report: _Report) -> Iterator[Finding]:
    """What pyx12 passed over: it can stop, or take no notice of a set that it does not know, without an error."""
    segments, sets = copy.count("~"), copy.count("~ST*")
    groups = [group for interchange in _list(report, "interchanges") for group in _list(interchange, "groups")]
    sets_seen = sum(len(_list(group, "transactions")) for group in groups)
    if segments_seen != segments:
        yield _finding(f"pyx12 stopped after {segments_seen} of {segments} segments.")
    if sets_seen != sets:
        yield _finding(f"pyx12 knows {sets_seen} of {sets} transaction sets.")
    if not copy.endswith("~"):
        yield _finding("Something stands behind the last segment.")


class _Seen:
    """Counts the segments that pyx12 has really read."""

    def __init__(self) -> None:
        self.segments = 0

    def __call__(self, *_: object) -> None:
        self.segments += 1


class _Log(logging.Handler):
    """Keeps what pyx12 logs from the log, which must not hold contents of documents."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.sentences: list[str] = []

    def __enter__(self) -> None:
        _LOGGER.propagate = False
        _LOGGER.addHandler(self)

    def __exit__(self, *_: object) -> None:
        _LOGGER.removeHandler(self)
        _LOGGER.propagate = True

    def emit(self, record: logging.LogRecord) -> None:
        self.sentences.append(record.getMessage())


@functools.cache
def _params() -> pyx12.params.ParamsBase:
    """The parameters of every call, and the maps kept: pyx12 reads them anew each time. Remove when it keeps them."""
    pyx12.map_if.load_map_file = functools.cache(pyx12.map_if.load_map_file)
    return pyx12.params.ParamsBase()


def _readable_copy(content: bytes) -> str | None:
    text = "".join(c if c.isascii() else "x" for c in content.decode("utf-8", errors="replace"))
    if len(text) < 106 or not text.startswith("ISA"):
        return None
    release = "00501" if text[_ISA12] >= "00402" else "00401"
    usual = str.maketrans("*~:^", "xxxx") | str.maketrans(text[3] + text[105] + text[104], "*~:")
    text = text.translate(usual)
    isa11 = "^" if release == "00501" else text[_ISA11]
    text = text[:_ISA11] + isa11 + text[_ISA11 + 1] + release + text[_ISA12.stop :]
    lines = text.split("~")
    for index, line in enumerate(lines):
        if line.startswith("GS*"):
            elements = line.split("*")
            elements[-1] = "005010" if elements[-1] >= "005010" else "004010"
            lines[index] = "*".join(elements)
    return "~".join(line.lstrip("\r\n") for line in lines)


def _findings(report: _Report) -> Iterator[Finding]:
    for interchange in _list(report, "interchanges"):
        yield from _errors(interchange, Level.INTERCHANGE, "ISA")
        for group in _list(interchange, "groups"):
            yield from _errors(group, Level.GROUP, "GS")
            for transaction_set in _list(group, "transactions"):
                yield from _errors(transaction_set, Level.SET, "ST")
                for segment in _list(transaction_set, "segments"):
                    yield from _segment_findings(segment)


def _segment_findings(segment: _Report) -> Iterator[Finding]:
    identifier, position = str(segment["seg_id"]), int(str(segment["seg_count"]))
    yield from _errors(segment, Level.SEGMENT, identifier, position)
    for element in _list(segment, "elements"):
        yield from _errors(element, Level.ELEMENT, identifier, position, int(str(element["ele_pos"])))


def _errors(
    report: _Report, level: Level, identifier: str, position: int = 0, element: int | None = None
) -> Iterator[Finding]:
    for error in _list(report, "errors"):
        yield Finding(
            level,
            str(error["err_cde"]),
            str(error["err_str"]),
            segment_identifier=identifier,
            segment_position=position,
            element_position=element,
            bad_value=None if error.get("err_val") is None else str(error["err_val"]),
        )


def _list(report: _Report, key: str) -> list[_Report]:
    value = report.get(key)
    return value if isinstance(value, list) else []


def _finding(sentence: str) -> Finding:
    return Finding(Level.INTERCHANGE, "022", sentence)
