"""What a guide holds against a set, and that recognising and checking say the same."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.engine.orders import ISA, order_segments
from include.errors import ConfigurationError
from include.x12 import checking
from include.x12.delimiters import STANDARD
from include.x12.guides import BASE, load_guide
from include.x12.recognising import recogniser
from tests.x12.readers import AMAZON, amazon, plain, read, sets_of

ORDER = order_segments(1, 2)


def received(segments, guide_for=plain):
    body = "~".join(["ST*850*0001", *segments, f"SE*{len(segments) + 2}*0001"])
    content = f"{ISA.format(isa12='00400')}~GS*PO*A1*B1*20261124*1500*1*X*004010~{body}~GE*1*1~IEA*1*000000001~"
    (found,) = sets_of(read(content.encode(), guide_for))
    return found


def without(*beginnings):
    return [segment for segment in ORDER if not segment.startswith(beginnings)]


def with_segment(after, segment):
    at = next(i for i, one in enumerate(ORDER) if one.startswith(after)) + 1
    return [*ORDER[:at], segment, *ORDER[at:]]


def faults(found):
    return [(f.segment_identifier, f.segment_position, f.element_position, f.code) for f in found.findings]


@pytest.mark.parametrize("missing", ["BEG", "REF*CR", "CSH", "DTM*064", "DTM*063", "N1*ST", "PO1", "CTT"])
def test_amazon_requires_each_of_its_mandatory_segments(missing):
    found = received(without(missing), amazon)

    assert found.verdict == "R"
    assert any(f.code == "3" and f.segment_identifier == missing.split("*")[0] for f in found.findings)


@pytest.mark.parametrize("missing", ["REF*CR", "CSH", "DTM*064", "DTM*063", "N1*ST", "CTT"])
def test_the_plain_guide_does_without_what_only_amazon_requires(missing):
    assert received(without(missing, "N3", "N4")).verdict == "A"


def test_the_order_of_the_two_window_dates_does_not_matter():
    start, end = ORDER.index("DTM*064*20261201"), ORDER.index("DTM*063*20261208")
    swapped = [*ORDER[:start], ORDER[end], ORDER[start], *ORDER[end + 1 :]]

    assert received(swapped, amazon).verdict == "A"


def test_reversed_window_dates_are_no_syntax_error():
    late = [segment.replace("DTM*064*20261201", "DTM*064*20261231") for segment in ORDER]

    assert received(late, amazon).verdict == "A"


@pytest.mark.parametrize(
    "change",
    [
        ("*EA*", "*ZZ*"),
        ("BEG*00*NE*T0000001", "BEG*00*NE*AN-ODD-NUMBER"),
        ("*BP*", "*QQ*"),
        ("N1*ST*NORTH CENTRE*92*PHX6", "N1*ST**15*9999999"),
    ],
)
def test_business_faults_are_accepted_by_the_syntax(change):
    assert received([segment.replace(*change) for segment in ORDER], amazon).verdict == "A"


def test_an_unknown_order_type_is_noted_and_accepted():
    found = received([segment.replace("*NE*", "*KN*") for segment in ORDER], amazon)

    assert found.verdict == "E"
    assert faults(found) == [("BEG", 2, 2, "7")]


def test_a_wrong_hash_total_is_noted_and_accepted():
    found = received([*ORDER[:-1], "CTT*2*1"])

    assert found.verdict == "E"
    assert faults(found) == [("CTT", 14, 2, "7")]


def test_a_header_segment_out_of_sequence_is_noted_and_accepted():
    found = received([ORDER[0], "CSH*Y", *(s for s in ORDER[1:] if s != "CSH*Y")], amazon)

    assert found.verdict == "E"
    assert {code for _, _, _, code in faults(found)} == {"7"}


@pytest.mark.parametrize(
    ("after", "segment", "fault"),
    [
        ("BEG", "BEG*00*NE*T1**20261124", ("BEG", 3, None, "5")),
        ("BEG", "ZZZ*1", ("ZZZ", 3, None, "1")),
        ("BEG", "BAK*00*AC*T1*20261124", ("BAK", 3, None, "6")),
        ("BEG", "REF*CR", ("REF", 3, 2, "2")),
        ("BEG", "REF*CR*" + "9" * 31, ("REF", 3, 2, "5")),
        ("BEG", "REF*C*1", ("REF", 3, 1, "4")),
        ("BEG", "REF*CR*1*2*3*4", ("REF", 3, 5, "3")),
        ("BEG", "REF*CR*\x07", ("REF", 3, 2, "6")),
        ("CSH", "DTM*002*20260230", ("DTM", 7, 2, "8")),
        ("CSH", "DTM*002*20261201*2561", ("DTM", 7, 3, "9")),
        ("CSH", "DTM*002**", ("DTM", 7, 2, "2")),
        ("PO1*2", "PO1*3*1*EA*1**BP", ("PO1", 14, 7, "2")),
        ("PO1*2", "CTP**NET*1*2*EA>>>>>>>>>>>>>>>>X", ("CTP", 14, 5, "3")),
        ("N1", "N4*X", ("N4", 10, 1, "4")),
    ],
)
def test_a_fault_has_its_place_and_code(after, segment, fault):
    found = received(with_segment(after, segment))

    assert fault in faults(found)
    assert all(finding.sentence.endswith(".") for finding in found.findings)


def test_all_faults_are_given_not_only_the_first():
    wrong = [segment.replace("*EA*", "*EACH*").replace("20261201", "20261301") for segment in ORDER]

    assert [code for *_, code in faults(received(wrong))] == ["8", "5", "5"]


@given(
    quantity=st.decimals(min_value="0.001", max_value="999999999", places=3).map(str)
    | st.integers(-5, 10**16).map(str)
    | st.text(alphabet="0123456789.-+Ee x", max_size=18),
    day=st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31)).map("{:%Y%m%d}".format)
    | st.text(alphabet="0123456789", max_size=9),
    time=st.text(alphabet="0123456789", max_size=9),
    name=st.text(st.characters(blacklist_characters="*~", blacklist_categories=["Cs"]), max_size=70),
    unit=st.text(alphabet="EACS>", max_size=4),
)
def test_what_is_recognised_has_no_finding(quantity, day, time, name, unit):
    wrong = [
        f"BEG*00*NE*T1**{day}", "REF*CR*1", "CSH*Y", "DTM*064*20261201", f"DTM*063*20261208*{time}",
        f"N1*ST*{name}*92*PHX6", f"PO1*1*{quantity}*{unit}*1.5*PE*BP*B01", "CTT*1",
    ]  # fmt: skip
    segments = [line.split("*") for line in ("ST*850*0001", *wrong, "SE*10*0001")]
    text = "".join("*".join(segment) + "~" for segment in segments)

    for folder in (BASE, AMAZON):
        guide = load_guide(folder, "004010", "850")
        findings = [f for f in checking.check_set(guide, segments, STANDARD) if f.segment_identifier != "CTT"]
        is_recognised = recogniser(guide, STANDARD).fullmatch(text) is not None
        assert not (is_recognised and findings), findings


@given(st.data())
def test_recognising_follows_the_same_places_as_checking(data):
    known = [
        *("REF*CR*1", "DTM*064*20261201", "DTM*063*20261201", "N1*ST**92*X1", "N3*X", "PER*OC", "CSH*Y", "REF*PD*X"),
        *("PO1*1*1*EA*1*PE*BP*B01", "SAC*C*D240", "N9*L1*X", "MSG*X", "CTT*1", "AMT*TT*1", "TD5*B", "PID*F****X"),
    ]
    body = data.draw(st.lists(st.sampled_from(known), max_size=14))
    segments = [line.split("*") for line in ("ST*850*0001", "BEG*00*NE*T1**20261124", *body, "SE*1*0001")]
    text = "".join("*".join(segment) + "~" for segment in segments)

    for folder in (BASE, AMAZON):
        guide = load_guide(folder, "004010", "850")
        structural = [f for f in checking.check_set(guide, segments, STANDARD) if f.level == "segment"]
        elemental = [f for f in checking.check_set(guide, segments, STANDARD) if f.level == "element"]
        is_recognised = recogniser(guide, STANDARD).fullmatch(text) is not None
        assert not (is_recognised and structural)
        if not structural and not [f for f in elemental if f.segment_identifier != "CTT"]:
            assert is_recognised


def test_every_day_of_two_years_is_a_date_to_both():
    day = date(2027, 1, 1)
    guide = load_guide(BASE, "004010", "850")
    while day < date(2029, 1, 1):
        body = [f"BEG*00*NE*T1**{day:%Y%m%d}", "PO1*1*1*EA*1*PE*BP*B01"]
        segments = [line.split("*") for line in ("ST*850*0001", *body, "SE*4*0001")]
        assert checking.check_set(guide, segments, STANDARD) == []
        if (day.month, day.day) != (2, 29):
            assert recogniser(guide, STANDARD).fullmatch("".join("*".join(s) + "~" for s in segments))
        day += timedelta(days=1)


@pytest.mark.parametrize("release", ["004010", "005010"])
@pytest.mark.parametrize("set_identifier", ["850", "855", "860", "865", "997"])
def test_every_plain_guide_loads_and_compiles(release, set_identifier):
    guide = load_guide(BASE, release, set_identifier)

    assert guide.set_identifier == set_identifier
    assert recogniser(guide, STANDARD)


def test_a_missing_guide_names_its_folder(tmp_path):
    with pytest.raises(ConfigurationError, match="no guide for the 850 of release 004010"):
        load_guide(tmp_path, "004010", "850")
