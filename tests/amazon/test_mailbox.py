"""What every mailbox does alike: a directory, SFTP to a real OpenSSH server, and SFTP to a plainer one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from include.amazon.directory_mailbox import DirectoryMailbox
from include.amazon.mailbox import Mailbox, RemoteFile
from include.amazon.sftp_mailbox import SftpMailbox
from include.errors import RejectedError, TransientError
from tests.amazon.openssh import openssh
from tests.amazon.paramiko_server import Login, ServerSettings, paramiko_server

CONTENT = bytes(range(256)) * 40
YESTERDAY = datetime(2026, 11, 23, 4, 5, 6, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Box:
    """A mailbox, its folder as the partner sees it, and a way to reach it with a second client."""

    mailbox: Mailbox
    inbound: Path
    outbound: Path
    another: Callable[[], Mailbox]

    def drop(self, name: str, content: bytes, modified_at: datetime = YESTERDAY) -> None:
        path = self.inbound / name
        path.write_bytes(content)
        path.chmod(0o644)
        os.utime(path, (modified_at.timestamp(), modified_at.timestamp()))


def _directory(folder: Path) -> Iterator[Box]:
    for name in ("inbound", "outbound"):
        (folder / name).mkdir()
    yield Box(DirectoryMailbox(folder), folder / "inbound", folder / "outbound", lambda: DirectoryMailbox(folder))


def _openssh(_: Path) -> Iterator[Box]:
    with openssh() as server:
        yield from _sftp(server.folder, lambda: SftpMailbox(download=server.download, upload=server.upload))


def _paramiko(folder: Path) -> Iterator[Box]:
    for name in ("inbound", "outbound"):
        (folder / name).mkdir()
    logins = {"partner": Login(folder, password="secret")}
    with paramiko_server(ServerSettings(logins, has_posix_rename=False)) as server:
        account = server.account("partner")
        yield from _sftp(folder, lambda: SftpMailbox(download=account, upload=account))


def _sftp(folder: Path, connect: Callable[[], SftpMailbox]) -> Iterator[Box]:
    opened: list[SftpMailbox] = []

    def another() -> SftpMailbox:
        opened.append(connect())
        return opened[-1]

    yield Box(another(), folder / "inbound", folder / "outbound", another)
    for each in opened:
        each.close()


REAL = [pytest.mark.needs_program("sshd"), pytest.mark.needs_program("ssh-keygen")]


@pytest.fixture(
    params=[
        pytest.param(_directory, id="directory"),
        pytest.param(_openssh, id="OpenSSH", marks=REAL),
        pytest.param(_paramiko, id="plain SFTP"),
    ]
)
def box(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Box]:
    yield from request.param(tmp_path)


def test_files_are_listed_oldest_first_with_size_and_time(box):
    box.drop("b.edi", b"second", datetime(2026, 11, 23, 5, tzinfo=UTC))
    box.drop("a.edi", b"third", datetime(2026, 11, 23, 6, tzinfo=UTC))
    box.drop("c.edi", b"1st", datetime(2026, 11, 23, 4, tzinfo=UTC))

    listed = box.mailbox.list_files()

    assert [file.name for file in listed] == ["c.edi", "b.edi", "a.edi"]
    assert listed[0] == RemoteFile("c.edi", 3, datetime(2026, 11, 23, 4, tzinfo=UTC))


def test_names_with_a_dot_before_or_tmp_behind_and_folders_are_left_alone(box):
    box.drop(".upload.edi", b"half")
    box.drop("upload.edi.tmp", b"half")
    (box.inbound / "archive").mkdir()
    box.drop("whole.edi", b"whole")

    assert [file.name for file in box.mailbox.list_files()] == ["whole.edi"]


def test_a_file_is_fetched_byte_for_byte_and_removed(box):
    box.drop("order.edi", CONTENT)
    (file,) = box.mailbox.list_files()

    fetched = box.mailbox.fetch("order.edi")
    is_gone = box.mailbox.remove(file)

    assert fetched == CONTENT
    assert is_gone
    assert list(box.inbound.iterdir()) == []


def test_a_file_written_over_since_it_was_listed_is_not_removed(box):
    box.drop("order.edi", b"first")
    (listed,) = box.mailbox.list_files()
    box.drop("order.edi", b"other", datetime(2026, 11, 23, 4, 6, tzinfo=UTC))

    is_gone = box.mailbox.remove(listed)

    assert not is_gone
    assert box.mailbox.fetch("order.edi") == b"other"


def test_removing_what_is_gone_is_no_fault(box):
    box.drop("order.edi", b"first")
    (listed,) = box.mailbox.list_files()
    (box.inbound / "order.edi").unlink()

    assert box.mailbox.remove(listed)


def test_fetching_what_is_gone_is_a_passing_fault_and_the_next_file_is_fetched(box):
    box.drop("there.edi", CONTENT)

    with pytest.raises(TransientError, match=r"gone\.edi"):
        box.mailbox.fetch("gone.edi")

    assert box.mailbox.fetch("there.edi") == CONTENT


@pytest.mark.parametrize("name", ["../order.edi", "a/b", "a\\b", "..", "", "new\nline", "\udcff.edi"])
def test_a_name_that_leads_astray_is_refused(box, name):
    with pytest.raises(RejectedError, match="no file name"):
        box.mailbox.fetch(name)
    with pytest.raises(RejectedError, match="no file name"):
        box.mailbox.remove(RemoteFile(name, 0, None))
    with pytest.raises(RejectedError, match="no file name"):
        box.mailbox.publish(name, b"", rename=True)


@pytest.mark.parametrize("rename", [True, False], ids=["renamed", "written in place"])
def test_what_is_published_lies_there_whole_and_alone(box, rename):
    box.mailbox.publish("855_000000001.edi", CONTENT, rename=rename)

    assert [path.name for path in box.outbound.iterdir()] == ["855_000000001.edi"]
    assert (box.outbound / "855_000000001.edi").read_bytes() == CONTENT


@pytest.mark.parametrize("rename", [True, False], ids=["renamed", "written in place"])
def test_publishing_the_same_again_has_no_effect(box, rename):
    box.mailbox.publish("855_000000001.edi", CONTENT, rename=rename)
    before = (box.outbound / "855_000000001.edi").stat()

    box.another().publish("855_000000001.edi", CONTENT, rename=rename)

    after = (box.outbound / "855_000000001.edi").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


@pytest.mark.parametrize("rename", [True, False], ids=["renamed", "written in place"])
@pytest.mark.parametrize("other", [b"other", CONTENT + b"more"], ids=["different", "longer"])
def test_other_bytes_under_a_published_name_are_never_written_over(box, rename, other):
    box.mailbox.publish("855_000000001.edi", other, rename=rename)

    with pytest.raises(RejectedError, match="other bytes"):
        box.mailbox.publish("855_000000001.edi", CONTENT, rename=rename)

    assert (box.outbound / "855_000000001.edi").read_bytes() == other


@pytest.mark.parametrize("rename", [True, False], ids=["renamed", "written in place"])
@pytest.mark.parametrize("length", [0, 1000])
def test_an_upload_that_was_cut_off_is_written_again(box, rename, length):
    half = ".855_000000001.edi.tmp" if rename else "855_000000001.edi"
    box.mailbox.publish(half, CONTENT[:length], rename=False)

    box.another().publish("855_000000001.edi", CONTENT, rename=rename)

    assert [path.name for path in box.outbound.iterdir()] == ["855_000000001.edi"]
    assert (box.outbound / "855_000000001.edi").read_bytes() == CONTENT
