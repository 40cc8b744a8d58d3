"""Node's packages that some tests need, in the versions and with the hashes of a package-lock.json."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from include.workstation.state import ROOT

ZPL_RENDERER = ROOT / "tests" / "ship_notices" / "zpl_renderer"


def is_installed(folder: Path) -> bool:
    """Whether what stands in the folder came from its lock as it is now."""
    stamp = _stamp(folder)
    return stamp.exists() and stamp.read_text() == _lock(folder).read_text()


def install_missing(say: Callable[[str], None], folder: Path = ZPL_RENDERER) -> None:
    """Install what the folder's lock names, once, where there is npm. A failure is said and is no error."""
    npm = shutil.which("npm")
    if npm is None or is_installed(folder):
        return
    say(f"installing the Node packages of {folder.name}")
    words = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--fetch-retries=1"]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        say(f"npm could not install it: {done.stderr.strip()[-300:]}")
    else:
        _stamp(folder).write_text(_lock(folder).read_text())


def _lock(folder: Path) -> Path:
    return folder / "package-lock.json"


def _stamp(folder: Path) -> Path:
    return folder / "node_modules" / "made-from"
