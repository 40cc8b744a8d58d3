"""Programs that some tests need and only the machine's package manager brings."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass

SBIN = "/usr/sbin:/sbin:/usr/local/sbin"  # not on every user's PATH


@dataclass(frozen=True, slots=True)
class SystemProgram:
    """A program and the Debian package that holds it."""

    program: str
    package: str


NEEDED = (
    SystemProgram("sshd", "openssh-server"),
    SystemProgram("ssh-keygen", "openssh-client"),
    SystemProgram("node", "nodejs"),
    SystemProgram("npm", "npm"),
)


def find_program(name: str) -> str | None:
    """Where a program lies, the administrator's folders included."""
    return shutil.which(name) or shutil.which(name, path=SBIN)


def missing(needed: Iterable[SystemProgram] = NEEDED) -> tuple[SystemProgram, ...]:
    """Those that this machine lacks."""
    return tuple(each for each in needed if find_program(each.program) is None)


def install_missing(say: Callable[[str], None]) -> None:
    """Install what is missing where that is possible: as root, with apt. A failure is said and is no error."""
    lacking = missing()
    if not lacking or os.geteuid() != 0 or shutil.which("apt-get") is None:
        return
    _apt("update", "-q")
    for package in (each.package for each in lacking):
        say(f"installing {package}")
        fault = _apt("install", "-y", "-q", "--no-install-recommends", package)
        if fault:
            say(f"apt could not install it: {fault[-300:]}")


def _apt(*words: str) -> str:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(["apt-get", *words], env=environment, capture_output=True, text=True, check=False)
    return done.stderr.strip() if done.returncode else ""
