#!/usr/bin/env bash
# Run once by the PostgreSQL image on an empty volume: a database and a role for Airflow, and one for Vendorlane.
set -euo pipefail

create() { # name, password
    psql --set=ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres \
        --set=name="$1" --set=password="$2" <<'SQL'
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name";
SQL
}

create airflow "$AIRFLOW_DB_PASSWORD"
create vendorlane "$VENDORLANE_DB_PASSWORD"
