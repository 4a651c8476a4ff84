"""Old rows lose their steps and nothing else: the operation thin_jobs."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.harness.project import Project
from integration_tests.functional.harness.result import Result
from integration_tests.functional.process_execution_log import ledger_rows
from integration_tests.functional.process_execution_log.job_reading import utc_now

Row = dict[str, Any]
NOW = utc_now().replace(microsecond=0)


def rows_of(project: Project) -> dict[str, Row]:
    return {row["process_step_id"]: row for row in project.ledger()}


def thin(project: Project, days: object = None, expect: int | None = 0) -> Result:
    args = [] if days is None else ["--args", json.dumps({"days": days})]
    return project.dbt("run-operation", "run_ledger.thin_jobs", *args, expect=expect)


def old_jobs() -> list[Row]:
    """One in each of two months, one that is open however old, one of last week, one of another kind."""
    steps = [ledger_rows.step("a", NOW), ledger_rows.step("b", NOW, status="ERROR")]
    error = [{"unique_id": "model.shop.b", "message": "broken"}]
    other: Row = {"execution_type_name": "EXTRACT"}
    ages = {"older": 100, "old": 60, "open": 90, "young": 7, "load": 90}
    return [
        ledger_rows.job(
            name,
            NOW - timedelta(days=days),
            None if name == "open" else NOW - timedelta(days=days - 1),
            steps,
            error,
            **(other if name == "load" else {}),
        )
        for name, days in ages.items()
    ]


def test_old_rows_keep_everything_but_their_steps(cell: Cell) -> None:
    """Full for so many days, thin for ever, never a run that is not closed; again changes nothing."""
    project = cell.project("two_models", vars={"run_ledger_models": True})
    project.dbt("run-operation", "run_ledger.create_ledgers")
    ledger_rows.insert(project, *old_jobs())
    before = rows_of(project)
    result = thin(project, days=30)
    assert "2 jobs are thin now, all of those recorded more than 30 days ago" in result.output
    after = rows_of(project)
    for name, row in before.items():
        if name in ("JOB_older", "JOB_old"):
            document = row["step_execution_obj"]
            row["step_execution_obj"] = {**document, "models": [], "is_thin": True}
        assert after[name] == row, name
    assert "0 jobs are thin now" in thin(project, days=30).output
    # 365 days is the default.
    assert "0 jobs are thin now" in thin(project).output
    assert rows_of(project) == after
    refused = thin(project, days=0, expect=None)
    assert refused.exit_code != 0
    assert "expected a number of days of at least 1, got 0" in refused.output
    project.dbt("run", "--select", "run_ledger.staging", "run_ledger.process_execution_log")
    steps = {row["process_step_id"] for row in project.table("run_ledger__job_steps")}
    assert not steps & {"JOB_older", "JOB_old"}
    (old,) = [r for r in project.table("run_ledger__job_runs") if r["invocation_id"] == "old"]
    assert (old["error_steps"], old["first_error"]) == (1, "broken")
