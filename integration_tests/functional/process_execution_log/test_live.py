"""What another session sees while dbt runs with the two model hooks, and what they cost."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.harness.exclusions import excluded
from integration_tests.functional.harness.project import Project
from integration_tests.functional.harness.warehouses import Row
from integration_tests.functional.process_execution_log.job_reading import (
    HOOKS,
    by_name,
    check_sums,
    counts_of,
    job_of,
    seen_rows,
    statuses_of,
    steps_of,
    wait_for,
)

EVERY_EVENT = {"run_ledger_flush_seconds": 0}
CUSTOMERS, ORDERS, DIM = "stg_jaffle_shop__customers", "stg_jaffle_shop__orders", "dim_customers"


def slow(cell: Cell, seconds: float, upstream: str | None = None) -> str:
    """A model that takes its time, after the one that it depends on."""
    after = f"-- depends_on: {{{{ ref('{upstream}') }}}}\n" if upstream else ""
    if cell.warehouse.name == "postgres":
        return f"{after}select 1 as id, cast(pg_sleep({seconds}) as text) as slept"
    # Nothing sleeps on the emulated Snowflake, so this counts, for about as long.
    return f"""{after}
        select count(*) as n
        from (select seq4() as x from table(generator(rowcount => {int(seconds * 6000)}))) as a
        cross join (select seq4() as x from table(generator(rowcount => 10000))) as b
        where sin(a.x * b.x) > 2"""


def slow_models(cell: Cell, seconds: float) -> dict[str, str | None]:
    """One after the other: dbt v2 runs more than one model at a time on one thread too."""
    return {
        f"models/{CUSTOMERS}.sql": slow(cell, seconds),
        f"models/{ORDERS}.sql": slow(cell, seconds, CUSTOMERS),
        f"models/{DIM}.sql": slow(cell, seconds, ORDERS),
    }


def watched(project: Project, *args: str, threads: int = 1) -> tuple[list[Row], Row]:
    """Each state of the row that another session saw during a run, and the row after it."""
    running = project.start(*args, threads=threads)
    seen: list[Row] = []
    for row in seen_rows(project, running):
        if not seen or row != seen[-1]:
            seen.append(row)
    result = running.wait()
    return seen, job_of(project, result)


@excluded("live reading")
def test_the_seven_snapshots_of_the_source_document(cell: Cell) -> None:
    """X2, X6-X9, X14, X19, X20, X25-X38, X53, XC3, XC5, XC8, XC9, bars: the exact sequence of
    counts, in one row, from a second connection during the run.
    """
    # The project's own on-run-end comes before the package's: time to look at the last state.
    config = {**HOOKS, "on-run-end": slow(cell, 0.5)}
    project = cell.project(
        "three_models", vars=EVERY_EVENT, config=config, files=slow_models(cell, 0.3)
    )
    seen, row = watched(project, "run")
    running = [each for each in seen if each["execution_status_name"] == "RUNNING"]
    assert changes([counts_of(each) for each in running]) == [
        (0, 0, 0, 0),
        (1, 0, 0, 1),
        (1, 1, 0, 0),
        (2, 1, 0, 1),
        (2, 2, 0, 0),
        (3, 2, 0, 1),
        (3, 3, 0, 0),
    ]
    assert changes([each["step_execution_obj"]["current_step"] for each in running]) == [
        "JOB_STARTED",
        f"MODEL_STARTED:{CUSTOMERS}",
        f"MODEL_COMPLETED:{CUSTOMERS}",
        f"MODEL_STARTED:{ORDERS}",
        f"MODEL_COMPLETED:{ORDERS}",
        f"MODEL_STARTED:{DIM}",
        f"MODEL_COMPLETED:{DIM}",
    ]
    for each in running:
        assert_running(each)
    assert_only_what_moves_moved(seen, row)

    assert row["execution_status_name"] == "SUCCESS"
    assert counts_of(row) == (3, 3, 0, 0)
    assert [step["model_name"] for step in steps_of(row)] == [CUSTOMERS, ORDERS, DIM]
    # The same keys live and at the end (X60), and nothing is left behind.
    assert set(steps_of(running[-1])[0]) == set(steps_of(row)[0])
    assert project.ledger("process_execution_log_events") == []


def changes(values: list[Any]) -> list[Any]:
    """Without the repetitions: what an onlooker saw change."""
    return [each for number, each in enumerate(values) if values[:number][-1:] != [each]]


def assert_running(each: Row) -> None:
    check_sums(each)
    assert each["execution_completed_ind"] == "N"
    assert (each["execution_end_tmstp"], each["extract_end_tmstp"]) == (None, None)
    assert each["destination_data_cnt_obj"]["planned_models"] == 3
    for step in steps_of(each):
        assert step["start_time"] is not None
        assert (step["end_time"] is None) == (step["status"] == "RUNNING"), step
        assert (step["duration_seconds"] is None) == (step["status"] == "RUNNING"), step


def assert_only_what_moves_moved(seen: list[Row], row: Row) -> None:
    fixed = ("process_execution_log_sk", "process_step_id", "insert_tmstp", "process_config_obj")
    for column in (*fixed, "execution_start_tmstp", "source_obj"):
        assert [each for each in seen if each[column] != row[column]] == [], column
    updates = [each["update_tmstp"] for each in seen]
    assert updates == sorted(updates)
    assert updates[0] == row["insert_tmstp"]
    assert updates[-1] > row["insert_tmstp"]


@excluded("live reading")
def test_a_failed_model_is_seen_while_the_run_goes_on(cell: Cell) -> None:
    """X37, X40, XC4, XC9, XC11: it runs no post-hook; the next model of its thread gives it away
    under dbt-core, and its start outlives the rollback of the model.
    """
    files = {
        f"models/{CUSTOMERS}.sql": "select * from {{ target.schema }}.nowhere",
        f"models/{ORDERS}.sql": slow(cell, 0.3),
        f"models/{DIM}.sql": slow(cell, 0.3, CUSTOMERS),
    }
    project = cell.project("three_models", vars=EVERY_EVENT, config=HOOKS, files=files)
    seen, row = watched(project, "run")
    assert statuses_of(row) == {CUSTOMERS: "ERROR", ORDERS: "SUCCESS", DIM: "SKIPPED"}
    live = [statuses_of(each) for each in seen if each["execution_completed_ind"] == "N"]
    if cell.engine.name == "core":
        assert {CUSTOMERS: "RUNNING"} in live
        assert {CUSTOMERS: "ERROR", ORDERS: "RUNNING"} in live
        assert {CUSTOMERS: "ERROR", ORDERS: "SUCCESS"} in live
    else:
        # dbt v2 does not name its threads, so only the end of the run tells.
        assert {CUSTOMERS: "RUNNING", ORDERS: "SUCCESS"} in live
        assert all(each.get(CUSTOMERS, "RUNNING") == "RUNNING" for each in live)


def quick_models(number: int) -> dict[str, str | None]:
    files: dict[str, str | None] = {f"models/{name}.sql": None for name in (CUSTOMERS, ORDERS, DIM)}
    for each in range(number):
        files[f"models/quick_{each:02}.sql"] = f"select {each} as id"
    return files


def test_many_threads_lose_nothing_and_fail_nothing(cell: Cell) -> None:
    """X34, X35, X46, X56, XC10, XC12, XC13, bars: 24 quick models on 8 threads, three times."""
    project = cell.project("three_models", config=HOOKS, files=quick_models(24), threads=8)
    for number, seconds in enumerate((0, 1, 0.1), start=1):
        result = project.dbt("run", vars={"run_ledger_flush_seconds": seconds})
        rows = project.ledger()
        assert len(rows) == number
        row = job_of(project, result)
        assert row["execution_status_name"] == "SUCCESS"
        assert counts_of(row) == (24, 24, 0, 0)
        check_sums(row)
        assert len(by_name(row)) == 24
    assert project.ledger("process_execution_log_events") == []
    tables = [project.table(f"quick_{each:02}") for each in range(24)]
    assert tables == [[{"id": each}] for each in range(24)]


def test_hooks_leave_a_text_or_nothing(cell: Cell) -> None:
    """C3, XC10: on DuckDB the hooks render to nothing, elsewhere to one statement that touches the
    ledger's tables alone; for commands that leave no row to nothing anywhere.
    """
    project = cell.project("three_models", config=HOOKS)
    macro = """{% macro show_hooks() %}
      {% do log('START[' ~ run_ledger.start_model() ~ ']', info=true) %}
      {% do log('LIVE[' ~ run_ledger.has_live_hooks() ~ ']', info=true) %}
    {% endmacro %}"""
    project.write({"macros/show_hooks.sql": macro})
    output = project.dbt("run-operation", "show_hooks").output
    assert "START[]" in output
    assert f"LIVE[{cell.warehouse.name != 'duckdb'}]" in output


# A model waits here, whatever the warehouse, until the test puts a row into the table.
GATE = """
{{% macro wait_at_the_gate() %}}
  {{%- set gate = namespace(open=not execute) -%}}
  {{%- for _ in range(100000) -%}}
    {{%- if not gate.open -%}}
      {{%- set gate.open = run_query('select 1 from {name}').rows | length > 0 -%}}
    {{%- endif -%}}
  {{%- endfor -%}}
{{% endmacro %}}
"""
GATED = """
{{ config(pre_hook="{{ wait_at_the_gate() }}") }}
select 1 as id
"""


@excluded("two at once")
def test_two_runs_at_once_keep_to_their_rows(cell: Cell) -> None:
    """X34, X35, X46, X47, bars: side by side, in one ledger, neither touches the other's row."""
    one = cell.project("three_models", vars=EVERY_EVENT, config=HOOKS)
    two = cell.project(
        "three_models",
        vars=EVERY_EVENT,
        config=HOOKS,
        files={f"models/{DIM}.sql": "select * from {{ target.schema }}.nowhere"},
        beside=one,
        # The ledger is one, the models are apart.
        schema=f"{one.space.schema}_two",
    )
    # Whoever comes first creates the tables; two at once would meet there.
    one.dbt("run-operation", "run_ledger.create_ledgers")
    gate = one.name_of("gate", one.space.ledger_schema)
    one.query(f"create table {gate} (id integer)")
    files = {"macros/gate.sql": GATE.format(name=gate), f"models/{CUSTOMERS}.sql": GATED}
    for project in (one, two):
        project.write({**files, f"models/{ORDERS}.sql": "select 1 as id"})
    one.write({f"models/{DIM}.sql": "select 1 as id"})
    first, second = one.start("run"), two.start("run")

    def both_wait() -> bool:
        states = [statuses_of(row).get(CUSTOMERS) for row in one.ledger()]
        return states == ["RUNNING", "RUNNING"]

    wait_for(both_wait, first)
    one.query(f"insert into {gate} select 1")
    failed, passed = second.wait(), first.wait()
    if cell.warehouse.name == "postgres":
        one.query(f"drop schema {one.space.schema}_two cascade")
    assert (passed.exit_code, failed.exit_code) == (0, 1)
    assert len(one.ledger()) == 2
    row = job_of(one, passed)
    assert row["execution_status_name"] == "SUCCESS"
    assert statuses_of(row) == dict.fromkeys((CUSTOMERS, ORDERS, DIM), "SUCCESS")
    row = job_of(one, failed)
    assert row["execution_status_name"] == "FAILED"
    assert statuses_of(row) == {CUSTOMERS: "SUCCESS", ORDERS: "SUCCESS", DIM: "ERROR"}


