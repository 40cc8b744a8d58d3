"""A PostgreSQL of our own, on the loopback only, with a random password.

It has no Unix socket (a long checkout path would pass the 107 characters that a socket may have) and changes no
folder's mode: as root its folder, and programs that other users cannot reach, go below the temporary folder.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from include.workstation import binaries, ports, processes

SUPERUSER = "postgres"
START_SECONDS = 60
KEEPING_FOLDER = Path("/var/tmp")  # survives a restart of the machine, unlike /tmp


@dataclass(frozen=True, slots=True)
class Server:
    """One server: `folder` holds its data, its log and, where needed, a copy of its programs."""

    folder: Path
    programs: Path
    port: int
    password: str
    is_durable: bool

    @property
    def data(self) -> Path:
        """PostgreSQL's data folder."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """Where the server writes what it has to say."""
        return self.folder / "log"

    def url(self, database: str = "postgres", scheme: str = "postgresql") -> str:
        """The address of one of its databases."""
        return f"{scheme}://{SUPERUSER}:{self.password}@{ports.LOOPBACK}:{self.port}/{database}"


def create(parent: Path | None = None, *, is_durable: bool, programs: Path | None = None) -> Server:
    """Lay down a new server's folder, not started. Without durability a crash of the machine may lose its data."""
    folder = _new_folder(parent)
    try:
        return _lay_down(folder, programs or binaries.find_binaries(), is_durable)
    except BaseException:
        shutil.rmtree(folder)
        raise


def start(server: Server) -> Server:
    """Start it, on its port if that is still free for it, else on another; the answer names the port it has."""
    _drop_stale_pid_file(server)
    if is_running(server):
        return server
    port = ports.free_port()
    started = Server(server.folder, server.programs, port, server.password, server.is_durable)
    _start_at_its_port(started)
    return started


def stop(server: Server, *, is_at_once: bool = False) -> None:
    """Stop it; `is_at_once` is as if it had been killed: no checkpoint, recovery at the next start."""
    if is_running(server):
        mode = "immediate" if is_at_once else "fast"
        _run(server, "pg_ctl", ["-D", str(server.data), "-w", "-m", mode, "stop"])


def restart(server: Server, *, is_at_once: bool = False) -> None:
    """Stop it and start it again at the same port, as a database restarted in the middle of the work."""
    stop(server, is_at_once=is_at_once)
    _start_at_its_port(server)


def is_running(server: Server) -> bool:
    """Whether its process lives."""
    pid = _postmaster(server)
    return pid is not None and processes.born(pid) is not None


def remove(server: Server) -> None:
    """Stop it and delete its folder."""
    stop(server, is_at_once=True)
    shutil.rmtree(server.folder)


def _lay_down(folder: Path, programs: Path, is_durable: bool) -> Server:
    server = Server(folder, _reachable(programs, folder), 0, secrets.token_urlsafe(24), is_durable)
    secret = folder / "password"
    secret.touch(mode=0o600)
    secret.write_text(server.password)
    _give_away(secret)
    words = ["-D", str(server.data), "-U", SUPERUSER, "-A", "scram-sha-256", "--pwfile", str(secret)]
    _run(server, "initdb", [*words, "--encoding=UTF8", "--locale=C", *([] if is_durable else ["--no-sync"])])
    secret.unlink()
    return server


def _start_at_its_port(server: Server) -> None:
    settings = {
        "port": server.port,
        "listen_addresses": ports.LOOPBACK,
        "unix_socket_directories": "",
        "max_connections": 200,
        "logging_collector": "off",
    }
    if not server.is_durable:
        settings["fsync"] = "off"  # a killed server still recovers what it committed, a killed machine may not
    options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
    words = ["-D", str(server.data), "-w", "-t", str(START_SECONDS), "-l", str(server.log), "-o", options, "start"]
    _run(server, "pg_ctl", words)


def _new_folder(parent: Path | None) -> Path:
    if parent is not None:
        parent.mkdir(parents=True, exist_ok=True)
        is_reachable = binaries.unprivileged_user() is None or binaries.is_open_to_others(parent)
        parent = parent if is_reachable else KEEPING_FOLDER
    folder = Path(tempfile.mkdtemp(prefix="vendorlane-postgres-", dir=parent))
    _give_away(folder)
    return folder


def _give_away(*paths: Path) -> None:
    user = binaries.unprivileged_user()
    for path in paths if user else ():
        os.chown(path, user.pw_uid, user.pw_gid)  # type: ignore[union-attr]  # no user, no path


def _reachable(programs: Path, folder: Path) -> Path:
    if binaries.unprivileged_user() is None or binaries.is_open_to_others(programs):
        return programs
    installed = programs.parent
    copy = folder / "programs" / installed.parent.name / installed.name
    shutil.copytree(installed, copy, symlinks=True)
    for libraries in installed.parents[1].glob(f"{installed.parent.name}.libs"):  # a wheel's, found by relative path
        shutil.copytree(libraries, folder / "programs" / libraries.name, symlinks=True)
    _give_away(folder / "programs", *(p for p in (folder / "programs").rglob("*") if not p.is_symlink()))
    return copy / "bin"


def _postmaster(server: Server) -> int | None:
    try:
        return int((server.data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None


def _drop_stale_pid_file(server: Server) -> None:
    pid = _postmaster(server)
    command = Path(f"/proc/{pid}/cmdline")
    if pid is not None and command.exists() and str(server.data).encode() not in command.read_bytes():
        (server.data / "postmaster.pid").unlink()


def _run(server: Server, program: str, words: Sequence[str]) -> None:
    user = binaries.unprivileged_user()
    with tempfile.TemporaryFile() as errors:
        done = subprocess.run(
            [str(server.programs / program), *words],
            cwd=server.folder,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "HOME": str(server.folder)},
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            extra_groups=[] if user else None,
            stdout=subprocess.DEVNULL,  # a pipe would be inherited by the server and never close
            stderr=errors,
            check=False,
        )
        errors.seek(0)
        told = errors.read().decode(errors="replace").strip()
    if done.returncode:
        log = server.log.read_text(errors="replace")[-2000:] if server.log.exists() else ""
        raise RuntimeError(f"{program} of PostgreSQL in {server.folder} failed: {told}\n{log}".strip())
