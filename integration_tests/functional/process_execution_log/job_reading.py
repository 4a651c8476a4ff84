"""What the tests of the job ledger read from its rows, and how they look on while dbt runs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timezone

from integration_tests.functional.harness.project import Project
from integration_tests.functional.harness.result import Result, Running
from integration_tests.functional.harness.warehouses import Row

START_MODEL = "{{ run_ledger.start_model() }}"
FINISH_MODEL = "{{ run_ledger.finish_model() }}"
NODE_HOOKS = {"+pre-hook": START_MODEL, "+post-hook": FINISH_MODEL}
# The two model hooks for everything that has hooks; on DuckDB they render to nothing.
HOOKS = {"models": NODE_HOOKS, "seeds": NODE_HOOKS, "snapshots": NODE_HOOKS}

POLL_SECONDS = 0.01


def job_of(project: Project, result: Result) -> Row:
    """The one row of an invocation."""
    step_id = f"JOB_{result.invocation_id}"
    (row,) = [row for row in project.ledger() if row["process_step_id"] == step_id]
    return row


def steps_of(row: Row) -> list[Row]:
    steps: list[Row] = row["step_execution_obj"]["models"]
    return steps


def by_name(row: Row) -> dict[str, Row]:
    return {step["model_name"]: step for step in steps_of(row)}


def statuses_of(row: Row) -> dict[str, str]:
    return {name: step["status"] for name, step in by_name(row).items()}


def counts_of(row: Row) -> tuple[int, int, int, int]:
    """In the order of the source document: total, completed, failed, running."""
    counts = row["destination_data_cnt_obj"]
    return counts["total_models"], counts["completed"], counts["failed"], counts["running"]


def check_sums(row: Row) -> None:
    """What must hold at every moment: the parts add up to the totals (X34)."""
    counts = row["destination_data_cnt_obj"]
    parts = ("completed", "failed", "running", "skipped", "cancelled")
    assert counts["total_models"] == sum(counts[part] for part in parts), counts
    summary = row["step_execution_obj"]["summary"]
    words = ("success", "error", "running", "skipped", "warn", "cancelled")
    assert summary["total"] == sum(summary[word] for word in words), summary
    assert summary["total"] == len(steps_of(row))
    for word in words:
        statuses = [step["status"] for step in steps_of(row)]
        assert summary[word] == statuses.count(word.upper()), word


def utc_now() -> datetime:
    return datetime.now(timezone.utc).replace(tzinfo=None)


def has_ledger(project: Project) -> bool:
    """Whether the ledger's schema holds anything at all."""
    name = project.space.ledger_schema.lower()
    database = project.space.database
    where = f"lower(table_schema) = '{name}'"
    if project.warehouse.name == "duckdb":
        where += f" and table_catalog = '{database}'"
    scope = f"{database}." if project.warehouse.name == "snowflake" else ""
    tables = project.query(f"select 1 as one from {scope}information_schema.tables where {where}")
    schemata = project.query(
        f"select 1 as one from {scope}information_schema.schemata where lower(schema_name) = '{name}'"
    )
    return bool(tables or schemata)


def seen_rows(project: Project, running: Running) -> Iterator[Row]:
    """The newest row of the ledger, again and again, as another session sees it until dbt ends."""
    # Before on-run-start there is no table yet.
    wait_for(lambda: has_ledger(project), running)
    while running.process.poll() is None:
        rows = project.ledger()
        if rows:
            yield rows[-1]
        time.sleep(POLL_SECONDS)


def wait_for(condition: Callable[[], bool], running: Running, seconds: float = 180) -> None:
    """Until the condition holds; dbt must not have ended before."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert running.process.poll() is None, f"dbt ended too early:\n{running.output}"
        assert time.monotonic() < deadline, f"not within {seconds} s:\n{running.output}"
        time.sleep(POLL_SECONDS)
