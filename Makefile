# `make` alone says what there is. Every command below first brings .venv up to date and needs nothing else of ours.
PYTHON ?= python3
RUN := .venv/bin/python -m
ARGS ?=
FAST := not slow and not airflow and not server

.DEFAULT_GOAL := help
.PHONY: help environment demo up down test check bench

help: ## This page
	@echo "Vendorlane: Amazon purchase orders into Cin7 Core and their answers back, on Apache Airflow."
	@echo
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 8 | sed 's/^/  make /'
	@echo
	@echo "Where to read on: README.md, docs/relationships.md, docs/decisions/."

environment:
	@$(PYTHON) include/workstation/bootstrap.py

demo: environment ## A day of orders against a sandbox, start to end (ARGS=--once ends by itself and prints one JSON line)
	@$(RUN) include.workstation demo $(ARGS)

up: environment ## Start Airflow and, unless AIRFLOW_CONN_VENDORLANE_DB is set, PostgreSQL; returns when all is ready
	@$(RUN) include.workstation up $(ARGS)

down: environment ## Stop what `make up` or `make demo` started here
	@$(RUN) include.workstation down $(ARGS)

test: environment ## Every test, after installing what they need (ARGS goes to pytest)
	@$(RUN) include.workstation test $(ARGS)

check: environment ## Format, lint, types, imports and the fast tests, in about a minute
	@$(RUN) ruff format --check .
	@$(RUN) ruff check .
	@$(RUN) mypy
	@.venv/bin/lint-imports
	@$(RUN) pytest -q -m "$(FAST)" $(ARGS)

bench: environment ## Measure: engine, intake, fulfilment, simulation (ARGS=<name> runs one; its last line is a JSON object)
	@for name in $(or $(ARGS),engine intake fulfilment simulation); do $(RUN) benchmarks.$$name || exit 1; done
