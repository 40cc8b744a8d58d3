"""A folder of relationships: every fault is named by file and field, and one bad file stops no other."""

from __future__ import annotations

import subprocess
import sys

import pytest
import yaml

from include.errors import ConfigurationError
from include.relationships import loading
from include.relationships.__main__ import main
from tests.relationships.examples import MINIMAL


@pytest.fixture
def write(tmp_path):
    """Writes a file of the folder: text as it is, else fields beside the minimal ones."""

    def put(file, content=None, **changes):
        text = content if content is not None else yaml.safe_dump(MINIMAL | changes)
        (tmp_path / file).write_text(text, encoding="utf-8")

    return put


def faults(folder):
    return [str(fault) for fault in loading.load_relationships(folder).faults]


def names(folder):
    return [each.name for each in loading.load_relationships(folder).relationships]


def minimal(**lines):
    """The minimal file as text, with lines put after it."""
    return yaml.safe_dump(MINIMAL) + "".join(f"{name}: {value}\n" for name, value in lines.items())


# --- the folder -----------------------------------------------------------------------------------------------------


def test_the_folder_that_ships_with_us_is_right():
    loaded = loading.load_relationships()

    assert loaded.faults == ()
    assert [each.name for each in loaded.relationships] == ["amazon_us"]
    assert loaded.address_book.resolve("92", "PHX6").zone == "America/Phoenix"


def test_the_variable_names_another_folder(write, tmp_path, monkeypatch):
    write("us.yaml", name="elsewhere")
    monkeypatch.setenv(loading.VARIABLE, str(tmp_path))

    assert [each.name for each in loading.load_relationships().relationships] == ["elsewhere"]


def test_a_folder_that_is_none_is_for_the_operator(tmp_path):
    with pytest.raises(ConfigurationError, match="VENDORLANE_RELATIONSHIPS"):
        loading.load_relationships(tmp_path / "nowhere")


def test_an_empty_folder_holds_nothing(tmp_path):
    assert loading.load_relationships(tmp_path) == loading.Loaded((), loading.AddressBook(), ())


def test_only_yaml_is_read_and_hidden_files_are_left_alone(write, tmp_path):
    write("us.yaml")
    write("de.yml", name="amazon_de", ours=MINIMAL["ours"] | {"id": "VENDOR2"})
    write(".us.yaml.swp", "{")
    write(".hidden.yaml", "{")
    write("README.md", "{")

    assert (names(tmp_path), faults(tmp_path)) == (["amazon_de", "amazon_us"], [])


def test_a_bad_file_stops_no_other(write, tmp_path):
    write("a.yaml", "name: [")
    write("b.yaml", mode="live")
    write("c.yaml")

    assert names(tmp_path) == ["amazon_us"]
    assert [fault.split(":")[0] for fault in faults(tmp_path)] == ["a.yaml", "b.yaml"]


def test_a_missing_relationship_is_told_with_the_faults_of_the_folder(write, tmp_path):
    write("us.yaml", mode="live")

    with pytest.raises(ConfigurationError, match=r"No relationship named amazon_us.*us\.yaml: mode: must be"):
        loading.require(tmp_path, "amazon_us")


def test_a_relationship_is_found_by_the_ids_of_an_envelope(write, tmp_path):
    write("us.yaml")
    write("test.yaml", name="amazon_test", mode="test")
    every = loading.load_relationships(tmp_path).relationships

    found = loading.find_by_envelope(every, sender=("ZZ", "AMAZON"), receiver=("ZZ", "VENDOR1"))

    assert [each.name for each in found] == ["amazon_test", "amazon_us"]
    assert loading.find_by_envelope(every, sender=("ZZ", "VENDOR1"), receiver=("ZZ", "AMAZON")) == ()


