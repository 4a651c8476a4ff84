"""A month of rows for every ledger, with the things that go wrong in a month.

A model fails and a retry mends it; another grows slower; a job stops coming; a process dies; a
function degrades; an ingestion needs three attempts. All is reckoned from `now`, none is random.
"""

from __future__ import annotations

import math
import uuid
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from dbt_run_ledger.warehouses import Row

DAYS = 30
SLOWER_SINCE_DAYS = 5
FAILED_DAYS_AGO = 3
HOURLY_STOPPED_HOURS = 20
LOST_DAYS_AGO = 9
FUNCTION_DAYS = 10
DEGRADED_HOURS = 36
PROCESSED_MONTHS = 15
_SPACE = uuid.UUID("5b1f0c9e-7c1d-4d0c-9a57-2f2c7a1d9b10")

# Step, thread, begin and length in seconds, and what it waits for.
_STEPS = (
    ("customers", "Thread-1 (worker)", 0.6, 14.0),
    ("stg_orders", "Thread-2 (worker)", 0.6, 21.0),
    ("orders", "Thread-2 (worker)", 21.7, 48.0),
    ("customer_emails", "Thread-1 (worker)", 14.7, 33.0),
    ("revenue", "Thread-2 (worker)", 69.8, 12.0),
    ("churn", "Thread-3 (worker)", 48.0, 27.0),
)


def jobs(now: datetime) -> Iterator[Row]:
    """Oldest first: a nightly build and an hourly run."""
    midnight = datetime(now.year, now.month, now.day)  # noqa: DTZ001 - naive UTC, as stored
    found: list[Row] = []
    for day in range(DAYS, -1, -1):
        started = midnight - timedelta(days=day) + timedelta(hours=2)
        if started < now - timedelta(minutes=5):
            found.append(_nightly(started, day))
        if day == FAILED_DAYS_AGO:
            found.append(_nightly(started + timedelta(minutes=40), 0, command="retry", attempt=2))
        for hour in range(0, 24, 2):
            begun = midnight - timedelta(days=day) + timedelta(hours=hour, minutes=10)
            if begun < now - timedelta(hours=HOURLY_STOPPED_HOURS):
                found.append(_hourly(begun, day * 24 + hour))
    for number, row in enumerate(sorted(found, key=lambda each: each["insert_tmstp"]), start=1):
        yield {"process_execution_log_sk": number, **row}


def _nightly(started: datetime, day: int, command: str = "build", attempt: int = 1) -> Row:
    slower = 2.4 if day <= SLOWER_SINCE_DAYS else 1.0
    steps, shift = [], 0.0
    for index, (name, thread, begin, length) in enumerate(_STEPS):
        sway = 1 + 0.08 * math.sin(day * 1.7 + index)
        took = length * sway * (slower if name == "orders" else 1.0)
        shift = took - length if name == "orders" else shift
        moved = shift if name == "revenue" else 0.0
        steps.append(_step(started, name, thread, begin + moved, took))
    if day == FAILED_DAYS_AGO and attempt == 1:
        steps[2] |= {
            "status": "ERROR",
            "error": "Conversion Error: could not cast 'n/a' to DECIMAL",
        }
        steps[4] = _skipped("revenue")
    is_lost = day == LOST_DAYS_AGO
    status = (
        "LOST" if is_lost else "FAILED" if any(s["status"] == "ERROR" for s in steps) else "SUCCESS"
    )
    length = max(0.0 if s["duration_ms"] is None else _end(s, started) for s in steps) + 1.2
    return _job(started, f"nightly-{started:%Y%m%d%H%M}", status, length, steps, command, attempt)


def _hourly(started: datetime, number: int) -> Row:
    took = 6 + 1.5 * math.sin(number)
    steps = [_step(started, "stg_orders", "Thread-1 (worker)", 0.4, took)]
    return _job(started, f"hourly-{started:%Y%m%d%H%M}", "SUCCESS", took + 1, steps, "run", 1)


def _end(step: Row, started: datetime) -> float:
    return (datetime.fromisoformat(step["end_time"]) - started).total_seconds()


def _text(moment: datetime) -> str:
    return moment.isoformat(sep=" ", timespec="milliseconds")


def _step(started: datetime, name: str, thread: str, begin: float, took: float) -> Row:
    begun = started + timedelta(seconds=begin)
    return {
        **_skipped(name),
        "status": "SUCCESS",
        "start_time": _text(begun),
        "end_time": _text(begun + timedelta(seconds=took)),
        "duration_seconds": round(took),
        "duration_ms": round(took * 1000),
        "wait_ms": 0,
        "thread": thread,
        "dbt_status": "success",
    }


