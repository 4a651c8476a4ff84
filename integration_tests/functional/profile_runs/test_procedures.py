"""The procedures: who may do what, and that nobody gets further through them than without them."""

from __future__ import annotations

import json
from contextlib import closing

import psycopg2
import pytest
from sqlfluff.core import Linter

from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.harness.exclusions import excluded
from integration_tests.functional.harness.project import Project
from integration_tests.functional.harness.warehouses import Row, rows_of, unique_name
from integration_tests.functional.profile_runs.profiles import create, profiled, results, runs


def role_with_procedures(project: Project, *rights: str) -> str:
    """A role that may call everything here and, beyond that, has only these rights."""
    role = unique_name("reader")
    ledger = project.space.ledger_schema
    project.query(f"create role {role} login")
    for right in (
        f"usage on schema {ledger}",
        f"usage on schema {project.space.schema}",
        f"execute on all routines in schema {ledger}",
        *rights,
    ):
        project.query(f"grant {right} to {role}")
    return role


def as_role(project: Project, role: str, *statements: str) -> list[Row]:
    """What the last statement answers in a session of the role, each statement by itself."""
    with closing(project.connect()) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute(f"set session authorization {role}")
        for statement in statements:
            cursor.execute(statement)
        return rows_of(cursor, frozenset())


def call(project: Project, table: str, **more: str) -> str:
    place = project.space
    given = "".join(f", {name} => {value}" for name, value in more.items())
    return f"call {place.ledger_schema}.profile_table('{place.database}', '{place.schema}', '{table}'{given})"


@excluded("privileges")
def test_nobody_gets_further_than_without_it(cell: Cell) -> None:
    """P21-P24, P28, PC5, PC6: the scan has the rights of its caller, the tables have no other writer, a
    function that hides in a view or in the search path gains nothing, and a failure is recorded.
    """
    project = profiled(cell, own_database=True)
    schema = project.space.schema
    create(project, "open", "id integer", "values (1), (2)")
    create(project, "secret", "name text", "values ('Ada')")
    role = role_with_procedures(project, f"select on {schema}.open", f"create on schema {schema}")

    (answer,) = as_role(project, role, call(project, "open", p_request_id="'one'"))
    as_role(project, role, call(project, "open", p_request_id="'one'"))
    (run,) = runs(project)
    assert (run["run_id"], run["status"]) == (answer["p_run_id"], "SUCCEEDED")
    assert (run["role_name"], run["triggered_by"], run["request_id"]) == (role, role, "one")
    assert run["finished_at"] > run["started_at"]
    stored = {
        (row["column_name"], row["metric_name"]): row["value_num"] for row in results(project)
    }
    assert (stored["", "row_count"], stored["id", "mean"]) == (2, 1.5)

    check_rights_of_the_caller(project, role)
    check_no_other_writer(project, role, run["run_id"])


def check_rights_of_the_caller(project: Project, role: str) -> None:
    """What the caller cannot read it cannot profile, and the run says so after the failure."""
    schema = project.space.schema
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        as_role(project, role, call(project, "secret"))
    refused = runs(project)[-1]
    assert (refused["status"], refused["error_code"]) == ("FAILED", "42501")
    assert "permission denied for table secret" in refused["error_message"]

    # A view of the caller's with a function in it runs as the caller, and so does a row filter.
    as_role(
        project,
        role,
        f"create function {schema}.who() returns text language sql as 'select cast(current_user as text)'",
        f"create view {schema}.trojan as select {schema}.who() as who",
        call(project, "trojan", p_row_filter=f"'{schema}.who() = ''{role}'''"),
    )
    who = [
        row
        for row in results(project)
        if row["column_name"] == "who" and row["metric_name"] == "max"
    ]
    assert [row["value_text"] for row in who] == [role]
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        as_role(
            project,
            role,
            call(project, "open", p_row_filter=f"'exists (select from {schema}.secret)'"),
        )

    # Names of the caller's own stand before those of the system, and nothing takes them.
    shadows = (
        "create temporary table profile_runs (run_id text)",
        f"create function {schema}.md5(text) returns text language sql as 'select ''taken'''",
        f"set search_path = pg_temp, {schema}, pg_catalog",
    )
    as_role(project, role, *shadows, call(project, "open"))
    assert runs(project)[-1]["status"] == "SUCCEEDED"
    assert len(runs(project)[-1]["run_id"]) == 32