# --- the faults -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("lines", "sentence"), [
    ({"acknowledgment": "{}"}, "acknowledgment: is no field here; check its spelling (did you mean acknowledgement?)"),
    ({"stock": "{lag_minute: 3}"},
     "stock.lag_minute: is no field here; check its spelling (did you mean lag_minutes?)"),
    ({"weather": "fine"}, "weather: is no field here; check its spelling"),
    ({"terms": ""}, None),
    ({"terms": "''"}, "terms: must not be empty or so short"),
    ({"currency": ""}, "currency: stands there without a value"),
    ({"currency": "dollars"}, "currency: must be three capital letters, such as USD"),
    ({"zone": "Utopia"}, "zone: 'Utopia' is not a time zone of the IANA database, such as America/Los_Angeles"),
    ({"start_date": "2026-13-01"}, "start_date: must be a date such as 2026-11-24"),
    ({"start_date": "soon"}, "start_date: must be a date such as 2026-11-24"),
    ({"lead_time_days": "1.5"}, "lead_time_days: must be a whole number"),
    ({"lead_time_days": "-1"}, "lead_time_days: must be at least 0"),
    ({"tax_inclusive": "maybe"}, "tax_inclusive: must be true or false"),
    ({"pricing": "[1]"}, "pricing: must be a group of fields, each `field: value`"),
    ({"locations": "Phoenix"}, "locations: must be a group of `key: value`"),
    ({"terms": "[Net 60]"}, "terms: must be text"),
    ({"acknowledgement": "{window_hours: '24:00'}"}, "acknowledgement.window_hours: must be a number"),
    ({"acknowledgement": "{window_hours: 24:00}"}, "acknowledgement.window_hours: must be a number"),
    ({"acknowledgement": "{window_hours: 0}"}, "acknowledgement.window_hours: must be greater than 0"),
    ({"acknowledgement": "{hold_share: 1}"}, "acknowledgement.hold_share: must be less than 1"),
    ({"acknowledgement": "{escalation_shares: []}"}, "acknowledgement.escalation_shares: must not be empty"),
    ({"acknowledgement": "{escalation_shares: 0.5}"}, "acknowledgement.escalation_shares: must be a list"),
    ({"acknowledgement": "{escalation_shares: [0.8, 0.5]}"},
     "acknowledgement.escalation_shares: the shares must rise, each greater than the one before"),
    ({"acknowledgement": "{escalation_shares: [0.5, 1.5]}"}, "acknowledgement.escalation_shares.1: must be at most 1"),
    ({"reject_reasons": "{price: R2}"},
     "reject_reasons: price: only IR and R3 may be given by rule; R2 needs a person"),
    ({"delimiters": "{segment: '*'}"}, "delimiters: the four delimiters must differ from each other"),
    ({"delimiters": "{segment: AB}"}, "delimiters.segment: must be at most 1 characters long"),
    ({"items": "{links: {B0: MUG}}"},
     "items.links.B0: must be a qualifier, a blank and a value, such as BP B0EXAMPLE1"),
    ({"items": "{case_sizes: {MUG: 0}}"}, "items.case_sizes.MUG: must be at least 1"),
    ({"items": "{identifier_order: [ean]}"}, "items.identifier_order.0: must be 'link', 'asin', 'gtin' or 'sku'"),
    ({"ship_to": "{city: Kent}"}, "ship_to.line1: is required and missing"),
])  # fmt: skip
def test_a_fault_is_told_by_file_and_field_in_words(write, tmp_path, lines, sentence):
    write("us.yaml", minimal(**lines))

    told = faults(tmp_path)

    assert (told[0] if told else None) == (f"us.yaml: {sentence}" if sentence else None)


def test_all_faults_of_a_file_are_told_at_once(write, tmp_path):
    write("us.yaml", minimal(zone="Utopia", currency="x", colour="blue"))

    assert len(faults(tmp_path)) == 3


@pytest.mark.parametrize(("content", "sentence"), [
    ("", "us.yaml: name: is required and missing"),
    ("- a", "us.yaml: must hold fields, each `field: value`"),
    ("hello", "us.yaml: must hold fields, each `field: value`"),
    ("name: one\nname: two", "us.yaml: is not readable as YAML: the key 'name' stands twice line 2, column 1"),
    ("ours: {id: A, id: B}", "us.yaml: is not readable as YAML: the key 'id' stands twice line 1"),
    ("name: {", "us.yaml: is not readable as YAML:"),
    ("a: &x {b: *x}", "us.yaml: "),
    ("[" * 3_000, "us.yaml: is not readable as YAML:"),
    ("!!python/object/apply:os.system [true]", "us.yaml: is not readable as YAML: could not determine a constructor"),
])  # fmt: skip
def test_a_file_that_is_no_relationship_is_told(write, tmp_path, content, sentence):
    write("us.yaml", content)

    assert faults(tmp_path)[0].startswith(sentence)


def test_a_file_that_is_no_text_is_told(tmp_path):
    (tmp_path / "us.yaml").write_bytes(b"name: \xff\xfe")

    assert faults(tmp_path) == ["us.yaml: is not UTF-8 text: invalid start byte at byte 6"]


def test_a_mark_at_the_files_beginning_is_no_fault(write, tmp_path):
    write("us.yaml", "\ufeff" + minimal())

    assert names(tmp_path) == ["amazon_us"]


def test_text_stays_text_without_quotes(write, tmp_path):
    write("us.yaml", minimal(carrier="007", note="2026-11-24", ship_to="{line1: 1 Road, postcode: 0123, country: NO}"))

    (loaded,) = loading.load_relationships(tmp_path).relationships

    assert (loaded.carrier, loaded.note) == ("007", "2026-11-24")
    assert (loaded.ship_to.postcode, loaded.ship_to.country) == ("0123", "NO")


