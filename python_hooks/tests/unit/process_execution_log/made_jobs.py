"""Rows of the job ledger as the warehouses hand them over, made for a test."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from dbt_run_ledger.process_execution_log.jobs import Job

NOON = datetime.fromisoformat("2026-11-21 12:00:00.000")
INVOCATION = "babe3a96-0158-485f-8f6a-0903f25340e1"


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def step(
    name: str,
    status: str = "SUCCESS",
    start: float | None = 0,
    end: float | None = None,
    **more: Any,
) -> dict[str, Any]:
    """A step that ran from `start` to `end`, in seconds after noon."""

    def text(seconds: float | None) -> str | None:
        return None if seconds is None else at(seconds).isoformat(sep=" ", timespec="milliseconds")

    kind = more.get("resource_type", "model")
    milliseconds = None if start is None or end is None else round((end - start) * 1000)
    return {
        "model_name": name,
        "database": "db",
        "schema": "sc",
        "status": status,
        "start_time": text(start),
        "end_time": text(end),
        "duration_ms": milliseconds,
        "error": "boom" if status == "ERROR" else None,
        "unique_id": f"{kind}.shop.{name}",
        "resource_type": kind,
        "rows_affected": None,
        "thread": None,
        **more,
    }


def job(
    status: str = "RUNNING",
    *steps: dict[str, Any],
    now: float = 0,
    end: float | None = None,
    updated: float = 0,
    planned: int = 0,
    key: str = INVOCATION,
    **facts: Any,
) -> Job:
    """A job that started at noon."""
    errors = [
        {"model_name": each["model_name"], "resource_type": "model", "message": each["error"]}
        for each in steps
        if each["status"] == "ERROR"
    ]
    if status in ("CANCELLED", "LOST"):
        errors = [{"model_name": None, "resource_type": "job", "message": "interrupted"}]
    row = {
        "process_step_id": f"JOB_{key}",
        "execution_status_name": status,
        "execution_start_tmstp": NOON,
        "execution_end_tmstp": None if end is None else at(end),
        "insert_tmstp": NOON,
        "update_tmstp": at(updated),
        "source_obj": {"type": "DBT_JOB", "project_name": "shop"},
        "process_config_obj": {
            "project_name": "shop",
            "target_name": "dev",
            "command": "build",
            "job_key": "shop:dev:build",
            "dbt_version": "1.11.16",
            "lease_minutes": 60,
            **facts,
        },
        "destination_data_cnt_obj": {**counts_of(steps), "planned_models": planned},
        "step_execution_obj": {"current_step": "JOB_STARTED", "models": list(steps)},
        "error_message_obj": errors,
    }
    return Job(row, at(now))


def counts_of(steps: Sequence[dict[str, Any]]) -> dict[str, int]:
    stand = Counter(each["status"] for each in steps if each["resource_type"] == "model")
    return {
        "total_models": stand.total(),
        "completed": stand["SUCCESS"] + stand["WARN"],
        "failed": stand["ERROR"],
        **{word: stand[word.upper()] for word in ("running", "skipped", "cancelled")},
    }
