"""The environment is made once, from the lock, and then left alone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from include.workstation import bootstrap

LOCK = """\
urllib3==2.8.0 \\
    --hash=sha256:aa
    # via requests
uv==0.13.9 ; sys_platform != 'win32' \\
    --hash=sha256:bb \\
    --hash=sha256:cc
    # via vendorlane
"""


def test_the_installer_itself_comes_from_the_lock_with_its_hashes() -> None:
    block = bootstrap.locked_block(LOCK, "uv")

    assert block.splitlines()[0] == "uv==0.13.9 ; sys_platform != 'win32' \\"
    assert block.count("--hash") == 2
    assert "urllib3" not in block


def test_the_lock_holds_the_installer_and_names_no_host() -> None:
    lock = bootstrap.LOCK.read_text()

    assert "--hash" in bootstrap.locked_block(lock, "uv")
    assert "://" not in lock


def test_another_lock_is_another_environment(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    first.write_text("x==1\n")
    second.write_text("x==2\n")

    assert bootstrap.fingerprint(first) != bootstrap.fingerprint(second)
    assert bootstrap.fingerprint(first) == bootstrap.fingerprint(first)


def test_it_runs_by_path_on_the_standard_library_alone() -> None:
    script = Path(bootstrap.__file__)

    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import runpy; runpy.run_path({str(script)!r})"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr


def test_a_current_environment_is_left_alone(tmp_path: Path) -> None:
    script = tmp_path / "include" / "workstation" / "bootstrap.py"
    script.parent.mkdir(parents=True)
    script.write_text(Path(bootstrap.__file__).read_text())
    (tmp_path / "requirements.lock").write_text("nothing-of-that-name==1 --hash=sha256:aa\n")
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").symlink_to(sys.executable)
    ask = f"import runpy; m = runpy.run_path({str(script)!r}); print(m['fingerprint'](m['LOCK']), end='')"
    told = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True).stdout
    (tmp_path / ".venv" / "made-from").write_text(told)

    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (0, "")
