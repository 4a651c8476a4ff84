"""Rows of processing_logs put there by SQL, as another writer leaves them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from integration_tests.functional.harness.project import Project

COLUMNS = (
    *("log_id", "execution_name", "user_id", "processing_type", "old_value", "new_value"),
    *("status", "error_message", "processed_at", "retention_class"),
)
STATUSES = ("success", "success", "failed", "skipped")
REASONS = {"failed": "it's | 9:broken\n\u4e16", "skipped": "No value in the file"}


def ledger(project: Project, suffix: str = "") -> str:
    return project.name_of(f"processing_logs{suffix}", project.space.ledger_schema)


def run_of(moment: datetime, rows: int, first_id: int, **same: Any) -> list[dict[str, Any]]:
    """One run: `rows` rows over the four statuses, the two types and made-up users."""
    made = []
    for number in range(rows):
        status = STATUSES[number % 4]
        made.append(
            {
                "log_id": first_id + number,
                "execution_name": f"user-log-{moment:%Y%m%d-%H%M%S}",
                "user_id": f"U{number // 2:05d}",
                "processing_type": ("login_update", "post_update")[number % 2],
                "old_value": None if status == "failed" else number,
                "new_value": number + 2,
                "status": status,
                "error_message": REASONS.get(status),
                "processed_at": moment + timedelta(milliseconds=number),
                "retention_class": "standard",
                **same,
            }
        )
    return made


def literal(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, datetime):
        return f"cast('{value.isoformat(sep=' ', timespec='milliseconds')}' as timestamp)"
    text = str(value).replace("'", "''")
    return f"'{text}'"


def insert(project: Project, *runs: list[dict[str, Any]]) -> None:
    rows = [row for run in runs for row in run]
    values = ", ".join(
        "(" + ", ".join(literal(row[name]) for name in COLUMNS) + ")" for row in rows
    )
    project.query(f"insert into {ledger(project)} ({', '.join(COLUMNS)}) values {values}")
