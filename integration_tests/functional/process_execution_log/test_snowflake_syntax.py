"""What the emulator takes on trust: every statement for Snowflake parses in sqlfluff's dialect of it.

The emulator rewrites statements for DuckDB, so a statement that runs there may still not be Snowflake.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlfluff.core import Linter

from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.harness.exclusions import excluded
from integration_tests.functional.harness.scripting import immediate_text

RENDER = """
{% macro render_statements() %}
  {% set gaps = [] %}
  {% for table in run_ledger.ledger_tables('process_execution_log') %}
    {% set relation = run_ledger.ledger_relation('process_execution_log', table.suffix) %}
    {% for is_missing in (true, false) %}
      {% do gaps.append({'relation': relation, 'table': table, 'is_missing': is_missing, 'columns': table.columns}) %}
    {% endfor %}
  {% endfor %}
  {% set hostile = ["it's a backslash: \\\\"] %}
  {% set plain = run_ledger.create_ledger_statements('process_execution_log', gaps) + [
    run_ledger.existing_columns(run_ledger.ledger_relation('process_execution_log')),
    run_ledger.insert_job_statement(),
    run_ledger.fold_statement("process_step_id = 'JOB_x'"),
    run_ledger.close_job_statement('JOB_x', 'SUCCESS', {'error_message_obj': run_ledger.json_literal(hostile)}),
    run_ledger.delete_events_statement('JOB_x'),
    run_ledger.show_job_query('x'),
    'select 1 where ' ~ run_ledger.job_state_query() ~ ' is null',
  ] %}
  {% set all = plain + [run_ledger.sweep_statement()] %}
  {% set block = run_ledger.guarded_block(all, run_ledger.job_status_query('JOB_x')) %}
  {% do log('STATEMENTS ' ~ tojson(all + [block]), info=true) %}
{% endmacro %}
"""


def flat(statement: str | dict[str, Any]) -> list[str]:
    return [statement] if isinstance(statement, str) else [statement["when"], *statement["then"]]


def unparsable(sql: str) -> list[str]:
    parsed = Linter(dialect="snowflake").parse_string(sql)
    assert parsed.tree is not None
    return [segment.raw for segment in parsed.tree.recursive_crawl("unparsable")]


@excluded("snowflake syntax")
def test_every_statement_is_snowflake(cell: Cell) -> None:
    """C2, CC4: DDL, insert, fold, sweep and close parse, alone and inside the scripting block."""
    project = cell.project("three_models", files={"macros/render.sql": RENDER})
    output = project.dbt("run-operation", "render_statements").output
    line = next(line for line in output.splitlines() if "STATEMENTS [" in line)
    statements = json.loads(line.partition("STATEMENTS ")[2])
    block = immediate_text(statements[-1])
    assert block is not None
    assert len(statements) > 40
    for statement in [*(text for each in statements for text in flat(each)), block]:
        assert unparsable(statement) == [], statement


@pytest.mark.parametrize("broken", ["update t set", "begin select 1 exception when end"])
def test_the_parser_refuses_what_is_broken(broken: str) -> None:
    assert unparsable(broken) != []
