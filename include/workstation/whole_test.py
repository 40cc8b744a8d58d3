"""`make test`: what the tests need first, then all of them."""

from __future__ import annotations

import subprocess
import sys

from include.workstation import node_packages, system_packages
from include.workstation.state import ROOT


def run_tests(words: list[str]) -> int:
    """Install missing programs where that is possible, then run pytest with these words; its exit code."""
    system_packages.install_missing(_say)
    node_packages.install_missing(_say)
    return subprocess.run([sys.executable, "-m", "pytest", *words], cwd=ROOT, check=False).returncode


def _say(what: str) -> None:
    print(f"  {what}", flush=True)
