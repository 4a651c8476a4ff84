"""Rows put into the ledger by SQL, as another process or an earlier job left them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from integration_tests.functional.harness.project import Project

_TIMES = (
    "execution_start_tmstp",
    "execution_end_tmstp",
    "extract_start_tmstp",
    "extract_end_tmstp",
    "insert_tmstp",
    "update_tmstp",
)


DAY = datetime(2025, 12, 12)  # noqa: DTZ001 - naive UTC, as the harness reads
HOSTILE = 'Database Error\n  it\'s "broken" \\ $$ {{ x }} %s -- ; /* \u00e9\u4e16\U0001f4a5 */'


def at(seconds: float) -> datetime:
    return DAY + timedelta(seconds=seconds)


def text_time(moment: datetime) -> str:
    """A moment as the JSON documents carry it."""
    return moment.isoformat(sep=" ", timespec="milliseconds")


def step(name: str, start: datetime | None, seconds: float = 1, **more: Any) -> dict[str, Any]:
    """An element of models[] as the package writes it; a step without a start never ran."""
    end = start + timedelta(seconds=seconds) if start else None
    is_closed = more.get("status") not in ("RUNNING", "CANCELLED")
    return {
        "model_name": name,
        "database": "dev_db",
        "schema": "analytics",
        "status": "SUCCESS",
        "start_time": text_time(start) if start else None,
        "end_time": text_time(end) if end and is_closed else None,
        "duration_seconds": int(seconds) if start and is_closed else None,
        "error": None,
        "unique_id": f"model.shop.{name}",
        "resource_type": "model",
        "thread": "Thread-1",
        "duration_ms": int(seconds * 1000) if start and is_closed else None,
        "wait_ms": 0 if start else None,
        "compile_ms": None,
        "execute_ms": None,
        "rows_affected": None,
        "query_id": None,
        "failures": None,
        "dbt_status": "success",
        **more,
    }


def job(
    name: str,
    start: datetime,
    end: datetime | None = None,
    steps: list[dict[str, Any]] | None = None,
    errors: list[dict[str, Any]] | None = None,
    config: Mapping[str, Any] | None = None,
    **columns: Any,
) -> dict[str, Any]:
    """A row of one job of the project `shop`: RUNNING without an end, else by its errors."""
    facts = {
        "invocation_id": name,
        "project_name": "shop",
        "target_name": "prod",
        "command": "run",
        "job_key": "nightly",
        "lease_minutes": 60,
        **(config or {}),
    }
    return {
        "process_step_id": f"JOB_{name}",
        "execution_status_name": ("FAILED" if errors else "SUCCESS") if end else "RUNNING",
        "execution_completed_ind": "Y" if end else "N",
        "execution_start_tmstp": start,
        "execution_end_tmstp": end,
        "execution_type_name": "DBT_JOB_RUN",
        "extract_start_tmstp": start,
        "extract_end_tmstp": end,
        "insert_tmstp": start,
        "update_tmstp": end or start,
        "deleted_ind": "N",
        "source_obj": {"type": "DBT_JOB", "project_name": "shop"},
        "destination_obj": {"target_name": "prod", "target_schema": "analytics"},
        "process_config_obj": facts,
        **_documents(steps or [], errors or [], is_open=end is None),
        **columns,
    }


def _documents(
    steps: list[dict[str, Any]], errors: list[dict[str, Any]], is_open: bool
) -> dict[str, Any]:
    models = [each["status"] for each in steps if each["resource_type"] == "model"]
    every = [each["status"] for each in steps]
    words = ("success", "error", "running", "skipped", "warn", "cancelled")
    closing = "JOB_FAILED" if errors else "JOB_COMPLETED"
    return {
        "destination_data_cnt_obj": {
            "total_models": len(models),
            "completed": models.count("SUCCESS") + models.count("WARN"),
            "failed": models.count("ERROR"),
            "running": models.count("RUNNING"),
            "skipped": models.count("SKIPPED"),
            "cancelled": models.count("CANCELLED"),
            "planned_models": len(models),
        },
        "step_execution_obj": {
            "current_step": "JOB_STARTED" if is_open else closing,
            "summary": {
                "total": len(every),
                **{word: every.count(word.upper()) for word in words},
            },
            "models": steps,
        },
        "error_message_obj": errors,
    }


def sample() -> dict[str, Any]:
    """The record of the source document, to the letter."""
    start = datetime(2025, 12, 10, 10)  # noqa: DTZ001
    end = start + timedelta(seconds=330)
    steps = [
        ("stg_jaffle_shop__customers", "10:00:01.000", "10:01:15.000", 74),
        ("stg_jaffle_shop__orders", "10:01:16.000", "10:02:30.000", 74),
        ("dim_customers", "10:02:31.000", "10:05:25.000", 174),
    ]
    facts = {"project_name": "dbt_fundamentals", "target_name": "dev"}
    return {
        **job("abc123-def456-ghi789", start, end),
        "source_obj": {"type": "DBT_JOB", "project_name": "dbt_fundamentals"},
        "destination_obj": {"target_name": "dev", "target_schema": "dbt_ajain"},
        "process_config_obj": {"invocation_id": "abc123-def456-ghi789", **facts},
        "destination_data_cnt_obj": {"total_models": 3, "completed": 3, "failed": 0, "running": 0},
        "step_execution_obj": {
            "current_step": "JOB_COMPLETED",
            "summary": {"total": 0, "success": 0, "error": 0, "running": 0},
            "models": [
                {
                    "model_name": name,
                    "database": "DEV_DB",
                    "schema": "dbt_ajain",
                    "status": "SUCCESS",
                    "start_time": f"2025-12-10 {first}",
                    "end_time": f"2025-12-10 {last}",
                    "duration_seconds": seconds,
                    "error": None,
                }
                for name, first, last, seconds in steps
            ],
        },
        "error_message_obj": [],
    }


def failed_job() -> dict[str, Any]:
    """A model that failed, one that was skipped for it, a test that warned, and all the facts."""
    error = {"unique_id": "model.shop.bad", "model_name": "bad", "resource_type": "model"}
    steps = [
        step("good", at(1), 2, rows_affected=7, query_id="q1", wait_ms=5),
        step("bad", at(3), 1.5, status="ERROR", dbt_status="error", error=HOSTILE),
        step("after", None, status="SKIPPED", dbt_status="skipped"),
        step("few", at(5), 1, status="WARN", dbt_status="warn", resource_type="test",
             unique_id="test.shop.few", failures=3, error="Got 3 results"),
    ]  # fmt: skip
    facts = {
        "selection": {"full_refresh": True},
        "parent": "dag-1",
        "user_name": "ci",
        "dbt_version": "1.11.16",
        "adapter_type": "postgres",
        "package_version": "0.1.0",
        "clock_offset_ms": -12,
        "git": {"sha": "abc", "branch": "main"},
        "ci": {"system": "github", "run_id": "77", "attempt": "1", "job": "build",
               "actor": "me", "reason": "push"},
    }  # fmt: skip
    errors = [{**error, "status": "error", "message": HOSTILE}]
    return job("failed", DAY, at(61.999), steps, errors, facts)


def odd_rows() -> list[dict[str, Any]]:
    """What others may have put into the table."""
    empty = dict.fromkeys(name for name in job("x", DAY) if name.endswith("_obj"))
    shapes = {"models": {"model_name": "m"}}
    return [
        {**job("foreign", DAY), "execution_type_name": "INGESTION", "step_execution_obj": [1]},
        {**job("deleted", DAY), "deleted_ind": "Y"},
        {**job("bare", DAY, at(9)), **empty},
        {**job("bent", DAY, at(9)), "step_execution_obj": shapes, "error_message_obj": {"a": 1}},
        {**job("blank", DAY, at(9)), "step_execution_obj": {"models": None}},
    ]


def insert(project: Project, *rows: Mapping[str, Any]) -> None:
    """Insert rows; a column that a row leaves out, or that is None, is NULL."""
    table = ledger(project)
    for row in rows:
        values = {name: _literal(project, name, value) for name, value in row.items()}
        if project.warehouse.name == "duckdb":
            values["process_execution_log_sk"] = (
                f"(select coalesce(max(process_execution_log_sk), 0) + 1 from {table})"
            )
        project.query(
            f"insert into {table} ({', '.join(values)}) select {', '.join(values.values())}"
        )


def ledger(project: Project) -> str:
    return project.name_of("process_execution_log", project.space.ledger_schema)


def _literal(project: Project, column: str, value: Any) -> str:
    if value is None:
        return "null"
    if column in _TIMES:
        return f"cast('{value}' as timestamp)"
    if not column.endswith("_obj"):
        return str(value) if isinstance(value, int) else _quoted(project, value)
    text = _quoted(project, json.dumps(value))
    types = {"duckdb": f"cast({text} as json)", "postgres": f"cast({text} as jsonb)"}
    return types.get(project.warehouse.name, f"parse_json({text})")


def _quoted(project: Project, text: str) -> str:
    if project.warehouse.name == "snowflake":
        text = text.replace("\\", "\\\\")
    return "'" + text.replace("'", "''") + "'"
