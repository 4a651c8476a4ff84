"""How a run begins and ends: whatever happens, the ledger says what is true."""

from __future__ import annotations

import json
import signal
import time
from contextlib import closing
from datetime import datetime, timedelta, timezone

import duckdb
import psycopg2
import pytest
from snowflake.connector.errors import IntegrityError

from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.harness.exclusions import excluded
from integration_tests.functional.harness.project import Project
from integration_tests.functional.profile_runs.profiles import (
    create,
    metrics,
    operation,
    profile,
    profile_with,
    profiled,
    results,
    runs,
)

TABLE_OPERATION = ("run-operation", "run_ledger.profile_table", "--args")


def utc_now() -> datetime:
    return datetime.now(timezone.utc).replace(tzinfo=None)


def insert_run(project: Project, run_id: str, age: timedelta, job_name: str = "gone") -> None:
    """A run that some process began and never ended, with one of its results."""
    schema = project.space.ledger_schema
    started = (utc_now() - age).replace(microsecond=0)
    project.query(
        f"insert into {project.name_of('profile_runs', schema)} (run_id, target_db, target_schema, "
        "target_table, started_at, status, job_name) "
        f"values ('{run_id}', 'd', 's', 't', '{started}', 'RUNNING', '{job_name}')"
    )
    project.query(
        f"insert into {project.name_of('profile_results', schema)} (run_id, column_name, metric_name, "
        f"value_num, is_approx) values ('{run_id}', '', 'row_count', 1, false)"
    )


def test_a_run_and_what_it_was_asked_for(cell: Cell) -> None:
    """P1-P20, P26, P31, PC1, PC3: the row of a good run; sampling with its seed; a part of the rows; the
    same request or run id twice is one run.
    """
    project = profiled(cell)
    rows = ", ".join(f"({n}, 'a{n % 7}')" for n in range(500))
    name = create(project, "orders", "id integer, label varchar", f"values {rows}")
    run, found = profile(project, name, note="it's mine", request_id="monday", job_name="nightly")
    place = project.space
    assert run["status"] == "SUCCEEDED"
    assert run["started_at"] <= run["finished_at"] <= run["updated_at"]
    assert (run["target_db"], run["target_schema"]) == (place.database, place.schema)
    assert run["target_table"].lower() == "orders"
    assert (run["note"], run["request_id"], run["job_name"]) == ("it's mine", "monday", "nightly")
    nothing = (
        "sample_rate",
        "sample_seed",
        "row_filter",
        "error_code",
        "error_message",
        "git_commit",
    )
    assert {run[column] for column in nothing} == {None}
    assert (found[""]["row_count"], found["id"]["distinct_count"]) == (500, 500)

    before = (runs(project), results(project))
    twice = [{"request_id": "monday"}, {"run_id": run["run_id"]}]
    again = operation(project, "profile_with", relation=name, each=twice)
    assert again.output.count(f"SUCCEEDED, known already (run {run['run_id']})") == 2
    assert (runs(project), results(project)) == before
    check_parts_of_the_rows(project, name)


def check_parts_of_the_rows(project: Project, name: str) -> None:
    sampled, part, whole = profile_with(
        project,
        name,
        {"sample_rate": 0.5, "sample_seed": 7},
        {"row_filter": "id < 100 -- the oldest"},
        {"row_filter": ""},
    )
    # No condition is no part: models take a run with one for a part of its table.
    assert (whole["row_filter"], whole["status"]) == (None, "SUCCEEDED")
    assert (sampled["sample_rate"], sampled["sample_seed"]) == (0.5, 7)
    assert 150 < metrics(project, sampled["run_id"])[""]["row_count"] < 350
    assert part["row_filter"] == "id < 100 -- the oldest"
    assert metrics(project, part["run_id"])[""]["row_count"] == 100
    all_results = results(project)
    of_sample = [row["is_approx"] for row in all_results if row["run_id"] == sampled["run_id"]]
    assert {*of_sample} == {True}
    keys = {(row["run_id"], row["column_name"], row["metric_name"]) for row in all_results}
    assert len(keys) == len(all_results)