def timed(action: Callable[[], object]) -> float:
    start = time.monotonic()
    action()
    return time.monotonic() - start


@pytest.mark.slow
@excluded("sleeping models")
def test_hooks_do_not_make_models_wait_for_each_other(cell: Cell) -> None:
    """X24, X35, X56, XC9, bars: 4 models of 2 s on 4 threads, with hooks and without the package
    side by side; every one of them also runs at the same time as the others.
    """
    files: dict[str, str | None] = {
        **quick_models(0),
        **{f"models/slow_{each}.sql": slow(cell, 2) for each in range(4)},
    }
    bare = cell.project("three_models", files=files, package=False)
    hooked = cell.project("three_models", files=files, vars=EVERY_EVENT, config=HOOKS)
    # The first run parses and creates; the second is compared.
    seconds: dict[str, float] = {}

    def run(name: str, project: Project) -> None:
        project.dbt("parse")
        seconds[name] = timed(lambda: project.dbt("run"))

    threads = [
        threading.Thread(target=run, args=each) for each in (("bare", bare), ("hooked", hooked))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seconds["hooked"] < 1.5 * seconds["bare"], seconds
    (row,) = hooked.ledger()
    steps = steps_of(row)
    assert [step["duration_seconds"] >= 2 for step in steps] == [True] * 4
    # One after the other, the last would start six seconds after the first.
    assert max(s["start_time"] for s in steps) < min(s["end_time"] for s in steps)


@pytest.mark.slow
@excluded("sleeping models")
def test_a_table_is_swapped_in_one_piece(cell: Cell) -> None:
    """X56, XC9, bars: with hooks as without, another session never finds the table missing, empty
    or half; under dbt v2, which commits each statement, never half.
    """
    model = "select id from generate_series(1, 1000) as id"
    files = {**quick_models(0), "models/swapped.sql": model}
    project = cell.project("three_models", files=files, vars=EVERY_EVENT, config=HOOKS)
    project.dbt("run")
    name = project.name_of("swapped")
    found: list[int | str] = []
    done = threading.Event()

    def poll() -> None:
        while not done.is_set():
            try:
                found.append(project.query(f"select count(*) as n from {name}")[0]["n"])
            except Exception as error:  # noqa: BLE001 - what it says is the result
                found.append(re.sub(r"\s+", " ", str(error)))

    poller = threading.Thread(target=poll)
    poller.start()
    for _ in range(3):
        project.dbt("run")
    done.set()
    poller.join()
    assert len(found) > 100
    missing = {each for each in found if isinstance(each, str)}
    assert {each for each in found if isinstance(each, int)} == {1000}
    if cell.engine.name == "core":
        assert missing == set()
    else:
        assert all("does not exist" in each for each in missing), missing
    assert [counts_of(row) for row in project.ledger()] == [(1, 1, 0, 0)] * 4


@excluded("live reading")
def test_the_flush_interval_spares_the_row(cell: Cell) -> None:
    """X37, XC14, bars: within run_ledger_flush_seconds events are only appended; the end is exact."""
    files = slow_models(cell, 0.2)
    settings = {"run_ledger_flush_seconds": 60}
    project = cell.project("three_models", vars=settings, config=HOOKS, files=files)
    running = project.start("run", threads=1)

    def events() -> list[Row]:
        try:
            return project.ledger("process_execution_log_events")
        except Exception:  # noqa: BLE001 - there is no table yet
            return []

    wait_for(lambda: len(events()) >= 3, running)
    (row,) = project.ledger()
    assert (row["execution_status_name"], counts_of(row)) == ("RUNNING", (0, 0, 0, 0))
    assert row["update_tmstp"] == row["insert_tmstp"]
    assert [(each["event_name"], each["model_name"]) for each in events()][:3] == [
        ("STARTED", CUSTOMERS),
        ("FINISHED", CUSTOMERS),
        ("STARTED", ORDERS),
    ]
    row = job_of(project, running.wait())
    assert (row["execution_status_name"], counts_of(row)) == ("SUCCESS", (3, 3, 0, 0))
