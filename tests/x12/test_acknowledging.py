"""The 997 and TA1 that answer a file, and what a received 997 says of what we sent: one is the mirror of the other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.engine.orders import interchange
from include.x12 import acknowledging
from include.x12.acknowledgement import Acknowledgement, SetAcknowledgement, parse_997
from include.x12.envelope import GroupEnd, GroupHeader, InterchangeAcknowledgement, InterchangeEnd, InterchangeHeader
from include.x12.findings import Level
from tests.x12.readers import amazon, answers_to, findings_of, only, plain, read, sets_of

ORDER = interchange(1, 2)
GROUP = ORDER[ORDER.index(b"GS*") : ORDER.index(b"IEA*")]


def in_one_interchange(*groups: bytes) -> bytes:
    return ORDER[: ORDER.index(b"GS*")] + b"".join(groups) + b"IEA*%d*000000001~" % len(groups)


def answer_to(content: bytes, guide_for=amazon) -> bytes:
    (answer,) = answers_to(read(content, guide_for))
    assert answer is not None
    return answer


def segments_of(answer: bytes, *names: str) -> list[str]:
    lines = answer.decode().split(answer[105:106].decode())
    return [line for line in lines if line.split(answer[3:4].decode())[0] in names]


def parsed(answer: bytes) -> list[Acknowledgement]:
    return [parse_997(received) for received in sets_of(read(answer))]


WITH_A_NOTE = ORDER.replace(b"*NE*", b"*KN*")  # an order type that Amazon's guide does not know
WITH_A_FAULT = ORDER.replace(b"CTT*2", b"CTT*9")


@pytest.mark.parametrize(
    ("content", "letters"),
    [(ORDER, ["AK5*A", "AK9*A*1*1*1"]), (WITH_A_NOTE, ["AK5*E*5", "AK9*E*1*1*1"]),
     (WITH_A_FAULT, ["AK5*R*5", "AK9*R*1*1*0"])],
    ids=["accepted", "accepted with a note", "rejected"],
)  # fmt: skip
def test_one_set_is_answered_with_its_letter(content, letters):
    assert segments_of(answer_to(content), "AK5", "AK9") == letters


def test_a_group_with_right_and_wrong_sets_is_accepted_in_part():
    content = interchange(3, 2).replace(b"CTT*2", b"CTT*9", 1)

    answer = answer_to(content)

    assert segments_of(answer, "AK2", "AK5", "AK9") == [
        *("AK2*850*0001", "AK5*R*5", "AK2*850*0002", "AK5*A", "AK2*850*0003", "AK5*A", "AK9*P*3*3*2"),
    ]
    assert [parsed(answer)[0].verdict_of(number) for number in ("0001", "0002", "0003")] == ["R", "A", "A"]


def test_each_group_has_a_997_in_a_group_of_its_own():
    second = GROUP.replace(b"*1*X*", b"*2*X*").replace(b"GE*1*1", b"GE*1*2").replace(b"CTT*2", b"CTT*9")
    events = read(in_one_interchange(GROUP, second), amazon)

    (answer,) = answers_to(events, first_number=50)

    received = read(answer)
    assert [event.control_number for event in received if isinstance(event, GroupHeader)] == ["50", "51"]
    assert [(one.group_control_number, one.verdict) for one in parsed(answer)] == [("1", "A"), ("2", "R")]


@pytest.mark.parametrize(
    ("isa11", "isa12", "version"),
    [("U", "00400", "004010"), ("U", "00401", "004010"), ("^", "00501", "005010"), ("U", "00401", "004010VICS"),
     ("U", "00300", "003040")],
)  # fmt: skip
def test_the_answer_comes_in_the_release_of_the_question(isa11, isa12, version):
    content = ORDER.replace(b"*U*00401*", f"*{isa11}*{isa12}*".encode()).replace(b"*X*004010", f"*X*{version}".encode())

    answer = answer_to(content)

    header, group = only(read(answer), InterchangeHeader), only(read(answer, plain), GroupHeader)
    assert (header.release, group.version, group.functional_identifier) == (isa12, version, "FA")
    assert answer[82:83] == isa11.encode()
    assert segments_of(answer, "AK1") == ["AK1*PO*1" + ("*005010" if version == "005010" else "")]


def test_the_envelope_mirrors_the_received_one_with_the_ids_exchanged():
    content = ORDER.replace(b"*0*P*", b"*0*T*").replace(b"*", b"|").replace(b"~", b"\n")

    answer = answer_to(content)

    header, group = only(read(answer), InterchangeHeader), only(read(answer), GroupHeader)
    assert (header.sender_id, header.receiver_id, header.usage_indicator) == ("VENDOR1", "AMAZON", "T")
    assert (group.sender, group.receiver) == ("VENDOR1", "AMAZON")
    assert (answer[3:4], answer[105:106]) == (b"|", b"\n")


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        ("*PO1*", "*PO1*", []),
        ("T0000001", "", ["AK3*BEG*2**8", "AK4*3*324*1"]),
        ("20261201", "20261332", ["AK3*DTM*7**8", "AK4*2*373*8*20261332"]),
        ("CSH*Y~", "CSH*Y~ZZZ*1~", ["AK3*ZZZ*7**1"]),
        ("CSH*Y~", "CSH*Y~~", ["AK3*UNK*7**1"]),
        ("CSH*Y~", "", ["AK3*CSH*6**3"]),
        ("CTT*2", "CTT*3", ["AK3*CTT*14**8", "AK4*1*354*7*3"]),
        ("N1*ST*NORTH CENTRE", "N1*ST*\x07", ["AK3*N1*9**8", "AK4*2*93*6"]),
        ("CTT*2", "CTP**NET*1*2*EA>X~CTT*2", ["AK3*CTP*14**8", "AK4*5>2*1018*6*X"]),
    ],
)
def test_a_fault_is_named_by_segment_element_and_code(old, new, lines):
    content = ORDER.decode().replace(old, new, 1)
    body = content[content.index("ST*") : content.index("SE*")]
    counted = content.replace("SE*15*", f"SE*{body.count('~') + 1}*").encode()

    assert segments_of(answer_to(counted), "AK3", "AK4") == lines


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("SE*15*0001", "SE*16*0001", "AK5*R*4"),
        ("SE*15*0001", "SE*15*0002", "AK5*R*3"),
        ("SE*15*0001~", "", "AK5*R*2"),
        ("ST*850*", "ST*856*", "AK5*R*1*6"),
        ("GE*1*1", "GE*1*2", "AK9*R*1*1*0*4"),
        ("GE*1*1", "GE*7*1", "AK9*R*7*1*0*5"),
        ("GE*1*1~", "", "AK9*R*1*1*0*3"),
    ],
)
def test_a_fault_of_set_or_group_is_named_by_its_code(old, new, line):
    answer = answer_to(ORDER.decode().replace(old, new, 1).encode())

    assert line in segments_of(answer, "AK5", "AK9")


@pytest.mark.parametrize(
    ("old", "new", "note"),
    [
        ("IEA*1*000000001", "IEA*1*000000009", "001"),
        ("IEA*1*", "IEA*2*", "021"),
        ("IEA*1*000000001~", "", "023"),
        ("*AMAZON         *", "*AMAZON*", "006"),
        ("GE*1*1~", "GE*1*1~ZZ*1~", "022"),
    ],
)
def test_a_broken_envelope_is_answered_with_a_ta1_and_every_group_refused(old, new, note):
    answer = answer_to(ORDER.decode().replace(old, new, 1).encode())

    told = only(read(answer), InterchangeAcknowledgement)
    assert (told.control_number, told.verdict, told.note_code) == ("000000001", "R", note)
    assert [one.verdict for one in parsed(answer)] == ["R"]
    assert parsed(answer)[0].verdict_of("0001") == "R"


def test_a_whole_interchange_gets_a_ta1_where_it_asks_for_one():
    asking = ORDER.replace(b"*0*P*", b"*1*P*")

    assert segments_of(answer_to(ORDER), "TA1") == []
    assert segments_of(answer_to(asking), "TA1") == ["TA1*000000001*261124*1500*A*000"]


def test_blank_segments_between_sets_are_noted_and_accepted():
    answer = answer_to(ORDER.replace(b"GE*1*1~", b"GE*1*1~~"))

    assert segments_of(answer, "TA1") == ["TA1*000000001*261124*1500*E*022"]
    assert [one.verdict for one in parsed(answer)] == ["A"]


def test_a_997_is_never_answered():
    first = answer_to(ORDER)

    assert answers_to(read(first)) == [None]
    assert answers_to(read(first.replace(b"*0*P*", b"*1*P*"))) == [None]


def test_a_997_beside_an_order_is_passed_over():
    answered = answer_to(ORDER)
    theirs = (
        answered[answered.index(b"GS*") : answered.index(b"IEA*")]
        .replace(b"*1*X*", b"*9*X*")
        .replace(b"GE*1*1", b"GE*1*9")
    )

    (answer,) = parsed(answer_to(in_one_interchange(theirs, GROUP)))

    assert answer.functional_identifier == "PO"


def test_a_997_in_a_broken_envelope_is_told_by_ta1_alone():
    broken = answer_to(ORDER).replace(b"IEA*1*", b"IEA*3*")

    answer = answer_to(broken)

    assert segments_of(answer, "TA1", "GS") == ["TA1*000000001*261124*1600*R*021"]
    assert answers_to(read(answer)) == [None]


def test_several_interchanges_are_answered_one_by_one():
    events = read(ORDER + WITH_A_FAULT + ORDER, amazon)

    verdicts = [parsed(answer)[0].verdict for answer in answers_to(events)]

    assert verdicts == ["A", "R", "A"]


def test_faults_beyond_the_cap_are_not_listed_and_the_verdict_stands():
    content = interchange(1, 400).replace(b"*EA*", b"*EACH*")
    events = read(content, amazon, findings_cap=30)

    (answer,) = answers_to(events)

    assert len(segments_of(answer, "AK4")) == 30
    assert segments_of(answer, "AK5") == ["AK5*R*5"]


def test_a_group_too_large_to_list_names_the_sets_with_findings(monkeypatch):
    monkeypatch.setattr(acknowledging, "LISTED_MOST", 3)
    content = interchange(6, 1).replace(b"CTT*1", b"CTT*9", 1)

    answer = answer_to(content)

    assert segments_of(answer, "AK2", "AK9") == ["AK2*850*0001", "AK9*P*6*6*5"]
    assert [parsed(answer)[0].verdict_of(f"000{n}") for n in range(1, 7)] == ["R", "A", "A", "A", "A", "A"]


def test_sets_beyond_the_explained_ones_have_their_verdict_alone(monkeypatch):
    monkeypatch.setattr(acknowledging, "EXPLAINED_MOST", 2)
    content = interchange(4, 1).replace(b"CTT*1", b"CTT*9", 3)

    answer = answer_to(content)

    assert len(segments_of(answer, "AK3")) == 2
    assert [parsed(answer)[0].verdict_of(f"000{n}") for n in range(1, 5)] == ["R", "R", "R", "A"]


def test_ten_thousand_orders_are_answered_with_a_997_that_reads_back():
    content = interchange(10_000, 1)

    (answer,) = parsed(answer_to(content))

    assert (answer.verdict, answer.included, answer.accepted, answer.sets) == ("A", 10_000, 10_000, ())
    assert answer.verdict_of("000005000") == "A"


def test_an_answer_needs_the_end_of_its_interchange():
    header = only(read(ORDER), InterchangeHeader)

    with pytest.raises(ValueError, match="InterchangeEnd"):
        acknowledging.Acknowledger(header).write(control_number=1, group_control_numbers=[1], written_at=None)


SPOILS = [
    (b"CTT*1", b"CTT*9"), (b"*EA*", b"*EACH*"), (b"CSH*Y~", b""), (b"*NE*", b"*KN*"), (b"DTM*064", b"ZZZ*064"),
    (b"20261201", b"20261332"), (b"PE*BP", b"PE*"), (b"~SE*", b"~~SE*"), (b"ST*850", b"ST*857"), (b"***", b"*"),
]  # fmt: skip


@given(st.lists(st.lists(st.sampled_from(SPOILS), max_size=3), min_size=1, max_size=5))
def test_what_we_answer_says_what_we_found(spoils):
    """Set by set: the verdict, and for each fault its segment, element and code."""
    content = interchange(len(spoils), 1)
    start, *bodies = content.split(b"ST*850")
    for place, changes in enumerate(spoils):
        bodies[place] = b"ST*850" + bodies[place]
        for old, new in changes:
            bodies[place] = bodies[place].replace(old, new, 1)
    events = read(start + b"".join(bodies), amazon)

    (told,) = parsed(answers_to(events)[0])

    for received in sets_of(events):
        assert told.verdict_of(received.control_number) == received.verdict
        (named,) = [one for one in told.sets if one.control_number == received.control_number]
        ours = {_place(f) for f in received.findings if f.level in (Level.SEGMENT, Level.ELEMENT)}
        theirs = {_place(finding) for finding in named.findings if finding.code != "8" or finding.element_position}
        assert theirs == ours
    end = only(events, GroupEnd)
    assert (told.verdict, told.included, told.received, told.accepted) == (
        *(end.verdict, end.included, end.received, end.accepted),
    )


def _place(finding):
    identifier = finding.segment_identifier or "UNK"
    return identifier[:3], finding.segment_position, finding.element_position, finding.code


def test_a_received_997_explains_itself_in_sentences():
    lines = [ORDER[:105].decode(),
             "GS*FA*AMAZON*VENDOR1*20261124*1700*31*X*004010", "ST*997*0001", "AK1*PR*17", "AK2*855*0001",
             "AK3*ACK*5**8", "AK4*1*668*7*ZZ", "AK3*REF*6**2", "AK3*PO1*7**W9", "AK5*R*5", "AK2*855*0002",
             "AK5*E*4", "AK9*P*3*3*2", "SE*12*0001", "GE*1*31", "IEA*1*000000001", ""]  # fmt: skip
    (told,) = parsed("~".join(lines).encode())

    refused, noted = told.sets
    assert [finding.sentence for finding in refused.findings] == [
        "The segment ACK at position 5 has elements in error.",
        "ACK01 in segment 5 has an illegal code or value. The value was 'ZZ'.",
        "The segment REF at position 6 is unexpected.",
        "The segment PO1 at position 7 is in error (code W9).",
    ]
    assert (refused.is_accepted, noted.is_accepted, noted.codes) == (False, True, ("4",))
    assert [told.verdict_of(number) for number in ("0001", "0002", "0003")] == ["R", "E", "A"]


@pytest.mark.parametrize("letter", ["R", "M", "W", "X"])
def test_a_group_refused_as_a_whole_refuses_sets_that_were_accepted_one_by_one(letter):
    named = SetAcknowledgement("855", "0001", "A", (), ())
    told = Acknowledgement("PR", "1", None, letter, 2, 2, 0, (), (named,))

    assert [told.verdict_of(number) for number in ("0001", "0002")] == [letter, letter]


def test_nothing_is_held_against_our_own_answers():
    for content in (ORDER, WITH_A_FAULT, WITH_A_NOTE, ORDER[:-20]):
        assert findings_of(read(answer_to(content))) == []
        assert only(read(answer_to(content)), InterchangeEnd).verdict == "A"
