"""How a job that did not go well reads in the ledger."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.harness.exclusions import excluded
from integration_tests.functional.harness.warehouses import Row
from integration_tests.functional.process_execution_log import ledger_rows
from integration_tests.functional.process_execution_log.endless import (
    endless_models,
    kill_in_the_middle,
)
from integration_tests.functional.process_execution_log.job_reading import (
    HOOKS,
    by_name,
    check_sums,
    counts_of,
    has_ledger,
    job_of,
    statuses_of,
    steps_of,
    utc_now,
)

BROKEN = "select * from {{ target.schema }}.nowhere"


def assert_failed(row: Row) -> None:
    assert row["execution_status_name"] == "FAILED"
    assert row["execution_completed_ind"] == "Y"
    assert row["execution_end_tmstp"] == row["extract_end_tmstp"] >= row["execution_start_tmstp"]
    assert row["step_execution_obj"]["current_step"] == "JOB_FAILED"
    check_sums(row)


def test_failures_are_told_apart(cell: Cell) -> None:
    """X21, X34, X40-X42, X48, XC4, XC5, XC8, XC11: a failed model, a skipped one, a failing and a
    warning test; one object per error; the retry of what failed is a record of its own.
    """
    project = cell.project("failing", config=HOOKS, artifacts=True)
    result = project.dbt("build", expect=1)
    (row,) = project.ledger()
    assert row["process_step_id"] == f"JOB_{result.invocation_id}"
    assert_failed(row)
    assert_one_of_each(row)

    project.write(
        {
            "models/broken.sql": "select 2 as id",
            "tests/good_is_zero.sql": "select id from {{ ref('good') }} where id <> 1",
        }
    )
    retried = project.dbt("retry")
    assert len(project.ledger()) == 2
    assert project.ledger()[0] == row
    row = job_of(project, retried)
    assert row["process_config_obj"]["command"] == "retry"
    assert (row["execution_status_name"], row["error_message_obj"]) == ("SUCCESS", [])
    statuses = statuses_of(row)
    if cell.engine.name == "v2":  # which tries again what only warned
        assert statuses.pop("good_may_be_zero") == "WARN"
    assert statuses == dict.fromkeys(("broken", "after_broken", "good_is_zero"), "SUCCESS")
    assert counts_of(row) == (2, 2, 0, 0)


def assert_one_of_each(row: Row) -> None:
    assert statuses_of(row) == {
        "good": "SUCCESS",
        "broken": "ERROR",
        "after_broken": "SKIPPED",
        "good_is_zero": "ERROR",
        "good_may_be_zero": "WARN",
    }
    assert counts_of(row) == (3, 1, 1, 0)
    assert row["destination_data_cnt_obj"]["skipped"] == 1
    summary = row["step_execution_obj"]["summary"]
    words = ("success", "error", "skipped", "warn")
    assert [summary[word] for word in words] == [1, 2, 1, 1]
    steps = by_name(row)
    assert "nowhere" in steps["broken"]["error"].lower()
    assert steps["good"]["error"] is None
    assert steps["after_broken"]["error"] is None
    assert [steps["after_broken"][key] for key in ("start_time", "end_time", "duration_ms")] == [
        None,
        None,
        None,
    ]
    assert (steps["good_is_zero"]["failures"], steps["good_may_be_zero"]["failures"]) == (1, 1)
    assert steps_of(row)[-1]["model_name"] == "after_broken", "what never started comes last"
    errors = {error["model_name"]: error for error in row["error_message_obj"]}
    assert len(row["error_message_obj"]) == 2
    assert errors["broken"] == {
        "unique_id": "model.failing.broken",
        "model_name": "broken",
        "resource_type": "model",
        "status": "error",
        "message": steps["broken"]["error"],
    }
    failed_test = errors["good_is_zero"]
    assert (failed_test["resource_type"], failed_test["status"]) == ("test", "fail")
    assert failed_test["message"]


def test_a_warning_is_no_failure(cell: Cell) -> None:
    """X34, X42, XC8: a test that warns, alone."""
    project = cell.project("failing", files={"models/broken.sql": "select 2 as id"})
    project.dbt("run", "--select", "good")
    warned = job_of(project, project.dbt("test", "--select", "good_may_be_zero"))
    assert (warned["execution_status_name"], warned["error_message_obj"]) == ("SUCCESS", [])
    assert warned["step_execution_obj"]["current_step"] == "JOB_COMPLETED"
    assert warned["step_execution_obj"]["summary"]["warn"] == 1
    (step,) = steps_of(warned)
    assert (step["status"], step["dbt_status"], step["failures"]) == ("WARN", "warn", 1)
    assert step["error"]


@excluded("cancelling")
def test_fail_fast_is_a_failure(cell: Cell) -> None:
    """X40-X43: what --fail-fast keeps from running is skipped. dbt v2 then cancels its own
    on-run-end, so the row stays open there until somebody closes it, and never says SUCCESS.
    """
    files = {
        "models/a_broken.sql": BROKEN,
        "models/broken.sql": "-- depends_on: {{ ref('a_broken') }}\nselect 1 as id",
        "models/good.sql": "-- depends_on: {{ ref('broken') }}\nselect 1 as id",
    }
    project = cell.project("failing", config=HOOKS, files=files)
    result = project.dbt("run", "--fail-fast", expect=1, threads=1)
    (row,) = project.ledger()
    if cell.engine.name == "v2":
        assert row["execution_status_name"] == "RUNNING"
        args = {"id": result.invocation_id, "status": "FAILED", "message": "one model failed"}
        project.dbt("run-operation", "run_ledger.close_job", "--args", json.dumps(args))
        (row,) = project.ledger()
        assert (row["execution_status_name"], row["execution_completed_ind"]) == ("FAILED", "Y")
        assert [error["message"] for error in row["error_message_obj"]] == ["one model failed"]
        return
    assert_failed(row)
    assert statuses_of(row) == {
        "a_broken": "ERROR",
        "broken": "SKIPPED",
        "after_broken": "SKIPPED",
        "good": "SKIPPED",
    }
    assert counts_of(row) == (4, 0, 1, 0)
    assert [error["model_name"] for error in row["error_message_obj"]] == ["a_broken"]


@pytest.mark.parametrize("skips", [False, True], ids=["nodes run", "nodes skipped"])
def test_a_failed_on_run_start_of_the_user(cell: Cell, skips: bool) -> None:
    """X41, X43, XC11: the root's hooks run first, so the package's start does not run at all. dbt-core
    goes on to on-run-end, where the row is written whole; dbt v2 ends there and leaves nothing.
    """
    config = {
        "on-run-start": ["select * from {{ target.schema }}.nowhere"],
        "flags": {"skip_nodes_if_on_run_start_fails": skips},
    }
    project = cell.project("three_models", config=config)
    result = project.dbt("run", expect=1)
    if cell.engine.name == "v2":
        assert not has_ledger(project)
        return
    (row,) = project.ledger()
    assert row["process_step_id"] == f"JOB_{result.invocation_id}"
    assert_failed(row)
    steps = steps_of(row)
    if skips:
        assert steps == []
        assert row["error_message_obj"] == [
            {
                "unique_id": None,
                "model_name": None,
                "resource_type": "job",
                "status": "no result",
                "message": "dbt reported nothing of 3 selected nodes, "
                "first model.three_models.dim_customers",
            }
        ]
        assert counts_of(row) == (0, 0, 0, 0)
    else:
        assert counts_of(row) == (3, 3, 0, 0)
        (failed,) = [step for step in steps if step["status"] == "ERROR"]
        assert failed["resource_type"] == "operation"
        (error,) = row["error_message_obj"]
        assert error["unique_id"] == "operation.three_models.three_models-on-run-start-0"
        assert "nowhere" in error["message"].lower()


def test_the_first_run_of_all_is_killed(cell: Cell) -> None:
    """X56, bars: nothing that creating the ledger left behind keeps the next run from its database;
    DuckDB before 2 could not read the log of a file that its owner left like that.
    """
    settings = {"run_ledger_flush_seconds": 0}
    project = cell.project("failing", vars=settings, config=HOOKS, files=endless_models(cell))
    kill_in_the_middle(project)
    project.dbt("run", "--select", "good")
    killed, after = project.ledger()
    assert (killed["execution_status_name"], after["execution_status_name"]) == (
        "RUNNING",
        "SUCCESS",
    )


def test_a_killed_job_is_found_by_the_next(cell: Cell) -> None:
    """X43, bars: the row stays RUNNING; once its lease is over the next start closes it as LOST at
    its last sign of life, with what ran as CANCELLED. Jobs within their lease are left alone.
    """
    settings = {"run_ledger_lease_minutes": 5, "run_ledger_flush_seconds": 0}
    project = cell.project("failing", vars=settings, config=HOOKS, files=endless_models(cell))
    kill_in_the_middle(project)
    (killed,) = project.ledger()
    assert (killed["execution_status_name"], killed["execution_completed_ind"]) == ("RUNNING", "N")
    assert (killed["execution_end_tmstp"], killed["extract_end_tmstp"]) == (None, None)
    assert killed["process_config_obj"]["lease_minutes"] == 5
    if cell.warehouse.name != "duckdb":
        assert statuses_of(killed) == {"good": "SUCCESS", "endless": "RUNNING"}

    now = utc_now()
    ledger_rows.insert(project, ledger_rows.job("patient", now, config={"lease_minutes": 1440}))
    project.dbt("run", "--select", "good")
    rows = {row["process_step_id"]: row for row in project.ledger()}
    step_id = killed["process_step_id"]
    assert rows[step_id] == killed, "within its lease"

    # A long time later.
    last_seen = killed["update_tmstp"] - timedelta(days=100)
    name = ledger_rows.ledger(project)
    aged = f"update {name} set update_tmstp = cast('{last_seen}' as timestamp)"
    project.query(f"{aged} where process_step_id = '{step_id}'")
    closing = project.dbt("run", "--select", "good")
    rows = {row["process_step_id"]: row for row in project.ledger()}
    lost = rows[step_id]
    assert lost["execution_end_tmstp"] == lost["extract_end_tmstp"] == last_seen
    assert lost["update_tmstp"] > killed["update_tmstp"]
    assert lost["insert_tmstp"] == killed["insert_tmstp"]
    (error,) = lost["error_message_obj"]
    assert f"JOB_{closing.invocation_id}" in error["message"]
    assert_lost(cell, lost)
    assert rows["JOB_patient"]["execution_status_name"] == "RUNNING"
    assert rows[f"JOB_{closing.invocation_id}"]["execution_status_name"] == "SUCCESS"


def assert_lost(cell: Cell, lost: Row) -> None:
    assert (lost["execution_status_name"], lost["execution_completed_ind"]) == ("LOST", "Y")
    (error,) = lost["error_message_obj"]
    assert (error["resource_type"], error["status"]) == ("job", "lost")
    if cell.warehouse.name != "duckdb":
        assert statuses_of(lost) == {"good": "SUCCESS", "endless": "CANCELLED"}
        assert lost["step_execution_obj"]["current_step"] == "JOB_LOST"
        assert lost["destination_data_cnt_obj"]["cancelled"] == 1
    assert counts_of(lost)[2:] == (0, 0)
    check_sums(lost)
