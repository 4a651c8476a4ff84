"""The recorder beside dbt-core: the live row without a hook, and a dbt that does not notice it."""

from __future__ import annotations

import os
import subprocess
from datetime import datetime
from typing import Any

from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.harness.engines import PYTHON_SOURCES
from integration_tests.functional.harness.exclusions import excluded
from integration_tests.functional.harness.project import Project
from integration_tests.functional.process_execution_log.job_reading import (
    HOOKS,
    by_name,
    counts_of,
    job_of,
    statuses_of,
    steps_of,
)
from integration_tests.functional.process_execution_log.test_live import slow_models, watched

EVERY_EVENT = {"run_ledger_flush_seconds": 0}
SEVEN = [(0, 0, 0, 0), (1, 0, 0, 1), (1, 1, 0, 0), (2, 1, 0, 1), (2, 2, 0, 0), (3, 2, 0, 1),
         (3, 3, 0, 0)]  # fmt: skip
# RUN_LEDGER_RUNS=100 for the figure in the documentation.
RUNS = int(os.environ.get("RUN_LEDGER_RUNS", "3"))

AUDIT = """
create table {schema}.seen (number serial, tbl text, status text, counts jsonb);
create function {schema}.see() returns trigger language plpgsql as '
begin
  if tg_table_name = ''process_execution_log'' then
    insert into {schema}.seen (tbl, status, counts)
    values (tg_table_name, new.execution_status_name, new.destination_data_cnt_obj);
  else
    insert into {schema}.seen (tbl) values (tg_table_name);
  end if;
  return new;
end';
create trigger see after insert or update on {log} for each row execute function {schema}.see();
create trigger see after insert or update on {log}_events for each row execute function {schema}.see()
"""


@excluded("recorder locks")
def test_every_write_is_one_of_the_seven_snapshots(cell: Cell) -> None:
    """X27-X33 to the letter: a trigger keeps each state of the row, and there is no other writer:
    the model hooks that the project has render to nothing.
    """
    project = cell.project("three_models", vars=EVERY_EVENT, config=HOOKS, with_wheel=True)
    project.dbt("run-operation", "create_ledgers")
    schema = project.space.ledger_schema
    log = project.name_of("process_execution_log", schema)
    project.query(AUDIT.format(schema=schema, log=log))
    project.dbt("run", threads=1)
    seen = project.query(f"select * from {schema}.seen order by number")
    assert {row["tbl"] for row in seen} == {"process_execution_log"}
    keys = ("total_models", "completed", "failed", "running")
    running = [tuple(r["counts"][key] for key in keys) for r in seen if r["status"] == "RUNNING"]
    # on-run-end may begin before the last event was written, and says it itself.
    assert running == SEVEN[: len(running)]
    assert len(running) >= 2
    assert tuple(seen[-1]["counts"][key] for key in keys) == (3, 3, 0, 0)


@excluded("recorder live")
def test_another_session_looks_on(cell: Cell) -> None:
    """X37, X60: the row moves while dbt runs, with the keys that it has at the end."""
    files = slow_models(cell, 0.5)
    project = cell.project("three_models", vars=EVERY_EVENT, files=files, with_wheel=True)
    seen, row = watched(project, "run")
    running = [each for each in seen if each["execution_status_name"] == "RUNNING"]
    counts = [counts_of(each) for each in running]
    assert [each for each in SEVEN if each in counts] == list(dict.fromkeys(counts))
    assert {(1, 0, 0, 1), (2, 1, 0, 1), (3, 2, 0, 1)} <= set(counts)
    assert set(steps_of(running[-1])[0]) == set(steps_of(row)[0])
    assert running[-1]["destination_data_cnt_obj"].keys() == row["destination_data_cnt_obj"].keys()
    live, final = by_name(running[-1]), by_name(row)
    first = "stg_jaffle_shop__customers"
    # Two measures of how far the warehouse's clock is ahead: the recorder's and on-run-end's.
    began = [datetime.fromisoformat(each[first]["start_time"]) for each in (live, final)]
    assert abs((began[0] - began[1]).total_seconds()) < 1
    for key in ("duration_ms", "compile_ms", "thread", "rows_affected", "dbt_status"):
        assert (live[first][key] is None) == (final[first][key] is None), key


