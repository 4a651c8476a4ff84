"""The ledger's tables: made as documented, grown without loss, shared with other processes."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.harness.project import Project
from integration_tests.functional.harness.warehouse_servers import Snowflake
from integration_tests.functional.harness.warehouses import Row
from integration_tests.functional.process_execution_log.job_reading import counts_of

# Column -> (kind, not null), in the order of the source document.
COLUMNS: dict[str, tuple[str, bool]] = {
    "process_execution_log_sk": ("integer", True),
    "process_config_sk": ("integer", False),
    "process_step_id": ("text", True),
    "execution_status_name": ("text", True),
    "execution_completed_ind": ("flag", True),
    "execution_start_tmstp": ("timestamp", True),
    "execution_end_tmstp": ("timestamp", False),
    "execution_type_name": ("text", True),
    "extract_start_tmstp": ("timestamp", True),
    "extract_end_tmstp": ("timestamp", False),
    "insert_tmstp": ("timestamp", True),
    "update_tmstp": ("timestamp", True),
    "deleted_ind": ("flag", True),
    "source_obj": ("json", False),
    "destination_obj": ("json", False),
    "process_config_obj": ("json", False),
    "destination_data_cnt_obj": ("json", False),
    "step_execution_obj": ("json", False),
    "error_message_obj": ("json", False),
}
TYPES: dict[str, dict[str, str]] = {
    "postgres": {
        "integer": "bigint",
        "text": "text",
        "flag": "character varying(1)",
        "timestamp": "timestamp(3) without time zone",
        "json": "jsonb",
    },
    "duckdb": {
        "integer": "BIGINT",
        "text": "VARCHAR",
        "flag": "VARCHAR",
        "timestamp": "TIMESTAMP",
        "json": "JSON",
    },
    "snowflake": {
        "integer": "NUMBER(38,0)",
        "text": "VARCHAR(16777216)",
        "flag": "VARCHAR(1)",
        "timestamp": "TIMESTAMP_NTZ(9)",
        "json": "VARIANT",
    },
}
PG_COLUMNS = """
    select attname as name, format_type(atttypid, atttypmod) as type, attnotnull as not_null,
        col_description(attrelid, attnum) as comment
    from pg_attribute where attrelid = '{table}'::regclass and attnum > 0 order by attnum"""
DUCKDB_COLUMNS = """
    select column_name as name, data_type as type, not is_nullable as not_null, comment
    from duckdb_columns() where schema_name || '.' || table_name = '{table}' order by column_index"""


def columns_of(project: Project, table: str) -> list[Row]:
    """Name, type, not_null and comment of each column, as the warehouse's catalogue has them."""
    schema = project.space.ledger_schema
    if project.warehouse.name == "postgres":
        return project.query(PG_COLUMNS.format(table=f"{schema}.{table}"))
    if project.warehouse.name == "duckdb":
        return project.query(DUCKDB_COLUMNS.format(table=f"{schema}.{table}"))
    rows = project.query(f"describe table {project.name_of(table, schema)}")
    return [
        {
            "name": row["name"].lower(),
            "type": row["type"],
            "not_null": row["null?"] == "N",
            "comment": comment_sent(project, table, row["name"]),
        }
        for row in rows
    ]


def comment_sent(project: Project, table: str, column: str) -> str | None:
    """The emulated Snowflake stores no comments, but records those that it was sent."""
    warehouse = project.warehouse
    assert isinstance(warehouse, Snowflake)
    start = f"alter table {project.name_of(table, project.space.ledger_schema)} alter column "
    start += f"{column} comment '"
    for statement in warehouse.accepted_without_running():
        text = statement.strip().replace('"', "")
        if text.lower().startswith(start.lower()):
            return text[len(start) :].partition("'")[0]
    return None


def test_the_tables_are_as_documented(cell: Cell) -> None:
    """X1-X25, X45, C3, bars: names, order, types and comments; create_ledgers says what it did, and
    to do it twice is to do nothing. A key is numbered by the warehouse.
    """
    project = cell.project("three_models")
    created = project.dbt("run-operation", "run_ledger.create_ledgers").output.replace('"', "")
    for table in ("process_execution_log", "process_execution_log_events"):
        name = project.name_of(table, project.space.ledger_schema)
        assert f"run_ledger: created {name}".lower() in created.lower()
    assert project.ledger() == []

    columns = columns_of(project, "process_execution_log")
    types = TYPES[cell.warehouse.name]
    assert [(each["name"], each["type"]) for each in columns] == [
        (name, types[kind]) for name, (kind, _) in COLUMNS.items()
    ]
    assert {each["name"]: each["not_null"] for each in columns} == {
        name: not_null for name, (_, not_null) in COLUMNS.items()
    }
    for each in columns:
        assert each["comment"], each
        # Every nullable column says what NULL means, no other one does.
        assert ("NULL: " in each["comment"]) == (not each["not_null"]), each
    for each in columns_of(project, "process_execution_log_events"):
        assert ("NULL: " in each["comment"]) == (not each["not_null"]), each

    again = project.dbt("run-operation", "run_ledger.create_ledgers").output
    assert "run_ledger: nothing to do for process_execution_log" in again
    assert "created" not in again


