"""What only SFTP has: host keys, two accounts, logins, servers that lack things, and lines that break."""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import replace

import paramiko
import pytest

from include.amazon.sftp_mailbox import SftpMailbox
from include.errors import ConfigurationError, RejectedError, TransientError
from tests.amazon.openssh import IS_ROOT, new_key, openssh
from tests.amazon.paramiko_server import Login, ServerSettings, paramiko_server

CONTENT = b"ISA" * 50_000
REAL = [pytest.mark.needs_program("sshd"), pytest.mark.needs_program("ssh-keygen")]


def _real(test):
    for mark in REAL:
        test = mark(test)
    return test


@pytest.fixture
def folder(tmp_path):
    for name in ("inbound", "outbound"):
        (tmp_path / name).mkdir()
    return tmp_path


def _plain(folder, **lacks):
    return paramiko_server(ServerSettings({"partner": Login(folder, password="secret")}, **lacks))


def _box(account, upload=None, **folders):
    return closing(SftpMailbox(download=account, upload=upload or account, **folders))


# The host ------------------------------------------------------------------------------------------------------------


@_real
def test_nothing_is_sent_to_a_host_with_another_key(tmp_path):
    _, other = new_key(tmp_path / "other")
    with openssh() as server, _box(replace(server.download, host_key=other)) as mailbox:
        with pytest.raises(ConfigurationError, match="another host key") as fault:
            mailbox.publish("855_000000001.edi", CONTENT, rename=True)

        assert "host_key" in fault.value.setting
        assert list((server.folder / "outbound").iterdir()) == []


def test_no_login_is_tried_at_a_host_with_another_key(folder):
    other = paramiko.ECDSAKey.generate()
    with _plain(folder) as server:
        account = server.account("partner", host_key=f"{other.get_name()} {other.get_base64()}")
        with _box(account) as mailbox, pytest.raises(ConfigurationError, match="another host key"):
            mailbox.list_files()

        assert server.settings.logged_in == []


@_real
def test_a_host_without_a_key_of_the_known_kind_is_a_setting_and_no_passing_fault(tmp_path):
    _, other = new_key(tmp_path / "other", "ecdsa")
    with (
        openssh() as server,
        _box(replace(server.download, host_key=other)) as mailbox,
        pytest.raises(ConfigurationError, match="has no key of the kind"),
    ):
        mailbox.list_files()


@_real
def test_of_a_host_with_several_keys_the_known_one_is_asked_for():
    with openssh(host_key_kinds=("rsa", "ecdsa", "ed25519")) as server, _box(server.download) as mailbox:
        assert mailbox.list_files() == ()


@pytest.mark.parametrize("host_key", [None, "", "ssh-ed25519", "ssh-ed25519 !!!", "no-such-kind AAAA", "AAAA"])
def test_a_host_key_that_is_missing_or_unreadable_names_the_setting(folder, host_key):
    with _plain(folder) as server, _box(server.account("partner", host_key=host_key)) as mailbox:
        with pytest.raises(ConfigurationError) as fault:
            mailbox.list_files()

        assert fault.value.setting == "connection partner, extra `host_key`"


def test_a_host_that_does_not_answer_is_a_passing_fault(folder):
    with _plain(folder) as server:
        account = server.account("partner")

    with _box(account) as mailbox, pytest.raises(TransientError, match="cannot be reached"):
        mailbox.list_files()


# The accounts --------------------------------------------------------------------------------------------------------


@_real
@pytest.mark.skipif(not IS_ROOT, reason="only root can start a server for two accounts of the machine")
def test_two_accounts_of_which_neither_sees_the_others_folder():
    with openssh() as server, _box(server.download, server.upload) as mailbox:
        (server.folder / "inbound" / "order.edi").write_bytes(b"order")
        with _box(server.upload, server.download) as crossed:
            with pytest.raises(TransientError, match="Permission denied"):
                crossed.list_files()
            with pytest.raises(TransientError, match="Permission denied"):
                crossed.publish("855_000000001.edi", CONTENT, rename=True)

        assert mailbox.fetch("order.edi") == b"order"
        mailbox.publish("855_000000001.edi", CONTENT, rename=True)
        assert (server.folder / "outbound" / "855_000000001.edi").read_bytes() == CONTENT


def test_two_accounts_may_each_have_their_own_root(folder):
    logins = {"down": Login(folder / "inbound", password="one"), "up": Login(folder / "outbound", password="two")}
    (folder / "inbound" / "order.edi").write_bytes(b"order")
    with (
        paramiko_server(ServerSettings(logins)) as server,
        _box(server.account("down"), server.account("up"), inbound=".", outbound=".") as mailbox,
    ):
        mailbox.publish("855_000000001.edi", CONTENT, rename=True)
        names = [file.name for file in mailbox.list_files()]

    assert names == ["order.edi"]
    assert [path.name for path in (folder / "outbound").iterdir()] == ["855_000000001.edi"]


def test_a_wrong_password_names_the_connection_and_is_not_tried_for_ever(folder):
    with (
        _plain(folder) as server,
        _box(server.account("partner", password="guess")) as mailbox,
        pytest.raises(ConfigurationError, match="refuses the login partner") as fault,
    ):
        mailbox.list_files()

    assert fault.value.setting == "connection partner"


