"""The analyses over the job ledger: compiled by dbt, run on a connection of their own."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.harness.keeper import ROOT
from integration_tests.functional.harness.project import Project
from integration_tests.functional.process_execution_log.ledger_rows import (
    insert,
    job,
    sample,
    step,
)
from integration_tests.functional.process_execution_log.test_models import (
    NOW,
    SELECTED,
    create_ledger,
    models_project,
)

Row = dict[str, Any]
FOLDER = ROOT / "analyses" / "process_execution_log"
OF_THE_DOCUMENT = {"model_details", "job_summary"}
# Noon, so that a job of some hours stays within its day.
NOON = NOW.replace(hour=12, minute=0, second=0)
LATELY = {"a1": 3, "a2": 2, "a3": 1}


def days_ago(days: float) -> datetime:
    return NOON - timedelta(days=days)


def compiled(project: Project) -> dict[str, Path]:
    found = (project.folder / "target" / "compiled" / "run_ledger").rglob(
        "analyses/process_execution_log/*.sql"
    )
    return {path.stem.removeprefix("run_ledger__"): path for path in found}


def answers(project: Project, name: str) -> list[Row]:
    return project.query(compiled(project)[name].read_text())


def tuples(rows: list[Row], *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in rows]


def error_of(name: str, message: str = "boom\nat line 3") -> Row:
    return {"unique_id": f"model.shop.{name}", "model_name": name, "resource_type": "model",
            "status": "error", "message": message}  # fmt: skip


def lately() -> list[Row]:
    """Three days of one job: `fast` got slower and `shaky` fails every other time."""
    jobs = []
    for number, (name, days) in enumerate(LATELY.items()):
        start = days_ago(days)
        is_bad = number == 1
        steps = [
            step("fast", start, 2 + number, rows_affected=5, wait_ms=100 * number),
            step("shaky", start + timedelta(seconds=5), 1, status="ERROR" if is_bad else "SUCCESS",
                 error="boom\nat line 3" if is_bad else None),
        ]  # fmt: skip
        errors = [error_of("shaky")] if is_bad else []
        facts = {"git": {"sha": f"sha-{name}", "branch": "main"}, "user_name": "ci"}
        end = start + timedelta(seconds=60 + 30 * number)
        jobs.append(job(name, start, end, steps, errors, facts))
    return jobs


def earlier() -> list[Row]:
    """The weeks before: `fast` took one second; a job that was cut off, another that got lost."""
    old = [job(f"old{days}", days_ago(days), days_ago(days), [step("fast", days_ago(days), 1)])
           for days in (10, 15, 20)]  # fmt: skip
    cut = [
        step("fast", days_ago(5), 1),
        step("cut", days_ago(5), status="CANCELLED", dbt_status=None),
    ]
    cut_error = {"resource_type": "job", "status": "cancelled", "message": "SIGTERM"}
    ci = {"ci": {"system": "github", "run_id": "9"}, "job_key": "adhoc"}
    hurt = job("hurt", days_ago(5), days_ago(5), cut, [cut_error], ci,
               execution_status_name="CANCELLED")  # fmt: skip
    lost = job("lost", days_ago(6), None, [step("never", days_ago(6), status="RUNNING")])
    return [*old, hurt, lost]


def now_running() -> Row:
    start = NOW - timedelta(seconds=90)
    steps = [step("fast", start, 1), step("next", start + timedelta(seconds=1), status="RUNNING")]
    counts = {"total_models": 2, "completed": 1, "failed": 0, "running": 1, "skipped": 0}
    counts |= {"cancelled": 0, "planned_models": 4}
    return job("live", start, steps=steps, destination_data_cnt_obj=counts)


@pytest.fixture
def asked(cell: Cell) -> Project:
    project = models_project(cell)
    create_ledger(project)
    insert(project, sample(), *earlier(), *lately(), now_running())
    project.dbt("run", *SELECTED)
    project.dbt("compile")
    return project


def test_every_question_has_its_answer(asked: Project) -> None:
    """X49, X50, X51, X53, C7, C8, C9: exact rows of every analysis on every warehouse."""
    assert {*compiled(asked)} == {
        path.stem.removeprefix("run_ledger__") for path in FOLDER.glob("*.sql")
    }
    check_queries_of_the_document(asked)
    check_running_and_slowest(asked)
    check_failures(asked)
    check_trends(asked)
    check_reliability(asked)
    check_last_build(asked)


def check_queries_of_the_document(project: Project) -> None:
    details = answers(project, "model_details")
    names = ("process_step_id", "model_name", "status", "start_time", "end_time")
    assert list(details[0]) == [*names, "duration_seconds"]
    assert tuples(details, "model_name", "status", "duration_seconds") == [
        ("stg_jaffle_shop__customers", "SUCCESS", 74),
        ("stg_jaffle_shop__orders", "SUCCESS", 74),
        ("dim_customers", "SUCCESS", 174),
    ]
    assert details[2]["start_time"] == datetime.fromisoformat("2025-12-10 10:02:31")
    assert details[2]["end_time"] == datetime.fromisoformat("2025-12-10 10:05:25")
    summary = answers(project, "job_summary")
    assert tuples(summary, "process_step_id")[:2] == [("JOB_live",), ("JOB_a3",)]
    assert summary[-1] == {
        "process_step_id": "JOB_abc123-def456-ghi789",
        "execution_status_name": "SUCCESS",
        "execution_start_tmstp": datetime.fromisoformat("2025-12-10 10:00:00"),
        "execution_end_tmstp": datetime.fromisoformat("2025-12-10 10:05:30"),
        "total_duration_seconds": 330,
        "total_models": 3,
        "completed_models": 3,
        "failed_models": 0,
    }
    assert list(summary[-1])[4:] == [
        "total_duration_seconds",
        "total_models",
        "completed_models",
        "failed_models",
    ]


def check_running_and_slowest(project: Project) -> None:
    (live,) = answers(project, "running_now")
    assert (live["process_step_id"], live["done_models"], live["percent_done"]) == (
        "JOB_live",
        1,
        25,
    )
    assert live["running_seconds"] >= 90
    assert live["seconds_since_last_sign"] >= 90
    slowest = answers(project, "slowest_models_of_last_run")
    assert tuples(slowest, "process_step_id", "model_name", "duration_ms", "rows_affected") == [
        ("JOB_a3", "fast", 4000, 5),
        ("JOB_a3", "shaky", 1000, None),
    ]
    waits = answers(project, "longest_waits")
    assert tuples(waits, "process_step_id", "unique_id", "wait_ms", "duration_ms") == [
        ("JOB_a3", "model.shop.fast", 200, 4000),
        ("JOB_a2", "model.shop.fast", 100, 3000),
    ]


def check_failures(project: Project) -> None:
    assert answers(project, "failed_today") == []
    flaky = answers(project, "flaky_nodes")
    assert tuples(flaky, "unique_id", "target_name", "runs", "failures", "flips") == [
        ("model.shop.shaky", "prod", 3, 1, 2)
    ]
    assert flaky[0]["last_failed_at"] == days_ago(2) + timedelta(seconds=5)


def check_trends(project: Project) -> None:
    trend = answers(project, "job_duration_trend")
    names = ("job_key", "run_date", "runs", "median_seconds", "p95_seconds", "change_seconds")
    assert tuples(trend, *names) == [
        ("nightly", days_ago(20).date(), 1, 0, 0, None),
        ("nightly", days_ago(15).date(), 1, 0, 0, 0),
        ("nightly", days_ago(10).date(), 1, 0, 0, 0),
        ("nightly", days_ago(3).date(), 1, 60, 60, 60),
        ("nightly", days_ago(1).date(), 1, 120, 120, 60),
    ]
    slower = answers(project, "slower_this_week")
    # Days of this week: 1000 (cut off), 2000, 3000, 4000, and today's 1000.
    names = ("unique_id", "week_runs", "before_median_ms", "week_median_ms", "ratio", "lost_ms")
    assert tuples(slower, *names) == [("model.shop.fast", 5, 1000, 2000, 2.0, 5000)]


def check_reliability(project: Project) -> None:
    rates = answers(project, "job_success_rate")
    names = ("job_key", "runs", "success_runs", "failed_runs", "cancelled_runs", "lost_runs")
    assert tuples(rates, *names) == [
        ("adhoc", 1, 0, 0, 1, 0),
        ("nightly", 7, 5, 1, 0, 1),
    ]
    assert [float(row["success_percent"]) for row in rates] == [0, 71.43]
    cut = answers(project, "lost_or_cancelled_jobs")
    names = (
        "process_step_id",
        "status",
        "is_completed",
        "first_cut_unique_id",
        "reason",
        "ci_run_id",
    )
    assert tuples(cut, *names) == [
        ("JOB_hurt", "CANCELLED", True, "model.shop.cut", "SIGTERM", "9"),
        ("JOB_lost", "LOST", False, "model.shop.never", LOST, None),
    ]


LOST = "No sign of life for longer than the lease"


def check_last_build(project: Project) -> None:
    (path,) = FOLDER.glob("*last_build_of_relation.sql")
    assert "'dim_customers'" in path.read_text()
    assert answers(project, "last_build_of_relation") == []
    sql = compiled(project)["last_build_of_relation"].read_text()
    (last,) = project.query(sql.replace("'dim_customers'", "'shaky'"))
    assert tuples([last], "process_step_id", "schema_name", "git_sha", "user_name") == [
        ("JOB_a3", "analytics", "sha-a3", "ci")
    ]


def test_failures_of_today_say_why(cell: Cell) -> None:
    """C8: failed steps, and jobs that failed without one."""
    project = models_project(cell)
    create_ledger(project)
    # Not that of the module, which may be of yesterday by now.
    now = datetime.now(timezone.utc).replace(tzinfo=None, microsecond=0)
    steps = [step("shaky", now, 1, status="ERROR", error="boom\nat line 3")]
    stopped = [{"resource_type": "job", "status": "cancelled", "message": "SIGTERM"}]
    insert(
        project,
        job("today", now, now, steps, [error_of("shaky")]),
        job("stopped", now, now, [], stopped, execution_status_name="CANCELLED"),
        job("yesterday", now - timedelta(days=1), now, steps, [error_of("shaky")]),
    )
    project.dbt("run", *SELECTED)
    project.dbt("compile", "--select", "run_ledger__failed_today")
    assert tuples(answers(project, "failed_today"), "process_step_id", "name", "reason") == [
        ("JOB_stopped", "nightly", "SIGTERM"),
        ("JOB_today", "shaky", "boom at line 3"),
    ]


@pytest.mark.versions
def test_analyses_without_models(cell: Cell) -> None:
    """C8, C10: a project that leaves the models off compiles, with the document's two queries."""
    project = cell.project("three_models", vars={"run_ledger_ledgers": []})
    project.dbt("compile")
    assert {*compiled(project)} == OF_THE_DOCUMENT
    project = cell.project("three_models", vars={"run_ledger_enabled": False})
    project.dbt("compile")
    assert compiled(project) == {}
