"""The run-operations on the job ledger: sweep_jobs, close_job, show_job."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.harness.exclusions import excluded
from integration_tests.functional.harness.project import Project
from integration_tests.functional.harness.result import Result
from integration_tests.functional.process_execution_log import ledger_rows
from integration_tests.functional.process_execution_log.job_reading import utc_now

START = datetime(2025, 12, 10, 10)  # noqa: DTZ001 - stored as naive UTC


def operation(
    project: Project, name: str, given: dict[str, Any] | None = None, expect: int = 0
) -> Result:
    args = ["--args", json.dumps(given)] if given else []
    if expect and project.engine.name == "core":
        expect = 1
    return project.dbt("run-operation", f"run_ledger.{name}", *args, expect=expect)


def with_ledger(cell: Cell) -> Project:
    project = cell.project("three_models")
    operation(project, "create_ledgers")
    return project


def lines_of(result: Result) -> list[str]:
    """What was printed, without dbt-core's time of day."""
    lines = [line.rstrip() for line in result.output.splitlines()]
    return [line[10:] if line[2:3] == ":" and line[8:10] == "  " else line for line in lines]


def test_record_end_takes_no_sql_from_a_file_that_waited(cell: Cell) -> None:
    """Style 6: a row of the spool may have met somebody; its names are data, too."""
    project = with_ledger(cell)
    poison = "x', 1, 'y"
    end = {
        "process_step_id": "JOB_it's",
        "status": "FAILED",
        "started": 1.0,
        "ended": 2.0,
        "facts": {
            "invocation_id": "it's",
            "project_name": "o'shop",
            "command": "run",
            "selection": {"select": ["'a"], "exclude": [], "selector": []},
            poison: 1,
        },
        "counts": {"total_models": 1, "failed": 1, poison: 1},
        "document": {"current_step": "'", "summary": {poison: 1}, "models": []},
        "errors": [],
    }
    project.dbt(
        *("run-operation", "run_ledger.record_end", "--args", '{"pieces": 1}'),
        env={"RUN_LEDGER_END_0": json.dumps([end])},
    )
    (row,) = project.ledger()
    assert row["process_step_id"] == "JOB_it's"
    config = row["process_config_obj"]
    assert (config["project_name"], config["invocation_id"]) == ("o'shop", "it's")
    assert not {"x", "y", poison} & config.keys()
    assert not {"x", "y"} & row["destination_data_cnt_obj"].keys()
    assert row["step_execution_obj"]["summary"] == {poison: 1}


def test_sweep_jobs_closes_what_is_lost(cell: Cell) -> None:
    """X10, X43: RUNNING rows of dbt jobs past their own lease, and no others; it says how many."""
    project = with_ledger(cell)
    # No millisecond is lost on any warehouse.
    now = utc_now().replace(microsecond=0)
    hours_ago = {hours: now - timedelta(hours=hours) for hours in (1, 2, 3)}
    ledger_rows.insert(
        project,
        ledger_rows.job("lost", hours_ago[2], config={"lease_minutes": 90}),
        ledger_rows.job("lost_too", hours_ago[3], config={"lease_minutes": 1}),
        ledger_rows.job("alive", hours_ago[1], config={"lease_minutes": 90}),
        ledger_rows.job("by_default", hours_ago[3], config={"lease_minutes": None}),
        ledger_rows.job("done", hours_ago[3], hours_ago[2], config={"lease_minutes": 1}),
        ledger_rows.job("load", hours_ago[3], execution_type_name="EXTRACT"),
    )
    before = {row["process_step_id"]: row for row in project.ledger()}
    result = operation(project, "sweep_jobs")
    assert "run_ledger: 2 jobs closed as LOST" in lines_of(result)
    rows = {row["process_step_id"]: row for row in project.ledger()}
    for name, last_seen in (("JOB_lost", hours_ago[2]), ("JOB_lost_too", hours_ago[3])):
        row = rows.pop(name)
        assert (row["execution_status_name"], row["execution_completed_ind"]) == ("LOST", "Y")
        assert row["execution_end_tmstp"] == row["extract_end_tmstp"] == last_seen
        assert row["update_tmstp"] >= now
        (error,) = row["error_message_obj"]
        assert error["status"] == "lost"
        assert "No sign of life for longer than the lease" in error["message"]
        del before[name]
    assert rows == before
    # A second one finds nothing.
    assert "run_ledger: 0 jobs closed as LOST" in lines_of(operation(project, "sweep_jobs"))


