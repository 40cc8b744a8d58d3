"""A listener in the scheduler: what `settle` counted becomes the note of its run, where people look first.

A task cannot write a run's note itself: it has no access to Airflow's database.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.listeners import hookimpl

if TYPE_CHECKING:
    from airflow.models.dagrun import DagRun

NOTE_TASK = "settle"
NOTE_KEY = "note"
LONGEST_NOTE = 1_000  # the column's length


@hookimpl
def on_dag_run_success(dag_run: DagRun, msg: str) -> None:
    _write_note(dag_run)


@hookimpl
def on_dag_run_failed(dag_run: DagRun, msg: str) -> None:
    _write_note(dag_run)


def _write_note(dag_run: DagRun) -> None:
    from airflow.models.xcom import XComModel
    from sqlalchemy import select
    from sqlalchemy.orm import object_session

    session = object_session(dag_run)
    if session is None:
        return
    note = session.scalar(
        select(XComModel.value).where(
            XComModel.dag_id == dag_run.dag_id,
            XComModel.run_id == dag_run.run_id,
            XComModel.task_id == NOTE_TASK,
            XComModel.key == NOTE_KEY,
        )
    )
    if note:
        dag_run.note = str(XComModel.deserialize_value(_Row(note)))[:LONGEST_NOTE]


class _Row:
    """What XComModel.deserialize_value reads: an object with the stored value."""

    def __init__(self, value: object) -> None:
        self.value = value
