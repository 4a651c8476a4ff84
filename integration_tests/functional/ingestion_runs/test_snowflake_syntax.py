"""What the emulator takes on trust: the ledger's statements for Snowflake parse in its dialect."""

from __future__ import annotations

import json

from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.harness.exclusions import excluded
from integration_tests.functional.harness.scripting import immediate_text
from integration_tests.functional.ingestion_runs.runs import SETTINGS
from integration_tests.functional.process_execution_log.test_snowflake_syntax import (
    flat,
    unparsable,
)

RENDER = """
{% macro render_statements() %}
  {% set gaps = [] %}
  {% for table in run_ledger.ledger_tables('ingestion_runs') %}
    {% set relation = run_ledger.ledger_relation('ingestion_runs', table.suffix) %}
    {% do gaps.append({'relation': relation, 'table': table, 'is_missing': true, 'columns': table.columns}) %}
  {% endfor %}
  {% set steps = run_ledger.ingestion_step("run_id = 'x'", 'running', 'partial',
    {'actor': "it's", 'event_key': 'k', 'reason': 'a backslash: \\\\'}, {'success_count': 1}) %}
  {% set moved = run_ledger.as_transaction(steps) %}
  {% set checks = [] %}
  {% for condition in run_ledger.ingestion_run_checks().values() %}
    {% do checks.append('select 1 from t where ' ~ condition) %}
  {% endfor %}
  {% set block = run_ledger.guarded_block(moved, '(select 1)') %}
  {% set all = run_ledger.create_ledger_statements('ingestion_runs', gaps) + moved + checks + [block] %}
  {% do log('STATEMENTS ' ~ tojson(all), info=true) %}
{% endmacro %}
"""


@excluded("snowflake syntax")
def test_every_statement_is_snowflake(cell: Cell) -> None:
    """C2, IC10: tables without keys or checks, moves in a transaction, conditions of the models."""
    project = cell.project("two_models", vars=SETTINGS, files={"macros/render.sql": RENDER})
    output = project.dbt("run-operation", "render_statements").output
    line = next(line for line in output.splitlines() if "STATEMENTS [" in line)
    statements = json.loads(line.partition("STATEMENTS ")[2])
    texts = [text for each in statements for text in flat(each)]
    created = [text for text in texts if text.startswith("create table")]
    assert len(created) == 2
    for text in created:
        assert "check (" not in text
        assert "primary key" not in text
    block = immediate_text(statements[-1])
    assert block is not None
    for text in [*texts, block]:
        assert unparsable(text) == [], text
