"""The kill matrix: however a run ends, its row says so. The expected rows: kill_matrix.py."""

from __future__ import annotations

import signal
import time
from contextlib import closing
from typing import Any

import pytest
import yaml

from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.harness.exclusions import excluded
from integration_tests.functional.harness.project import Project
from integration_tests.functional.harness.result import Result
from integration_tests.functional.harness.warehouses import Row
from integration_tests.functional.process_execution_log import ledger_rows
from integration_tests.functional.process_execution_log.endless import (
    ended,
    endless_models,
    start_endless,
)
from integration_tests.functional.process_execution_log.job_reading import (
    HOOKS as HOOK_LINES,
)
from integration_tests.functional.process_execution_log.job_reading import (
    check_sums,
    has_ledger,
    statuses_of,
)
from integration_tests.functional.process_execution_log.kill_matrix import (
    HOOKS,
    KEPT,
    NO_ROW,
    RECORDER,
    Expected,
)

SIGNALS = [name for name in RECORDER if name.startswith("SIG")]
BAD_JINJA = {"models/bad.sql": "{{ bad( }}"}
SETTINGS = {"run_ledger_flush_seconds": 0, "run_ledger_lock_timeout_ms": 200}


def recorded(cell: Cell, **options: Any) -> Project:
    return cell.project("failing", vars=SETTINGS, with_wheel=True, **options)


def rows_of(project: Project) -> list[Row]:
    return project.ledger() if has_ledger(project) else []


def check(project: Project, result: Result, expected: Expected) -> None:
    """The run left what it should, now and after the next start."""
    assert result.exit_code in expected.exit_codes, result
    if -signal.SIGINT in expected.exit_codes and list(project.folder.glob("target/run_ledger/*")):
        # Whoever presses the keys again waits for a second at most: on a busy machine too short.
        project.dbt("run", "--select", "good")
    row = next((r for r in rows_of(project) if str(result.invocation_id) in str(r)), None)
    if expected.status in (NO_ROW, KEPT):
        assert row is None
    else:
        assert row is not None
        check_row(row, expected.status, expected, project)
    if not expected.later:
        return
    if expected.later == "LOST":
        assert row is not None
        age(project, row)
    project.dbt("run", "--select", "good")
    (later,) = [
        r for r in project.ledger() if str(result.invocation_id) in str(r["process_step_id"])
    ]
    check_row(later, expected.later, expected, project)
    assert list(project.folder.glob("target/run_ledger/*")) == []
    assert len({r["process_step_id"] for r in project.ledger()}) == len(project.ledger())


def check_row(row: Row, status: str, expected: Expected, project: Project) -> None:
    assert (row["execution_status_name"], row["execution_completed_ind"]) == (
        status,
        "N" if status == "RUNNING" else "Y",
    )
    steps = dict(expected.steps)
    if status == "LOST":
        steps = {name: was.replace("RUNNING", "CANCELLED") for name, was in steps.items()}
    if project.warehouse.name == "duckdb" and expected.later == "LOST":
        # Nobody can look into the file to know when it has been written; hooks write nothing.
        last = "CANCELLED" if status == "LOST" else "RUNNING"
        assert all(was in (steps[name], last) for name, was in statuses_of(row).items())
    else:
        assert statuses_of(row) == steps
    check_sums(row)
    own = [error for error in row["error_message_obj"] if error["resource_type"] == "job"]
    if status != "LOST":
        assert bool(own) == bool(expected.job_error)
    if own and expected.job_error:
        assert expected.job_error in own[0]["message"]
    if status != "RUNNING":
        assert row["execution_end_tmstp"] == row["extract_end_tmstp"]
        assert row["process_config_obj"]["command"]


def age(project: Project, row: Row) -> None:
    """A long time later."""
    project.query(
        f"update {ledger_rows.ledger(project)} set update_tmstp = cast('2020-01-01' as timestamp)"
        f" where process_step_id = '{row['process_step_id']}'"
    )


def stopped(project: Project, cause: str) -> Result:
    """A run that was sent the signals of the cause while the model `endless` ran."""
    project.dbt("run", "--select", "good")
    # For SIGKILL the row has to be written before; for the others the state is enough.
    # What surrounds dbt at its end is the interpreter's own: in one cell, nothing is forked.
    start = project.start_program if project.warehouse.name == "postgres" else project.start
    running = start_endless(project, cause == "SIGKILL" or not project.with_wheel, start)
    number = getattr(signal, cause.split()[0])
    running.signal(number)
    if "twice" in cause:
        time.sleep(0.03 if cause.endswith("at once") else 0.1)
        if running.process.poll() is None:
            running.signal(number)
    return ended(project, running)


def refuse(project: Project) -> str:
    """Point the profile at a warehouse that is not there; the profile as it was."""
    path = project.folder / "profiles.yml"
    text = path.read_text()
    profiles = yaml.safe_load(text)
    (output,) = profiles["run_ledger_test"]["outputs"].values()
    nowhere = {"duckdb": {"path": "/nowhere/at/all.duckdb"}, "postgres": {"port": 1}}
    output.update(nowhere[project.warehouse.name])
    path.write_text(yaml.safe_dump(profiles))
    return text


