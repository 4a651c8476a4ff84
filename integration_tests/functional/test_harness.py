"""The harness itself: without the package, on every cell."""

from __future__ import annotations

import signal
import time
from datetime import datetime

import pytest

from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.harness.engines import DbtTimeoutError
from integration_tests.functional.harness.exclusions import excluded

TIMESTAMPS = {
    "duckdb": ("null::timestamp", "'2025-12-10 12:00:00+02'::timestamptz", "'{}'::json"),
    "postgres": ("null::timestamp", "'2025-12-10 12:00:00+02'::timestamptz", "'{}'::jsonb"),
    "snowflake": (
        "null::timestamp_ntz",
        "'2025-12-10 12:00:00 +0200'::timestamp_tz",
        "parse_json('{}')",
    ),
}


@pytest.mark.versions
def test_three_models_are_built(cell: Cell) -> None:
    project = cell.project("three_models", package=False)
    first = project.dbt("run")
    second = project.dbt("run", "--select", "dim_customers", threads=1)
    assert first.invocation_id is not None
    assert first.invocation_id != second.invocation_id
    assert project.table("dim_customers") == [
        {"customer_id": 1, "first_name": "Michael", "number_of_orders": 2},
        {"customer_id": 2, "first_name": "Shawn", "number_of_orders": 0},
    ]


def test_a_failed_model_is_a_failed_command(cell: Cell) -> None:
    files = {"models/stg_jaffle_shop__orders.sql": "select * from {{ target.schema }}.nowhere"}
    project = cell.project("three_models", package=False, files=files)
    with pytest.raises(AssertionError, match=r"(?i)nowhere"):
        project.dbt("run")
    assert project.dbt("run", expect=None).exit_code == 1


def test_vars_and_environment_reach_dbt(cell: Cell) -> None:
    model = "select '{{ var('a') }}' as a, '{{ var('b') }}' as b, '{{ env_var('C') }}' as c"
    files = {"models/dim_customers.sql": model}
    project = cell.project("three_models", package=False, vars={"a": 1}, files=files)
    project.dbt("run", "--select", "dim_customers", vars={"b": "it"}, env={"C": "sea"})
    assert project.table("dim_customers") == [{"a": "1", "b": "it", "c": "sea"}]


def test_values_read_alike(cell: Cell) -> None:
    absent, zoned, document = TIMESTAMPS[cell.warehouse.name]
    document = document.replace("{}", '{"a": [1, null, "x"]}')
    project = cell.project("three_models", package=False)
    rows = project.query(f"select {absent} as absent, {zoned} as zoned, {document} as document")
    moment = datetime(2025, 12, 10, 10)  # noqa: DTZ001 - naive UTC is what the harness promises
    assert rows == [{"absent": None, "zoned": moment, "document": {"a": [1, None, "x"]}}]


def test_a_command_that_does_not_end_is_ended(cell: Cell) -> None:
    project = cell.project("three_models", package=False)
    with pytest.raises(DbtTimeoutError, match=r"did not end in 0\.01 s"):
        project.dbt("run", timeout=0.01)


@pytest.mark.slow
def test_a_signal_reaches_a_started_command(cell: Cell) -> None:
    project = cell.project("three_models", package=False)
    running = project.start("run")
    time.sleep(0.05)
    running.signal(signal.SIGKILL)
    assert running.wait().exit_code == -signal.SIGKILL


@excluded("live reading")
def test_a_second_connection_reads_while_dbt_runs(cell: Cell) -> None:
    project = cell.project("three_models", package=False)
    running = project.start("run", threads=1)
    readings = 0
    while running.process.poll() is None:
        readings += len(project.query("select 1 as one"))
    assert running.wait().exit_code == 0
    assert readings > 1


def test_projects_do_not_meet_unless_asked_to(cell: Cell) -> None:
    one = cell.project("three_models", package=False)
    one.dbt("run")
    assert len(cell.project("three_models", package=False, beside=one).table("dim_customers")) == 2
    other = cell.project("three_models", package=False)
    with pytest.raises(Exception, match=r"(?i)does not exist"):
        other.table("dim_customers")


@excluded("scripting")
def test_a_scripting_block_runs_on_the_emulated_snowflake(cell: Cell) -> None:
    project = cell.project("three_models", package=False)
    project.query("create table t (name varchar)")
    inserted = "begin insert into t select ''a;b''; insert into t select ''c''; return ''done'';"
    handler = "exception when other then return sqlerrm; end"
    assert project.query(f"execute immediate '{inserted} {handler}'") == [
        {"anonymous block": "done"}
    ]
    failing = "begin if (exists(select 1 from t)) then insert into t select ''d''; end if;"
    failing += " insert into nowhere select 1; return ''done'';"
    (row,) = project.query(f"execute immediate '{failing} {handler}'")
    assert "NOWHERE does not exist" in row["anonymous block"]
    assert [row["name"] for row in project.query("select name from t order by 1")] == [
        "a;b",
        "c",
        "d",
    ]
