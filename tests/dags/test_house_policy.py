"""House policy, held by every DAG; and a snapshot of every graph, so that an accidental change shows in review."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from include.exceptions.kinds import Team

if TYPE_CHECKING:
    from airflow.dag_processing.dagbag import DagBag

pytestmark = [pytest.mark.airflow, pytest.mark.slow]

PROJECT = Path(__file__).parents[2]
DAG_FILES = sorted((PROJECT / "dags").glob("*.py"))
PLUGIN_FILES = sorted((PROJECT / "plugins").glob("*.py"))
HEAVY = {"pandas", "numpy", "pyx12", "psycopg", "paramiko", "httpx2", "requests", "sqlalchemy", "fastapi"}
HEAVY_OF_OURS = {
    *("include.x12", "include.cin7", "include.database", "include.documents"),
    *("include.purchase_orders", "include.ship_notices", "include.invoices", "include.console"),
}
ALL_IMPORTED = """
import json, sys
{first}
before = set(sys.modules)
import runpy
for path in sys.argv[1:]:
    runpy.run_path(path)
print(json.dumps(sorted(set(sys.modules) - before)))
"""


def _pools() -> set[str]:
    settings = yaml.safe_load((PROJECT / "airflow_settings.yaml").read_text())
    return {"default_pool"} | {pool["pool_name"] for pool in settings["airflow"]["pools"]}


def _snapshot(dag: Any) -> dict[str, Any]:
    return {
        task.task_id: {
            "then": sorted(task.downstream_task_ids),
            "rule": str(task.trigger_rule),
            "pool": task.pool,
            "weight": task.priority_weight,
            "mapped": task.is_mapped,
        }
        for task in dag.tasks
    }


def test_every_dag_parses(dag_bag: DagBag) -> None:
    assert dag_bag.import_errors == {}
    assert set(dag_bag.dags) == {path.stem for path in DAG_FILES}, "a DAG file bears its dag_id"


def test_every_task_retries_is_limited_in_time_and_uses_a_pool_that_exists(dag_bag: DagBag) -> None:
    for dag in dag_bag.dags.values():
        for task in dag.tasks:
            where = f"{dag.dag_id}.{task.task_id}"
            assert task.retries >= 2, f"{where} needs two retries: a killed worker uses one"
            assert task.execution_timeout is not None, f"{where} has no execution timeout"
            assert task.pool in _pools(), f"{where} names a pool that airflow_settings.yaml lacks"


def test_every_dag_says_what_it_does_and_what_to_do_when_it_fails(dag_bag: DagBag) -> None:
    for dag in dag_bag.dags.values():
        for part in ("**Does**", "**Reads**", "**When it fails**"):
            assert part in (dag.doc_md or ""), f"{dag.dag_id}: doc_md lacks {part}"
        assert dag.catchup is False
        assert dag.tags


def test_every_task_has_an_owner_and_weighs_what_it_says(dag_bag: DagBag) -> None:
    """Airflow's usual rule adds up all that follows a task, so that the last step would always wait for the first."""
    for dag in dag_bag.dags.values():
        for task in dag.tasks:
            assert task.owner in set(Team), f"{dag.dag_id}.{task.task_id} belongs to no team"
            assert task.weight_rule == "absolute", f"{dag.dag_id}.{task.task_id}"


def test_an_answer_waits_for_no_later_sale(dag_bag: DagBag) -> None:
    intake = dag_bag.dags["po_intake"]

    weights = [intake.get_task(name).priority_weight for name in ("acknowledge", "register", "place")]

    assert weights == sorted(set(weights), reverse=True)


@pytest.mark.parametrize("path", DAG_FILES, ids=lambda path: path.stem)
def test_no_dag_file_imports_anything_heavy_or_decides_anything(path: Path) -> None:
    tree = ast.parse(path.read_text())

    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    loops = [node for node in ast.walk(tree) if isinstance(node, ast.For | ast.While | ast.Try)]

    assert not imported & HEAVY
    assert not loops, "rules, loops and error handling belong into include"


@pytest.mark.parametrize(
    ("files", "first"),
    [(DAG_FILES, "import airflow.sdk.execution_time.task_runner"), (PLUGIN_FILES, "import airflow.plugins_manager")],
)
def test_reading_the_files_imports_nothing_heavy(airflow_database: None, files: list[Path], first: str) -> None:
    """Every task's process reads its DAG's file, and every process of Airflow the plugins: what they import costs."""
    command = [sys.executable, "-c", ALL_IMPORTED.format(first=first), *map(str, files)]

    told = subprocess.run(command, cwd=PROJECT, env=os.environ, capture_output=True, text=True, check=True)

    imported = set(json.loads(told.stdout.splitlines()[-1]))
    assert "include.orchestration" in imported
    assert not {name.split(".")[0] for name in imported} & HEAVY
    assert not {".".join(name.split(".")[:2]) for name in imported} & HEAVY_OF_OURS


def test_the_task_graphs_are_what_review_saw(dag_bag: DagBag) -> None:
    expected = json.loads((Path(__file__).parent / "graphs.json").read_text())

    assert {dag_id: _snapshot(dag) for dag_id, dag in dag_bag.dags.items()} == expected