def check_no_other_writer(project: Project, role: str, ended: str) -> None:
    schema, ledger = project.space.schema, project.space.ledger_schema
    before = (runs(project), results(project))
    for statement in (
        f"insert into {ledger}.profile_results select * from {ledger}.profile_results",
        f"update {ledger}.profile_runs set note = 'x'",
        f"delete from {ledger}.profile_runs",
        f"truncate {ledger}.profile_results",
    ):
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            as_role(project, role, statement)
    # Neither a closed run nor a run of somebody else's can be given results.
    project.query(f"select {ledger}.profile_run_started('d', 's', 't', p_run_id => 'of the owner')")
    for run_id in (ended, "of the owner"):
        with pytest.raises(psycopg2.errors.RaiseException, match="expected a running profile that"):
            as_role(project, role, f"select {ledger}.profile_run_ended('{run_id}', null)")
    assert [row for row in runs(project) if row["run_id"] != "of the owner"] == before[0]
    assert results(project) == before[1]

    # PROFILE_COLUMN computes, also where nothing can be written.
    found = as_role(
        project,
        role,
        "set default_transaction_read_only = on",
        f"select * from {ledger}.profile_column('{schema}', 'open', 'id')",
    )
    computed = {row["metric_name"]: row["value_num"] for row in found}
    assert computed["max"] == 2
    assert "column_count" not in computed
    assert results(project) == before[1]

    stranger = unique_name("stranger")
    project.query(f"create role {stranger} login")
    project.query(f"grant usage on schema {ledger} to {stranger}")
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        as_role(project, stranger, call(project, "open"))


RENDER = """
{% macro render_procedures() %}
  {% set statements = run_ledger.profile_procedures(run_ledger.profile_procedure_parts()) %}
  {% do log('STATEMENTS ' ~ tojson(statements), info=true) %}
{% endmacro %}
{% macro render_tables() %}
  {% set gaps = [] %}
  {% for table in run_ledger.profile_runs_tables() %}
    {% do gaps.append({'table': table, 'columns': table.columns, 'is_missing': true,
      'relation': run_ledger.ledger_relation('profile_runs', table.suffix)}) %}
  {% endfor %}
  {% set statements = run_ledger.create_ledger_statements('profile_runs', gaps) %}
  {% do log('STATEMENTS ' ~ tojson(statements | select('string') | list), info=true) %}
{% endmacro %}
{% macro render_scan() %}
  {% set columns = [] %}
  {% for family in ['number', 'float', 'text', 'boolean', 'time', 'other', 'binary', 'nested'] %}
    {% set facts = {'data_type': 'X', 'is_table': true, 'row_estimate': 1} %}
    {% do columns.append(dict(facts, name='A "' ~ family, family=family)) %}
  {% endfor %}
  {% set scans = [] %}
  {% for is_exact in [true, false] %}
    {% set options = run_ledger.profile_options(0.5, 3, 'A > 1', is_exact) %}
    {% set scan = run_ledger.profile_scan(columns, '"D"."S"."T"', options) %}
    {% do scans.append(scan) %}
  {% endfor %}
  {% do scans.append(run_ledger.profile_results_query("'x'", '(' ~ scans[1] ~ ')', 'true', '1 = 0', false)) %}
  {% do log('STATEMENTS ' ~ tojson(scans), info=true) %}
{% endmacro %}
"""


def rendered(project: Project, macro: str) -> list[str]:
    output = project.dbt("run-operation", macro).output
    found: list[str] = json.loads(output.partition("STATEMENTS ")[2].splitlines()[0])
    return found


def unparsable(sql: str) -> list[str]:
    parsed = Linter(dialect="snowflake").parse_string(sql)
    assert parsed.tree is not None
    return [segment.raw for segment in parsed.tree.recursive_crawl("unparsable")]


def body_of(statement: str) -> str:
    """The text of a procedure's body, as Snowflake reads the literal."""
    text = statement.partition(" as caller as ")[2] or statement.partition(" as owner as ")[2]
    return text[1:-1].replace("''", "'").replace("\\\\", "\\")


@excluded("profile syntax")
def test_every_statement_is_snowflake(cell: Cell) -> None:
    """PC5, C2, P40: what no emulator runs parses: the tables, the scan with all kinds of columns, the five
    procedures and, by themselves, their bodies. Not run on a real account.
    """
    project = cell.project("profiled", files={"macros/render.sql": RENDER})
    procedures = rendered(project, "render_procedures")
    assert len(procedures) == 5
    names = ("statement", "run_started", "run_ended", "table", "column")
    for statement, name in zip(procedures, names, strict=True):
        assert f".profile_{name}(" in statement.partition(" returns ")[0]
        rights = "owner" if name in ("run_started", "run_ended") else "caller"
        assert f"execute as {rights} as '" in statement
        assert unparsable(statement) == [], statement
        check_body(body_of(statement))
    for statement in rendered(project, "render_scan"):
        assert unparsable(statement) == [], statement
    tables = [
        each for each in rendered(project, "render_tables") if each.startswith("create table")
    ]
    keys = ("target_db, target_schema, target_table, to_date(started_at)", "run_id")
    for statement, key in zip(tables, keys, strict=True):
        # P40: what is asked for by target and time is kept in that order.
        assert statement.endswith(f") cluster by ({key})")
        assert unparsable(statement) == [], statement


def check_body(body: str) -> None:
    """sqlfluff knows no `declare`, so what follows it is read from `begin` on."""
    declared, begin, block = body.partition("\nbegin\n")
    assert declared.strip().startswith("declare")
    assert unparsable(begin.strip() + "\n" + block) == [], block
