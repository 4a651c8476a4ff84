"""What the models show of the rows in ledger_rows.py; columns that are null are left out."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from integration_tests.functional.process_execution_log.ledger_rows import DAY, HOSTILE, at

Row = dict[str, Any]

_SAMPLE_START = datetime(2025, 12, 10, 10)  # noqa: DTZ001 - naive UTC, as the harness reads
_SAMPLE_END = _SAMPLE_START + timedelta(seconds=330)

_SAMPLE_JOB: Row = {
    "process_step_id": "JOB_abc123-def456-ghi789",
    "process_execution_log_sk": 1,
    "invocation_id": "abc123-def456-ghi789",
    "project_name": "dbt_fundamentals",
    "target_name": "dev",
    "target_schema": "dbt_ajain",
    "status": "SUCCESS",
    "is_completed": True,
    "current_step": "JOB_COMPLETED",
    "started_at": _SAMPLE_START,
    "ended_at": _SAMPLE_END,
    "duration_seconds": 330,
    "inserted_at": _SAMPLE_START,
    "updated_at": _SAMPLE_END,
    "total_models": 3,
    "completed_models": 3,
    "failed_models": 0,
    "running_models": 0,
    "total_steps": 0,
    "success_steps": 0,
    "error_steps": 0,
    "running_steps": 0,
}
_FAILED_JOB: Row = {
    "process_step_id": "JOB_failed",
    "process_execution_log_sk": 2,
    "invocation_id": "failed",
    "job_key": "nightly",
    "parent": "dag-1",
    "project_name": "shop",
    "target_name": "prod",
    "target_schema": "analytics",
    "command": "run",
    "is_full_refresh": True,
    "status": "FAILED",
    "is_completed": True,
    "current_step": "JOB_FAILED",
    "started_at": DAY,
    "ended_at": at(61.999),
    "duration_seconds": 61,
    "inserted_at": DAY,
    "updated_at": at(61.999),
    "planned_models": 3,
    "total_models": 3,
    "completed_models": 1,
    "failed_models": 1,
    "running_models": 0,
    "skipped_models": 1,
    "cancelled_models": 0,
    "total_steps": 4,
    "success_steps": 1,
    "warn_steps": 1,
    "error_steps": 1,
    "running_steps": 0,
    "skipped_steps": 1,
    "cancelled_steps": 0,
    "first_error_unique_id": "model.shop.bad",
    "first_error": HOSTILE.replace("\n", " "),
    "git_sha": "abc",
    "git_branch": "main",
    "ci_system": "github",
    "ci_run_id": "77",
    "ci_attempt": "1",
    "ci_job": "build",
    "ci_actor": "me",
    "ci_reason": "push",
    "user_name": "ci",
    "dbt_version": "1.11.16",
    "adapter_type": "postgres",
    "package_version": "0.1.0",
    "lease_minutes": 60,
    "clock_offset_ms": -12,
}
_BARE_JOB: Row = {
    "process_step_id": "JOB_bare",
    "process_execution_log_sk": 9,
    "invocation_id": "bare",
    "status": "SUCCESS",
    "is_completed": True,
    "started_at": DAY,
    "ended_at": at(9),
    "duration_seconds": 9,
    "inserted_at": DAY,
    "updated_at": at(9),
}

JOBS = {row["invocation_id"]: row for row in (_SAMPLE_JOB, _FAILED_JOB, _BARE_JOB)}


def sample_step(number: int, name: str, start: str, end: str, seconds: int) -> Row:
    """X54: the per-model row at the end of the source document."""
    return {
        "job_step_id": f"JOB_abc123-def456-ghi789|model.dbt_fundamentals.{name}",
        "model_step_id": f"{name}_abc123-def456-ghi789",
        "process_step_id": "JOB_abc123-def456-ghi789",
        "invocation_id": "abc123-def456-ghi789",
        "project_name": "dbt_fundamentals",
        "target_name": "dev",
        "execution_type_name": "DBT_MODEL_RUN",
        "step_number": number,
        "unique_id": f"model.dbt_fundamentals.{name}",
        "resource_type": "model",
        "model_name": name,
        "database_name": "DEV_DB",
        "schema_name": "dbt_ajain",
        "status": "SUCCESS",
        "started_at": datetime.fromisoformat(f"2025-12-10 {start}"),
        "ended_at": datetime.fromisoformat(f"2025-12-10 {end}"),
        "duration_seconds": seconds,
        "duration_ms": seconds * 1000,
        "job_inserted_at": _SAMPLE_START,
        "job_updated_at": _SAMPLE_END,
    }


SAMPLE_STEPS = [
    sample_step(1, "stg_jaffle_shop__customers", "10:00:01", "10:01:15", 74),
    sample_step(2, "stg_jaffle_shop__orders", "10:01:16", "10:02:30", 74),
    sample_step(3, "dim_customers", "10:02:31", "10:05:25", 174),
]


def failed_step(number: int, name: str, kind: str = "model", **more: Any) -> Row:
    return {
        "job_step_id": f"JOB_failed|{kind}.shop.{name}",
        "model_step_id": f"{name}_failed",
        "process_step_id": "JOB_failed",
        "invocation_id": "failed",
        "job_key": "nightly",
        "project_name": "shop",
        "target_name": "prod",
        "execution_type_name": f"DBT_{kind.upper()}_RUN",
        "step_number": number,
        "unique_id": f"{kind}.shop.{name}",
        "resource_type": kind,
        "model_name": name,
        "database_name": "dev_db",
        "schema_name": "analytics",
        "thread_name": "Thread-1",
        "job_inserted_at": DAY,
        "job_updated_at": at(61.999),
        **more,
    }


FAILED_STEPS = [
    failed_step(1, "good", status="SUCCESS", dbt_status="success", started_at=at(1),
                ended_at=at(3), duration_seconds=2, duration_ms=2000, wait_ms=5, rows_affected=7,
                query_id="q1"),
    failed_step(2, "bad", status="ERROR", dbt_status="error", started_at=at(3), ended_at=at(4.5),
                duration_seconds=1, duration_ms=1500, wait_ms=0, error=HOSTILE),
    failed_step(3, "after", status="SKIPPED", dbt_status="skipped"),
    failed_step(4, "few", "test", status="WARN", dbt_status="warn", started_at=at(5),
                ended_at=at(6), duration_seconds=1, duration_ms=1000, wait_ms=0, failures=3,
                error="Got 3 results"),
]  # fmt: skip
