"""What only a directory has: folders that may be missing, and names that are bytes."""

from __future__ import annotations

import os

import pytest

from include.amazon.directory_mailbox import DirectoryMailbox
from include.errors import ConfigurationError, RejectedError, TransientError


def test_a_missing_folder_names_the_setting(tmp_path):
    (tmp_path / "inbound").mkdir()

    with pytest.raises(ConfigurationError, match="outbound is no folder") as fault:
        DirectoryMailbox(tmp_path)

    assert "path" in fault.value.setting


@pytest.fixture
def mailbox(tmp_path):
    for name in ("inbound", "outbound"):
        (tmp_path / name).mkdir()
    return DirectoryMailbox(tmp_path)


def test_a_folder_that_went_away_is_a_passing_fault(mailbox, tmp_path):
    (tmp_path / "inbound").rmdir()

    with pytest.raises(TransientError, match="inbound could not be used"):
        mailbox.list_files()


def test_a_link_is_no_file_of_the_partner(mailbox, tmp_path):
    (tmp_path / "secret").write_text("of this machine")
    (tmp_path / "inbound" / "order.edi").symlink_to(tmp_path / "secret")

    assert mailbox.list_files() == ()


def test_a_name_that_is_not_utf_8_is_listed_and_refused_and_stops_no_other(mailbox, tmp_path):
    (tmp_path / "inbound" / os.fsdecode(b"\xff.edi")).write_bytes(b"odd")
    (tmp_path / "inbound" / "plain.edi").write_bytes(b"plain")

    names = [file.name for file in mailbox.list_files()]

    assert sorted(names) == ["plain.edi", "\udcff.edi"]
    with pytest.raises(RejectedError, match="no file name"):
        mailbox.fetch("\udcff.edi")
