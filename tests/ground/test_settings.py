"""airflow_settings.yaml: one file, read by one loader, overruled by the environment."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from include.errors import ConfigurationError
from include.workstation import settings, state

EXAMPLE = """
airflow:
  connections:
    - {conn_id: box, conn_type: fs, conn_extra: {path: letters}}
    - {conn_id: stock, conn_type: http, conn_host: stock.example, conn_login: us, conn_password: "p@ss",
       conn_extra: '{"a": 1}'}
  pools:
    - {pool_name: stock, pool_slot: 2, pool_description: few}
  variables:
    - {variable_name: greeting, variable_value: hello}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A settings file of two connections, a pool and a variable."""
    path = tmp_path / "airflow_settings.yaml"
    path.write_text(EXAMPLE)
    return path


def test_connections_and_variables_become_environment_variables(file: Path) -> None:
    made = settings.environment(settings.load(file), {}, folder=file.parent)

    assert made["AIRFLOW_VAR_GREETING"] == "hello"
    assert json.loads(made["AIRFLOW_CONN_STOCK"]) == {
        "conn_type": "http",
        "host": "stock.example",
        "login": "us",
        "password": "p@ss",
        "extra": {"a": 1},
    }


def test_a_relative_mailbox_is_counted_from_the_files_folder(file: Path) -> None:
    made = settings.environment(settings.load(file), {}, folder=file.parent)

    assert json.loads(made["AIRFLOW_CONN_BOX"])["extra"]["path"] == str(file.parent / "letters")


def test_what_the_environment_sets_wins(file: Path) -> None:
    made = settings.environment(settings.load(file), {"AIRFLOW_CONN_STOCK": "http://elsewhere"})

    assert "AIRFLOW_CONN_STOCK" not in made


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("airflow: {pools: [{pool_name: a, pool_slot: 0}]}", "pools.0.pool_slot"),
        ("airflow: {connections: [{conn_id: a, conn_typ: fs}]}", "connections.0.conn_typ"),
        ("[", "Airflow settings"),
        ("pools: []", "airflow"),
    ],
)
def test_a_fault_names_the_file_and_the_field(tmp_path: Path, content: str, named: str) -> None:
    path = tmp_path / "airflow_settings.yaml"
    path.write_text(content)

    with pytest.raises(ConfigurationError, match=named) as caught:
        settings.load(path)

    assert caught.value.setting == str(path)


def test_the_file_of_the_project_has_the_fixed_connections_and_no_secret() -> None:
    loaded = settings.load()

    kinds = {each.conn_id: each.conn_type for each in loaded.connections}
    assert kinds == {"amazon_mailbox": "fs", "cin7_core": "http", "vendorlane_db": "postgres"}
    assert [each.conn_id for each in loaded.connections if each.conn_password] == []


def test_every_pool_that_a_dag_names_is_in_the_file() -> None:
    house = (state.ROOT / "include/orchestration/house.py").read_text()

    pools = {each.pool_name for each in settings.load().pools}

    assert all(f'"{pool}"' in house for pool in pools)
