# One image for every Airflow process and the migrations. Everything comes from requirements.lock, with hashes.
FROM python:3.11.13-slim-bookworm

ENV AIRFLOW_HOME=/opt/airflow \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PYTHONUNBUFFERED=1

RUN useradd --uid 50000 --create-home --home-dir /opt/airflow vendorlane \
    && mkdir -p /opt/airflow/logs /opt/vendorlane/.run/mailbox \
    && chown -R vendorlane /opt/airflow /opt/vendorlane

WORKDIR /opt/vendorlane

COPY requirements.lock ./
RUN pip install --no-cache-dir --no-deps --require-hashes -r requirements.lock

COPY pyproject.toml README.md ./
COPY include ./include
RUN pip install --no-cache-dir --no-deps --no-build-isolation -e .

COPY dags ./dags
COPY plugins ./plugins
COPY airflow_settings.yaml ./

USER vendorlane
CMD ["airflow", "version"]
