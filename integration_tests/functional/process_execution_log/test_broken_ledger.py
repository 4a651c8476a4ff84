"""A ledger that does not work is never the user's problem (X56; docs/architecture.md, "Never the
user's problem"): dbt's exit code, the user's models and their rows are what they are without the
package, and dbt prints one line of ours at most.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any

import pytest

from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.harness.exclusions import excluded
from integration_tests.functional.harness.project import Project
from integration_tests.functional.harness.result import Result
from integration_tests.functional.harness.warehouses import Row, unique_name
from integration_tests.functional.ledger.breakages import (
    ANYWHERE,
    HEALED,
    ON_POSTGRES,
    Breakage,
)

START = "{{ run_ledger.start_model() }}"
FINISH = "{{ run_ledger.finish_model() }}"
# On DuckDB they render to nothing, so one project fits every cell.
HOOKS = {"models": {"+pre-hook": START, "+post-hook": FINISH}}
MODELS = ("first_model", "second_model")
ANEW = "run_ledger: the row of this job was missing at its end and is written anew"


class Place:
    """Where the projects of one test live; on Postgres a database of their own, and dbt comes as a
    role that owns its two schemas and nothing else."""

    def __init__(self, cell: Cell) -> None:
        self.cell = cell
        self.on_postgres = cell.warehouse.name == "postgres"
        self.admin = cell.project("two_models", own_database=self.on_postgres, package=False)
        self.role = unique_name("role")
        if self.on_postgres:
            self.sql("create role {role} login", "create schema {ledger} authorization {role}")
            self.sql(f"create schema {self.admin.space.schema} authorization {{role}}")
            if cell.engine.name == "v2":
                # It sends `create schema if not exists` whatever is there.
                self.sql("grant create on database {database} to {role}")

    def project(self, *, broken: Breakage | None = None, **options: Any) -> Project:
        profile = {"user": self.role} if self.on_postgres else {}
        profile |= options.pop("profile", {})
        options = {"config": HOOKS, **options}
        project = self.cell.project("two_models", beside=self.admin, profile=profile, **options)
        if broken:
            project.dbt("run-operation", "run_ledger.create_ledgers")
            if self.cell.warehouse.name == "duckdb":
                # With an index DuckDB drops and renames no column of a table.
                self.sql("drop index {ledger}.process_execution_log_step_id")
            self.sql(*broken.statements)
        return project

    def sql(self, *statements: str) -> None:
        space = self.admin.space
        ledger = self.admin.name_of("", space.ledger_schema).removesuffix(".")
        names = {"log": f"{ledger}.process_execution_log", "ledger": ledger, "role": self.role}
        if self.on_postgres:
            names["ledger"] = space.ledger_schema
        names |= {"events": f"{names['log']}_events", "database": space.database}
        for statement in statements:
            self.admin.query(statement.format(**names))

    def close(self) -> None:
        if self.on_postgres:
            self.sql("drop owned by {role} cascade", "drop role {role}")


@pytest.fixture
def place(cell: Cell) -> Iterator[Place]:
    made = Place(cell)
    yield made
    made.close()


def lines_of(result: Result) -> list[str]:
    return re.findall(r"run_ledger: .*", result.output)


def rows_of_models(project: Project) -> Mapping[str, list[Row]]:
    return {name: project.table(name) for name in MODELS}


def assert_only_told(project: Project, result: Result, reason: str) -> None:
    """The models are there, and one line says why the ledger is not."""
    assert rows_of_models(project) == {"first_model": [{"id": 1}], "second_model": [{"id": 2}]}
    *before, line = lines_of(result)
    assert set(before) <= {ANEW}
    assert re.fullmatch(
        rf"run_ledger: could not record the end of this job: .*({reason}).* "
        r"\(the run goes on without it\)",
        line,
        re.IGNORECASE,
    ), line


@pytest.mark.parametrize("name", HEALED)
def test_what_is_missing_comes_back(place: Place, name: str) -> None:
    """X56: no line at all, and the row of the job is whole."""
    project = place.project(broken=Breakage("", HEALED[name]))
    if name == "the schema is gone" and place.on_postgres:
        place.sql("create schema {ledger} authorization {role}")
    result = project.dbt("run")
    assert lines_of(result) == []
    assert [row["execution_status_name"] for row in project.ledger()] == ["SUCCESS"]


@pytest.mark.parametrize("name", ANYWHERE)
def test_a_table_that_does_not_fit(place: Place, name: str) -> None:
    """X56: the table was changed by somebody, on every warehouse."""
    project = place.project(broken=ANYWHERE[name])
    assert_only_told(project, project.dbt("run"), ANYWHERE[name].reason)


@excluded("constraints")
def test_a_table_that_was_there_first(place: Place) -> None:
    """X56: a table of the user's own, with a constraint that no row of ours satisfies."""
    column = "process_step_id varchar constraint short check (length(process_step_id) < 9)"
    statements = ["drop table {log}", f"create table {{log}} ({column})"]
    if place.on_postgres:
        statements.append("alter table {log} owner to {role}")
    project = place.project(broken=Breakage("", tuple(statements)))
    assert_only_told(project, project.dbt("run"), "check")
    assert project.ledger() == []


@excluded("privileges")
@pytest.mark.parametrize("name", ON_POSTGRES)
def test_a_refusal(place: Place, name: str) -> None:
    """X56: privileges, constraints, triggers, a full disk, a statement timeout."""
    project = place.project(broken=ON_POSTGRES[name])
    assert_only_told(project, project.dbt("run"), ON_POSTGRES[name].reason)


@excluded("privileges")
@excluded("schema privilege on v2")
def test_no_right_to_create_the_schema(place: Place) -> None:
    """X56: the first run of a role that may not create schemas."""
    place.sql("drop schema {ledger}")
    project = place.project()
    assert_only_told(project, project.dbt("run"), "permission denied for database")


