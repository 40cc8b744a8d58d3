"""The one loader of airflow_settings.yaml: connections and variables become environment variables, pools go into
Airflow's metadata database.

The format is the one that Airflow project tooling reads (conn_id, conn_type, conn_host …, pool_name, pool_slot,
pool_description, variable_name, variable_value). What the environment already sets is left as it is.
`python -m include.workstation.settings environment` prints the variables, `… import` loads everything into Airflow.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import pydantic
import yaml

from include.errors import ConfigurationError

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "airflow_settings.yaml"
AIRFLOW = Path(sys.executable).parent / "airflow"


class _Part(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(frozen=True, extra="forbid")


def _empty_list(value: object) -> object:
    return () if value is None else value


def _extra(value: object) -> object:
    if value in (None, ""):
        return {}
    return json.loads(value) if isinstance(value, str) else value


class Connection(_Part):
    """One connection as the file has it."""

    conn_id: str
    conn_type: str
    conn_host: str | None = None
    conn_schema: str | None = None
    conn_login: str | None = None
    conn_password: str | None = None
    conn_port: int | None = None
    conn_extra: Annotated[dict[str, pydantic.JsonValue], pydantic.BeforeValidator(_extra)] = {}

    @property
    def variable(self) -> str:
        """The environment variable by which Airflow finds it."""
        return f"AIRFLOW_CONN_{self.conn_id.upper()}"

    def as_json(self, folder: Path) -> str:
        """The variable's value; a relative `path` of a folder connection is taken from `folder`."""
        extra = dict(self.conn_extra)
        if self.conn_type == "fs" and isinstance(extra.get("path"), str):
            extra["path"] = str(folder / str(extra["path"]))
        fields = {
            "conn_type": self.conn_type,
            "host": self.conn_host,
            "schema": self.conn_schema,
            "login": self.conn_login,
            "password": self.conn_password,
            "port": self.conn_port,
            "extra": extra or None,
        }
        return json.dumps({name: value for name, value in fields.items() if value is not None})


class Pool(_Part):
    """One pool."""

    pool_name: str
    pool_slot: int = pydantic.Field(gt=0)
    pool_description: str = ""


class Variable(_Part):
    """One variable."""

    variable_name: str
    variable_value: str

    @property
    def variable(self) -> str:
        """The environment variable by which Airflow finds it."""
        return f"AIRFLOW_VAR_{self.variable_name.upper()}"


class Settings(_Part):
    """The whole file."""

    connections: Annotated[tuple[Connection, ...], pydantic.BeforeValidator(_empty_list)] = ()
    pools: Annotated[tuple[Pool, ...], pydantic.BeforeValidator(_empty_list)] = ()
    variables: Annotated[tuple[Variable, ...], pydantic.BeforeValidator(_empty_list)] = ()


def load(path: Path = FILE) -> Settings:
    """Read and check the file; a fault names the file and the field."""
    try:
        content: Any = yaml.safe_load(path.read_text())
        return Settings.model_validate(content["airflow"])
    except (yaml.YAMLError, KeyError, TypeError) as fault:
        raise ConfigurationError(f"It is no file of Airflow settings: {fault}.", setting=str(path)) from fault
    except pydantic.ValidationError as fault:
        faults = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in fault.errors())
        raise ConfigurationError(f"Airflow settings are wrong: {faults}.", setting=str(path)) from fault


def environment(settings: Settings, already: Mapping[str, str], folder: Path = ROOT) -> dict[str, str]:
    """The variables for the connections and variables that `already` does not set."""
    made = {each.variable: each.as_json(folder) for each in settings.connections}
    made |= {each.variable: each.variable_value for each in settings.variables}
    return {name: value for name, value in made.items() if name not in already}


def pools_file(settings: Settings) -> str:
    """The pools as `airflow pools import` reads them."""
    return json.dumps(
        {
            pool.pool_name: {"slots": pool.pool_slot, "description": pool.pool_description, "include_deferred": False}
            for pool in settings.pools
        }
    )


def import_pools(settings: Settings, environment: Mapping[str, str]) -> None:
    """Load the pools into the metadata database that `environment` names."""
    _airflow_import("pools", pools_file(settings), environment)


def import_all(settings: Settings, environment: Mapping[str, str]) -> None:
    """Load pools, and the connections and variables that neither the environment nor an operator has set."""
    import_pools(settings, environment)
    missing = [each for each in settings.connections if each.variable not in environment]
    connections = {each.conn_id: json.loads(each.as_json(ROOT)) for each in missing}
    _airflow_import("connections", json.dumps(connections), environment)
    variables = {v.variable_name: v.variable_value for v in settings.variables if v.variable not in environment}
    _airflow_import("variables", json.dumps(variables), environment, "--action-on-existing-key", "skip")


def _airflow_import(what: str, content: str, environment: Mapping[str, str], *options: str) -> None:
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:  # mode 0600: it may hold a password
        file.write(content)
        file.flush()
        words = [str(AIRFLOW), what, "import", *options, file.name]
        done = subprocess.run(words, env=dict(environment), cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ConfigurationError(f"Airflow refused its {what}: {done.stderr[-1000:]}", setting=str(FILE))


def main(words: list[str]) -> int:
    """`environment` prints what the file adds to this environment; `import` loads the file into Airflow."""
    settings = load()
    if words == ["environment"]:
        for name, value in environment(settings, os.environ).items():
            print(f"{name}={value}")
        return 0
    if words == ["import"]:
        import_all(settings, os.environ)
        return 0
    print("usage: python -m include.workstation.settings environment|import", file=sys.stderr)
    return 2


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