@_real
def test_a_key_that_the_server_does_not_know_names_the_connection(tmp_path):
    private, _ = new_key(tmp_path / "other")
    with (
        openssh() as server,
        _box(replace(server.download, private_key=private)) as mailbox,
        pytest.raises(ConfigurationError, match="refuses the login"),
    ):
        mailbox.list_files()


@pytest.mark.needs_program("ssh-keygen")
@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
def test_a_login_by_key(folder, tmp_path, kind):
    private, public = new_key(tmp_path / "login", kind)
    with (
        paramiko_server(ServerSettings({"partner": Login(folder, public_key=public)})) as server,
        _box(server.account("partner", private_key=private)) as mailbox,
    ):
        assert mailbox.list_files() == ()


def test_a_private_key_that_cannot_be_read_names_the_setting(folder):
    with (
        _plain(folder) as server,
        _box(server.account("partner", private_key="not a key")) as mailbox,
        pytest.raises(ConfigurationError, match="private key cannot be read"),
    ):
        mailbox.list_files()


# Servers that lack things --------------------------------------------------------------------------------------------


@_real
def test_a_server_without_renaming_takes_files_written_in_place():
    with openssh("-P", "rename,posix-rename") as server, _box(server.download, server.upload) as mailbox:
        mailbox.publish("855_000000001.edi", CONTENT, rename=False)
        with pytest.raises(TransientError, match=r"publish 855_000000002\.edi"):
            mailbox.publish("855_000000002.edi", CONTENT, rename=True)

        assert (server.folder / "outbound" / "855_000000001.edi").read_bytes() == CONTENT
        assert not (server.folder / "outbound" / "855_000000002.edi").exists()


@_real
def test_a_server_without_openssh_s_own_rename_is_asked_for_the_plain_one():
    with openssh("-P", "posix-rename") as server, _box(server.download, server.upload) as mailbox:
        mailbox.publish("855_000000001.edi", CONTENT, rename=True)

        assert (server.folder / "outbound" / "855_000000001.edi").read_bytes() == CONTENT


@_real
@pytest.mark.parametrize("rename", [True, False], ids=["renamed", "written in place"])
def test_an_account_that_may_not_read_tells_its_own_upload_by_its_size(rename):
    with openssh("-P", "read") as server, _box(server.download, server.upload) as mailbox:
        mailbox.publish("855_000000001.edi", CONTENT, rename=rename)
        mailbox.publish("855_000000001.edi", CONTENT, rename=rename)
        (server.folder / "outbound" / "855_000000002.edi").write_bytes(CONTENT + b"more")

        with pytest.raises(RejectedError, match="other bytes"):
            mailbox.publish("855_000000002.edi", CONTENT, rename=rename)
        assert (server.folder / "outbound" / "855_000000001.edi").read_bytes() == CONTENT


@pytest.mark.parametrize("rename", [True, False], ids=["renamed", "written in place"])
def test_an_account_that_may_not_even_look_publishes(folder, rename):
    with _plain(folder, may_stat=False) as server, _box(server.account("partner")) as mailbox:
        mailbox.publish("855_000000001.edi", CONTENT, rename=rename)

    assert (folder / "outbound" / "855_000000001.edi").read_bytes() == CONTENT


def test_files_of_a_server_that_tells_no_modes_and_times_are_seen_with_an_unknown_age(folder):
    (folder / "inbound" / "order.edi").write_bytes(b"order")
    with _plain(folder, tells_attributes=False) as server, _box(server.account("partner")) as mailbox:
        (file,) = mailbox.list_files()
        is_gone = mailbox.remove(file)

    assert (file.name, file.size, file.modified_at) == ("order.edi", None, None)
    assert is_gone


@_real
def test_a_name_that_is_not_utf_8_is_said_to_be_in_the_way():
    with openssh() as server, _box(server.download) as mailbox:
        odd = os.fsencode(server.folder / "inbound") + b"/\xff.edi"
        os.close(os.open(odd, os.O_CREAT | os.O_WRONLY))

        with pytest.raises(RejectedError, match="not written in UTF-8"):
            mailbox.list_files()


# Lines that break ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rename", [True, False], ids=["renamed", "written in place"])
def test_an_upload_whose_line_broke_in_the_middle_is_whole_after_the_next_try(folder, rename):
    with _plain(folder, cut_after=70_000) as server, _box(server.account("partner")) as mailbox:
        with pytest.raises(TransientError, match=r"publish 855_000000001\.edi"):
            mailbox.publish("855_000000001.edi", CONTENT, rename=rename)
        left = {path.name: path.stat().st_size for path in (folder / "outbound").iterdir()}

        mailbox.publish("855_000000001.edi", CONTENT, rename=rename)

    assert left == {".855_000000001.edi.tmp" if rename else "855_000000001.edi": 70_000}
    assert [path.name for path in (folder / "outbound").iterdir()] == ["855_000000001.edi"]
    assert (folder / "outbound" / "855_000000001.edi").read_bytes() == CONTENT


@_real
@pytest.mark.slow
def test_a_file_of_thirty_megabytes_goes_both_ways():
    content = os.urandom(30_000_000)
    with openssh() as server, _box(server.download, server.upload) as mailbox:
        (server.folder / "inbound" / "big.edi").write_bytes(content)

        fetched = mailbox.fetch("big.edi")
        mailbox.publish("855_000000001.edi", content, rename=True)

        assert fetched == content
        assert (server.folder / "outbound" / "855_000000001.edi").read_bytes() == content