@pytest.mark.parametrize("table", ["process_execution_log", "process_execution_log_events"])
def test_a_table_dropped_while_the_job_runs(place: Place, table: str) -> None:
    """X56: the SQL of a model drops it between start and end; the row is written whole."""
    space = place.admin.space
    name = place.admin.name_of(table, space.ledger_schema)
    dropping = f"{{{{ config(pre_hook='drop table {name}') }}}} select 2 as id"
    project = place.project(
        files={"models/second_model.sql": dropping + " -- {{ ref('first_model') }}"}
    )
    result = project.dbt("run")
    assert rows_of_models(project) == {"first_model": [{"id": 1}], "second_model": [{"id": 2}]}
    assert lines_of(result) in ([], [ANEW])
    (row,) = project.ledger()
    assert row["execution_status_name"] == "SUCCESS"
    assert row["destination_data_cnt_obj"]["completed"] == 2


@excluded("locks")
@pytest.mark.parametrize("hooks", [False, True], ids=["job", "models"])
def test_a_lock_that_somebody_keeps(place: Place, hooks: bool) -> None:
    """X56: bounded by run_ledger_lock_timeout_ms at each write, never by the holder of the lock."""
    settings: dict[str, Any] = {"vars": {"run_ledger_lock_timeout_ms": 200}}
    project = place.project(
        broken=Breakage("", ()), **settings, **({} if hooks else {"config": {}})
    )
    with closing(place.admin.connect()) as connection, connection.cursor() as cursor:
        cursor.execute("begin")
        cursor.execute("lock table run_ledger.process_execution_log in access exclusive mode")
        begun = time.monotonic()
        result = project.dbt("run", threads=1)
        seconds = time.monotonic() - begun
        connection.rollback()
    assert_only_told(project, result, "55P03 canceling statement due to lock timeout")
    # Start, end and four events wait 0.2 s each; the rest is what dbt takes on a busy machine.
    assert seconds < 15


@excluded("locks")
def test_a_hook_leaves_the_session_as_it_was(place: Place) -> None:
    """X56: lock_timeout is the user's before and after a hook, whether the hook worked or failed."""
    seen = "insert into {{ target.schema }}.seen select '{{ this.name }}', current_setting('lock_timeout')"
    place.sql("alter role {role} set lock_timeout = '7s'")
    place.admin.query(
        f"create table {place.admin.space.schema}.seen (name text, lock_timeout text)"
    )
    place.sql(f"alter table {place.admin.space.schema}.seen owner to {{role}}")
    fails = "{{ config(pre_hook='drop table run_ledger.process_execution_log_events') }}"
    files = {
        "models/second_model.sql": f"{fails} select id + 1 as id from {{{{ ref('first_model') }}}}"
    }
    hooks = {"+pre-hook": [START, seen], "+post-hook": [FINISH, seen]}
    project = place.project(config={"models": hooks}, files=files)
    project.dbt("run", threads=1)
    assert project.query(f"select * from {place.admin.space.schema}.seen order by 1") == [
        *([{"name": "first_model", "lock_timeout": "7s"}] * 2),
        *([{"name": "second_model", "lock_timeout": "7s"}] * 2),
    ]


@excluded("read-only")
def test_a_database_that_cannot_be_written(place: Place) -> None:
    """X56: `dbt test` needs no right to write, and neither do we."""
    test = {"tests/nothing.sql": "select * from {{ ref('first_model') }} where id > 1"}
    project = place.project(files=test)
    project.dbt("run")
    profile: dict[str, Any] = {}
    if place.on_postgres:
        place.sql("alter role {role} set default_transaction_read_only = on")
    else:
        profile = {"config_options": {"access_mode": "read_only"}}
    project = place.project(files=test, profile=profile)
    (line,) = [line for line in lines_of(project.dbt("test")) if line != ANEW]
    assert re.search(r"could not record the end of this job: .*read-only", line)
    assert [row["execution_status_name"] for row in project.ledger()] == ["SUCCESS"]


@excluded("other databases")
def test_a_database_that_is_not_there(place: Place) -> None:
    """X56: looking at it fails as well."""
    project = place.project(vars={"run_ledger_database": "nowhere"})
    assert_only_told(project, project.dbt("run"), "nowhere")


@pytest.mark.parametrize("command", ["run", "build"])
def test_a_failed_model_stays_a_failed_model(place: Place, command: str) -> None:
    """X56: dbt's exit code is that of the user's models, not ours."""
    files = {"models/first_model.sql": "select * from {{ target.schema }}.nowhere"}
    project = place.project(broken=ANYWHERE["a column has another type"], files=files)
    result = project.dbt(command, expect=1)
    assert len([line for line in lines_of(result) if line != ANEW]) == 1


def test_warnings_as_errors_do_not_mean_us(place: Place) -> None:
    """X56: our line is not a warning of dbt's, which --warn-error would turn into a failure."""
    broken = ANYWHERE["a column has another type"]
    project = place.project(broken=broken)
    assert_only_told(project, project.dbt("--warn-error", "run"), broken.reason)


def test_raise_is_for_those_who_want_it(place: Place) -> None:
    """X56: run_ledger_on_error: raise ends the run before a model is built, with the message."""
    project = place.project(
        broken=ANYWHERE["a column has another type"], vars={"run_ledger_on_error": "raise"}
    )
    result = project.dbt("run", expect=None)
    assert result.exit_code in (1, 2)
    assert "could not record the start of this job" in result.output
    assert "run_ledger_on_error is raise" in result.output
    with pytest.raises(Exception, match=r"(?i)does not exist|not found"):
        project.table("first_model")
