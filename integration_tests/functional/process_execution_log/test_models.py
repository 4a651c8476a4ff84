"""The models over the job ledger: rows in, rows out."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
import yaml

from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.harness.keeper import ROOT
from integration_tests.functional.harness.project import Project
from integration_tests.functional.process_execution_log import expected_rows as expected
from integration_tests.functional.process_execution_log.ledger_rows import (
    failed_job,
    insert,
    job,
    ledger,
    odd_rows,
    sample,
    step,
)

Row = dict[str, Any]
STAGING = "stg_run_ledger__process_execution_log"
MODELS = (STAGING, "run_ledger__job_runs", "run_ledger__job_steps", "run_ledger__model_durations")
SELECTED = ("--select", "run_ledger.staging", "run_ledger.process_execution_log")
NOW = datetime.now(timezone.utc).replace(tzinfo=None, microsecond=0)
# Hours since the last sign of life; the lease is one hour, or 24 where the row has none.
SILENT_HOURS = {"alive": 0.5, "lost": 1.5, "quiet": 23, "gone": 25}


def models_project(cell: Cell) -> Project:
    """The models are on and the hooks write nothing: the ledger holds what the test puts there."""
    settings = {"run_ledger_models": True, "run_ledger_ledgers": []}
    return cell.project("three_models", vars=settings)


def create_ledger(project: Project) -> None:
    ledgers = {"run_ledger_ledgers": ["process_execution_log"]}
    project.dbt("run-operation", "create_ledgers", vars=ledgers)


def by(key: str, rows: list[Row]) -> dict[str, Row]:
    keyed = {row[key]: row for row in rows}
    assert len(keyed) == len(rows)
    return keyed


def told(row: Row) -> Row:
    """A row without what is null in it."""
    return {name: value for name, value in row.items() if value is not None}


def silent_jobs() -> list[Row]:
    jobs = []
    for name, hours in SILENT_HOURS.items():
        start = NOW - timedelta(hours=hours)
        steps = [step("m", start, status="RUNNING")]
        config = {"lease_minutes": None} if name in ("quiet", "gone") else None
        jobs.append(job(name, start, steps=steps, config=config))
    return jobs


def test_rows_become_jobs_and_steps(cell: Cell) -> None:
    """X45, X51, X52, X54, C4, C7, C9: every kind of row, typed, the same on every warehouse."""
    project = models_project(cell)
    create_ledger(project)
    insert(project, sample(), failed_job(), *silent_jobs(), *odd_rows())
    project.dbt("run", *SELECTED)
    jobs = by("invocation_id", project.table("run_ledger__job_runs"))
    steps_in_order = project.table("run_ledger__job_steps", "process_step_id, step_number")
    steps = by("job_step_id", steps_in_order)
    assert {*jobs} == {"abc123-def456-ghi789", "failed", "bare", "bent", "blank", *SILENT_HOURS}
    assert len(project.table(STAGING)) == len(jobs)
    for name in ("abc123-def456-ghi789", "failed", "bare"):
        assert told(jobs[name]) == expected.JOBS[name]
    assert [told(row) for row in steps_in_order if row["invocation_id"] not in SILENT_HOURS] == [
        *expected.SAMPLE_STEPS,
        *expected.FAILED_STEPS,
    ]
    check_silent_jobs(jobs, steps)
    check_documented_columns(project)


def check_silent_jobs(jobs: dict[str, Row], steps: dict[str, Row]) -> None:
    """X43: a job without a sign of life reads as LOST before anybody sweeps it."""
    keys = ("status", "is_completed", "current_step", "running_models", "cancelled_steps")
    seen = {name: tuple(jobs[name][key] for key in keys) for name in SILENT_HOURS}
    running = ("RUNNING", False, "JOB_STARTED", 1, 0)
    lost = ("LOST", False, "JOB_LOST", 0, 1)
    assert seen == {"alive": running, "lost": lost, "quiet": running, "gone": lost}
    assert jobs["lost"]["ended_at"] == NOW - timedelta(hours=1.5)
    assert jobs["lost"]["duration_seconds"] == 0
    assert jobs["lost"]["first_error"] == "No sign of life for longer than the lease"
    assert jobs["alive"]["ended_at"] is None
    assert jobs["alive"]["duration_seconds"] is None
    statuses = [steps[f"JOB_{name}|model.shop.m"]["status"] for name in SILENT_HOURS]
    assert statuses == ["RUNNING", "CANCELLED", "RUNNING", "CANCELLED"]


def check_documented_columns(project: Project) -> None:
    """Each column has its entry in the yml beside the model, in the same order."""
    for path in ROOT.joinpath("models").rglob("*__models.yml"):
        for model in yaml.safe_load(path.read_text())["models"]:
            if model["name"] in MODELS:
                names = [column["name"] for column in model["columns"]]
                assert names == list(project.table(model["name"])[0]), model["name"]


def run_of(name: str, day: date, ms: int, status: str = "SUCCESS", node: str = "m") -> Row:
    """A closed job at noon of a day with one step."""
    noon = datetime(day.year, day.month, day.day, 12)  # noqa: DTZ001
    made = step(node, noon, ms / 1000, status=status)
    return job(name, noon, noon + timedelta(minutes=1), [made], [{}] if status == "ERROR" else [])


def durations(project: Project) -> list[tuple[Any, ...]]:
    names: tuple[str, ...]
    names = ("model_name", "run_date", "runs", "failures", "median_duration_ms", "p95_duration_ms")
    names += ("trailing_median_ms", "median_change_ratio", "last_status")
    rows = project.table("run_ledger__model_durations", "model_name, run_date")
    for row in rows:
        assert row["model_day_id"] == f"{row['unique_id']}|{row['target_name']}|{row['run_date']}"
    return [tuple(row[name] for name in names) for row in rows]


NOV_20, DEC_1, DEC_2, DEC_3 = (
    date(2025, 11, 20), date(2025, 12, 1), date(2025, 12, 2), date(2025, 12, 3),
)  # fmt: skip
DEC_30 = date(2025, 12, 30)
OLD = ("m", NOV_20, 1, 0, 1000, 1000, None, None, "SUCCESS")
BROKEN = ("n", DEC_1, 1, 1, None, None, None, None, "ERROR")


def test_durations_by_day_and_late_jobs(cell: Cell) -> None:
    """C4, C9: an incremental run equals a rebuild, however late a job is closed, and re-reads no
    day of which nothing changed."""
    project = models_project(cell)
    create_ledger(project)
    insert(
        project,
        run_of("old", NOV_20, 1000),
        run_of("a", DEC_1, 1000),
        run_of("b", DEC_1, 3000),
        run_of("broken", DEC_1, 700, "ERROR", "n"),
        {**run_of("late", DEC_1, 9000), **OPEN},
        run_of("c", DEC_2, 2000),
    )
    project.dbt("run", *SELECTED)
    assert durations(project) == [
        OLD,
        ("m", DEC_1, 2, 0, 2000, 2900, 1000, 1.0, "SUCCESS"),
        ("m", DEC_2, 1, 0, 2000, 2000, 1500, pytest.approx(1 / 3), "SUCCESS"),
        BROKEN,
    ]
    # Closed 29 days after it began, when nothing else of that day is read any more.
    project.query(f"delete from {ledger(project)} where process_step_id = 'JOB_late'")
    closed_at = datetime(2025, 12, 30, 13)  # noqa: DTZ001
    insert(project, {**run_of("late", DEC_1, 9000), "update_tmstp": closed_at})
    insert(project, run_of("d", DEC_3, 4000), run_of("e", DEC_30, 3000))
    project.dbt("run", *SELECTED)
    after = [
        OLD,
        ("m", DEC_1, 3, 0, 3000, 8400, 1000, 2.0, "SUCCESS"),
        ("m", DEC_2, 1, 0, 2000, 2000, 2000, 0.0, "SUCCESS"),
        ("m", DEC_3, 1, 0, 4000, 4000, 2000, 1.0, "SUCCESS"),
        ("m", DEC_30, 1, 0, 3000, 3000, 3000, 0.0, "SUCCESS"),
        BROKEN,
    ]
    assert durations(project) == after
    project.query(f"delete from {ledger(project)} where process_step_id in ('JOB_old', 'JOB_a')")
    project.dbt("run", *SELECTED)
    assert durations(project) == after
    insert(project, run_of("old", NOV_20, 1000), run_of("a", DEC_1, 1000))
    project.dbt("run", *SELECTED, "--full-refresh")
    assert durations(project) == after


# What a job shows before its end where nothing reports progress.
OPEN: Row = {
    "execution_status_name": "RUNNING",
    "execution_completed_ind": "N",
    "execution_end_tmstp": None,
    "update_tmstp": datetime(2025, 12, 1, 12),  # noqa: DTZ001
    "step_execution_obj": {"current_step": "JOB_STARTED", "models": []},
}


def test_a_missing_ledger_or_column_fails_nothing(cell: Cell) -> None:
    """X56: models over a ledger that is not there are empty, over an older one have nulls."""
    project = models_project(cell)
    project.dbt("run", *SELECTED)
    assert [project.table(model) for model in MODELS] == [[], [], [], []]
    create_ledger(project)
    if cell.warehouse.name == "duckdb":
        project.query("drop index run_ledger.process_execution_log_step_id")
    project.query(f"alter table {ledger(project)} drop column process_config_obj")
    row = sample()
    del row["process_config_obj"]
    insert(project, row)
    project.dbt("run", *SELECTED)
    (seen,) = project.table("run_ledger__job_runs")
    assert told(seen) == expected.JOBS["abc123-def456-ghi789"]


@pytest.mark.versions
def test_data_tests_warn_and_nothing_is_deprecated(cell: Cell) -> None:
    """X56: what is wrong in the ledger is a warning, never a failed build; the yml suits every
    version of dbt."""
    project = models_project(cell)
    create_ledger(project)
    insert(project, job("one", NOW, NOW, [step("m", NOW)]))
    clean = project.dbt("build", *SELECTED).output.lower()
    assert "deprecation" not in clean
    assert "deprecated functionality" not in clean
    assert "[warning]" not in clean
    bad_step = step("m", NOW, status="DONE")
    insert(project, job("one", NOW, NOW, [bad_step], execution_status_name="ENDED"))
    output = project.dbt("build", *SELECTED).output
    lines = [line for line in output.splitlines() if re.search(r"WARN 1|Warned", line)]
    found = {re.findall(r"(?:unique|known)_\w+", line)[0] for line in lines}
    assert found == {
        "unique_stg_run_ledger__process_execution_log_process_step_id",
        "unique_run_ledger__job_runs_process_step_id",
        "known_job_status_run_ledger__job_runs_status",
        "unique_run_ledger__job_steps_job_step_id",
        "known_step_status_run_ledger__job_steps_status",
    }


def test_the_models_show_real_jobs(cell: Cell) -> None:
    """X53, C3, C7: what the hooks wrote, read through the models of the same project."""
    project = cell.project("three_models", vars={"run_ledger_models": True})
    others = ("--exclude", "run_ledger.run_summary")
    first, second = project.dbt("run", *others), project.dbt("run", *others)
    jobs = by("invocation_id", project.table("run_ledger__job_runs"))
    assert {*jobs} == {first.invocation_id, second.invocation_id}
    for row in jobs.values():
        assert (row["status"], row["total_models"], row["success_steps"]) == ("SUCCESS", 7, 7)
        assert row["duration_seconds"] >= 0
    steps = project.table("run_ledger__job_steps")
    ids = {row["model_step_id"] for row in steps}
    assert ids >= {f"dim_customers_{job_id}" for job_id in jobs}
    assert len(steps) == 14
    rows = project.table("run_ledger__model_durations")
    assert {row["runs"] for row in rows} == {1}
    assert len(rows) == 7
