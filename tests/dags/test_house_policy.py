"""House policy, held by every DAG; and a snapshot of every graph, so that an accidental change shows in review."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

if TYPE_CHECKING:
    from airflow.dag_processing.dagbag import DagBag

PROJECT = Path(__file__).parents[2]
DAG_FILES = sorted((PROJECT / "dags").glob("*.py"))
HEAVY = {"pandas", "numpy", "pyx12", "psycopg", "paramiko", "httpx2", "requests", "sqlalchemy", "fastapi"}


def _pools() -> set[str]:
    settings = yaml.safe_load((PROJECT / "airflow_settings.yaml").read_text())
    return {"default_pool"} | {pool["pool_name"] for pool in settings["airflow"]["pools"]}


def _snapshot(dag: Any) -> dict[str, Any]:
    return {
        task.task_id: {"then": sorted(task.downstream_task_ids), "rule": str(task.trigger_rule), "pool": task.pool}
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


def test_the_task_graphs_are_what_review_saw(dag_bag: DagBag) -> None:
    expected = json.loads((Path(__file__).parent / "graphs.json").read_text())

    assert {dag_id: _snapshot(dag) for dag_id, dag in dag_bag.dags.items()} == expected
