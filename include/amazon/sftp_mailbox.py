"""A mailbox over SFTP: one account to download with, one to upload with, and a host key that is known beforehand.

A host whose key is not the one in the connection is never spoken to: whoever sits there could read every order.
"""

from __future__ import annotations

import base64
import io
import posixpath
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import paramiko

from include.amazon.mailbox import RemoteFile, checked_name, is_finished, other_bytes
from include.errors import ConfigurationError, TransientError

SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class SftpAccount:
    """One login. `host_key` is a line as in known_hosts without the host: `ssh-ed25519 AAAA…`; `setting` names it."""

    setting: str
    host: str
    port: int
    login: str
    password: str | None = None
    private_key: str | None = None
    host_key: str | None = None


class SftpMailbox:
    """Connects when first used; `inbound` is read with one account and `outbound` written with the other."""

    def __init__(
        self, *, download: SftpAccount, upload: SftpAccount, inbound: str = "inbound", outbound: str = "outbound"
    ) -> None:
        self._accounts = {inbound: download, outbound: upload}
        self._inbound = inbound
        self._outbound = outbound
        self._clients: dict[SftpAccount, paramiko.SFTPClient] = {}
        self._transports: list[paramiko.Transport] = []

    def list_files(self) -> tuple[RemoteFile, ...]:
        with _as_transient("list the inbound folder"):
            told = self._open(self._inbound).listdir_attr(self._inbound)
        found = [
            RemoteFile(each.filename, each.st_size or 0, datetime.fromtimestamp(each.st_mtime or 0, UTC))
            for each in told
            if is_finished(each.filename) and stat.S_ISREG(each.st_mode or 0)
        ]
        return tuple(sorted(found, key=lambda file: (file.modified_at, file.name)))

    def fetch(self, name: str) -> bytes:
        with _as_transient(f"read {name}"), self._open(self._inbound).open(self._path(self._inbound, name)) as file:
            file.prefetch()
            return file.read()

    def remove(self, name: str) -> None:
        with _as_transient(f"remove {name}"):
            try:
                self._open(self._inbound).remove(self._path(self._inbound, name))
            except FileNotFoundError:
                return

    def publish(self, name: str, content: bytes, *, rename: bool) -> None:
        target = self._path(self._outbound, name)
        with _as_transient(f"publish {name}"):
            client = self._open(self._outbound)
            if self._holds(client, name, target, content):
                return
            written = self._path(self._outbound, f".{name}.tmp") if rename else target
            client.putfo(io.BytesIO(content), written, len(content), confirm=True)
            if rename:
                _rename(client, written, target)

    def close(self) -> None:
        for transport in self._transports:
            transport.close()
        self._clients.clear()
        self._transports.clear()

    def _holds(self, client: paramiko.SFTPClient, name: str, target: str, content: bytes) -> bool:
        """Whether the file is there already; an account that may not read its uploads tells by size alone."""
        try:
            size = client.stat(target).st_size
        except FileNotFoundError:
            return False
        try:
            with client.open(target) as file:
                is_same = file.read() == content
        except PermissionError:
            is_same = size == len(content)
        if not is_same:
            raise other_bytes(name)
        return True

    def _path(self, folder: str, name: str) -> str:
        return posixpath.join(folder, checked_name(name))

    def _open(self, folder: str) -> paramiko.SFTPClient:
        account = self._accounts[folder]
        if account not in self._clients:
            transport = _connect(account)
            self._transports.append(transport)
            client = paramiko.SFTPClient.from_transport(transport)
            assert client is not None
            client.get_channel().settimeout(SECONDS)  # type: ignore[union-attr] # open until close() is called
            self._clients[account] = client
        return self._clients[account]


def _connect(account: SftpAccount) -> paramiko.Transport:
    expected = _host_key(account)
    try:
        transport = paramiko.Transport((account.host, account.port))
    except (OSError, paramiko.SSHException) as fault:
        raise TransientError(f"{account.host}:{account.port} cannot be reached: {fault}.") from fault
    transport.banner_timeout = SECONDS
    try:
        transport.get_security_options().key_types = _key_types(expected)
        transport.start_client(timeout=SECONDS)
        if transport.get_remote_server_key() != expected:
            raise ConfigurationError(
                f"{account.host}:{account.port} shows another host key than the one set.",
                setting=f"{account.setting}, extra `host_key`",
                next_step="Ask the partner whether its key changed before setting the new one; nothing was sent.",
            )
        _log_in(transport, account)
    except BaseException:
        transport.close()
        raise
    return transport


def _log_in(transport: paramiko.Transport, account: SftpAccount) -> None:
    try:
        if account.private_key:
            transport.auth_publickey(account.login, _private_key(account))
        else:
            transport.auth_password(account.login, account.password or "")
    except paramiko.AuthenticationException as fault:
        raise ConfigurationError(
            f"{account.host}:{account.port} refuses the login {account.login}.", setting=account.setting
        ) from fault


def _key_types(expected: paramiko.PKey) -> tuple[str, ...]:
    """Ask for a key of the kind that we know, or a server with several would show another."""
    if expected.get_name() == "ssh-rsa":
        return ("rsa-sha2-512", "rsa-sha2-256")
    return (expected.get_name(),)


def _host_key(account: SftpAccount) -> paramiko.PKey:
    setting = f"{account.setting}, extra `host_key`"
    if not account.host_key:
        raise ConfigurationError(
            "An SFTP mailbox needs the host's key; without it anyone could answer.", setting=setting
        )
    kind, _, rest = account.host_key.strip().partition(" ")
    try:
        return paramiko.PKey.from_type_string(kind, base64.b64decode(rest.split()[0]))
    except (ValueError, IndexError, paramiko.SSHException, paramiko.UnknownKeyType) as fault:
        raise ConfigurationError(f"The host key of {account.host} cannot be read.", setting=setting) from fault


def _private_key(account: SftpAccount) -> paramiko.PKey:
    for kind in (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey):
        try:
            return kind.from_private_key(io.StringIO(account.private_key or ""))
        except (paramiko.SSHException, ValueError):
            continue
    raise ConfigurationError("The private key cannot be read.", setting=f"{account.setting}, extra `private_key`")


def _rename(client: paramiko.SFTPClient, written: str, target: str) -> None:
    try:
        client.posix_rename(written, target)
    except OSError:  # a server without OpenSSH's extension
        client.rename(written, target)


@contextmanager
def _as_transient(what: str) -> Iterator[None]:
    try:
        yield
    except (OSError, EOFError, paramiko.SSHException) as fault:
        raise TransientError(f"Could not {what}: {fault or type(fault).__name__}.") from fault
