"""Guides are data: what a file may say, what it inherits, and how a wrong one is named."""

from __future__ import annotations

import shutil

import pytest

from include.errors import ConfigurationError
from include.x12 import guide_files
from include.x12.findings import Severity
from include.x12.guides import BASE, find_guide, load_guide
from tests.x12.readers import AMAZON

RELEASES = ["004010", "005010"]


def write_guide(folder, text):
    (folder / "004010").mkdir(exist_ok=True)
    (folder / "004010" / "850.toml").write_text(text)


def elements_of(guide, segment):
    return guide.rules[segment].elements


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("folder", [BASE, AMAZON], ids=["plain", "Amazon"])
def test_every_guide_file_says_what_its_name_says(folder, release):
    names = sorted(path.stem for path in (folder / release).glob("[0-9]*.toml"))

    guides = [load_guide(folder, release, name) for name in names]

    assert {"850", "855", "860", "997"} <= set(names)
    assert [(guide.set_identifier, guide.release) for guide in guides] == [(name, release) for name in names]


def test_amazons_guide_is_the_standards_with_more_asked_for():
    plain, amazon = load_guide(BASE, "004010", "850"), load_guide(AMAZON, "004010", "850")

    assert [place.rule.identifier for place in amazon.places] == [place.rule.identifier for place in plain.places]
    assert not elements_of(plain, "PO1")[1].is_mandatory
    assert elements_of(amazon, "PO1")[1].is_mandatory
    assert elements_of(amazon, "PO1")[3].is_advised


def test_release_5010_is_4010_and_what_differs():
    older, newer = load_guide(BASE, "004010", "997"), load_guide(BASE, "005010", "997")

    assert len(elements_of(older, "AK1")) == 2
    assert len(elements_of(newer, "AK1")) == 3
    assert elements_of(older, "AK9") == elements_of(newer, "AK9")


def test_a_guide_is_read_once():
    assert find_guide(BASE, "004010", "850") is find_guide(BASE, "004010", "850")


@pytest.mark.parametrize(
    ("release", "set_identifier"),
    [("004010", "elements"), ("004010", "../004010/850"), ("../guides/004010", "850"), ("", ""), ("004010", "٨٥٠")],
)
def test_what_a_partner_writes_names_no_other_file(release, set_identifier):
    assert find_guide(BASE, release, set_identifier) is None


def test_a_folder_of_ones_own_builds_on_the_standard(tmp_path):
    write_guide(tmp_path, 'based_on = "base"\nrequired = ["PO105"]\n[codes]\nPO103 = "EA CA"\n')

    guide = load_guide(tmp_path, "004010", "850")

    assert elements_of(guide, "PO1")[4].is_mandatory
    assert elements_of(guide, "PO1")[2].codes == {"EA", "CA"}
    assert [total.severity for total in guide.totals] == [Severity.ERROR, Severity.WARNING]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("set = 850 positions", "Expected newline"),
        ('set = "850"\ngroup = "PO"\n', "nothing of positions"),
        ('set = "850"\ngroup = "PO"\npositions = ["XYZ 1"]\n', "XYZ is no segment"),
        ('set = "850"\ngroup = "PO"\npositions = ["BEG once"]\n', "'BEG once' is not a position"),
        ('set = "850"\ngroup = "PO"\npositions = [[]]\n', "'' is not a position"),
        ('set = "850"\ngroup = "PO"\npositions = "BEG 1"\n', "must be an array"),
        ('based_on = "base"\nrequired = "PO105"\n', "required must be an array"),
        ('based_on = "base"\ncodes = ["EA"]\n', "codes must be a table"),
        ('based_on = "base"\n[[totals]]\nelement = "CTT"\n', "CTT is not the name of an element"),
        ('based_on = "003010"\n', "No such file"),
    ],
)
def test_a_wrong_file_is_named_with_what_is_wrong_in_it(tmp_path, text, named):
    write_guide(tmp_path, text)

    with pytest.raises(ConfigurationError, match=named) as refused:
        guide_files.read_guide(tmp_path, "004010", "850")

    assert refused.value.setting.endswith("850.toml")


def test_a_base_guide_of_a_name_that_is_missing_there_is_named(tmp_path):
    (tmp_path / "004010").mkdir()
    shutil.copy(AMAZON / "004010" / "860.toml", tmp_path / "004010" / "816.toml")

    with pytest.raises(ConfigurationError) as refused:
        load_guide(tmp_path, "004010", "816")

    assert refused.value.setting.endswith("816.toml")
