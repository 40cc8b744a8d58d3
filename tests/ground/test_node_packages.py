"""The Node packages that tests need are installed once, from their lock, and never fatally."""

from __future__ import annotations

from pathlib import Path

import pytest

from include.workstation import node_packages


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "renderer"
    made.mkdir()
    (made / "package-lock.json").write_text('{"lockfileVersion": 3}')
    return made


def put_npm(monkeypatch: pytest.MonkeyPatch, folder: Path, script: str) -> None:
    """An npm of our own on the PATH, which writes down each call."""
    program = folder / "npm"
    program.write_text(f'#!/bin/sh\necho "$1" >> {folder}/calls\n{script}\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


def test_what_the_lock_names_is_installed_once_and_again_when_the_lock_changes(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_npm(monkeypatch, tmp_path, "mkdir -p node_modules")

    node_packages.install_missing(print, folder)
    node_packages.install_missing(print, folder)
    (folder / "package-lock.json").write_text('{"lockfileVersion": 3, "packages": {}}')
    stale = not node_packages.is_installed(folder)
    node_packages.install_missing(print, folder)

    assert stale
    assert node_packages.is_installed(folder)
    assert (tmp_path / "calls").read_text() == "ci\nci\n"


def test_an_npm_that_fails_is_told_and_stops_nothing(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_npm(monkeypatch, tmp_path, "echo no network >&2; exit 1")
    said: list[str] = []

    node_packages.install_missing(said.append, folder)

    assert "no network" in said[-1]
    assert not node_packages.is_installed(folder)


def test_the_lock_of_the_renderer_has_hashes_and_names_no_host() -> None:
    lock = (node_packages.ZPL_RENDERER / "package-lock.json").read_text()

    assert '"integrity": "sha512-' in lock
    assert "://" not in lock