def test_what_cannot_be_profiled(cell: Cell) -> None:
    """P28, P36: a FAILED run with its cause and without results; bad input is refused by name."""
    project = profiled(cell)
    run, found = profile(project, f"{project.space.schema}.nowhere", expect=1)
    assert (run["status"], run["error_code"], found) == ("FAILED", "TABLE_NOT_FOUND", {})
    assert (
        "expected a table or view that this role can see, got none called" in run["error_message"]
    )
    assert run["finished_at"] >= run["started_at"]
    if cell.warehouse.name == "duckdb":  # what Jinja judges is the same everywhere
        said = " ".join(
            operation(
                project, "run_ledger.profile_table", 1, relation="x.y", sample_rate=2
            ).output.split()
        )
        assert (
            "expected a sample_rate above 0 and at most 1, got 2. Leave it out to read all rows."
            in said
        )
        for name, given, why in (
            ("profile_table", {"relation": "x.y", "sample_rate": 0.5, "sample_seed": -1}, "-1. Leave it out for 1."),
            ("profile_models", {"select": "orders source:x"}, "source:x. Correct --args."),
        ):  # fmt: skip
            output = operation(project, f"run_ledger.{name}", 1, **given).output
            assert f"got {why}" in " ".join(output.split())
        said = " ".join(
            operation(project, "run_ledger.profile_table", 1, relation="y").output.split()
        )
        assert (
            "expected schema.table, database.schema.table or the name of a model, got y. Correct --args."
            in said
        )
    assert len(runs(project)) == 1


@excluded("scan errors")
def test_a_scan_that_fails(cell: Cell) -> None:
    """P28, P32: the cause of the warehouse, no half results, and an exit code that says so."""
    project = profiled(cell)
    create(project, "texts", "t varchar", "values ('1'), ('x')")
    place = project.name_of
    project.query(
        f"create view {place('broken')} as select cast(t as integer) as n from {place('texts')}"
    )
    run, found = profile(project, f"{project.space.schema}.broken", expect=1)
    assert (run["status"], found) == ("FAILED", {})
    assert "x" in run["error_message"]
    assert len(run["error_code"]) == 5
    # What does not even parse is the cause of a failure as well, and not the end of the operation.
    broken = {"row_filter": "t = ", "relation": f"{project.space.schema}.texts"}
    run, found = profile(project, expect=1, **broken)
    assert (run["status"], run["error_code"], found) == ("FAILED", "42601", {})
    assert "syntax error" in run["error_message"]


def test_abandoned_runs_are_found_and_closed(cell: Cell) -> None:
    """P27, P29, PC8: a killed process leaves RUNNING and perhaps results; whoever may say that it is dead
    closes it, removes those, and leaves everybody else's alone.
    """
    project = profiled(cell)
    name = create(project, "orders", "id integer", "values (1)")
    insert_run(project, "old", timedelta(hours=3))
    insert_run(project, "young", timedelta(seconds=5))
    operation(project, "run_ledger.profile_table", relation=name)
    by_id = {row["run_id"]: row["status"] for row in runs(project)}
    if cell.warehouse.name == "duckdb":
        # One process has the file, so both are dead.
        assert (by_id["old"], by_id["young"]) == ("FAILED", "FAILED")
    else:
        assert (by_id["old"], by_id["young"]) == ("RUNNING", "RUNNING")
        assert (
            "1 abandoned profiles closed" in operation(project, "run_ledger.sweep_profiles").output
        )
    closed = {row["run_id"]: row for row in runs(project)}
    assert closed["old"]["error_code"] == "ABANDONED"
    assert closed["old"]["finished_at"] is not None
    left = {row["run_id"] for row in results(project)}
    assert "old" not in left
    if cell.warehouse.name != "duckdb":
        assert closed["old"]["status"] == "TIMEOUT"
        assert closed["young"]["status"] == "RUNNING"
        assert "young" in left
    check_columns(project)
    check_constraints(project)
    # PC5: where there are procedures the operation makes them anew, and elsewhere it says so.
    said = operation(project, "run_ledger.create_profile_procedures").output
    made = (
        "duckdb has no procedures" if cell.warehouse.name == "duckdb" else "created the procedures"
    )
    assert made in said


REQUIRED = {"run_id", "target_db", "target_schema", "target_table", "started_at", "status"}
PLANNED = {"error_code", "error_message", "triggered_by", "job_name", "request_id", "updated_at"}
TYPES = {
    "text": {"text", "varchar", "character varying"},
    "timestamp": {"timestamp without time zone", "timestamp", "timestamp_ntz"},
    "float": {"double precision", "double", "float"},
}


