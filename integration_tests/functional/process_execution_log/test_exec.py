"""`run-ledger exec`: dbt as it is, and the truth about it however it ended. See kill_matrix.py."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.harness.engines import PYTHON_SOURCES
from integration_tests.functional.harness.exclusions import excluded
from integration_tests.functional.harness.project import Project
from integration_tests.functional.harness.result import Result, Running
from integration_tests.functional.harness.warehouses import Row
from integration_tests.functional.process_execution_log import ledger_rows
from integration_tests.functional.process_execution_log.endless import (
    ended,
    endless_models,
    start_endless,
)
from integration_tests.functional.process_execution_log.job_reading import (
    HOOKS,
    check_sums,
    has_ledger,
    statuses_of,
)
from integration_tests.functional.process_execution_log.kill_matrix import EXEC, Expected
from integration_tests.functional.process_execution_log.test_kill_matrix import refuse

# The recorder is tested by itself; here nothing but `exec` knows how dbt ended.
ALONE = {"run_ledger_recorder": False, "run_ledger_flush_seconds": 0}
BAD_JINJA = "select {{ bad("


def starter(project: Project) -> Callable[..., Running]:
    """Like project.start, with `run-ledger exec --` before dbt."""

    def start(*args: str, **options: Any) -> Running:
        invocation = project.invocation(*args, **options)
        command = [sys.executable, "-m", "dbt_run_ledger", "exec", "--"]
        environment = {**invocation.env, "PYTHONPATH": str(PYTHON_SOURCES)}
        # As a user has it: the id is `exec`'s own.
        environment.pop("DBT_INVOCATION_ID")
        with invocation.output.open("ab") as output:
            process = subprocess.Popen(
                [*command, str(project.engine.command), *invocation.args],
                cwd=invocation.folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        running = Running(process, invocation, None)
        project._started.append(running)
        return running

    return start


def executed(project: Project, *args: str, **options: Any) -> Result:
    return starter(project)(*args, **options).wait()


def own_lines(result: Result) -> list[str]:
    return [line for line in result.output.splitlines() if line.startswith("run-ledger: ")]


def newest(project: Project) -> Row:
    return project.ledger()[-1]


def check(result: Result, row: Row, expected: Expected) -> None:
    assert result.exit_code in expected.exit_codes, result
    assert (row["execution_status_name"], row["execution_completed_ind"]) == (
        expected.status,
        "Y",
    )
    assert statuses_of(row) == expected.steps
    check_sums(row)
    assert row["execution_start_tmstp"] <= row["execution_end_tmstp"] == row["extract_end_tmstp"]
    own = [
        error["message"] for error in row["error_message_obj"] if error["resource_type"] == "job"
    ]
    assert bool(own) == bool(expected.job_error)
    assert expected.job_error in "".join(own)


def dbt_of(running: Running) -> int:
    """The process of dbt, the child of `exec`."""
    process = running.process.pid
    (child,) = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return int(child)


def stopped(project: Project, cause: str) -> Result:
    running = start_endless(project, False, starter(project))
    if cause == "SIGKILL":
        os.kill(dbt_of(running), signal.SIGKILL)
    else:
        number = getattr(signal, cause.split()[0])
        running.signal(number)
        if cause.endswith("twice"):
            time.sleep(0.1)
            if running.process.poll() is None:
                running.signal(number)
    return ended(project, running)


def test_a_killed_dbt(cell: Cell) -> None:
    """X43: nobody but `exec` is left to say what happened, and it says it at once."""
    # In one cell with the recorder beside it, which dies with dbt and leaves its own progress.
    settings = {**ALONE, "run_ledger_recorder": cell.id == "postgres-core"}
    project = cell.project("failing", vars=settings, config=HOOKS, files=endless_models(cell))
    result = stopped(project, "SIGKILL")
    (row,) = project.ledger()
    check(result, row, EXEC["SIGKILL"])
    assert row["step_execution_obj"]["current_step"] == "JOB_CANCELLED"
    assert row["process_config_obj"]["project_name"] == "failing"
    (line,) = own_lines(result)
    assert line == (
        f"run-ledger: {row['process_step_id']} is closed as CANCELLED: dbt was killed (SIGKILL)"
    )
    # DuckDB's file is free, the next job runs, and the row stays as it is.
    project.dbt("run", "--select", "good")
    assert len(project.ledger()) == 2
    assert project.ledger()[0] == row


@excluded("exec signals")
@pytest.mark.parametrize("cause", ["SIGINT", "SIGINT twice", "SIGTERM"])
def test_a_signal_reaches_dbt(cell: Cell, cause: str) -> None:
    """What broke because dbt was told to stop is cancelled, not failed."""
    project = cell.project("failing", vars=ALONE, files=endless_models(cell))
    result = stopped(project, cause)
    if cause == "SIGINT twice" and list(project.folder.glob("target/run_ledger/exec/*.json")):
        # The second one came when dbt had ended: the row is kept, and nobody waits for it.
        executed(project, "run", "--select", "good")
    row = project.ledger(order_by="execution_start_tmstp")[0]
    check(result, row, EXEC[cause])


@excluded("exec on core")
def test_a_table_dropped_while_the_job_runs(cell: Cell) -> None:
    """X56: dbt's own on-run-end writes the row whole, and `exec` leaves it alone."""
    project = cell.project("failing", vars=ALONE)
    project.dbt("run", "--select", "good")
    table = project.name_of("process_execution_log", project.space.ledger_schema)
    model = f"{{{{ config(pre_hook='drop table {table}') }}}} select * from {{{{ ref('good') }}}}"
    project.write({"models/dropping.sql": model})
    result = executed(project, "run", "--select", "good", "dropping")
    (row,) = project.ledger()
    check(result, row, EXEC["table dropped"])
    assert own_lines(result) == []