@excluded("recorder")
def test_it_is_there_as_soon_as_the_wheel_is(cell: Cell) -> None:
    """No setting, no hook, no parsing anew; and one setting switches it off."""
    project = cell.project("three_models", config=HOOKS)
    without = project.dbt("run")
    project.with_wheel = True
    beside = project.dbt("run")
    switched_off = project.dbt("run", vars={"run_ledger_recorder": False})
    leases = [
        job_of(project, result)["process_config_obj"]["lease_minutes"]
        for result in (without, beside, switched_off)
    ]
    assert leases == [1440, 15, 1440]
    log = (beside.log_folder / "dbt.log").read_text().lower()
    assert "full parse" not in log, "nothing changed for the parser"
    assert "full parse" in (without.log_folder / "dbt.log").read_text().lower()
    for result in (without, beside):
        assert [line for line in result.output.splitlines() if "run_ledger: " in line] == []
        assert set(statuses_of(job_of(project, result)).values()) == {"SUCCESS"}


@excluded("recorder")
def test_an_on_run_end_of_the_user_that_fails(cell: Cell) -> None:
    """X41: dbt then skips ours, which comes after it; the recorder closes the row."""
    config = {"on-run-end": ["select * from {{ target.schema }}.nowhere"]}
    project = cell.project("three_models", config=config, with_wheel=True)
    result = project.dbt("run", expect=1)
    (row,) = project.ledger()
    assert row["process_step_id"] == f"JOB_{result.invocation_id}"
    assert (row["execution_status_name"], counts_of(row)) == ("FAILED", (3, 3, 0, 0))
    assert [error["resource_type"] for error in row["error_message_obj"]] == ["job"]


MANY_RUNS = """
import signal, sys, threading
from dbt.cli.main import dbtRunner

def run():
    done = dbtRunner().invoke(["run", "--threads", "16", "--quiet"])
    print("run", done.success, len(done.result), flush=True)

for number in range(int(sys.argv[1])):
    if number % 3 == 2:
        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
    else:
        run()
print("threads", [each.name for each in threading.enumerate() if "run_ledger" in each.name])
print("handler", signal.getsignal(signal.SIGTERM) is signal.SIG_DFL, flush=True)
sys.stdin.readline()
"""


@excluded("recorder")
def test_many_runs_in_one_process(cell: Cell) -> None:
    """Bars: runs in a row with 16 threads, some outside the main thread, writing at every event: no
    hang, no failed model, no thread or connection left, and each run has its row.
    """
    models = {f"models/m{number}.sql": f"select {number} as id" for number in range(20)}
    project = cell.project(
        "two_models", vars=EVERY_EVENT, files=models, with_wheel=True, own_database=True
    )
    invocation = project.invocation()
    process = subprocess.Popen(
        [cell.engine.command.with_name("python"), "-W", "ignore", "-c", MANY_RUNS, str(RUNS)],
        cwd=project.folder,
        env={**invocation.env, "PYTHONPATH": str(PYTHON_SOURCES)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        lines: list[str] = []
        while not lines or not lines[-1].startswith("handler"):
            line = process.stdout.readline()
            assert line, lines
            lines.append(line.strip())
        assert_nobody_is_connected(project)
        process.communicate("\n", timeout=60)
    finally:
        process.kill()
    said = [line for line in lines if line.split()[0] in ("run", "threads", "handler")]
    # 22 models and the two hooks of the package.
    assert said == [*["run True 24"] * RUNS, "threads []", "handler True"]
    rows = project.ledger()
    assert len(rows) == RUNS
    assert {row["execution_status_name"] for row in rows} == {"SUCCESS"}
    assert {counts_of(row) for row in rows} == {(22, 22, 0, 0)}
    assert {row["process_config_obj"]["lease_minutes"] for row in rows} == {15}


def assert_nobody_is_connected(project: Project) -> None:
    if project.warehouse.name == "postgres":
        others: list[Any] = project.query(
            "select query from pg_stat_activity where datname = current_database()"
            " and pid <> pg_backend_pid() and backend_type = 'client backend'"
        )
        assert others == []
