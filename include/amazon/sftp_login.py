"""Logging in to an SFTP server whose host key is known beforehand. The key is checked before any credential is sent."""

from __future__ import annotations

import base64
import io
import socket
from dataclasses import dataclass

import paramiko
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_ssh_private_key

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


def log_in(account: SftpAccount) -> paramiko.SFTPClient:
    """A client of the account's own. ConfigurationError where the host or the login is not what was set."""
    expected = _host_key(account)
    transport = _reach(account)
    try:
        _check_host(transport, account, expected)
        _authenticate(transport, account)
        client = paramiko.SFTPClient.from_transport(transport)
        assert client is not None
        channel = client.get_channel()
        assert channel is not None
        channel.settimeout(SECONDS)
    except BaseException:
        transport.close()
        raise
    return client


def _reach(account: SftpAccount) -> paramiko.Transport:
    try:
        line = socket.create_connection((account.host, account.port), timeout=SECONDS)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # else each piece of an upload waits 40 ms
        transport = paramiko.Transport(line)
    except (OSError, paramiko.SSHException) as fault:
        raise TransientError(f"{account.host}:{account.port} cannot be reached: {fault}.") from fault
    transport.banner_timeout = transport.auth_timeout = transport.channel_timeout = SECONDS
    return transport


def _check_host(transport: paramiko.Transport, account: SftpAccount, expected: paramiko.PKey) -> None:
    transport.get_security_options().key_types = _key_types(expected)
    try:
        transport.start_client(timeout=SECONDS)
    except paramiko.ssh_exception.IncompatiblePeer as fault:
        raise _other_host(account, f"has no key of the kind {expected.get_name()} or no cipher that we take") from fault
    if transport.get_remote_server_key() != expected:
        raise _other_host(account, "shows another host key than the one set")


def _other_host(account: SftpAccount, what: str) -> ConfigurationError:
    return ConfigurationError(
        f"{account.host}:{account.port} {what}.",
        setting=f"{account.setting}, extra `host_key`",
        next_step="Ask the partner whether its key changed before setting the new one; nothing was sent.",
    )


def _authenticate(transport: paramiko.Transport, account: SftpAccount) -> None:
    refused = ConfigurationError(
        f"{account.host}:{account.port} refuses the login {account.login}.", setting=account.setting
    )
    try:
        if account.private_key:
            transport.auth_publickey(account.login, _private_key(account))
        else:
            transport.auth_password(account.login, account.password or "")
    except paramiko.AuthenticationException as fault:
        raise refused from fault
    if not transport.is_authenticated():  # the server wants a second factor
        raise refused


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
    except (ValueError, IndexError, paramiko.SSHException, paramiko.pkey.UnknownKeyType) as fault:
        raise ConfigurationError(f"The host key of {account.host} cannot be read.", setting=setting) from fault


def _private_key(account: SftpAccount) -> paramiko.PKey:
    text = (account.private_key or "").encode()
    load = load_ssh_private_key if b"OPENSSH" in text else load_pem_private_key
    try:
        loaded = load(text, None)
        if isinstance(loaded, EllipticCurvePrivateKey):
            # paramiko 5.1 misreads every second such key that has no comment; remove when its own reading is mended
            return paramiko.ECDSAKey(vals=(loaded, loaded.public_key()))
        kind = paramiko.Ed25519Key if isinstance(loaded, Ed25519PrivateKey) else paramiko.RSAKey
        return kind.from_private_key(io.StringIO(text.decode()))
    except (paramiko.SSHException, ValueError, TypeError, UnsupportedAlgorithm) as fault:
        setting = f"{account.setting}, extra `private_key`"
        raise ConfigurationError("The private key cannot be read.", setting=setting) from fault