@excluded("exec untouched")
def test_what_dbt_says_is_untouched(cell: Cell) -> None:
    """Output and exit code as without; the row is the one that dbt itself wrote."""
    project = cell.project("failing", vars=ALONE, files={"models/bad.sql": BAD_JINJA})
    # The ledger does not exist yet, and the project cannot be parsed: the row is written whole.
    result = executed(project, "build")
    (row,) = project.ledger()
    check(result, row, EXEC["parse error"])
    assert row["source_obj"] == {"type": "DBT_JOB", "project_name": "failing"}
    key = row["process_config_obj"]["job_key"]

    project.write({"models/bad.sql": None})
    result = executed(project, "build")
    row = newest(project)
    check(result, row, EXEC["failed, skipped, warned"])
    assert own_lines(result) == []
    assert row["process_config_obj"]["job_key"] == key
    assert "good_is_zero" in result.output


@excluded("exec refused")
def test_a_warehouse_that_is_not_there(cell: Cell) -> None:
    """Kept beside the project, and loaded by the next start, once."""
    project = cell.project("failing", vars=ALONE)
    profile = refuse(project)
    first = executed(project, "run", "--select", "good")
    assert first.exit_code in EXEC["connection refused"].exit_codes
    (line,) = own_lines(first)
    assert "could not record the end of this job" in line
    assert len(list(project.folder.glob("target/run_ledger/exec/*.json"))) == 1
    (project.folder / "profiles.yml").write_text(profile)
    if cell.warehouse.name == "postgres":  # DuckDB's file would be made by looking, in a version
        assert not has_ledger(project)  # that dbt v2 does not read
    second = executed(project, "run", "--select", "good")
    assert (second.exit_code, own_lines(second)) == (0, [])
    old, new = project.ledger(order_by="execution_start_tmstp")
    expected = EXEC["connection refused"]
    said = {"postgres": "onnection refused", "duckdb": "nowhere"}[cell.warehouse.name]
    check(first, old, replace(expected, status=expected.later, job_error=said))
    assert (new["execution_status_name"], statuses_of(new)) == ("SUCCESS", {"good": "SUCCESS"})
    assert list(project.folder.glob("target/run_ledger/exec/*")) == []


@excluded("exec on core")
def test_fail_fast(cell: Cell) -> None:
    """dbt v2 then leaves out its own on-run-end."""
    broken = "select * from {{ target.schema }}.nowhere"
    after = "-- depends_on: {{ ref('a_broken') }}\nselect 1 as id"
    files = {"models/a_broken.sql": broken, "models/z_good.sql": after}
    project = cell.project("failing", vars=ALONE, files=files)
    result = executed(project, "run", "--fail-fast", "--select", "a_broken", "z_good")
    (row,) = project.ledger()
    expected = EXEC["fail-fast"]
    if "z_good" not in statuses_of(row):  # dbt v2 may end before it says that it skips it
        expected = replace(expected, steps={"a_broken": "ERROR"})
    check(result, row, expected)
    (error,) = row["error_message_obj"]
    assert (error["model_name"], bool(error["message"])) == ("a_broken", True)


@excluded("exec on core")
@excluded("refused")
def test_no_room_in_the_spool(cell: Cell) -> None:
    """dbt's exit code is still its own, and one line says both."""
    # A file where the folder should be: nothing can be written below it.
    project = cell.project("failing", vars=ALONE, files={"target/run_ledger": ""})
    refuse(project)
    result = executed(project, "run", "--select", "good")
    assert result.exit_code in EXEC["no room in the spool"].exit_codes
    (line,) = own_lines(result)
    assert "could not record the end of this job" in line
    assert "nor keep it" in line


@excluded("exec on core")
@excluded("locks")
def test_a_lock_that_somebody_keeps(cell: Cell) -> None:
    """X56: dbt goes on without its row, which is loaded once the lock is gone."""
    settings = {**ALONE, "run_ledger_lock_timeout_ms": 200}
    project = cell.project("failing", vars=settings)
    project.dbt("run", "--select", "good")
    with closing(project.connect()) as connection, connection.cursor() as cursor:
        cursor.execute("begin")
        cursor.execute(f"lock table {ledger_rows.ledger(project)} in access exclusive mode")
        result = executed(project, "run", "--select", "good")
        connection.rollback()
    assert result.exit_code in EXEC["lock held"].exit_codes
    (line,) = own_lines(result)
    assert "lock timeout" in line
    assert "kept for the next one in " in line
    assert own_lines(executed(project, "run", "--select", "good")) == []
    rows = project.ledger(order_by="execution_start_tmstp")
    assert len(rows) == 3
    expected = EXEC["lock held"]
    check(result, rows[1], replace(expected, status=expected.later))
