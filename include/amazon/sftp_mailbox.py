"""A mailbox over SFTP: one account to download with, one to upload with, and a host key that is known beforehand.

A host whose key is not the one in the connection is never spoken to: whoever sits there could read every order.
"""

from __future__ import annotations

import posixpath
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import paramiko

from include.amazon.mailbox import RemoteFile, checked_name, in_order, is_finished, is_published, other_bytes
from include.amazon.sftp_login import SftpAccount, log_in
from include.errors import RejectedError, TransientError

ANSWERED = (FileNotFoundError, PermissionError)  # the server's word on a file: the connection is sound
FAULTS = (OSError, EOFError, paramiko.SSHException, paramiko.SFTPError)


class SftpMailbox:
    """Connects when first used, and anew after a fault; `inbound` is read with one account, `outbound` written with
    the other."""

    def __init__(
        self, *, download: SftpAccount, upload: SftpAccount, inbound: str = "inbound", outbound: str = "outbound"
    ) -> None:
        self._download = download
        self._upload = upload
        self._inbound = inbound
        self._outbound = outbound
        self._clients: dict[SftpAccount, paramiko.SFTPClient] = {}

    def list_files(self) -> tuple[RemoteFile, ...]:
        with self._client(self._download, "list the inbound folder") as client:
            try:
                told = client.listdir_attr(self._inbound)
            except UnicodeDecodeError as fault:
                raise RejectedError(
                    "The inbound folder cannot be listed: a name in it is not written in UTF-8.",
                    next_step="Rename or remove that file by hand.",
                ) from fault
        return in_order(
            _remote_file(each.filename, each)
            for each in told
            if is_finished(each.filename) and (each.st_mode is None or stat.S_ISREG(each.st_mode))
        )

    def fetch(self, name: str) -> bytes:
        path = posixpath.join(self._inbound, checked_name(name))
        with self._client(self._download, f"read {name}") as client:
            return _read(client, path)

    def remove(self, file: RemoteFile) -> bool:
        path = posixpath.join(self._inbound, checked_name(file.name))
        with self._client(self._download, f"remove {file.name}") as client:
            try:
                if _remote_file(file.name, client.stat(path)) != file:
                    return False
                client.remove(path)
            except FileNotFoundError:
                return True
        return True

    def publish(self, name: str, content: bytes, *, rename: bool) -> None:
        target = posixpath.join(self._outbound, checked_name(name))
        written = posixpath.join(self._outbound, f".{name}.tmp") if rename else target
        with self._client(self._upload, f"publish {name}") as client:
            if _holds(client, name, target, content):
                return
            _write(client, written, content)
            if rename:
                _rename(client, written, target)

    def close(self) -> None:
        for account in list(self._clients):
            self._forget(account)

    @contextmanager
    def _client(self, account: SftpAccount, what: str) -> Iterator[paramiko.SFTPClient]:
        try:
            if account not in self._clients:
                self._clients[account] = log_in(account)
            yield self._clients[account]
        except FAULTS as fault:
            if not isinstance(fault, ANSWERED):
                self._forget(account)
            raise TransientError(f"Could not {what}: {fault or type(fault).__name__}.") from fault

    def _forget(self, account: SftpAccount) -> None:
        client = self._clients.pop(account, None)
        channel = client.get_channel() if client else None
        if channel is not None:
            channel.get_transport().close()


def _remote_file(name: str, told: paramiko.SFTPAttributes) -> RemoteFile:
    changed = datetime.fromtimestamp(told.st_mtime, UTC) if told.st_mtime else None
    return RemoteFile(name, told.st_size, changed)


def _holds(client: paramiko.SFTPClient, name: str, target: str, content: bytes) -> bool:
    """Whether the file lies there whole. An account that may not read its uploads tells by size alone, one that may
    not even look writes again."""
    try:
        size = client.stat(target).st_size or 0
    except ANSWERED:
        return False
    if size > len(content):
        raise other_bytes(name)
    try:
        return is_published(name, _read(client, target), content)
    except PermissionError:
        return size == len(content)


def _read(client: paramiko.SFTPClient, path: str) -> bytes:
    with client.open(path) as file:
        file.prefetch()
        return file.read()


def _write(client: paramiko.SFTPClient, path: str, content: bytes) -> None:
    """Not pipelined: each piece is confirmed, so that a full disk is an error and not a short file."""
    with client.open(path, "wb") as file:
        file.write(content)
    try:
        size = client.stat(path).st_size
    except PermissionError:
        return
    if size != len(content):
        raise OSError(f"{size} of {len(content)} bytes arrived")


def _rename(client: paramiko.SFTPClient, written: str, target: str) -> None:
    try:
        client.posix_rename(written, target)
    except OSError:  # a server without OpenSSH's extension
        client.rename(written, target)
