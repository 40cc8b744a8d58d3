"""Airflow for tests: a home of its own and a migrated SQLite database, set before anything imports airflow."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from airflow.dag_processing.dagbag import DagBag

PROJECT = Path(__file__).parents[2]
_home = tempfile.TemporaryDirectory(prefix="vendorlane-airflow-")

os.environ.update(
    AIRFLOW_HOME=_home.name,
    AIRFLOW__CORE__DAGS_FOLDER=str(PROJECT / "dags"),
    AIRFLOW__CORE__PLUGINS_FOLDER=str(PROJECT / "plugins"),
    AIRFLOW__CORE__LOAD_EXAMPLES="False",
    AIRFLOW__CORE__UNIT_TEST_MODE="False",
    AIRFLOW__DATABASE__SQL_ALCHEMY_CONN=f"sqlite:///{_home.name}/airflow.db",
    AIRFLOW__OPENLINEAGE__DISABLED="True",
    AIRFLOW__LOGGING__LOGGING_LEVEL="WARNING",
)


@pytest.fixture(scope="session")
def airflow_database() -> Iterator[None]:
    """Airflow's own database, migrated once."""
    subprocess.run([sys.executable, "-m", "airflow", "db", "migrate"], check=True, capture_output=True)
    yield
    _home.cleanup()


@pytest.fixture(scope="session")
def dag_bag(airflow_database: None) -> DagBag:
    from airflow.dag_processing.dagbag import DagBag

    return DagBag(str(PROJECT / "dags"))