def test_a_part_said_once_may_be_used_twice(write, tmp_path):
    write(
        "us.yaml", minimal(billing_address="&home {line1: 1 Road, country: US}", ship_to="{<<: *home, line1: 2 Road}")
    )

    (loaded,) = loading.load_relationships(tmp_path).relationships

    assert (loaded.billing_address.line1, loaded.ship_to.line1, loaded.ship_to.country) == ("1 Road", "2 Road", "US")


# --- files that clash -----------------------------------------------------------------------------------------------


def test_of_two_files_with_one_name_the_first_is_used(write, tmp_path):
    write("a.yaml")
    write("b.yaml", mode="test")

    assert [each.mode for each in loading.load_relationships(tmp_path).relationships] == ["production"]
    assert faults(tmp_path) == ["b.yaml: name: the same as in a.yaml; a.yaml is used and this file is not"]


def test_of_two_files_that_no_order_could_tell_apart_the_first_is_used(write, tmp_path):
    write("a.yaml")
    write("b.yaml", name="other")

    assert names(tmp_path) == ["amazon_us"]
    assert faults(tmp_path)[0].startswith("b.yaml: ours, partner, mode and vendor_code: the same as in a.yaml")


@pytest.mark.parametrize("difference", [{"mode": "test"}, {"vendor_code": "ABCDE"},
                                        {"partner": MINIMAL["partner"] | {"qualifier": "01"}}])  # fmt: skip
def test_files_that_an_order_can_tell_apart_do_not_clash(write, tmp_path, difference):
    write("a.yaml")
    write("b.yaml", name="other", **difference)

    assert (len(names(tmp_path)), faults(tmp_path)) == (2, [])


@pytest.mark.parametrize(("own", "shared"), [
    ({}, "mailbox and erp"), ({"erp": "cin7_other"}, "mailbox"), ({"mailbox": "other_mailbox"}, "erp"),
])  # fmt: skip
def test_who_shares_a_mailbox_or_an_account_shares_the_database_that_counts_its_files_and_calls(
    write, tmp_path, own, shared
):
    write("a.yaml")
    write("b.yaml", name="other", vendor_code="ABCDE", database="vendorlane_other", **own)

    assert names(tmp_path) == ["amazon_us"]
    assert faults(tmp_path) == [
        f"b.yaml: database: another one than that of the same {shared} in a.yaml; a.yaml is used and this file is not"
    ]


def test_who_shares_neither_has_a_database_of_its_own(write, tmp_path):
    write("a.yaml")
    own = {"erp": "cin7_other", "mailbox": "other_mailbox", "database": "vendorlane_other"}
    write("b.yaml", name="other", vendor_code="ABCDE", **own)

    assert (len(names(tmp_path)), faults(tmp_path)) == (2, [])


# --- by hand --------------------------------------------------------------------------------------------------------


def test_a_folder_can_be_checked_by_hand(write, tmp_path, capsys):
    write("us.yaml")
    write("b.yaml", "name: [")

    assert main([str(tmp_path)]) == 1
    told = capsys.readouterr().out
    assert "amazon_us: production, AMAZON to VENDOR1, customer Amazon Vendor US" in told
    assert "wrong: b.yaml: is not readable as YAML" in told


def test_the_command_says_all_is_well():
    done = subprocess.run([sys.executable, "-m", "include.relationships"], capture_output=True, text=True, check=False)

    assert (done.returncode, "wrong" in done.stdout) == (0, False)


def test_a_folder_that_is_none_is_told_by_hand(tmp_path, capsys):
    assert main([str(tmp_path / "nowhere")]) == 1
    assert "is no folder" in capsys.readouterr().out


# --- carriers of another --------------------------------------------------------------------------------------------

UPS = {"UPS Ground": {"scac": "UPSN"}, "Old Dominion": {"scac": "ODFL", "shipment": "less_than_truckload"}}


def test_the_carriers_of_another_relationship_hold_beside_its_own(write, tmp_path):
    write("a.yaml", notices={"carriers": UPS})
    own = {"carriers_of": "amazon_us", "carriers": {"UPS Ground": {"scac": "UPGF"}}}
    write("b.yaml", name="amazon_ca", mode="test", notices=own)

    _, copied = loading.load_relationships(tmp_path).relationships

    assert [copied.notices.carrier(name).scac for name in ("ups ground", " OLD dominion ")] == ["UPGF", "ODFL"]
    assert copied.notices.carrier("DHL") is None


def test_carriers_of_a_relationship_that_is_not_there_are_a_fault(write, tmp_path):
    write("a.yaml", notices={"carriers_of": "amazon_ca"})

    assert faults(tmp_path) == ["amazon_us: notices.carriers_of: no relationship named amazon_ca was loaded"]
    assert names(tmp_path) == ["amazon_us"]
