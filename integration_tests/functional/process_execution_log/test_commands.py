"""What each dbt command leaves in the ledger: one row, or nothing at all."""

from __future__ import annotations

from typing import Any

from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.harness.exclusions import excluded
from integration_tests.functional.harness.project import Project
from integration_tests.functional.harness.warehouses import Row
from integration_tests.functional.process_execution_log.job_reading import (
    HOOKS,
    check_sums,
    counts_of,
    has_ledger,
    job_of,
    statuses_of,
    steps_of,
)

UNIT_TEST = "models/unit_tests.yml"
MODELS = {"order_history", "orders", "stg_orders"}
TESTS = {"amounts_are_positive", "not_null_orders_order_id", "unique_orders_order_id"}


def all_kinds(cell: Cell, **options: Any) -> Project:
    return cell.project("all_kinds", artifacts=True, **options)


def count_of(project: Project, table: str) -> int:
    (row,) = project.query(f"select count(*) as n from {project.name_of(table)}")
    count: int = row["n"]
    return count


def kinds_of(row: Row) -> dict[str, set[str]]:
    kinds: dict[str, set[str]] = {}
    for step in steps_of(row):
        kinds.setdefault(step["resource_type"], set()).add(step["model_name"])
    return kinds


def leaves(project: Project, *args: str, command: str, **options: Any) -> Row:
    """Run a command that must succeed and leave one more row, which it returns."""
    before = len(project.ledger())
    result = project.dbt(*args, **options)
    assert len(project.ledger()) == before + 1, args
    row = job_of(project, result)
    assert row["process_config_obj"]["command"] == command
    assert row["execution_status_name"] == "SUCCESS", row["error_message_obj"]
    assert row["error_message_obj"] == []
    assert row["step_execution_obj"]["current_step"] == "JOB_COMPLETED"
    assert set(statuses_of(row).values()) <= {"SUCCESS"}
    check_sums(row)
    return row


def test_build_records_every_kind_of_node(cell: Cell) -> None:
    """X2, X19, X20, X53, X55, X57: seed, models, snapshot, tests and unit test are steps, the
    ephemeral model is none; model counts are counts of models.
    """
    project = all_kinds(cell, config=HOOKS)
    project.dbt("run-operation", "run_ledger.create_ledgers")
    row = leaves(project, "build", command="build")
    assert kinds_of(row) == {
        "seed": {"raw_orders"},
        "model": MODELS,
        "snapshot": {"orders_snapshot"},
        "test": TESTS,
        "unit_test": {"amounts_are_kept"},
    }
    assert counts_of(row) == (3, 3, 0, 0)
    assert row["destination_data_cnt_obj"]["planned_models"] == 4
    assert row["step_execution_obj"]["summary"]["total"] == 9
    steps = {step["model_name"]: step for step in steps_of(row)}
    assert [steps[name]["failures"] for name in sorted(TESTS)] == [0, 0, 0]
    assert steps["orders"]["failures"] is None
    assert steps["raw_orders"]["rows_affected"] == 3


def test_each_command_leaves_one_row(cell: Cell) -> None:
    """X2, X46, X48, X55, X57: seed, run, snapshot, test, source freshness; an incremental model's
    second run; a selection of nothing but ephemeral models succeeds.
    """
    # `dbt test` of v2 panics on unit tests on Postgres.
    is_tested = cell.id != "postgres-v2"
    project = all_kinds(cell, files={} if is_tested else {UNIT_TEST: None})
    project.dbt("run-operation", "run_ledger.create_ledgers")

    row = leaves(project, "seed", command="seed")
    assert kinds_of(row) == {"seed": {"raw_orders"}}
    assert counts_of(row) == (0, 0, 0, 0)

    row = leaves(project, "run", command="run")
    assert kinds_of(row) == {"model": MODELS}
    assert counts_of(row) == (3, 3, 0, 0)

    row = leaves(project, "run", "--select", "order_history", command="run")
    assert counts_of(row) == (1, 1, 0, 0)
    assert count_of(project, "order_history") == 4, "three rows and the increment"
    if cell.id == "postgres-core":
        assert steps_of(row)[0]["rows_affected"] == 1

    row = leaves(project, "snapshot", command="snapshot")
    assert kinds_of(row) == {"snapshot": {"orders_snapshot"}}
    assert counts_of(row) == (0, 0, 0, 0)

    row = leaves(project, "test", command="test")
    unit_tests = {"unit_test": {"amounts_are_kept"}} if is_tested else {}
    assert kinds_of(row) == {"test": TESTS, **unit_tests}
    assert counts_of(row) == (0, 0, 0, 0)

    row = leaves(project, "source", "freshness", command="freshness")
    assert kinds_of(row) == {"source": {"raw_orders"}}
    assert [step["dbt_status"] for step in steps_of(row)] == ["pass"]
    assert counts_of(row) == (0, 0, 0, 0)

    row = leaves(project, "run", "--select", "paid_orders", command="run")
    assert steps_of(row) == []
    assert counts_of(row) == (0, 0, 0, 0)
    assert row["destination_data_cnt_obj"]["planned_models"] == 1


