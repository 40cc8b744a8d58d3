"""An SFTP server in this process, poorer than OpenSSH where asked for: no extensions, no attributes, cut lines."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import paramiko

from include.amazon.sftp_login import SftpAccount
from include.workstation import ports


@dataclass
class Login:
    """An account: its own root folder, and how it proves who it is."""

    root: Path
    password: str | None = None
    public_key: str | None = None


@dataclass
class ServerSettings:
    """What this server lacks. `cut_after` ends a connection once, after so many bytes of uploads."""

    logins: dict[str, Login]
    has_posix_rename: bool = True
    tells_attributes: bool = True
    may_stat: bool = True
    cut_after: int | None = None
    logged_in: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class RunningServer:
    """Where it listens, and what a client must know."""

    port: int
    host_key: str
    settings: ServerSettings

    def account(self, login: str, **changes: str | None) -> SftpAccount:
        known = {"password": self.settings.logins[login].password, "host_key": self.host_key, **changes}
        return SftpAccount(f"connection {login}", ports.LOOPBACK, self.port, login, **known)


@contextmanager
def paramiko_server(settings: ServerSettings) -> Iterator[RunningServer]:
    key = paramiko.ECDSAKey.generate()
    listener = socket.create_server((ports.LOOPBACK, 0))
    transports: list[paramiko.Transport] = []
    thread = threading.Thread(target=_serve, args=(listener, key, settings, transports), daemon=True)
    thread.start()
    try:
        yield RunningServer(listener.getsockname()[1], f"{key.get_name()} {key.get_base64()}", settings)
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
        listener.close()
        for transport in transports:
            transport.close()
        thread.join()


def _serve(
    listener: socket.socket, key: paramiko.PKey, settings: ServerSettings, transports: list[paramiko.Transport]
) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        transport = paramiko.Transport(connection)
        transport.add_server_key(key)
        transport.set_subsystem_handler("sftp", paramiko.SFTPServer, _Folder)
        transports.append(transport)
        with suppress(paramiko.SSHException, EOFError):
            transport.start_server(server=_Door(settings, transport))


class _Door(paramiko.ServerInterface):
    def __init__(self, settings: ServerSettings, transport: paramiko.Transport) -> None:
        self.settings = settings
        self.transport = transport
        self.root = Path()

    def get_allowed_auths(self, username: str) -> str:
        return "password,publickey"

    def check_auth_password(self, username: str, password: str) -> int:
        login = self.settings.logins.get(username)
        return self._let_in(username, login is not None and login.password == password)

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        login = self.settings.logins.get(username)
        return self._let_in(username, login is not None and login.public_key == f"{key.get_name()} {key.get_base64()}")

    def check_channel_request(self, kind: str, channel_id: int) -> int:
        return paramiko.OPEN_SUCCEEDED

    def _let_in(self, username: str, is_right: bool) -> int:
        if not is_right:
            return paramiko.AUTH_FAILED
        self.root = self.settings.logins[username].root
        self.settings.logged_in.append(username)
        return paramiko.AUTH_SUCCESSFUL


class _Folder(paramiko.SFTPServerInterface):
    def __init__(self, door: _Door) -> None:
        super().__init__(door)
        self._door = door

    def list_folder(self, path: str) -> list[paramiko.SFTPAttributes] | int:
        try:
            return [self._told(each) for each in sorted(self._real(path).iterdir())]
        except OSError as fault:
            return _answer(fault)

    def stat(self, path: str) -> paramiko.SFTPAttributes | int:
        if not self._door.settings.may_stat:
            return paramiko.SFTP_PERMISSION_DENIED
        try:
            return self._told(self._real(path))
        except OSError as fault:
            return _answer(fault)

    lstat = stat

    def open(self, path: str, flags: int, attributes: paramiko.SFTPAttributes) -> paramiko.SFTPHandle | int:
        try:
            descriptor = os.open(self._real(path), flags, 0o600)
        except OSError as fault:
            return _answer(fault)
        handle = _File(self._door, flags)
        handle.readfile = handle.writefile = os.fdopen(descriptor, "r+b" if flags & os.O_WRONLY == 0 else "wb")
        return handle

    def remove(self, path: str) -> int:
        return _done(self._real(path).unlink)

    def rename(self, old: str, new: str) -> int:
        if self._real(new).exists():
            return paramiko.SFTP_FAILURE
        return _done(lambda: self._real(old).rename(self._real(new)))

    def posix_rename(self, old: str, new: str) -> int:
        if not self._door.settings.has_posix_rename:
            return paramiko.SFTP_OP_UNSUPPORTED
        return _done(lambda: self._real(old).replace(self._real(new)))

    def _real(self, path: str) -> Path:
        return self._door.root / self.canonicalize(path).lstrip("/")

    def _told(self, path: Path) -> paramiko.SFTPAttributes:
        told = paramiko.SFTPAttributes.from_stat(path.stat(), path.name)
        if not self._door.settings.tells_attributes:
            told.st_mode = told.st_mtime = told.st_atime = told.st_uid = told.st_gid = None
            told.st_size = None
            told._flags = 0
        return told


class _File(paramiko.SFTPHandle):
    def __init__(self, door: _Door, flags: int) -> None:
        super().__init__(flags)
        self._door = door

    def stat(self) -> paramiko.SFTPAttributes:
        return paramiko.SFTPAttributes.from_stat(os.fstat(self.readfile.fileno()))

    def write(self, offset: int, data: bytes) -> int:
        settings = self._door.settings
        if settings.cut_after is not None and offset + len(data) > settings.cut_after:
            kept = data[: settings.cut_after - offset]
            settings.cut_after = None
            super().write(offset, kept)
            self.writefile.flush()
            self._door.transport.close()
            return paramiko.SFTP_CONNECTION_LOST
        return super().write(offset, data)


def _done(act) -> int:
    try:
        act()
    except OSError as fault:
        return _answer(fault)
    return paramiko.SFTP_OK


def _answer(fault: OSError) -> int:
    return paramiko.SFTPServer.convert_errno(fault.errno or 0)
