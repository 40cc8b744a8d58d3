"""Writing is the mirror of reading: what is written reads back as it was meant, and what would not is refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.x12.delimiters import STANDARD, Delimiters
from include.x12.envelope import GroupEnd, GroupHeader, InterchangeEnd, InterchangeHeader
from include.x12.writing import OutgoingSet, UnfitForSendingError, printable, write_interchange
from tests.x12.outgoing import BODIES, RELEASES, envelope, group
from tests.x12.readers import amazon, findings_of, only, read, sets_of

SIGNS = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~\x1c\x1d\x1e\x1f"
WORDS = st.text(
    st.characters(min_codepoint=32, max_codepoint=0x24F, exclude_characters="*~>^", exclude_categories=["Cc"]),
    min_size=1,
)


def with_name(text):
    return [*BODIES["850"][:5], ["N1", "ST", text, "92", "PHX6"], *BODIES["850"][6:]]


@st.composite
def delimiters(draw, release):
    element, component, repetition = draw(st.lists(st.sampled_from(SIGNS), min_size=3, max_size=3, unique=True))
    segment = draw(st.sampled_from([sign for sign in SIGNS + "\n\r" if sign not in (element, component, repetition)]))
    return Delimiters(element, segment, component, repetition if release == "00501" else None)


@st.composite
def orders(draw, barred):
    """The body of an 850 with any text that these delimiters allow."""
    text = WORDS.map(lambda t: "".join(c for c in t if c not in barred).strip()).filter(bool)
    count = draw(st.integers(1, 4))
    quantities = [draw(st.integers(1, 10**6)) for _ in range(count)]
    name = draw(text)[:60].strip() or "X"
    lines = [
        ["PO1", str(place), str(quantity), "EA", f"{draw(st.integers(1, 10**6))}.5", "PE", "VN", draw(text)[:48]]
        for place, quantity in enumerate(quantities, 1)
    ]
    return [*with_name(name)[:6], *lines, ["CTT", str(count), str(sum(quantities))]]


@settings(max_examples=25)  # each set of delimiters compiles its own guides
@given(st.data(), st.sampled_from(list(RELEASES.items())))
def test_what_is_written_reads_back_as_it_was_meant(data, releases):
    release, version = releases
    chosen = data.draw(delimiters(release))
    barred = chosen.all | ({"^", "!", "|"} if release == "00501" else set())
    bodies = data.draw(st.lists(orders(barred), min_size=1, max_size=3))
    if any(sign in element for body in bodies for segment in body for element in segment for sign in chosen.all):
        return  # a digit's point or the like is a delimiter here

    content = write_interchange(envelope(release, delimiters=chosen), [group("850", *bodies, version=version)])

    events = read(content, amazon)
    assert findings_of(events) == []
    assert [received.segments[1:-1] for received in sets_of(events)] == bodies
    assert only(events, InterchangeHeader).delimiters.component == chosen.component
    assert only(events, GroupEnd).included == only(events, GroupEnd).accepted == len(bodies)


@pytest.mark.parametrize(("release", "version"), RELEASES.items())
@pytest.mark.parametrize("kind", BODIES)
def test_the_envelope_says_what_it_was_given(kind, release, version):
    content = write_interchange(envelope(release, usage_indicator="T"), [group(kind, version=version, number=23)])

    header, named = only(read(content), InterchangeHeader), only(read(content), GroupHeader)
    assert (header.sender_id, header.receiver_id, header.control_number) == ("VENDOR1", "AMAZON", "000000017")
    assert (header.release, header.usage_indicator) == (release, "T")
    assert header.written_at.isoformat() == "2026-11-24T16:30:00"
    assert (named.version, named.control_number) == (version, "23")
    assert content.startswith(b"ISA*00*          *00*          *ZZ*VENDOR1        *ZZ*AMAZON         *261124*1630*")
    assert content[82:83] == (b"^" if release == "00501" else b"U")


def test_several_groups_and_sets_have_their_counts():
    content = write_interchange(envelope(), [group("850", *[BODIES["850"]] * 3), group("997", number=2)])

    ends = [event for event in read(content) if isinstance(event, GroupEnd)]
    assert [(end.included, end.received, end.accepted) for end in ends] == [(3, 3, 3), (1, 1, 1)]
    assert b"GE*3*1~" in content
    assert content.endswith(b"GE*1*2~IEA*2*000000017~")


def test_trailing_empty_elements_are_left_out():
    body = [*BODIES["855"][:3], ["ACK", "IR", "2", "EA", "", ""], BODIES["855"][4]]

    assert b"ACK*IR*2*EA~" in write_interchange(envelope(), [group("855", body)])


@pytest.mark.parametrize("name", ["NORTH*CENTRE", "NORTH~CENTRE"])
def test_a_delimiter_inside_data_is_refused_and_named(name):
    with pytest.raises(UnfitForSendingError, match=r"N102 is .* which holds a delimiter"):
        write_interchange(envelope(), [group("850", with_name(name))])


@pytest.mark.parametrize(("release", "name"), [("00400", "A>B"), ("00501", "A>B"), ("00501", "A^B")])
def test_what_the_other_side_would_take_apart_is_refused(release, name):
    with pytest.raises(UnfitForSendingError, match=r"N102 is .* which holds a delimiter"):
        write_interchange(envelope(release), [group("850", with_name(name), version=RELEASES[release])])


def test_a_composite_may_hold_its_own_separator():
    body = [*BODIES["850"][:7], ["CTP", "", "NET", "9.99", "1", "EA>1>12"], BODIES["850"][7]]

    content = write_interchange(envelope(), [group("850", body)])

    assert b"*EA>1>12~" in content


def test_free_text_is_made_fit_beforehand():
    name = printable("NORTH*CENTRE\n~>^`", STANDARD)

    content = write_interchange(envelope(), [group("850", with_name(name.strip()))])

    assert name == "NORTH CENTRE     "
    assert findings_of(read(content)) == []


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"control_number": 1_000_000_000}, "instead of 106"),
        ({"sender_id": "A-NAME-OF-SIXTEEN"}, "instead of 106"),
        ({"sender_id": "VENDÔR"}, "instead of 106"),
        ({"sender_id": "VEN*DOR"}, "wrong"),
        ({"usage_indicator": "X"}, "ISA15"),
        ({"release": "0400"}, "instead of 106"),
        ({"delimiters": Delimiters("*", "*", ">")}, "Two delimiters are the same"),
        ({"delimiters": Delimiters("A", "~", ">")}, "is a letter"),
        ({"delimiters": Delimiters("\n", "~", ">")}, "or a blank"),
        ({"delimiters": Delimiters("§", "~", ">")}, "not an ASCII character"),
        ({"release": "00501", "delimiters": Delimiters("*", "~", ">", "R")}, "repetition separator 'R' is a letter"),
    ],
)
def test_an_envelope_that_would_not_read_back_is_refused(changed, named):
    with pytest.raises(UnfitForSendingError, match=named):
        write_interchange(envelope(**changed), [group("997")])


@pytest.mark.parametrize(
    ("kind", "place", "segment", "code"),
    [
        ("855", 2, ["ACK", "IA", "3"], "2"),
        ("855", 0, ["BAK", "00", "AC", "", "20261124"], "1"),
        ("855", 4, ["CTT", "2", "5"], "7"),
        ("850", 0, ["REF", "CR", "VNDR1"], "3"),
        ("850", 6, ["PO1", "1", "5", "EACH", "9.99"], "5"),
        ("850", 3, ["DTM", "064", "20261301"], "8"),
        ("997", 3, ["AK9", "Q", "1", "1", "1"], "7"),
        ("997", 2, ["AK5", ""], "1"),
        ("850", 5, ["N1", "ST", "\x07", "92", "PHX6"], "6"),
    ],
)
def test_a_set_with_a_fault_is_refused_with_its_findings(kind, place, segment, code):
    body = [*BODIES[kind][:place], segment, *BODIES[kind][place + 1 :]]

    with pytest.raises(UnfitForSendingError) as refused:
        write_interchange(envelope(), [group(kind, body)])

    assert code in {finding.code for finding in refused.value.findings}
    assert refused.value.reasons == tuple(finding.sentence for finding in refused.value.findings)


def test_a_set_without_a_guide_is_refused():
    with pytest.raises(UnfitForSendingError, match="'004010' is not supported here"):
        write_interchange(envelope(), [group("864", [["BMG", "00"]])])


def test_two_sets_of_one_number_are_refused():
    twice = group("997")
    both = (twice.sets[0], OutgoingSet("997", "0001", BODIES["997"]))

    with pytest.raises(UnfitForSendingError, match="stands twice in the group"):
        write_interchange(envelope(), [type(twice)("FA", "VENDOR1", "AMAZON", 1, "004010", both)])


def test_a_character_that_cannot_be_sent_is_named():
    with pytest.raises(UnfitForSendingError, match="is no character that can be sent"):
        write_interchange(envelope(), [group("850", with_name("\ud800"))])


def test_accents_leave_as_utf8():
    content = write_interchange(envelope(), [group("850", with_name("DÉPÔT"))])

    assert "DÉPÔT".encode() in content
    assert only(read(content), InterchangeEnd).verdict == "A"


def test_twenty_thousand_lines_are_written():
    lines = [
        segment
        for place in range(1, 20_001)
        for segment in (
            ["PO1", str(place), "5", "EA", "9.99", "NT", "BP", "B012345678"],
            ["ACK", "IA", "5", "EA"],
        )
    ]
    body = [BODIES["855"][0], *lines, ["CTT", "20000", "100000"]]

    content = write_interchange(envelope(), [group("855", body)])

    assert content.count(b"~ACK*") == 20_000