@pytest.mark.parametrize("status", ["FAILED", None, "SUCCESS"])
def test_close_job_closes_one_row_once(cell: Cell, status: str | None) -> None:
    """X6, X7, X9, X12, X14, X21, X43: with the status and the message that it is given; the row is
    terminal then, and to close it again is an error that says so.
    """
    project = with_ledger(cell)
    ledger_rows.insert(project, ledger_rows.job("a", START), ledger_rows.job("b", START))
    args = {"id": "a", "message": "it's over: password=hunter2"}
    closed = operation(project, "close_job", args | ({"status": status} if status else {}))
    word = status or "CANCELLED"
    assert f"run_ledger: JOB_a is closed as {word}" in lines_of(closed)
    rows = {row["process_step_id"]: row for row in project.ledger()}
    row = rows["JOB_a"]
    assert (row["execution_status_name"], row["execution_completed_ind"]) == (word, "Y")
    assert row["execution_end_tmstp"] == row["extract_end_tmstp"] == row["update_tmstp"] > START
    message = {
        "unique_id": None,
        "model_name": None,
        "resource_type": "job",
        "status": word.lower(),
        "message": "it's over: password=***",
    }
    assert row["error_message_obj"] == ([] if status == "SUCCESS" else [message])
    assert rows["JOB_b"]["execution_status_name"] == "RUNNING"
    if status is None:
        again = operation(project, "close_job", {"id": "a", "status": "FAILED"}, 1)
        reason = f"expected a RUNNING job JOB_a, got {word}. A closed row never changes."
        assert reason in again.output
        assert {row["process_step_id"]: row for row in project.ledger()} == rows


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "no id": ({}, "run_ledger.close_job(): expected the id of a job, got none."),
    "a bad status": (
        {"id": "x", "status": "DONE"},
        "expected the status SUCCESS, FAILED, CANCELLED or LOST, got DONE. Correct --args.",
    ),
    "an unknown id": ({"id": "x"}, "expected a RUNNING job JOB_x, got no such row."),
}


@excluded("jinja alone")
def test_close_job_says_what_is_wrong(cell: Cell) -> None:
    """X43: each message names the macro, what it expected and what it got."""
    project = with_ledger(cell)
    for name, (args, message) in WRONG.items():
        output = " ".join(operation(project, "close_job", args, 1).output.split())
        assert "run_ledger.close_job()" in output, name
        assert message in output, name
    assert project.ledger() == []


def test_show_job_prints_one_job(cell: Cell) -> None:
    """X53: the newest job, or the one with the id, as a table; an error where there is none."""
    project = with_ledger(cell)
    nothing = operation(project, "show_job", expect=1)
    assert "expected a job in the ledger, got no row. Run dbt first" in nothing.output
    steps = [
        ledger_rows.step("stg_jaffle_shop__customers", START + timedelta(seconds=1), 74),
        ledger_rows.step("orders", START + timedelta(seconds=76), 0.25, status="ERROR"),
        ledger_rows.step("not_null_id", None, status="SKIPPED", resource_type="test"),
    ]
    steps[1]["error"] = "Database Error\n  it's {{ broken }}"
    error = {"unique_id": "model.shop.orders", "model_name": "orders", "resource_type": "model"}
    error |= {"status": "error", "message": steps[1]["error"]}
    end = START + timedelta(seconds=330)
    killed = {"resource_type": "job", "status": "lost", "message": "No sign of life"}
    ledger_rows.insert(
        project,
        ledger_rows.job("old", START, end, steps, [error]),
        ledger_rows.job("new", end, end, [], [killed], execution_status_name="LOST"),
    )
    # Left-aligned, in the widths of the widest word of each column.
    table = f"{'STATUS':9} {'TYPE':9} {'STEP':44} {'STARTED':23} SECONDS"
    lines = lines_of(operation(project, "show_job", {"id": "old"}))
    first = lines.index("JOB_old  FAILED  JOB_FAILED")
    assert lines[first : first + 8] == [
        "JOB_old  FAILED  JOB_FAILED",
        "started 2025-12-10 10:00:00.000  ended 2025-12-10 10:05:30.000 (UTC)",
        "models: 2 (1 completed, 1 failed, 0 running, 0 skipped)",
        table,
        f"{'SUCCESS':9} {'model':9} {'stg_jaffle_shop__customers':44} 2025-12-10 10:00:01.000 74.000",
        f"{'ERROR':9} {'model':9} {'orders':44} 2025-12-10 10:01:16.000 0.250",
        "          Database Error it's {{ broken }}",
        f"{'SKIPPED':9} {'test':9} {'not_null_id':44} {'-':23} -",
    ]
    lines = lines_of(operation(project, "show_job"))
    first = lines.index("JOB_new  LOST  JOB_FAILED")
    assert lines[first + 2 : first + 5] == [
        "models: 0 (0 completed, 0 failed, 0 running, 0 skipped)",
        table,
        "          No sign of life",
    ]
