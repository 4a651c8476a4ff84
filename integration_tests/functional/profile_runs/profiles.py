"""Profile tables and read what was recorded."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.harness.project import Project
from integration_tests.functional.harness.result import Result
from integration_tests.functional.harness.warehouses import Row

Metrics = dict[str, dict[str, Any]]


def profiled(cell: Cell, **options: Any) -> Project:
    """A project with a ledger and a target schema; the engine's own DuckDB makes the file."""
    project = cell.project("profiled", **options)
    operation(project, "run_ledger.create_ledgers")
    if cell.warehouse.name == "postgres":
        project.query(f"create schema if not exists {project.space.schema}")
    return project


def operation(project: Project, name: str, expect: int = 0, **given: Any) -> Result:
    args = ["--args", json.dumps(given)] if given else []
    return project.dbt("run-operation", name, *args, expect=expect)


def profile(
    project: Project, relation: str, expect: int = 0, **options: Any
) -> tuple[Row, Metrics]:
    """One profile: its run and its metrics."""
    before = {row["run_id"] for row in runs(project)}
    operation(project, "run_ledger.profile_table", expect, relation=relation, **options)
    (run,) = [row for row in runs(project) if row["run_id"] not in before]
    return run, metrics(project, run["run_id"])


def profile_each(project: Project, given: Sequence[str], **options: Any) -> dict[str, Metrics]:
    """Several tables in one invocation, by their names."""
    operation(project, "profile_each", given=list(given), options=options)
    newest = {row["target_table"].lower(): row for row in runs(project)}
    return {
        name: metrics(project, newest[name.rpartition(".")[2].strip('"').lower()]["run_id"])
        for name in given
    }


def profile_with(project: Project, relation: str, *each: dict[str, Any]) -> list[Row]:
    """Profiles of one table with other options each, in one invocation; the new runs in turn."""
    before = {row["run_id"] for row in runs(project)}
    operation(project, "profile_with", relation=relation, each=list(each))
    return [row for row in runs(project) if row["run_id"] not in before]


def runs(project: Project) -> list[Row]:
    return project.ledger("profile_runs", order_by="started_at, run_id")


def metrics(project: Project, run_id: str) -> Metrics:
    """Column name in lower case -> metric -> text, where there is one, else number."""
    found: Metrics = {}
    for row in results(project):
        if row["run_id"] == run_id:
            number, text = row["value_num"], row["value_text"]
            value = number if text is None else text
            found.setdefault(row["column_name"].lower(), {})[row["metric_name"]] = value
    return found


def results(project: Project) -> list[Row]:
    return project.query(
        f"select * from {project.name_of('profile_results', project.space.ledger_schema)} "
        "order by run_id, column_name, metric_name"
    )


def create(project: Project, name: str, columns: str, rows: str | None = None) -> str:
    """A table in the target schema; its name as the operations take it."""
    place = project.name_of(name)
    project.query(f"create table {place} ({columns})")
    if rows:
        project.query(f"insert into {place} {rows}")
    return f"{project.space.schema}.{name}"
