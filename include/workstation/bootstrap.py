"""Makes .venv from requirements.lock when it is missing or the lock changed; otherwise does nothing, offline too.

Run by path with the system's Python (3.11 to 3.13), of which it needs the standard library and pip alone.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
LOCK = ROOT / "requirements.lock"
STAMP = ENVIRONMENT / "made-from"
OLDEST, NEWEST = (3, 11), (3, 13)


def main() -> int:
    """Bring the environment up to date; 0 when it is."""
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        return _with_another_python()
    wanted = fingerprint(LOCK)
    if _is_current(wanted):
        return 0
    with (ROOT / ".bootstrap.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not _is_current(wanted):
            _make(wanted)
    return 0


def fingerprint(lock: Path) -> str:
    """What an environment was made from: the lock, the Python and the folder (scripts name it)."""
    version = ".".join(map(str, sys.version_info[:2]))
    return f"{hashlib.sha256(lock.read_bytes()).hexdigest()} python{version} {ROOT}"


def locked_block(lock_text: str, package: str) -> str:
    """One package's requirement out of a lock, with its hashes."""
    lines = lock_text.splitlines()
    first = next(n for n, line in enumerate(lines) if line.startswith(f"{package}=="))
    last = first
    while lines[last].rstrip().endswith("\\"):
        last += 1
    return "\n".join(lines[first : last + 1]) + "\n"


def _is_current(wanted: str) -> bool:
    return PYTHON.exists() and STAMP.exists() and STAMP.read_text() == wanted


def _make(wanted: str) -> None:
    started = time.monotonic()
    print(f"Making the environment in {ENVIRONMENT} (once; a minute or two) …", flush=True)
    _lay_environment()
    installer = _fast_installer() or _plain_installer()
    quiet = [] if sys.stdout.isatty() else ["--quiet"]
    install = [*installer, "install", *quiet, "--require-hashes", "-r", str(LOCK)]
    # The lock is complete, so pip need not resolve; asked to, it takes celery[redis] for something that is not pinned.
    plain = [*_plain_installer(), "install", *quiet, "--no-deps", "--require-hashes", "-r", str(LOCK)]
    if not _try("installing what requirements.lock names", install):
        _do("installing the same with plain pip", plain)
    editable = ["install", *quiet, "--no-deps", "--no-build-isolation", "-e", str(ROOT)]
    _do("installing the project", [*installer, *editable])
    STAMP.write_text(wanted)
    print(f"The environment is ready after {time.monotonic() - started:.0f} s.", flush=True)


def _lay_environment() -> None:
    if PYTHON.exists() and _version_of(PYTHON) == ".".join(map(str, sys.version_info[:2])) and _was_made_here():
        return
    if ENVIRONMENT.exists():
        shutil.rmtree(ENVIRONMENT)
    _do("laying the folder", [sys.executable, "-m", "venv", "--without-pip", str(ENVIRONMENT)])


def _was_made_here() -> bool:
    return not STAMP.exists() or STAMP.read_text().endswith(f" {ROOT}")


def _version_of(python: Path) -> str:
    words = [str(python), "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    return subprocess.run(words, capture_output=True, text=True, check=False).stdout.strip()


def _fast_installer() -> list[str] | None:
    """uv, installed from the lock with its hashes; None where that fails."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as requirement:
        requirement.write(locked_block(LOCK.read_text(), "uv"))
        requirement.flush()
        command = [*_plain_installer(), "install", "-qq", "--require-hashes", "-r", requirement.name]
        if not _try("installing uv", command):
            return None
    return [str(ENVIRONMENT / "bin" / "uv"), "pip"]


def _plain_installer() -> list[str]:
    """pip of the system working on the environment; where the system has none, the environment gets its own."""
    has_pip = subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True, check=False)
    if has_pip.returncode == 0:
        return [sys.executable, "-m", "pip", "--python", str(PYTHON), "--disable-pip-version-check"]
    _do("installing pip", [str(PYTHON), "-m", "ensurepip", "--upgrade"])
    return [str(PYTHON), "-m", "pip", "--disable-pip-version-check"]


def _with_another_python() -> int:
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        other = shutil.which(f"python3.{minor}")
        if other:
            return subprocess.run([other, __file__], check=False).returncode
    found = ".".join(map(str, sys.version_info[:3]))
    print(f"This needs Python 3.11, 3.12 or 3.13; {sys.executable} is {found} and no other was found.", file=sys.stderr)
    return 1


def _do(what: str, command: list[str]) -> None:
    if not _try(what, command):
        raise SystemExit(f"That failed: {what} ({' '.join(command)}).")


def _try(what: str, command: list[str]) -> bool:
    print(f"  {what} …", flush=True)
    environment = {"UV_SYSTEM_CERTS": "true", **os.environ, "VIRTUAL_ENV": str(ENVIRONMENT)}
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode == 0


if __name__ == "__main__":
    raise SystemExit(main())