def check_columns(project: Project) -> None:
    """P25, P42, PC2, PC4: what may be null, on every warehouse; the columns planned for later are
    there; the types that the document leaves open.
    """
    found = {
        row["column_name"].lower(): row
        for row in project.query(
            "select column_name, is_nullable, data_type from information_schema.columns where "
            f"lower(table_schema) = lower('{project.space.ledger_schema}') and lower(table_name) = 'profile_runs'"
        )
    }
    assert {name for name, row in found.items() if row["is_nullable"] == "NO"} == REQUIRED
    assert {*found} >= PLANNED | {"sample_rate", "sample_seed"}
    times = {"started_at", "finished_at", "updated_at"}
    kinds = {"timestamp": times, "float": {"sample_rate"}, "text": REQUIRED - times | {"note"}}
    for kind, names in kinds.items():
        types = {found[name]["data_type"].lower() for name in names}
        assert types <= TYPES[kind], (kind, types)


def check_constraints(project: Project) -> None:
    """P40, P41, PC7: new statuses need no new table; what a warehouse can enforce it does; the search
    axes have an index where there are indexes.
    """
    table = project.name_of("profile_runs", project.space.ledger_schema)

    def insert(run_id: str, status: str, more: str = "") -> None:
        columns = "run_id, target_db, target_schema, target_table, started_at, status"
        names = ", ".join([columns, *(each.split("=")[0] for each in more.split())])
        values = ", ".join(each.split("=")[1] for each in more.split())
        given = f"{run_id}, 'd', 's', 't', current_timestamp, '{status}'"
        project.query(
            f"insert into {table} ({names}) select {given}{', ' if values else ''}{values}"
        )

    ended = "finished_at=current_timestamp"
    for status in ("CANCELLED", "SKIPPED", "TIMEOUT"):
        insert(f"'{status}'", status, ended)
    refused: tuple[type[Exception], ...] = (
        psycopg2.IntegrityError,
        duckdb.ConstraintException,
        IntegrityError,
    )
    wrong = [("null", "RUNNING", "")]
    if project.warehouse.name != "snowflake":
        wrong += [
            ("'SKIPPED'", "SKIPPED", ended),
            ("'x'", "RUNNING", ended),
            ("'x'", "FAILED", ""),
            ("'x'", "RUNNING", "sample_rate=2"),
        ]
    for run_id, status, more in wrong:
        with pytest.raises(refused):
            insert(run_id, status, more)
    assert {row["run_id"] for row in runs(project)} >= {"CANCELLED", "SKIPPED", "TIMEOUT"}
    if project.warehouse.name == "postgres":
        found = project.query(
            "select indexdef from pg_indexes where tablename = 'profile_runs' "
            f"and schemaname = '{project.space.ledger_schema}'"
        )
        axes = ("(target_db, target_schema, target_table, started_at)", "(status, started_at)")
        for axis in axes:
            assert any(axis in row["indexdef"] for row in found), (axis, found)


@excluded("sleeping models")
def test_killed_during_the_scan(cell: Cell) -> None:
    """P27, P28: RUNNING is there before the scan starts, for everybody, and stays when dbt is killed."""
    project = profiled(cell)
    place = project.name_of("slow")
    project.query(f"create view {place} as select cast(pg_sleep(60) as text) as t")
    arguments = f"{{relation: {project.space.schema}.slow}}"
    running = project.start(*TABLE_OPERATION, arguments)
    deadline = time.monotonic() + 60
    while not runs(project) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert [row["status"] for row in runs(project)] == ["RUNNING"]
    running.signal(signal.SIGKILL)
    running.wait()
    (row,) = runs(project)
    assert (row["status"], row["finished_at"], results(project)) == ("RUNNING", None, [])
    # The server does not notice before it sends something that nobody is there.
    project.query(
        f"select pg_terminate_backend(pid) from pg_locks where relation = '{place}'::regclass "
        "and pid <> pg_backend_pid()"
    )