def test_an_empty_selection_leaves_no_row(cell: Cell) -> None:
    """X57: dbt runs no hook then."""
    project = cell.project("three_models")
    project.dbt("run-operation", "run_ledger.create_ledgers")
    project.dbt("run", "--select", "nobody")
    assert project.ledger() == []


@excluded("clone")
def test_clone_leaves_one_row(cell: Cell) -> None:
    """X2, X55: clones of models are models, those of a seed and a snapshot are steps."""
    files = {UNIT_TEST: None, "tests/amounts_are_positive.sql": None}
    project = all_kinds(cell, files=files)
    project.dbt("build", "--exclude", "resource_type:test")
    # On the others dbt v2 finds the tables there already: it cannot make a clone on them.
    schema = "CLONES" if cell.warehouse.name == "snowflake" else project.space.schema
    clones = cell.project("all_kinds", beside=project, schema=schema, files=files)
    state = str(project.folder / "target")
    row = leaves(clones, "clone", "--state", state, command="clone")
    kinds = kinds_of(row)
    # dbt v2 counts the ephemeral model as cloned.
    assert kinds.pop("model") - {"paid_orders"} == MODELS
    assert kinds == {"seed": {"raw_orders"}, "snapshot": {"orders_snapshot"}}
    assert row["destination_obj"]["target_schema"] == schema


EVENTS = """
{{ config(event_time='ordered_at') }}
select order_id, amount, cast(ordered_at as timestamp) as ordered_at from {{ ref('raw_orders') }}
"""
# Postgres merges and needs a key for it; DuckDB deletes and inserts, and takes none.
MICROBATCH = """
{{ config(materialized='incremental', incremental_strategy='microbatch', event_time='ordered_at',
    batch_size='day', begin='2025-12-10',
    unique_key='order_id' if target.type == 'postgres' else none) }}
select order_id, amount, ordered_at from {{ ref('order_events') }}
"""


def test_a_microbatch_model_is_one_step(cell: Cell) -> None:
    """X22, X55, X57: however many batches it has."""
    files = {
        "models/order_events.sql": EVENTS,
        "models/daily_orders.sql": MICROBATCH,
        UNIT_TEST: None,
    }
    project = all_kinds(cell, files=files, config=HOOKS)
    project.dbt("seed")
    window = ["--event-time-start", "2025-12-10", "--event-time-end", "2025-12-13"]
    select = ["--select", "order_events", "daily_orders"]
    row = leaves(project, "run", *select, *window, command="run")
    assert kinds_of(row) == {"model": {"order_events", "daily_orders"}}
    assert counts_of(row) == (2, 2, 0, 0)
    assert count_of(project, "daily_orders") == 3


@excluded("python models")
def test_a_python_model_is_a_step_like_any_other(cell: Cell) -> None:
    """X55, X57: with the model hooks listed for it too."""
    source = """def model(dbt, session):
    dbt.config(materialized="table")
    return session.sql("select 7 as id")
"""
    project = cell.project("three_models", config=HOOKS, files={"models/in_python.py": source})
    project.dbt("run", "--select", "in_python")
    (row,) = project.ledger()
    assert statuses_of(row) == {"in_python": "SUCCESS"}
    assert counts_of(row) == (1, 1, 0, 0)
    assert project.table("in_python") == [{"id": 7}]


SILENT = [
    ["compile"],
    ["compile", "--select", "dim_customers"],
    ["parse"],
    ["docs", "generate"],
    ["ls"],
    ["show", "--inline", "select 1 as one"],
    ["run-operation", "say_hello"],
]


def test_commands_that_build_nothing_write_nothing(cell: Cell) -> None:
    """X58: no row, no table, no schema."""
    macro = "{% macro say_hello() %}{% do log('hello', info=true) %}{% endmacro %}"
    project = cell.project("three_models", config=HOOKS, files={"macros/say_hello.sql": macro})
    for args in SILENT:
        project.dbt(*args)
        assert not has_ledger(project), args


def test_a_ledger_that_is_switched_off_writes_nothing(cell: Cell) -> None:
    """X57, C10: run_ledger_enabled: false, or no ledger among run_ledger_ledgers; hooks and all."""
    project = cell.project("three_models", config=HOOKS)
    switches: list[dict[str, Any]] = [{"run_ledger_enabled": False}, {"run_ledger_ledgers": []}]
    for switch in switches:
        project.dbt("run", vars=switch)
        assert not has_ledger(project), switch
    assert len(project.table("dim_customers")) == 2
    # Switched off later, what is there stays.
    project.dbt("run", "--select", "dim_customers")
    before = project.ledger()
    project.dbt("run", vars={"run_ledger_enabled": False})
    assert project.ledger() == before
    assert len(before) == 1
