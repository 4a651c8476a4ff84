"""One record per job: what it says when all went well, and about the run around it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest

from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.harness.project import Project
from integration_tests.functional.harness.warehouses import Row
from integration_tests.functional.process_execution_log import ledger_rows
from integration_tests.functional.process_execution_log.job_reading import (
    by_name,
    check_sums,
    counts_of,
    steps_of,
    utc_now,
)

JSON_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}")
# The client far from UTC; the row is UTC all the same. PGTZ is what libpq tells the server.
FAR_AWAY = {"TZ": "Asia/Tokyo", "PGTZ": "Asia/Tokyo"}
# The clock of the client and the offset to the warehouse's are both rounded.
TOLERANCE = timedelta(milliseconds=500)
SEED_KEYS = [
    "model_name",
    "database",
    "schema",
    "status",
    "start_time",
    "end_time",
    "duration_seconds",
    "error",
]


def moment(text: str) -> datetime:
    assert JSON_TIME.fullmatch(text), text
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S.%f")  # noqa: DTZ007 - stored as naive UTC


@pytest.mark.versions
def test_a_successful_run_is_one_row(cell: Cell) -> None:
    """X2-X26, X33, X34, X36, X38, X39, X42, X44-X46, X48, X53, XC1-XC8, XC14, C2, C3, C5: every
    column of the row, every key of its documents; a second run is a second row.
    """
    project = cell.project("three_models")
    before = utc_now() - TOLERANCE
    result = project.dbt("run", env=FAR_AWAY)
    after = utc_now() + TOLERANCE
    (row,) = project.ledger()
    assert before <= row["execution_start_tmstp"] < row["execution_end_tmstp"] <= after
    assert_plain_columns(project, row, f"JOB_{result.invocation_id}")
    assert_documents(row)
    check_sums(row)
    assert_steps(project, row)
    assert_adapter_answers(cell, row)

    again = project.dbt("run", "--select", "dim_customers")
    first, second = project.ledger()
    assert first == row
    assert second["process_step_id"] == f"JOB_{again.invocation_id}" != first["process_step_id"]
    assert second["process_execution_log_sk"] > first["process_execution_log_sk"]
    assert counts_of(second) == (1, 1, 0, 0)


def assert_plain_columns(project: Project, row: Row, step_id: str) -> None:
    start, end = row["execution_start_tmstp"], row["execution_end_tmstp"]
    columns = {name: value for name, value in row.items() if not name.endswith("_obj")}
    assert columns == {
        "process_execution_log_sk": 1,
        "process_config_sk": None,
        "process_step_id": step_id,
        "execution_status_name": "SUCCESS",
        "execution_completed_ind": "Y",
        "execution_start_tmstp": start,
        "execution_end_tmstp": end,
        "execution_type_name": "DBT_JOB_RUN",
        "extract_start_tmstp": start,
        "extract_end_tmstp": end,
        "insert_tmstp": start,
        "update_tmstp": end,
        "deleted_ind": "N",
    }
    if project.warehouse.name != "snowflake":  # the emulator keeps microseconds in timestamp_ntz(3)
        assert all(value.microsecond % 1000 == 0 for value in (start, end))
    schema = project.space.schema
    assert row["destination_obj"] == {"target_name": "dev", "target_schema": schema}


def assert_documents(row: Row) -> None:
    assert row["source_obj"] == {"type": "DBT_JOB", "project_name": "three_models"}
    assert row["error_message_obj"] == []
    assert row["destination_data_cnt_obj"] == {
        "total_models": 3,
        "completed": 3,
        "failed": 0,
        "running": 0,
        "skipped": 0,
        "cancelled": 0,
        "planned_models": 3,
    }
    document = row["step_execution_obj"]
    assert document.keys() == {"current_step", "summary", "models"}
    assert document["current_step"] == "JOB_COMPLETED"
    assert document["summary"] == {
        "total": 3,
        "success": 3,
        "error": 0,
        "running": 0,
        "skipped": 0,
        "warn": 0,
        "cancelled": 0,
    }


def assert_steps(project: Project, row: Row) -> None:
    start, end = row["execution_start_tmstp"], row["execution_end_tmstp"]
    steps = steps_of(row)
    assert steps[-1]["model_name"] == "dim_customers"
    starts = [moment(step["start_time"]) for step in steps]
    assert starts == sorted(starts)
    for step in steps:
        assert set(SEED_KEYS) < set(step)
        began, ended = moment(step["start_time"]), moment(step["end_time"])
        assert start - TOLERANCE <= began <= ended <= end + TOLERANCE
        duration = ended - began
        assert step["duration_seconds"] == duration // timedelta(seconds=1)
        assert step["duration_ms"] == duration // timedelta(milliseconds=1)
        assert step["database"] == project.space.database
        assert step["schema"] == project.space.schema
        assert step["status"] == "SUCCESS"
        assert step["error"] is None
        assert step["unique_id"] == f"model.three_models.{step['model_name']}"
        assert step["resource_type"] == "model"
        assert step["failures"] is None
        assert step["dbt_status"] == "success"
        assert step["thread"].startswith("Thread-")
    assert steps[-1]["wait_ms"] >= 0


def assert_adapter_answers(cell: Cell, row: Row) -> None:
    """What an engine and an adapter give is there, and what they do not give is null."""
    steps = steps_of(row)
    for step in steps:
        # dbt v2 gives one span for both phases.
        is_split = cell.engine.name == "core"
        for phase in ("compile_ms", "execute_ms"):
            assert isinstance(step[phase], int) == is_split, step
            assert step[phase] is None or 0 <= step[phase] <= step["duration_ms"]
    # Only dbt-core tells how many rows a statement made, and its id on Snowflake.
    rows_affected = {name: step["rows_affected"] for name, step in by_name(row).items()}
    query_ids = [step["query_id"] for step in steps]
    if cell.id == "postgres-core":
        assert rows_affected == {
            "stg_jaffle_shop__customers": 2,
            "stg_jaffle_shop__orders": 2,
            "dim_customers": 2,
        }
    elif cell.id == "snowflake-core":
        assert set(rows_affected.values()) <= {1, 2}
    else:
        assert set(rows_affected.values()) == {None}
    if cell.id == "snowflake-core":
        assert len({query_id for query_id in query_ids if query_id}) == 3
    else:
        assert query_ids == [None, None, None]


def test_hooks_listed_twice_write_once(cell: Cell) -> None:
    """X46, X47: the user lists the package's hooks too; the row that is closed stays as it is,
    and a node that no result tells of is no success.
    """
    config = {
        "on-run-start": ["{{ run_ledger.start_job() }}", "{{ run_ledger.start_job() }}"],
        # The first to close the row has the last word, here one that heard of a single result.
        "on-run-end": ["{{ run_ledger.finish_job(results[:1]) }}"],
    }
    project = cell.project("three_models", config=config)
    project.dbt("run")
    (row,) = project.ledger()
    assert row["execution_status_name"] == "FAILED"
    (error,) = row["error_message_obj"]
    assert error["message"].startswith("dbt reported nothing of 2 selected nodes, first ")
    assert counts_of(row) == (1, 1, 0, 0)
    assert row["execution_end_tmstp"] == row["update_tmstp"]


DETAILS: Mapping[str, str] = {
    # The source document's queries to the letter, but for the name of the table.
    "snowflake": """
        select process_step_id, f.value:model_name::string as model_name,
            f.value:status::string as status, f.value:start_time::timestamp_ntz as start_time,
            f.value:end_time::timestamp_ntz as end_time,
            f.value:duration_seconds::int as duration_seconds
        from {ledger}, lateral flatten(input => step_execution_obj:models) f
        where process_step_id = '{id}'""",
    "postgres": """
        select process_step_id, f.value ->> 'model_name' as model_name,
            f.value ->> 'status' as status, (f.value ->> 'start_time')::timestamp as start_time,
            (f.value ->> 'end_time')::timestamp as end_time,
            (f.value ->> 'duration_seconds')::int as duration_seconds
        from {ledger}, jsonb_array_elements(step_execution_obj -> 'models') f
        where process_step_id = '{id}'""",
    "duckdb": """
        select process_step_id, f.value ->> 'model_name' as model_name,
            f.value ->> 'status' as status, (f.value ->> 'start_time')::timestamp as start_time,
            (f.value ->> 'end_time')::timestamp as end_time,
            (f.value ->> 'duration_seconds')::int as duration_seconds
        from {ledger},
            lateral (select unnest(from_json(step_execution_obj -> 'models', '["json"]')) as value) f
        where process_step_id = '{id}'""",
}
SECONDS: Mapping[str, str] = {
    "snowflake": "timestampdiff(second, execution_start_tmstp, execution_end_tmstp)",
    "postgres": "extract(epoch from execution_end_tmstp - execution_start_tmstp)",
    "duckdb": "date_diff('second', execution_start_tmstp, execution_end_tmstp)",
}


def test_the_sample_of_the_source_document_reads_as_it_says(cell: Cell) -> None:
    """X45, X49-X52: the sample's three models of 74, 74 and 174 s, its 330 s, through typed casts."""
    project = cell.project("three_models")
    project.dbt("run-operation", "run_ledger.create_ledgers")
    start = datetime(2025, 12, 10, 10)  # noqa: DTZ001 - stored as naive UTC
    steps = [
        ledger_rows.step("stg_jaffle_shop__customers", start + timedelta(seconds=1), 74),
        ledger_rows.step("stg_jaffle_shop__orders", start + timedelta(seconds=76), 74),
        ledger_rows.step("dim_customers", start + timedelta(seconds=151), 174),
    ]
    row = ledger_rows.job("abc123-def456-ghi789", start, start + timedelta(seconds=330), steps)
    ledger_rows.insert(project, row)
    name, step_id = ledger_rows.ledger(project), "JOB_abc123-def456-ghi789"
    details = project.query(DETAILS[cell.warehouse.name].format(ledger=name, id=step_id))
    assert sorted(details, key=lambda each: each["start_time"]) == [
        {
            "process_step_id": step_id,
            "model_name": step["model_name"],
            "status": "SUCCESS",
            "start_time": moment(step["start_time"]),
            "end_time": moment(step["end_time"]),
            "duration_seconds": step["duration_seconds"],
        }
        for step in steps
    ]
    assert sorted(each["duration_seconds"] for each in details) == [74, 74, 174]
    seconds = f"select {SECONDS[cell.warehouse.name]} as total_duration_seconds from {name}"
    assert project.query(seconds) == [{"total_duration_seconds": 330}]