@excluded("sleeping models")
def test_one_request_twice_at_once(cell: Cell) -> None:
    """P26, P27, PC1: two that ask for the same at the same moment leave one run with its results, and neither fails."""
    project = profiled(cell, vars={"run_ledger_lock_timeout_ms": 20000})
    place = project.name_of("slow")
    project.query(f"create view {place} as select cast(pg_sleep(2) as text) as t, 1 as id")
    arguments = json.dumps({"relation": f"{project.space.schema}.slow", "request_id": "monday"})
    ledger = project.space.ledger_schema
    with closing(project.connect()) as connection, connection.cursor() as cursor:
        # Both have looked before either can begin.
        connection.autocommit = False
        cursor.execute(f"lock table {ledger}.profile_runs in share mode")
        both = [project.start(*TABLE_OPERATION, arguments) for _ in range(2)]
        waiting = f"select 1 from pg_locks where relation = '{ledger}.profile_runs'::regclass and not granted"
        deadline = time.monotonic() + 60
        while len(project.query(waiting)) < 2 and time.monotonic() < deadline:
            time.sleep(0.05)
        connection.commit()
    done = [running.wait() for running in both]
    (run,) = runs(project)
    assert run["status"] == "SUCCEEDED"
    assert metrics(project, run["run_id"])["id"]["max"] == "1"
    assert [each.exit_code for each in done] == [0, 0], done


MODELS = {
    "models/orders.sql": "select 1 as id, 'a@b.c' as email, 'x' as city, date '1815-12-10' as born, 'Ada' as \"Ärzte\"",
    "models/people.sql": "select 'Ada' as name",
    "models/plain.sql": "{{ config(post_hook='{{ run_ledger.profile_model() }}') }} select 5 as id",
    "models/schema.yml": """
version: 2
models:
  - name: orders
    columns:
      - name: email
        config: {tags: [pii]}
      - {name: born, config: {tags: [personal]}}
      - {name: Ärzte, config: {tags: [personal]}}
      - {name: city, description: a city}
  - name: people
    config: {meta: {personal: true}}
""",
}
VALUES = {"min", "max", "top_values"}
# The time since the newest value is that value.
TELLING = VALUES | {"median", "freshness_seconds"}


SHOWN = {
    ("orders", "id"): True,
    ("orders", "email"): False,
    ("orders", "city"): False,
    ("orders", "born"): False,
    ("orders", "ärzte"): False,
    ("people", "name"): False,
}


def check_personal(project: Project, shown: dict[tuple[str, str], bool]) -> None:
    """Whether the newest profile of a table holds values of a column."""
    newest = {row["target_table"].lower(): row["run_id"] for row in runs(project)}
    found = {(r["run_id"], r["column_name"].lower(), r["metric_name"]) for r in results(project)}
    for (table, column), is_shown in shown.items():
        stored = {metric for run, name, metric in found if (run, name) == (newest[table], column)}
        assert "null_rate" in stored
        assert (stored & VALUES if is_shown else stored & TELLING) == (
            VALUES if is_shown else set()
        ), (table, column)


def test_models_by_hook_and_by_selection(cell: Cell) -> None:
    """P22, P23: a post-hook profiles what was built; a selection profiles many; values of personal columns
    are not stored; one column is printed and nothing written.
    """
    project = profiled(cell, files=MODELS, vars={"run_ledger_profile_personal_columns": ["city"]})
    built = project.dbt("run", "--exclude", "package:run_ledger")
    assert [row["target_table"].lower() for row in runs(project)] == ["plain"]
    assert runs(project)[0]["status"] == "SUCCEEDED"
    assert runs(project)[0]["job_name"] == built.invocation_id
    said = operation(
        project, "run_ledger.profile_models", select="* path:models", exclude="plain"
    ).output
    assert "profile 2 of 2" in said
    check_personal(project, SHOWN)
    # Its tags hold whichever way a table is named.
    operation(
        project, "run_ledger.profile_table", relation=f"{project.space.schema.upper()}.ORDERS"
    )
    check_personal(project, SHOWN)
    before = (runs(project), results(project))
    said = operation(project, "run_ledger.profile_column", relation="orders", column="id").output
    assert "mean = 1" in said
    assert "column_count" not in said
    said = operation(project, "run_ledger.profile_column", relation="orders", column="email").output
    assert "a@b.c" not in said
    assert (runs(project), results(project)) == before
    said = " ".join(
        operation(project, "run_ledger.profile_models", 1, select="nobody").output.split()
    )
    assert "expected a selection of models, seeds or snapshots, got nothing for nobody" in said
