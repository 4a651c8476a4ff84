"""Rows of the ingestion ledger that a test puts there, past every guard that stands before it."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime, timedelta, timezone
from typing import Any

from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.harness.project import Project

Row = dict[str, Any]
SETTINGS: Row = {"run_ledger_ledgers": ["ingestion_runs"]}
NOW = datetime.now(timezone.utc).replace(tzinfo=None, microsecond=0)
# Calls one verb after the other; an event is [verb, arguments].
PLAY = """
{% macro play(events) %}
  {%- for event in events -%}
    {%- do run_ledger[event[0] ~ '_ingestion'](**event[1]) -%}
  {%- endfor -%}
{% endmacro %}
"""


def project_with_ledger(cell: Cell, **settings: Any) -> Project:
    project = cell.project(
        "two_models", vars={**SETTINGS, **settings}, files={"macros/play.sql": PLAY}
    )
    project.dbt("run-operation", "create_ledgers")
    return project


def run_id(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


def run(number: int, status: str, queued_at: datetime, **columns: Any) -> Row:
    """A run that waits 10 s in the queue and takes 60 s, unless told otherwise."""
    row: Row = {
        "run_id": run_id(number),
        "run_kind": "official_ingestion",
        "mode": "manual",
        "status": status,
        "target_types": ["official"],
        "trace_id": f"trace-{number}",
        "created_at": queued_at,
    }
    if status != "queued":
        row["started_at"] = queued_at + timedelta(seconds=10)
    if status not in ("queued", "running"):
        row["finished_at"] = queued_at + timedelta(seconds=columns.pop("seconds", 60) + 10)
    if "parent" in columns:
        row["parent_run_id"] = run_id(columns.pop("parent"))
    for name in ("target", "processed", "success", "failed", "unprocessed"):
        row[f"{name}_count"] = columns.pop(name, 0)
    return row | columns


def moves_of(row: Row, actor: str = "collector", reason: str | None = None) -> list[Row]:
    """The audit that belongs to a run."""
    common = {"run_id": row["run_id"], "trace_id": row["trace_id"], "actor": actor}
    moves = []
    if "started_at" in row:
        moves.append(common | {"from_status": "queued", "to_status": "running",
                               "moved_at": row["started_at"], "event_key": "start"})  # fmt: skip
    if "finished_at" in row:
        moves.append(common | {"from_status": "running", "to_status": row["status"],
                               "moved_at": row["finished_at"], "event_key": "end",
                               "reason": reason})  # fmt: skip
    return moves


def insert(project: Project, table: str, rows: list[Row]) -> None:
    """In one transaction of its own, with triggers and foreign keys switched off."""
    name = project.name_of(table, project.space.ledger_schema)
    warehouse = project.warehouse.name
    with closing(project.connect()) as connection, closing(connection.cursor()) as cursor:
        if warehouse == "postgres":
            cursor.execute("set timezone = 'UTC'; set session_replication_role = replica")
        for row in rows:
            values = [_literal(warehouse, value) for value in row.values()]
            cursor.execute(f"insert into {name} ({', '.join(row)}) select {', '.join(values)}")


def _literal(warehouse: str, value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, datetime):
        return f"cast('{value}' as timestamp)"
    if isinstance(value, list):
        texts = ", ".join(f"'{each}'" for each in value)
        return {"postgres": f"array[{texts}]", "duckdb": f"[{texts}]"}.get(
            warehouse, f"array_construct({texts})"
        )
    text = "'" + str(value).replace("'", "''") + "'"
    is_id = len(str(value)) == 36 and str(value).startswith("00000000-")
    return f"cast({text} as uuid)" if is_id and warehouse != "snowflake" else text
