"""A PostgreSQL of our own: on the loopback, behind a password, from the machine's programs or a wheel's."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from include.workstation import binaries, postgres, temporary_postgres

Create = Callable[..., postgres.Server]


@pytest.fixture
def create() -> Iterator[Create]:
    """Makes started servers and takes them away again."""
    made: list[postgres.Server] = []

    def make(parent: Path | None = None, programs: Path | None = None) -> postgres.Server:
        made.append(postgres.start(postgres.create(parent, is_durable=False, programs=programs)))
        return made[-1]

    yield make
    for server in made:
        postgres.remove(server)


def _answer(server: postgres.Server, statement: str) -> object:
    with psycopg.connect(server.url(), autocommit=True) as connection:
        row = connection.execute(statement.encode()).fetchone()
    return row[0] if row else None


@pytest.mark.slow
def test_the_wheels_programs_serve_where_the_machine_has_none(create: Create) -> None:
    server = create(programs=binaries.wheel_binaries())

    assert "pginstall" in str(server.programs) or server.programs.is_relative_to(server.folder)
    assert _answer(server, "SELECT current_setting('server_version_num')::int >= 150000") is True


def test_nobody_gets_in_without_the_password(create: Create) -> None:
    server = create()

    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(server.url().replace(server.password, "guess"))


@pytest.mark.slow
def test_a_killed_server_comes_back_at_its_address_with_what_was_committed(create: Create) -> None:
    server = create()
    _answer(server, "SELECT 1")
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")

    postgres.restart(server, is_at_once=True)

    assert _answer(server, "SELECT number FROM kept") == 7


def test_no_folder_changes_its_mode_even_below_one_that_others_cannot_enter(create: Create, tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)

    server = create(closed / ".run")

    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    assert _answer(server, "SELECT 1") == 1


@pytest.mark.slow
def test_programs_that_other_users_cannot_reach_are_copied(create: Create, tmp_path: Path) -> None:
    source = binaries.wheel_binaries()
    assert source is not None
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    package = source.parents[1]
    shutil.copytree(package, closed / package.name, symlinks=True)
    shutil.copytree(package.with_name(f"{package.name}.libs"), closed / f"{package.name}.libs", symlinks=True)

    server = create(programs=closed / source.relative_to(package.parent))

    assert _answer(server, "SELECT 1") == 1
    assert os.geteuid() != 0 or server.programs.is_relative_to(server.folder)


@pytest.mark.slow
def test_a_number_left_in_the_pid_file_by_a_crash_does_not_stop_the_start(create: Create) -> None:
    server = create()
    postgres.stop(server)
    (server.data / "postmaster.pid").write_text(f"{os.getpid()}\n{server.data}\n")

    started = postgres.start(server)

    assert _answer(started, "SELECT 1") == 1


@pytest.mark.slow
def test_the_server_of_a_killed_owner_is_taken_away_by_the_next() -> None:
    script = (
        "import os, signal\n"
        "from include.workstation.temporary_postgres import temporary_server\n"
        "with temporary_server() as server:\n"
        "    print(server.folder, flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    killed = subprocess.run([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, check=False)
    folder = Path(killed.stdout.strip())
    assert folder.exists()

    temporary_postgres.sweep()

    assert not folder.exists()