def _skipped(name: str) -> Row:
    return {
        "model_name": name,
        "database": "demo",
        "schema": "harbour",
        "status": "SKIPPED",
        "start_time": None,
        "end_time": None,
        "duration_seconds": None,
        "duration_ms": None,
        "wait_ms": None,
        "error": None,
        "unique_id": f"model.harbour.{name}",
        "resource_type": "model",
        "thread": None,
        "dbt_status": "skipped",
    }


def _job(
    started: datetime,
    name: str,
    status: str,
    length: float,
    steps: list[Row],
    command: str,
    attempt: int,
) -> Row:
    invocation = str(uuid.uuid5(_SPACE, name))
    ended = started + timedelta(seconds=length)
    return {
        "process_step_id": f"JOB_{invocation}",
        "execution_status_name": status,
        "execution_completed_ind": "Y",
        "execution_start_tmstp": started,
        "execution_end_tmstp": ended,
        "execution_type_name": "DBT_JOB_RUN",
        "extract_start_tmstp": started,
        "extract_end_tmstp": ended,
        "insert_tmstp": started,
        "update_tmstp": ended,
        "deleted_ind": "N",
        "source_obj": {"type": "DBT_JOB", "project_name": "harbour"},
        "destination_obj": {"target_name": "prod", "target_schema": "harbour"},
        "process_config_obj": {
            "job_key": "nightly build" if name.startswith("nightly") else "hourly orders",
            **_config(invocation, started, command, attempt),
        },
        **_documents(status, steps),
    }


def _config(invocation: str, started: datetime, command: str, attempt: int) -> Row:
    return {
        "invocation_id": invocation,
        "project_name": "harbour",
        "target_name": "prod",
        "command": command,
        "dbt_version": "1.11.16",
        "lease_minutes": 1440,
        "git_branch": "main",
        "git_sha": invocation.replace("-", ""),
        "ci_system": "airflow",
        "ci_run_id": f"scheduled__{started:%Y-%m-%d}",
        "ci_attempt": str(attempt),
    }


def _documents(status: str, steps: list[Row]) -> Row:
    count = Counter(step["status"] for step in steps)
    total, zero = len(steps), {"running": 0, "cancelled": 0}
    done = {"success": count["SUCCESS"], "error": count["ERROR"], "skipped": count["SKIPPED"]}
    models = {"completed": done["success"], "failed": done["error"], "skipped": done["skipped"]}
    named = ("model_name", "unique_id", "resource_type")
    return {
        "destination_data_cnt_obj": {
            "total_models": total,
            "planned_models": total,
            **models,
            **zero,
        },
        "step_execution_obj": {
            "current_step": f"JOB_{'COMPLETED' if status == 'SUCCESS' else status}",
            "summary": {"total": total, "warn": 0, **done, **zero},
            "models": steps,
        },
        "error_message_obj": [
            {**{name: step[name] for name in named}, "message": step["error"]}
            for step in steps
            if step["error"]
        ],
    }


def ingestion_runs(now: datetime) -> tuple[list[Row], list[Row]]:
    """The runs, and the moves that led to how they stand."""
    runs: list[Row] = []
    moves: list[Row] = []
    for day in range(20, -1, -1):
        created = now - timedelta(days=day, hours=5)
        _ingest(runs, moves, f"day-{day}", created, "partial" if day % 9 == 4 else "succeeded")
    parent, created = None, now - timedelta(hours=30)
    for attempt, status in enumerate(("failed", "failed", "succeeded")):
        begun = created + timedelta(hours=2 * attempt)
        parent = _ingest(runs, moves, f"chain-{attempt}", begun, status, parent)
    return runs, moves


def _ingest(
    runs: list[Row],
    moves: list[Row],
    name: str,
    created: datetime,
    status: str,
    parent: str | None = None,
) -> str:
    run_id = str(uuid.uuid5(_SPACE, name))
    failed = {"succeeded": 0, "partial": 6, "failed": 118}[status]
    started, finished = created + timedelta(seconds=4), created + timedelta(minutes=7)
    runs.append(
        {
            "run_id": run_id,
            "run_kind": "official_ingestion" if parent is None else "incremental_update",
            "mode": "scheduled" if parent is None else "manual",
            "status": status,
            "target_types": ["official"],
            "parent_run_id": parent,
            "requested_by": "scheduler" if parent is None else "ana",
            "started_at": started,
            "finished_at": finished,
            "target_count": 120,
            "processed_count": 120,
            "success_count": 120 - failed,
            "failed_count": failed,
            "unprocessed_count": 0,
            "trace_id": f"trace-{name}",
            "created_at": created,
        }
    )
    for before, after, at in (("queued", "running", started), ("running", status, finished)):
        moves.append(_move(run_id, name, before, after, at))
    return run_id


