"""A ledger that never was: rows of every section, the same at each call."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from dbt_run_ledger.process_execution_log.jobs import Job
from dbt_run_ledger.report.collect import Collected, Missing
from tests.unit.process_execution_log.made_jobs import NOON, job, step

ERROR = "Binder Error: column <amount> is no number & never was"
STATUSES = ("succeeded",) * 7 + ("failed", "succeeded", "cancelled")


def empty() -> Collected:
    """A project that has the package and has not run yet."""
    off = {
        "ingestion": "ingestion_runs",
        "chains": "ingestion_runs",
        "functions": "function_logs",
        "processing": "processing_logs",
        "processing_places": "processing_logs",
        "processing_runs": "processing_logs",
        "drift": "profile_runs",
        "profiles": "profile_runs",
    }
    return _collected(
        jobs=Missing("The job ledger has no table yet."),
        runs=Missing("The model run_summary is not in the schema shop."),
        standing=Missing("The model run_summary_jobs is not in the schema shop."),
        **{name: Missing(f"The ledger {word} is off.") for name, word in off.items()},
    )


def one_run() -> Collected:
    """A first run, and no model of the package built."""
    found = empty()
    found.jobs = [three_steps()]
    found.jobs_with_steps = [three_steps()]
    return found


def full(runs: int) -> Collected:
    jobs = [_job(number) for number in range(12)]
    return _collected(
        jobs=jobs,
        jobs_with_steps=jobs,
        runs=[_run(number) for number in range(runs)],
        standing=[_standing("shop:prod:build", "failing"), _standing("shop:prod:test", "healthy")],
        ingestion=[_ingestion()],
        chains=[_link(1, "failed"), _link(2, "succeeded")],
        functions=[_hour(number) for number in range(72)],
        processing=[_month("2026-09", 900), _month("2026-10", 1000), _month("2026-11", 1200)],
        processing_places=[
            {"log_month": datetime.fromisoformat("2026-11-01"), "is_warm": False, "row_count": 1200}
        ],
        processing_runs=[_file()],
        drift=[_drift("email", True), _drift("amount", False)],
        profiles=[_profile(number) for number in range(10)],
    )


def three_steps() -> Job:
    """stg takes a second, orders follows it, and customers ends before both on another thread."""
    return job(
        "SUCCESS",
        step("stg_orders", start=0.5, end=1.5, thread="Thread-1", wait_ms=0),
        step("customers", start=0.5, end=1.0, thread="Thread-2", wait_ms=0),
        step("orders", start=1.5, end=3.5, thread="Thread-1", wait_ms=0),
        end=4,
        now=60,
    )


def _collected(**rows: Any) -> Collected:
    begin = NOON - timedelta(days=30)
    return Collected(NOON + timedelta(minutes=1), begin, "shop", "prod", "duckdb", **rows)


def _job(number: int) -> Job:
    """Newest first; `orders` of the last three takes four times as long, and one fails."""
    slow = 4.0 if number < 3 else 1.0
    made = job(
        "FAILED" if number == 5 else "SUCCESS",
        step("stg_orders", start=0.2, end=1.2, thread="Thread-1"),
        step("customers", start=0.2, end=0.9, thread="Thread-2"),
        step("orders", start=1.2, end=1.2 + slow, thread="Thread-1"),
        step("revenue", "ERROR" if number == 5 else "SUCCESS", 1.0, 1.9, thread="Thread-2"),
        end=7,
        now=60,
        key=f"{number:08d}-0000-4000-8000-000000000000",
    )
    earlier = timedelta(days=number)
    row = {**made.row, "execution_start_tmstp": NOON - earlier, "insert_tmstp": NOON - earlier}
    document = {**made.document, "models": [_moved(each, earlier) for each in made.steps]}
    row |= {"step_execution_obj": document, "execution_end_tmstp": made.ended_at - earlier}  # type: ignore[operator]
    return Job(row, made.now)


def _moved(one: Mapping[str, Any], earlier: timedelta) -> dict[str, Any]:
    times = {
        name: datetime.fromisoformat(one[name]) - earlier for name in ("start_time", "end_time")
    }
    return {
        **one,
        **{
            name: moment.isoformat(sep=" ", timespec="milliseconds")
            for name, moment in times.items()
        },
    }


def _run(number: int) -> dict[str, Any]:
    started = NOON - timedelta(minutes=4 * number)
    status = STATUSES[number % len(STATUSES)]
    return {
        "ledger": "ingestion_runs" if number % 4 == 3 else "process_execution_log",
        "run_id": f"JOB_{number:08d}",
        "job_key": f"shop:prod:{'build' if number % 2 else 'test'}",
        "target": "prod",
        "status": status,
        "recorded_at": started,
        "started_at": started,
        "ended_at": started + timedelta(seconds=30),
        "duration_seconds": 30.5,
        "total_count": 12,
        "succeeded_count": 11,
        "failed_count": int(status == "failed"),
        "skipped_count": 0,
        "attempt": 1,
        "error": ERROR if status == "failed" else None,
    }


def _standing(key: str, health: str) -> dict[str, Any]:
    return {
        "ledger": "process_execution_log",
        "job_key": key,
        "target": "prod",
        "health": health,
        "health_reason": "the last run failed" if health == "failing" else None,
        "runs": 40,
        "success_rate": 0.925,
        "p50_duration_seconds": 31.2,
        "p95_duration_seconds": 65.0,
        "p50_change_ratio": 0.4 if health == "failing" else -0.02,
        "streak_outcome": "failed" if health == "failing" else "succeeded",
        "streak_runs": 2,
        "mean_recovery_seconds": 5400.0,
        "last_status": "failed" if health == "failing" else "succeeded",
        "last_started_at": NOON,
        "next_expected_at": NOON - timedelta(hours=2),
        "is_late": health == "failing",
        "late_seconds": 7200 if health == "failing" else 0,
    }


def _ingestion() -> dict[str, Any]:
    return {
        "run_id": "7b0c",
        "run_kind": "official_ingestion",
        "mode": "scheduled",
        "status": "partial",
        "requested_by": None,
        "created_at": NOON,
        "started_at": NOON,
        "finished_at": NOON,
        "queued_ms": 1500,
        "duration_ms": 61000,
        "target_count": 100,
        "processed_count": 100,
        "success_count": 97,
        "failed_count": 3,
        "reason": "3 pages timed out",
    }


def _link(attempt: int, status: str) -> dict[str, Any]:
    return {
        "run_id": f"run-{attempt}",
        "root_run_id": "run-1",
        "attempt_number": attempt,
        "attempts": 2,
        "status": status,
        "created_at": NOON,
        "is_latest": attempt == 2,
    }


def _hour(number: int) -> dict[str, Any]:
    slow = 3 if number < 24 else 1
    return {
        "hour": NOON - timedelta(hours=number),
        "function_name": "checkout",
        "total_invocations": 100,
        "errors": 2,
        "error_rate": 0.02,
        "p50_duration_ms": 100.0 * slow,
        "p95_duration_ms": 200.0 * slow,
        "p99_duration_ms": 300.0 * slow,
        "sla_violations": 1,
    }


def _month(month: str, rows: int) -> dict[str, Any]:
    return {
        "log_month": datetime.fromisoformat(f"{month}-01"),
        "processing_type": "login",
        "status": "success",
        "row_count": rows,
    }


def _file() -> dict[str, Any]:
    return {
        "execution_name": "login_2026-11-21",
        "source_file": "login.csv",
        "is_repeat": False,
        "total_count": 2000,
        "success_count": 1990,
        "failed_count": 10,
        "skipped_count": 0,
        "status": "success",
        "started_at": NOON,
        "ended_at": NOON,
        "duration_ms": 19,
    }


def _drift(column: str, is_drifted: bool) -> dict[str, Any]:
    return {
        "target_schema": "shop",
        "target_table": "customers",
        "column_name": column,
        "started_at": NOON,
        "data_type": "VARCHAR",
        "null_rate": 0.21 if is_drifted else 0.0,
        "null_rate_change": 0.19 if is_drifted else 0.0,
        "distinct_rate_change_ratio": -0.1,
        "mean_change_deviations": None,
        "reasons": "null rate;" if is_drifted else "",
        "is_drifted": is_drifted,
    }


def _profile(number: int) -> dict[str, Any]:
    return {
        "target_schema": "shop",
        "target_table": "customers",
        "column_name": "email",
        "started_at": NOON - timedelta(days=number),
        "row_count": 1000,
        "null_rate": 0.21 if number == 0 else 0.02,
        "distinct_rate": 0.9,
    }
