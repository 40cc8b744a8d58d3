"""A real OpenSSH server on the loopback: a process of its own, with keys and a configuration of its own.

As root it serves two accounts of the machine that have no rights of their own; otherwise one, whoever runs the tests.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from include.amazon.sftp_login import SftpAccount
from include.workstation import ports, system_packages

IS_ROOT = os.geteuid() == 0
WITHOUT_RIGHTS = ("daemon", "games", "bin", "sys", "mail", "nobody")
SEPARATION_FOLDER = Path("/run/sshd")  # sshd as root does not start without it


@dataclass(frozen=True, slots=True)
class OpenSsh:
    """A running server: `inbound` belongs to the download account, `outbound` to the upload account."""

    folder: Path
    download: SftpAccount
    upload: SftpAccount


@contextmanager
def openssh(*sftp_options: str, host_key_kinds: Sequence[str] = ("ed25519",)) -> Iterator[OpenSsh]:
    """`sftp_options` go to OpenSSH's own SFTP server, such as `-P read`."""
    folder = Path(tempfile.mkdtemp(prefix="vendorlane-sshd-"))
    try:
        server = _lay_down(folder, sftp_options, host_key_kinds)
        program = system_packages.find_program("sshd")
        process = subprocess.Popen([str(program), "-D", "-e", "-f", str(folder / "config")], stderr=subprocess.PIPE)
        try:
            _wait_until_it_listens(process)
            yield server
        finally:
            process.terminate()
            process.communicate()
    finally:
        shutil.rmtree(folder)


def new_key(path: Path, kind: str = "ed25519") -> tuple[str, str]:
    """A new key pair: the private half as text, the public half as in known_hosts without the host."""
    words = ["ssh-keygen", "-q", "-t", kind, "-N", "", "-C", "", "-f", str(path)]
    subprocess.run(words, check=True)
    return path.read_text(), path.with_name(f"{path.name}.pub").read_text().strip()


def _lay_down(folder: Path, sftp_options: Sequence[str], host_key_kinds: Sequence[str]) -> OpenSsh:
    folder.chmod(0o755)
    if IS_ROOT:
        SEPARATION_FOLDER.mkdir(mode=0o755, exist_ok=True)
    (folder / "logins").mkdir()
    port = ports.free_port()
    host_keys = [new_key(folder / f"host_{kind}", kind)[1] for kind in host_key_kinds]
    users = _users()
    settings = [
        f"Port {port}",
        f"ListenAddress {ports.LOOPBACK}",
        *(f"HostKey {folder}/host_{kind}" for kind in host_key_kinds),
        "PidFile none",
        "UsePAM no",
        "StrictModes no",
        "PasswordAuthentication no",
        f"AuthorizedKeysFile {folder}/logins/%u",
        "Subsystem sftp internal-sftp",
        f"ForceCommand internal-sftp -d {folder} {' '.join(sftp_options)}",
    ]
    (folder / "config").write_text("\n".join(settings) + "\n")
    accounts = [
        _account(folder, user, place, port, host_keys[0])
        for user, place in zip(users, ("inbound", "outbound"), strict=True)
    ]
    return OpenSsh(folder, *accounts)


def _users() -> tuple[str, str]:
    if not IS_ROOT:
        me = pwd.getpwuid(os.geteuid()).pw_name
        return me, me
    known = {each.pw_name for each in pwd.getpwall()}
    first, second = [name for name in WITHOUT_RIGHTS if name in known][:2]
    return first, second


def _account(folder: Path, user: str, place: str, port: int, host_key: str) -> SftpAccount:
    private, public = new_key(folder / f"key_{place}")
    with (folder / "logins" / user).open("a") as logins:
        logins.write(public + "\n")
    (folder / place).mkdir(mode=0o700)
    shutil.chown(folder / place, user)
    return SftpAccount(
        setting=f"connection {place}", host=ports.LOOPBACK, port=port, login=user, private_key=private,
        host_key=host_key,
    )  # fmt: skip


def _wait_until_it_listens(process: subprocess.Popen[bytes]) -> None:
    assert process.stderr is not None
    told = b""
    for line in process.stderr:
        told += line
        if b"Server listening" in line:
            return
    raise AssertionError(f"sshd did not start: {told.decode()}")