def _move(run_id: str, name: str, before: str, after: str, at: datetime) -> Row:
    reason = {"failed": "the source answered 503", "partial": "6 pages timed out"}
    return {
        "run_id": run_id,
        "from_status": before,
        "to_status": after,
        "moved_at": at,
        "actor": "collector",
        "trace_id": f"trace-{name}",
        "event_key": f"{name}-{after}",
        "reason": reason.get(after),
    }


def function_logs(now: datetime) -> Iterator[Row]:
    """Six calls an hour of three functions; `checkout` degrades in the last day and a half."""
    last = now.replace(minute=0, second=0, microsecond=0)
    for ago in range(FUNCTION_DAYS * 24, -1, -1):
        hour = last - timedelta(hours=ago)
        for function, usual in (("checkout", 240.0), ("resize_image", 900.0), ("send_mail", 120.0)):
            is_degraded = function == "checkout" and ago <= DEGRADED_HOURS
            for call in range(6):
                took = usual * (1 + 0.3 * math.sin(ago + call * 2)) * (3.5 if is_degraded else 1)
                is_error = (is_degraded and call == 5) or (ago % 40 == 7 and call == 0)
                at = hour + timedelta(minutes=9 * call + 2)
                if at < now:
                    yield _log(at, function, took, is_error)


def _log(at: datetime, function: str, took: float, is_error: bool) -> Row:
    invocation = str(uuid.uuid5(_SPACE, f"{function}{at}"))
    failure = {"type": "TimeoutError", "message": "the payment service did not answer"}
    return {
        "log_id": f"log-{invocation}",
        "function_name": function,
        "invocation_id": invocation,
        "level": "ERROR" if is_error else "INFO",
        "message": "request failed" if is_error else "request served",
        "timestamp": at,
        "duration_ms": round(took, 3),
        "status_code": 504 if is_error else 200,
        "exception": failure if is_error else None,
        "metadata": {"environment": "prod"},
        **{part: getattr(at, part) for part in ("year", "month", "day", "hour")},
        "file_name": f"YEAR={at:%Y}/MONTH={at:%m}/DAY={at:%d}/HOUR={at:%H}/{function}.json",
        "line_number": at.minute,
    }


def processing_logs(now: datetime) -> tuple[list[Row], list[Row]]:
    """Rows of a file a month, and the runs over those files."""
    rows: list[Row] = []
    runs: list[Row] = []
    for ago in range(PROCESSED_MONTHS - 1, -1, -1):
        number = now.year * 12 + now.month - 1 - ago
        started = datetime(number // 12, number % 12 + 1, 1)  # noqa: DTZ001 - naive UTC
        name = f"user-log-{started:%Y%m%d-%H%M%S}"
        total = 240 + 10 * (PROCESSED_MONTHS - ago)
        failed = 60 if ago == 1 else 0
        for line in range(total):
            rows.append(_processed(len(rows) + 1, name, started, line, line < failed))
        runs.append(
            {
                "execution_name": name,
                "source_file": f"user_log_{started:%Y_%m}.csv",
                "content_sha256": uuid.uuid5(_SPACE, name).hex * 2,
                "is_repeat": False,
                "file_rows": total,
                "total_count": total,
                "success_count": total - failed,
                "failed_count": failed,
                "skipped_count": 0,
                "started_at": started,
                "ended_at": started + timedelta(milliseconds=40 + total),
            }
        )
    return rows, runs


def _processed(number: int, name: str, started: datetime, line: int, is_failed: bool) -> Row:
    return {
        "log_id": number,
        "execution_name": name,
        "user_id": f"U{line:05d}",
        "processing_type": "login_update" if line % 2 else "post_update",
        "old_value": line,
        "new_value": line + 1,
        "status": "failed" if is_failed else "success",
        "error_message": "the count went down" if is_failed else None,
        "processed_at": started + timedelta(milliseconds=line),
        "retention_class": "standard",
        "metadata": None,
    }


def names_of(rows: list[Row]) -> list[str]:
    return list(rows[0])


def values_of(rows: list[Row]) -> list[list[Any]]:
    return [list(row.values()) for row in rows]
