"""Interchanges that others wrote: VENDORLANE_SAMPLES names the folder, whose x12/SOURCES.md says what each is.

Left out where the variable is not set.
"""

from __future__ import annotations

import io
import os
import re
import tracemalloc
from pathlib import Path

import pytest

from include.x12 import second_opinion
from include.x12.envelope import InterchangeEnd
from include.x12.guides import BASE, find_guide
from include.x12.reading import read_interchanges
from tests.x12.readers import amazon, answers_to, findings_of, plain, read, sets_of
from tests.x12.test_crashers import assert_each_set_is_whole, assert_no_byte_is_lost

GIVEN = os.environ.get("VENDORLANE_SAMPLES")
FOLDER = Path(GIVEN or ".") / "x12"
FILES = sorted(path for path in FOLDER.rglob("*") if path.is_file() and path.suffix != ".md") if GIVEN else []

pytestmark = pytest.mark.skipif(GIVEN is None, reason="VENDORLANE_SAMPLES is not set")

# What the table of sources holds against an envelope or a set, in its notes.
FAULTY_ENVELOPE = re.compile(r"not 106-fixed|ISA \d/IEA \d|!=|GE01=")
FAULTY_SET = re.compile(r"SE01=|duplicate ST02|unrecognisable")
OTHER_FAULTY_ENVELOPES = {"EDIandXML-OBOE__DMX830.TXT"}  # GS08 is one letter
# Faults that its notes do not count: an element that is too long or missing, a loop that is not there.
FAULTY_ELEMENTS = {
    "810/SuppliMaker-stupidedi__1",  # lines with a quantity and no unit
    "SuppliMaker-stupidedi__po-ack-minor-changes.edi",  # ACK02 without ACK03
    "SuppliMaker-stupidedi__2.edi",  # a unit of three characters
    "xlate-staedi__empty997.edi",  # neither AK1 nor AK9
    "xlate-staedi__extraDelimiter997.edi",  # names of elements in place of their values
    "xlate-staedi__invalid997.edi",
    "xlate-staedi__invalid997_min.edi",
    "hellooops-vscode-edi-support__X12-interchanges.x12",  # orders without lines
    "hellooops-vscode-edi-support__x12.test.ts__837-1.edi",
    "CONSTRUCTED-856-NEGATIVE-bad-checkdigit-orphan-HL-no-017.edi",  # an HL whose parent is not there
}


def notes() -> dict[tuple[str, str], str]:
    """By folder and file, what the table of sources notes."""
    rows = (line.split("|") for line in (FOLDER / "SOURCES.md").read_text().splitlines() if line.count("|") >= 9)
    return {(row[1].strip(), row[2].strip()): row[-2].strip() for row in rows}


def name_of(path):
    return f"{path.parent.name}/{path.stem}"


def releases_known(content: bytes) -> bool:
    return all(find_guide(BASE, received.group.release, received.identifier) for received in sets_of(read(content)))


@pytest.mark.parametrize("path", FILES, ids=name_of)
@pytest.mark.parametrize("guide_for", [plain, amazon], ids=["plain guide", "Amazon's guide"])
def test_every_sample_is_read_whole_and_answered(path, guide_for):
    content = path.read_bytes()

    events = read(content, guide_for)

    assert_no_byte_is_lost(content, events)
    assert_each_set_is_whole(content, events)
    for answer in answers_to(events):
        assert answer is None or second_opinion.check(answer) == ()


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_an_envelope_is_refused_exactly_where_its_source_is_noted_as_faulty(path):
    note = notes().get((path.parent.name, path.name), "")
    events = read(path.read_bytes())

    is_refused = any(f.level in ("interchange", "group") for f in findings_of(events))

    assert is_refused == (bool(FAULTY_ENVELOPE.search(note)) or path.name in OTHER_FAULTY_ENVELOPES)


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_what_is_called_good_is_not_refused_by_the_plain_guide(path):
    content, note = path.read_bytes(), notes().get((path.parent.name, path.name), "")
    if not releases_known(content):
        pytest.skip("no guide of its release and set")

    refused = [received for received in sets_of(read(content)) if received.verdict == "R"]

    assert bool(refused) == (
        bool(FAULTY_SET.search(note)) or not FAULTY_ELEMENTS.isdisjoint({path.name, name_of(path)})
    )


def test_memory_stays_flat_over_a_file_of_every_sample():
    content = b"".join(path.read_bytes() + b"\n" for path in FILES)

    def peak(times: int) -> int:
        source = io.BytesIO(content * times)
        tracemalloc.start()
        ends = sum(isinstance(event, InterchangeEnd) for event in read_interchanges(source, plain))
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert ends > 70 * times
        return found

    peak(1)

    assert peak(10) < peak(2) * 1.1 + 50_000
