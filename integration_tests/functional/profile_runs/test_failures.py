"""A profile that is stopped between any two of its statements leaves nothing that looks finished."""

from __future__ import annotations

import json

from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.harness.exclusions import excluded
from integration_tests.functional.harness.project import Project
from integration_tests.functional.profile_runs.profiles import (
    create,
    operation,
    profiled,
    results,
    runs,
)

# A scan a column, so that there is something between the first result and the last; and, where SQL has no
# triggers, an error in the place of the statement that run_ledger_test_stop counts to.
STOPPING = """
{% macro duckdb__profile_functions(is_exact) %}
  {{- return(dict(run_ledger.duckdb__profile_functions(is_exact), chunk=1)) -}}
{% endmacro %}
{% macro postgres__profile_functions(is_exact) %}
  {{- return(dict(run_ledger.postgres__profile_functions(is_exact), chunk=1)) -}}
{% endmacro %}
{% macro duckdb__run_guarded(statements, value_sql) %}
  {%- set stop = var('stop_before', -1) -%}
  {%- if statements and statements[0] is string and statements[0].startswith('begin transaction') and stop >= 0 -%}
    {%- set pieces = statements[0].split(';\\n') -%}
    {%- do log('PIECES ' ~ pieces | length, info=true) -%}
    {%- set statements = [(pieces[:stop] + ["select error('stopped')"] + pieces[stop:]) | join(';\\n')] -%}
  {%- endif -%}
  {{- return(run_ledger.default__run_guarded(statements, value_sql)) -}}
{% endmacro %}
"""
DISPATCH = [{"macro_namespace": "run_ledger", "search_order": ["profiled", "run_ledger"]}]
# begin, two inserts, the move to SUCCEEDED, commit.
PIECES = 5
POINTS = {
    "the run itself": ("profile_runs", "before insert", "true"),
    "the first result": ("profile_results", "before insert", "new.column_name = ''"),
    "the second scan": ("profile_results", "before insert", "new.column_name = 'b'"),
    "the last result": ("profile_results", "after insert", "new.column_name = 'b'"),
    "the end": ("profile_runs", "before update", "new.status = 'SUCCEEDED'"),
    "the commit": ("profile_runs", "after update", "new.status = 'SUCCEEDED'"),
}
STOPS = {
    "raise": "raise exception 'stopped'",
    "kill": "perform pg_terminate_backend(pg_backend_pid()); perform pg_sleep(5)",
}


def stopped(project: Project, table: str, **more: object) -> None:
    arguments = json.dumps({"relation": table})
    project.dbt(
        "run-operation", "run_ledger.profile_table", "--args", arguments, expect=1, vars=more
    )


def check_nothing_looks_finished(project: Project, known: set[str]) -> None:
    assert [row for row in results(project) if row["run_id"] not in known] == []
    assert {row["status"] for row in runs(project) if row["run_id"] not in known} <= {
        "RUNNING",
        "FAILED",
    }


@excluded("injected failures")
def test_stopped_between_any_two_statements(cell: Cell) -> None:
    """P24, P27, P28, P32: an error or a killed session before and after each statement leaves no result;
    the run is FAILED, or the next profile or the sweep closes it.
    """
    project = profiled(cell, files={"macros/stopping.sql": STOPPING}, config={"dispatch": DISPATCH})
    table = create(project, "pair", "a integer, b integer", "values (1, 2)")
    if cell.warehouse.name == "duckdb":
        stop_on_duckdb(project, table)
    else:
        stop_on_postgres(project, table)
    known = {row["run_id"] for row in runs(project)}
    operation(project, "run_ledger.profile_table", relation=table)
    (whole,) = [row for row in runs(project) if row["run_id"] not in known]
    assert whole["status"] == "SUCCEEDED"
    columns = {row["column_name"] for row in results(project) if row["run_id"] == whole["run_id"]}
    assert columns == {"", "a", "b"}


def stop_on_duckdb(project: Project, table: str) -> None:
    for stop in range(PIECES):
        stopped(project, table, stop_before=stop)
        check_nothing_looks_finished(project, set())
    # Each was closed by the one after it.
    assert [row["status"] for row in runs(project)] == ["FAILED"] * (PIECES - 1) + ["RUNNING"]
    assert {row["error_code"] for row in runs(project)[:-1]} == {"ABANDONED"}
    # After the commit there is nothing left to lose.
    stopped(project, table, stop_before=PIECES)
    assert runs(project)[-2]["error_code"] == "ABANDONED"
    assert runs(project)[-1]["status"] == "SUCCEEDED"
    assert {row["run_id"] for row in results(project)} == {runs(project)[-1]["run_id"]}


def stop_on_postgres(project: Project, table: str) -> None:
    ledger = project.space.ledger_schema
    for how, stop in STOPS.items():
        for point, (target, moment, condition) in POINTS.items():
            before = {row["run_id"] for row in runs(project)}
            project.query(
                f"create or replace function {ledger}.stop() returns trigger language plpgsql as "
                f"$$begin {stop}; return new; end$$"
            )
            project.query(
                f"create trigger stop {moment} on {ledger}.{target} for each row "
                f"when ({condition}) execute function {ledger}.stop()"
            )
            stopped(project, table)
            project.query(f"drop trigger stop on {ledger}.{target}")
            check_nothing_looks_finished(project, set())
            new = [row["status"] for row in runs(project) if row["run_id"] not in before]
            expected = "FAILED" if how == "raise" else "RUNNING"
            assert new == ([] if point == "the run itself" else [expected]), (how, point)
    killed = len(POINTS) - 1
    project.query(
        f"update {ledger}.profile_runs set started_at = started_at - interval '1 hour' "
        "where status = 'RUNNING'"
    )
    said = operation(project, "run_ledger.sweep_profiles").output
    assert f"{killed} abandoned profiles closed" in said
    assert [row["status"] for row in runs(project)].count("TIMEOUT") == killed
    causes = {row["error_message"] for row in runs(project) if row["status"] == "FAILED"}
    assert causes == {"stopped"}
