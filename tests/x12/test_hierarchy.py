"""HL loops: what positions cannot say of a ship notice is found by our checker and by the second validator alike."""

from __future__ import annotations

import re

import pytest

from include.x12 import second_opinion
from include.x12.findings import Severity
from include.x12.guides import BASE, load_guide
from include.x12.writing import UnfitForSendingError, write_interchange
from tests.x12.outgoing import envelope, group
from tests.x12.readers import AMAZON, amazon, findings_of, plain, read

NOTICE = [
    line.split("*")
    for line in """BSN*00*SHIP1*20261201*143015*0001
HL*1**S
TD1*CTN*2****G*24*LB
TD1*PLT*1
TD5**2*ABFS
REF*BM*VNDR0001
REF*CN*987654321
DTM*011*20261201
DTM*017*20261204
N1*SF**92*VNDR1
N4*PORTLAND*OR*97201*US
N1*ST**92*PHX6
HL*2*1*O
PRF*T0000001
HL*3*2*P
MAN*GM*006141410000000012
HL*4*3*I
LIN*1*BP*B012345678
SN1*1*5*EA
HL*5*2*T
MAN*GM*106141410000000019
HL*6*5*P
MAN*GM*006141410000000029
HL*7*6*I
LIN*1*BP*B012345678
SN1*1*7*EA
CTT*7*12""".splitlines()
]
SENT = write_interchange(envelope("00501"), [group("856", NOTICE, version="005010")]).decode()

SPOILED = {
    "parent that comes later": ("HL*4*3*I", "HL*4*5*I", "HL02"),
    "parent that never comes": ("HL*6*5*P", "HL*6*99*P", "HL02"),
    "parent of its own": ("HL*3*2*P", "HL*3*3*P", "HL02"),
    "number that stands twice": ("HL*6*5*P", "HL*5*5*P", "HL01"),
    "first level not the shipment": ("HL*1**S", "HL*1**O", "HL03"),
    "unknown level": ("HL*5*2*T", "HL*5*2*X", "HL03"),
    "carton below the shipment": ("HL*3*2*P", "HL*3*1*P", "HL03"),
    "item below the order": ("HL*4*3*I", "HL*4*2*I", "HL03"),
    "item's line named otherwise": ("SN1*1*5", "SN1*2*5", "SN101"),
    "loops counted wrong": ("CTT*7*12", "CTT*6*12", "CTT01"),
    "units summed wrong": ("CTT*7*12", "CTT*7*13", "CTT02"),
    "shipping date missing": ("DTM*011*20261201~", "", "DTM with 011"),
    "delivery date missing": ("DTM*017*20261204~", "", "DTM with 017"),
    "ship-from missing": ("N1*SF", "N1*SE", "N1 with SF"),
    "ship-to missing": ("N1*ST**92*PHX6~", "", "N1 with ST"),
    "ship-from without a place": ("N4*PORTLAND*OR*97201*US~", "", "N4"),
    "carton count missing": ("TD1*CTN*2****G*24*LB~TD1*PLT*1~", "", "TD1"),
    "order number missing": ("PRF*T0000001~", "", "PRF"),
    "item without its quantity": ("SN1*1*5*EA~", "", "SN1"),
    "quantity before the item": ("LIN*1*BP*B012345678~SN1*1*5*EA~", "SN1*1*5*EA~LIN*1*BP*B012345678~", "LIN"),
    "purpose unknown": ("BSN*00", "BSN*04", "BSN01"),
    "structure of another kind": ("*143015*0001", "*143015*0002", "BSN05"),
    "unit missing": ("SN1*1*5*EA", "SN1*1*5", "SN103"),
    "totals missing": ("CTT*7*12~", "", "CTT"),
}


def spoiled(old, new):
    """The notice with one thing changed and its segments counted anew."""
    content = SENT.replace(old, new, 1)
    assert content != SENT
    count = content[content.index("~ST*") : content.index("~SE*")].count("~") + 1
    return re.sub(r"~SE\*[0-9]+", f"~SE*{count}", content).encode()


def sentences(findings):
    return " ".join(finding.sentence for finding in findings)


@pytest.mark.parametrize("guide_for", [plain, amazon], ids=["plain guide", "Amazon's guide"])
def test_a_right_notice_is_passed_by_both(guide_for):
    assert findings_of(read(SENT.encode(), guide_for)) == []
    assert second_opinion.check(SENT.encode()) == ()


@pytest.mark.parametrize(("old", "new", "named"), SPOILED.values(), ids=SPOILED)
def test_a_spoiled_notice_is_refused_by_both(old, new, named):
    content = spoiled(old, new)

    assert named in sentences(findings_of(read(content, amazon)))
    assert second_opinion.check(content)


@pytest.mark.parametrize("name", ["parent that comes later", "number that stands twice", "item's line named otherwise"])
def test_the_plain_guide_asks_for_right_numbers_of_any_partner(name):
    old, new, named = SPOILED[name]

    assert named in sentences(findings_of(read(spoiled(old, new), plain)))


def test_the_plain_guide_leaves_levels_and_contents_to_the_partners():
    assert findings_of(read(spoiled("HL*5*2*T", "HL*5*2*K"), plain)) == []
    assert findings_of(read(spoiled("PRF*T0000001~", ""), plain)) == []


@pytest.mark.parametrize(("unwelcome", "before"), [("TD3*TL", "REF*BM"), ("N1*SO**92*X1", "N1*ST")])
def test_856_12_what_a_domestic_notice_should_not_hold_is_noted(unwelcome, before):
    (finding,) = findings_of(read(spoiled(before, f"{unwelcome}~{before}"), amazon))

    assert finding.severity is Severity.WARNING
    assert finding.segment_identifier == unwelcome.split("*")[0]


def test_nothing_is_written_whose_tree_is_broken():
    body = [["HL", "4", "9", "I"] if segment[:2] == ["HL", "4"] else segment for segment in NOTICE]

    with pytest.raises(UnfitForSendingError, match="HL02"):
        write_interchange(envelope("00501"), [group("856", body, version="005010")])


def test_a_finding_in_a_loop_has_its_place():
    (finding,) = findings_of(read(spoiled("HL*4*3*I", "HL*4*9*I"), amazon))

    assert (finding.segment_identifier, finding.segment_position, finding.element_position) == ("HL", 18, 2)
    assert (finding.code, finding.bad_value, finding.reference_number) == ("7", "9", 734)


@pytest.mark.parametrize("folder", [BASE, AMAZON], ids=["plain", "Amazon"])
def test_the_notice_has_a_guide_in_release_5010(folder):
    assert load_guide(folder, "005010", "856").levels is not None
    assert load_guide(folder, "005010", "850").levels is None
