"""The compose file and the Dockerfile, checked without a container engine: what can be wrong on paper is not.

The migration's own commands and the database script are run for real, on this machine's PostgreSQL.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml

from include.workstation import postgres, state
from include.workstation.temporary_postgres import temporary_server

COMPOSE = yaml.safe_load((state.ROOT / "docker-compose.yaml").read_text())
DOCKERFILE = (state.ROOT / "Dockerfile").read_text()
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if "build" in service}
PINNED = re.compile(r"^[a-z0-9./-]+:\d+\.\d+(\.\d+)?[\w.-]*$")
REFERENCE = re.compile(r"(?<!\$)\$\{(\w+)\}")


def _example() -> dict[str, str]:
    lines = (state.ROOT / ".env.example").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def _filled(text: str, values: dict[str, str]) -> str:
    return REFERENCE.sub(lambda found: values[found[1]], text).replace("$$", "$")


def test_every_image_has_its_version_pinned() -> None:
    foreign = [service["image"] for name, service in SERVICES.items() if name not in OURS]
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)

    assert foreign
    assert bases
    assert [image for image in (*foreign, *bases) if not PINNED.match(image)] == []
    assert {service["image"] for service in OURS.values()} == {"vendorlane:${VENDORLANE_VERSION}"}


def test_every_variable_of_the_compose_file_stands_in_the_example_and_is_used() -> None:
    text = (state.ROOT / "docker-compose.yaml").read_text()
    used = set(REFERENCE.findall(text)) | set(re.findall(r"\$\$\{(\w+)\}", text))
    read_by_compose_itself = {"COMPOSE_PROFILES"}
    set_by_the_container = {"HOSTNAME"}

    assert used - set_by_the_container <= set(_example())
    named = {name for name in _example() if not name.startswith("AIRFLOW_CONN_")}
    assert named - used == read_by_compose_itself


def test_every_command_exists_in_what_the_image_installs() -> None:
    scripts = {each.name for each in entry_points(group="console_scripts")}
    lock = (state.ROOT / "requirements.lock").read_text()
    commands = {name: service["command"] for name, service in OURS.items()}

    assert "--no-deps --require-hashes -r requirements.lock" in DOCKERFILE
    assert {command[0] for command in commands.values()} == {"airflow", "bash"}
    assert "airflow" in scripts
    assert "apache-airflow-core==" in lock
    assert "apache-airflow-providers-celery==" in lock
    assert "apache-airflow-providers-fab==" in lock


@pytest.mark.airflow
@pytest.mark.slow
def test_airflow_knows_the_command_of_every_service() -> None:
    airflow = str(Path(sys.executable).parent / "airflow")
    environment = os.environ | {"AIRFLOW__CORE__EXECUTOR": "CeleryExecutor"}
    wanted = {service["command"][1] for name, service in OURS.items() if name != "migrate"}

    told = subprocess.run([airflow, "--help"], env=environment, capture_output=True, text=True, check=True).stdout

    assert wanted == {"api-server", "scheduler", "dag-processor", "triggerer", "celery"}
    assert [command for command in wanted if not re.search(rf"^\s+{command}\s", told, re.MULTILINE)] == []


def test_every_module_that_the_migration_runs_exists() -> None:
    script = OURS["migrate"]["command"][-1]

    modules = re.findall(r"python -m (\S+)", script)

    assert "include.database.migrate" in modules
    assert [name for name in modules if importlib.util.find_spec(name) is None] == []


def test_every_service_waits_for_services_that_exist_and_volumes_are_declared() -> None:
    waited = {other for service in SERVICES.values() for other in service.get("depends_on", {})}
    volumes = {str(volume).split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}
    named = {each for each in volumes if not each.startswith((".", "$"))}

    assert waited <= set(SERVICES)
    assert named == set(COMPOSE["volumes"])


def test_redis_and_the_workers_start_only_with_their_profile() -> None:
    assert {name for name, service in SERVICES.items() if service.get("profiles") == ["celery"]} == {"redis", "worker"}


def test_the_connections_are_json_that_airflow_reads() -> None:
    written = OURS["scheduler"]["environment"]["AIRFLOW_CONN_VENDORLANE_DB"]

    assert json.loads(_filled(written, _example()))["schema"] == "vendorlane"
    assert json.loads(_example()["AIRFLOW_CONN_CIN7_CORE"])["conn_type"] == "http"


def test_what_the_dockerfile_copies_is_there_and_not_ignored() -> None:
    copied = [word for line in re.findall(r"^COPY (.+) \S+$", DOCKERFILE, re.MULTILINE) for word in line.split()]
    ignored = set((state.ROOT / ".dockerignore").read_text().split())

    assert [name for name in copied if not (state.ROOT / name).exists()] == []
    assert not set(copied) & ignored


@pytest.fixture
def empty_server() -> Iterator[postgres.Server]:
    """A server as the PostgreSQL image first starts it."""
    with temporary_server() as server:
        yield server


@pytest.mark.airflow
@pytest.mark.slow
def test_the_migration_fills_both_databases_and_may_run_again(empty_server: postgres.Server, tmp_path: Path) -> None:
    values = _example() | {
        "AIRFLOW_DB_PASSWORD": "one",
        "VENDORLANE_DB_PASSWORD": "two",
        "AIRFLOW_FERNET_KEY": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
        "AIRFLOW_TOKEN_SECRET": "t" * 64,
    }
    _run_database_script(empty_server, values)
    environment = _container_environment(empty_server, values, tmp_path)
    script = OURS["migrate"]["command"][-1].replace("$$", "$")

    for _ in range(2):
        done = subprocess.run(
            ["bash", "-euc", script], env=environment, cwd=state.ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-3000:]

    assert _column(empty_server, "airflow", "SELECT pool FROM slot_pool") >= {"cin7_core", "amazon_mailbox"}
    assert _column(empty_server, "airflow", "SELECT conn_id FROM connection") == {"amazon_mailbox"}
    assert _column(empty_server, "airflow", "SELECT username FROM ab_user") == {"admin"}
    assert "transmission" in _column(empty_server, "vendorlane", "SELECT tablename FROM pg_tables")


def _run_database_script(server: postgres.Server, values: dict[str, str]) -> None:
    script = str(state.ROOT / "include/workstation/compose_databases.sh")
    environment = os.environ | values
    environment |= {"PGHOST": "127.0.0.1", "PGPORT": str(server.port), "PGPASSWORD": server.password}
    environment |= {"PATH": f"{server.programs}{os.pathsep}{os.environ['PATH']}"}
    subprocess.run(["bash", script], env=environment, check=True, capture_output=True)


def _container_environment(server: postgres.Server, values: dict[str, str], home: Path) -> dict[str, str]:
    made = {name: _filled(value, values) for name, value in OURS["migrate"]["environment"].items()}
    made = {name: value.replace("@postgres:5432", f"@127.0.0.1:{server.port}") for name, value in made.items()}
    connection = json.loads(made["AIRFLOW_CONN_VENDORLANE_DB"]) | {"host": "127.0.0.1", "port": server.port}
    made |= {
        "AIRFLOW_CONN_VENDORLANE_DB": json.dumps(connection),
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(home / "logs"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(state.ROOT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(state.ROOT / "plugins"),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    return {"HOME": str(home)} | values | made


def _column(server: postgres.Server, database: str, statement: str) -> set[str]:
    with psycopg.connect(server.url(database)) as connection:
        return {row[0] for row in connection.execute(statement.encode())}
