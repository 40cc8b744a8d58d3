"""The import contracts cover every package, so that a new one cannot slip past them."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from include.workstation import state

CONTRACTS: list[dict[str, Any]] = tomllib.loads((state.ROOT / "pyproject.toml").read_text())["tool"]["importlinter"][
    "contracts"
]
BY_NAME = {each["name"]: each for each in CONTRACTS}
PARTS = {
    f"include.{path.stem}"
    for path in (state.ROOT / "include").iterdir()
    if (path.suffix == ".py" and path.stem != "__init__") or (path / "__init__.py").exists()
}


@pytest.mark.parametrize(
    ("contract", "key", "left_out"),
    [
        ("The sandbox shares no code with what it checks", "forbidden_modules", {"include.sandbox"}),
        ("Only orchestration knows Airflow", "source_modules", {"include.orchestration", "include.console"}),
    ],
)
def test_no_package_is_missing_in(contract: str, key: str, left_out: set[str]) -> None:
    assert PARTS - left_out - set(BY_NAME[contract][key]) == set()


def test_every_package_has_its_layer_but_the_sandbox_which_stands_apart() -> None:
    layers = " ".join(BY_NAME["Imports run one way"]["layers"])

    assert [part for part in PARTS if part not in layers] == ["include.sandbox"] or "include.sandbox" not in PARTS
