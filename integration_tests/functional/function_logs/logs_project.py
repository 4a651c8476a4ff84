"""A project with the function logs on, and its log files in the warehouse as that warehouse has them."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from dbt_run_ledger import warehouses
from dbt_run_ledger.function_logs.loader import Loaded, Loader
from dbt_run_ledger.function_logs.places import Folder
from dbt_run_ledger.warehouses import Place
from integration_tests.functional.function_logs.log_files import LogFile
from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.harness.project import Project

SELECTED = ("--select", "+run_ledger.function_logs")
# What leads from the logs to the metrics, without what else is made of them.
METRICS = (
    *("--select", "stg_run_ledger__function_log_lines", "run_ledger__hourly_function_sketch"),
    *(f"run_ledger__{period}_function_metrics" for period in ("hourly", "daily", "monthly")),
)
RAW = "azfunctions_logs"


def tree_of(project: Project) -> Path:
    return project.folder / "log_files"


def logs_project(cell: Cell, **more: Any) -> Project:
    """DuckDB reads the files in place, the others have them loaded."""
    folder = cell.folder / "0" / "two_models" / "log_files"
    settings = {
        "run_ledger_models": True,
        "run_ledger_ledgers": ["function_logs"],
        **(
            {"run_ledger_function_logs_url": str(folder)} if cell.warehouse.name == "duckdb" else {}
        ),
        **more,
    }
    project = cell.project("two_models", vars=settings)
    assert tree_of(project) == folder
    return project


def place_of(project: Project) -> Place:
    space = project.space
    plain = dict.fromkeys(("database", "schema", "identifier"), False)
    return Place(space.database, space.ledger_schema, {}, plain)


def deliver(project: Project, files: Iterable[LogFile]) -> None:
    for file in files:
        file.write(tree_of(project))


def load(project: Project, since: Any = None) -> Loaded:
    """Postgres and Snowflake take the entries; on DuckDB the rejects and the files are recorded."""
    with closing(project.connect()) as connection:
        warehouse = warehouses.from_connection(connection)
        loader = Loader(
            warehouse, place_of(project), is_in_place=project.warehouse.name == "duckdb"
        )
        return loader.load(Folder(tree_of(project)), since)


def create(project: Project) -> None:
    project.dbt("run-operation", "refresh_function_logs")