@excluded("recorder")
@pytest.mark.parametrize("cause", SIGNALS)
def test_a_signal(cell: Cell, cause: str) -> None:
    """X43: CANCELLED with the steps as they stood, or LOST where nothing could be done."""
    project = recorded(cell, files=endless_models(cell))
    check(project, stopped(project, cause), RECORDER[cause])


@excluded("recorder")
def test_what_dbt_itself_ends(cell: Cell) -> None:
    """X40-X42: failed, skipped, warned: the same row as without the recorder."""
    project = recorded(cell)
    check(project, project.dbt("build", expect=None), RECORDER["failed, skipped, warned"])


@excluded("recorder")
@excluded("cancelling")
def test_fail_fast(cell: Cell) -> None:
    """X40-X42: what --fail-fast keeps from running is skipped."""
    files = {
        "models/a_broken.sql": "select * from {{ target.schema }}.nowhere",
        "models/z_good.sql": "-- depends_on: {{ ref('a_broken') }}\nselect 1 as id",
    }
    project = recorded(cell, files=files)
    options = ("--fail-fast", "--select", "a_broken", "z_good")
    check(project, project.dbt("run", *options, expect=None, threads=1), RECORDER["fail-fast"])


@excluded("recorder")
def test_an_error_before_the_first_hook(cell: Cell) -> None:
    """A project that cannot be parsed, before and after its ledger was made."""
    project = recorded(cell, files=BAD_JINJA)
    first = project.dbt("run", expect=None)
    assert list(project.folder.glob("target/run_ledger/*.json")), "there is no table yet"
    project.write({"models/bad.sql": "select 1 as id"})
    project.dbt("run", "--select", "good")
    project.write(BAD_JINJA)
    second = project.dbt("run", expect=None)
    for result in (first, second):
        check(project, result, RECORDER["parse error"])
    assert "could not record" not in second.output


@excluded("recorder refused")
@pytest.mark.parametrize("cause", ["connection refused", "no room in the spool"])
def test_a_warehouse_that_is_not_there(cell: Cell, cause: str) -> None:
    """The row waits in the project's target folder, and the next start loads it."""
    project = recorded(cell)
    profile = refuse(project)
    if cause == "no room in the spool":
        # A file where the folder should be: nothing can be written below it.
        project.write({"target/run_ledger": ""})
    result = project.dbt("run", "--select", "good", expect=None)
    lines = [line for line in result.output.splitlines() if "run_ledger:" in line]
    assert len(lines) == 1, lines
    told = "nor keep it" if cause == "no room in the spool" else "kept for the next job in "
    assert "could not record the end of this job" in lines[0]
    assert told in lines[0]
    (project.folder / "profiles.yml").write_text(profile)
    check(project, result, RECORDER[cause])


@excluded("recorder")
def test_a_table_dropped_while_the_job_runs(cell: Cell) -> None:
    """X56: progress has nowhere to go, and the end writes the row whole."""
    project = recorded(cell)
    project.dbt("run", "--select", "good")
    table = project.name_of("process_execution_log", project.space.ledger_schema)
    dropping = (
        f"{{{{ config(pre_hook='drop table {table}') }}}} select * from {{{{ ref('good') }}}}"
    )
    project.write({"models/dropping.sql": dropping})
    result = project.dbt("run", "--select", "good", "dropping", expect=None)
    check(project, result, RECORDER["table dropped"])


@excluded("recorder locks")
def test_a_lock_that_somebody_keeps(cell: Cell) -> None:
    """X56: neither the start nor the end could be written; dbt waits a bounded time for each."""
    project = recorded(cell)
    project.dbt("run", "--select", "good")
    with closing(project.connect()) as connection, connection.cursor() as cursor:
        cursor.execute("begin")
        cursor.execute(f"lock table {ledger_rows.ledger(project)} in access exclusive mode")
        begun = time.monotonic()
        result = project.dbt("run", "--select", "good", expect=None)
        # Start, progress, end and the recorder's last try wait 0.2 s each.
        assert time.monotonic() - begun < 15
        connection.rollback()
    (line,) = [line for line in result.output.splitlines() if "run_ledger:" in line]
    assert "lock timeout" in line
    assert "kept for the next job in " in line
    check(project, result, RECORDER["lock held"])


@pytest.mark.parametrize("cause", ["SIGINT", "SIGTERM"])
def test_a_signal_with_hooks_alone(cell: Cell, cause: str) -> None:
    """X43: RUNNING with its steps, until the lease is over."""
    settings = {"run_ledger_flush_seconds": 0}
    project = cell.project("failing", vars=settings, config=HOOK_LINES, files=endless_models(cell))
    check(project, stopped(project, cause), HOOKS[cause])


def test_an_error_before_the_first_hook_with_hooks_alone(cell: Cell) -> None:
    """No hook ran, so nobody was there to write a row."""
    project = cell.project("failing", config=HOOK_LINES, files=BAD_JINJA)
    check(project, project.dbt("run", expect=None), HOOKS["parse error"])


@excluded("refused")
def test_a_warehouse_that_is_not_there_with_hooks_alone(cell: Cell) -> None:
    project = cell.project("failing", config=HOOK_LINES)
    profile = refuse(project)
    result = project.dbt("run", "--select", "good", expect=None)
    (project.folder / "profiles.yml").write_text(profile)
    check(project, result, HOOKS["connection refused"])
