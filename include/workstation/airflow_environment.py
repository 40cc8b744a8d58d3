"""The configuration that Airflow's processes run under on one machine, as environment variables.

An Airflow that the caller's shell is set up for is left out of it (AIRFLOW__…, AIRFLOW_HOME); the caller's
connections (AIRFLOW_CONN_…), variables and VENDORLANE_… settings pass on.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from include.workstation import ports, settings, state

NOT_INHERITED = {"AIRFLOW_HOME", "AIRFLOW_CONFIG", "PYTHONPATH", "PYTHONHOME"}
PARALLELISM = 8


def airflow_environment(
    place: state.Place, kept: state.Kept, ports_taken: state.Ports, metadata_url: str, inherited: Mapping[str, str]
) -> dict[str, str]:
    """All that an Airflow process of this place gets, the settings file's connections included."""
    made = {
        name: value
        for name, value in inherited.items()
        if not name.startswith("AIRFLOW__") and name not in NOT_INHERITED
    }
    made |= settings.environment(settings.load(), made)
    made |= _surroundings(made)
    made |= {
        "AIRFLOW_HOME": str(place.run / "airflow"),
        **_core(place, kept, metadata_url),
        **_api(place, kept, ports_taken),
        **_pace(),
    }
    return made


def write_passwords(place: state.Place, kept: state.Kept) -> None:
    """Lay down the file that Airflow's login reads, before it starts (otherwise it makes up its own)."""
    path = _passwords_file(place)
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump({state.USERNAME: kept.password}, file)


def _core(place: state.Place, kept: state.Kept, metadata_url: str) -> dict[str, str]:
    return {
        "AIRFLOW__CORE__DAGS_FOLDER": str(place.dags),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(place.plugins),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__FERNET_KEY": kept.fernet_key,
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": f"{state.USERNAME}:admin",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(_passwords_file(place)),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": metadata_url,
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(place.logs / "tasks"),
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
    }


def _api(place: state.Place, kept: state.Kept, taken: state.Ports) -> dict[str, str]:
    url = api_url(taken)
    return {
        "AIRFLOW__API__HOST": ports.LOOPBACK,
        "AIRFLOW__API__PORT": str(taken.api),
        "AIRFLOW__API__BASE_URL": url,
        "AIRFLOW__API__SECRET_KEY": kept.session_secret,
        "AIRFLOW__API_AUTH__JWT_SECRET": kept.token_secret,
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{url}/execution/",
        "AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": str(taken.worker_logs),
        "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT": str(taken.trigger_logs),
    }


def _pace() -> dict[str, str]:
    """Measured on two cores: dependent tasks start 0.2 s apart, ended ones free their slot within a second.

    What a killed worker ran is started again after a minute, and so is what a killed scheduler ran: without its check
    for orphans every half minute a new scheduler leaves those alone for five.
    """
    return {
        "AIRFLOW__CORE__PARALLELISM": str(PARALLELISM),
        "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.2",
        "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "60",
        "AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "30",
        "AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL": "1",
    }


def api_url(taken: state.Ports) -> str:
    """Where the user interface and the REST API answer."""
    return f"http://{ports.LOOPBACK}:{taken.api}"


def _surroundings(inherited: Mapping[str, str]) -> dict[str, str]:
    programs = str(Path(sys.executable).parent)
    no_proxy = ",".join(filter(None, [inherited.get("NO_PROXY"), ports.LOOPBACK, "localhost"]))
    return {
        "PATH": os.pathsep.join([programs, inherited.get("PATH", os.defpath)]),
        "NO_PROXY": no_proxy,
        "no_proxy": no_proxy,
        "PYTHONUNBUFFERED": "1",
    }


def _passwords_file(place: state.Place) -> Path:
    return place.run / "airflow" / "passwords.json"
