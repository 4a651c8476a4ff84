# One entry per task; `make` alone lists them. CI and hooks call these and nothing else.
PYTHON ?= python3
PYTEST_ARGS ?=
# Processes that run tests side by side: on two cores the third works while others wait.
WORKERS ?= 3
# Other versions of dbt-core that `make test-versions` tries.
DBT_VERSIONS ?= 1.9 1.10 1.12

VENV := .venv/bin
PYTEST := $(VENV)/python -m pytest

.DEFAULT_GOAL := help
.PHONY: help setup demo docs test test-versions test-recipes lint bench clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "%-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Make .venv (dbt-core and the tools) and .venv-v2 (dbt v2); instant when up to date
	@$(PYTHON) dev/environment.py all

demo: setup ## Build a small project on DuckDB, show its row, and write a report over five ledgers
	@$(VENV)/python dev/demo.py

docs: setup ## Build the documentation's site into build/site
	@NO_MKDOCS_2_WARNING=1 $(VENV)/python -m mkdocs build --quiet

test: setup ## Run every test on three warehouses under two engines (PYTEST_ARGS="-k x --warehouse=duckdb")
	@$(PYTEST) -n $(WORKERS) $(PYTEST_ARGS) || { test $$? -eq 1 && \
		echo "== what failed, once more and one at a time: a busy machine alone can upset a clock" && \
		$(PYTEST) --last-failed --last-failed-no-failures=none $(PYTEST_ARGS); }

test-versions: setup ## Run the tests marked `versions` with older and newer dbt-core
	@$(PYTHON) dev/environment.py versions
	@set -e; for version in $(DBT_VERSIONS); do \
		echo "== dbt-core $$version"; \
		$(PYTEST) integration_tests/functional -m versions --core-venv=.venv-$$version $(PYTEST_ARGS); \
	done

test-recipes: setup ## Run the recipes for Airflow, Cosmos and Dagster under the real schedulers
	@$(PYTHON) dev/environment.py recipes
	@$(PYTEST) integration_tests/functional/docs --recipes $(PYTEST_ARGS)

lint: setup ## Check style, types and the house rules
	@$(VENV)/python dev/lint/run.py

bench: setup ## Measure what benchmarks/ claims
	@$(VENV)/python -m benchmarks

clean: ## Remove the environments and everything that can be made again
	@rm -rf .venv .venv-* build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