OLDER = """
    create table {name} (process_execution_log_sk {key}, process_step_id {text},
        execution_status_name {text}, execution_completed_ind {text},
        execution_start_tmstp {timestamp}, execution_end_tmstp {timestamp},
        execution_type_name {text}, insert_tmstp {timestamp}, update_tmstp {timestamp},
        note {text})"""
OLDER_ROWS = [
    (1, "LOAD_1", "RUNNING", "N", "EXTRACT", "still going"),
    (2, "LOAD_2", "FAILED", "Y", "DBT_MODEL_RUN", "it's over"),
]
MOMENT = datetime(2020, 1, 2, 3, 4, 5)  # noqa: DTZ001 - stored as naive UTC


def older_table_macro(project: Project, schema: str, name: str) -> str:
    warehouse, database = project.warehouse.name, project.space.database
    key = {"duckdb": "bigint", "postgres": "bigint generated by default as identity"}
    types = {
        "key": key.get(warehouse, "number(38, 0) autoincrement"),
        "text": "varchar",
        "timestamp": "timestamp_ntz" if warehouse == "snowflake" else "timestamp",
    }
    prefix = "" if warehouse == "postgres" else f"{database}."
    statements = [f"create schema {prefix}{schema}", OLDER.format(name=name, **types)]
    for sk, step_id, status, completed, kind, note in OLDER_ROWS:
        text = note.replace("'", "''")
        moment = f"cast('{MOMENT}' as timestamp)"
        statements.append(
            f"insert into {name} select {sk}, '{step_id}', '{status}', '{completed}', {moment}, null,"
            f" '{kind}', {moment}, {moment}, '{text}'"
        )
    calls = "\n".join(f"{{% do run_query({json.dumps(each)}) %}}" for each in statements)
    return f"{{% macro older_table() %}}{{% if execute %}}{calls}{{% endif %}}{{% endmacro %}}"


@pytest.mark.parametrize("is_named", [False, True], ids=["default name", "other name"])
def test_an_older_table_of_other_processes_grows_and_loses_nothing(
    cell: Cell, is_named: bool
) -> None:
    """X1, X10, X46, C10: a table with fewer columns gets the missing ones; rows of other types in
    it, also ones that look lost, stay as they are; a schema and a name of the user's choice.
    """
    config = {"on-run-start": ["{{ older_table() }}"]}
    project = cell.project("three_models", config=config)
    # Postgres shares its database between tests, so the schema's name must be this test's own.
    schema, table = project.space.ledger_schema, "process_execution_log"
    settings = {}
    if is_named:
        schema = f"{project.space.schema}_dev_providerpdm"
        table = "EXECUTION_LOG_2" if cell.warehouse.name == "snowflake" else "execution_log_2"
        settings = {
            "run_ledger_schema": schema,
            "run_ledger_process_execution_log_identifier": table,
        }
    name = project.name_of(table, schema)
    # The hooks of the root project run before those of packages, so the table is there already.
    project.write({"macros/older_table.sql": older_table_macro(project, schema, name)})
    try:
        result = project.dbt("run", vars=settings)
        rows = {row["process_step_id"]: row for row in project.query(f"select * from {name}")}
    finally:
        if is_named and cell.warehouse.name == "postgres":
            project.query(f"drop schema {schema} cascade")
    assert set(rows) == {"LOAD_1", "LOAD_2", f"JOB_{result.invocation_id}"}
    added = {column for column in COLUMNS if column not in OLDER}
    assert len(added) == 10
    for number, (_, step_id, *_) in enumerate(OLDER_ROWS):
        assert rows[step_id] == {**older_row(number), **dict.fromkeys(added)}
    job = rows[f"JOB_{result.invocation_id}"]
    assert (job["execution_status_name"], job["note"]) == ("SUCCESS", None)
    assert counts_of(job) == (3, 3, 0, 0)


def older_row(number: int) -> dict[str, Any]:
    sk, step_id, status, completed, kind, note = OLDER_ROWS[number]
    return {
        "process_execution_log_sk": sk,
        "process_step_id": step_id,
        "execution_status_name": status,
        "execution_completed_ind": completed,
        "execution_start_tmstp": MOMENT,
        "execution_end_tmstp": None,
        "execution_type_name": kind,
        "insert_tmstp": MOMENT,
        "update_tmstp": MOMENT,
        "note": note,
    }
