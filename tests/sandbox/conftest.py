"""Scenarios that are written once for a file of tests."""

from __future__ import annotations

import pytest

from tests.sandbox.written_scenarios import NAMES, Written, write


@pytest.fixture(scope="module", params=sorted(NAMES))
def written(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Written:
    folder = tmp_path_factory.mktemp(request.param)
    return write(folder, request.param, *NAMES[request.param])


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Written:
    return write(tmp_path_factory.mktemp("demo"), "demo")


@pytest.fixture(scope="module")
def simulation(tmp_path_factory: pytest.TempPathFactory) -> Written:
    return write(tmp_path_factory.mktemp("simulation"), "simulation")
