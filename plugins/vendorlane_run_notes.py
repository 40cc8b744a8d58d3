"""Registers the listener that writes a run's counts into its note."""

from __future__ import annotations

from airflow.plugins_manager import AirflowPlugin

from include.orchestration import run_notes


class RunNotes(AirflowPlugin):
    name = "vendorlane_run_notes"
    listeners = [run_notes]  # noqa: RUF012 - Airflow reads the list from the class
