"""What the emulator cannot run, parsed: the external table, its upkeep, policies and the alert."""

from __future__ import annotations

import json
from datetime import datetime
from types import SimpleNamespace

import pytest

from dbt_run_ledger.errors import StatementError
from dbt_run_ledger.function_logs.loader import RAW_COLUMNS
from dbt_run_ledger.warehouses.snowflake import Snowflake
from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.harness.exclusions import excluded
from integration_tests.functional.process_execution_log.test_snowflake_syntax import (
    flat,
    unparsable,
)

RENDER = """
{% macro render_logs() %}
  {% set raw, columns = run_ledger.ledger_relation('function_logs'), run_ledger.function_logs_columns() %}
  {% set notifications = run_ledger.ledger_relation('function_logs', '_notifications') %}
  {% set all = run_ledger.raw_log_table(raw, columns) + run_ledger.log_upkeep(raw, columns)
    + run_ledger.alert_statements(ref('run_ledger__function_alert_windows'), notifications, 'slack')
    + [run_ledger.recent_queries('azfunctions_logs')] %}
  {% set all = run_ledger.raw_log_table(raw, columns, added=columns[10:11]) + all %}
  {% do log('STATEMENTS ' ~ tojson(all), info=true) %}
{% endmacro %}
"""
SETTINGS = {
    "run_ledger_models": True,
    "run_ledger_ledgers": ["function_logs"],
    "run_ledger_function_logs_url": "s3://snowflake-chatdemo-vault-prod/logs/azfunctions/",
    "run_ledger_function_logs_integration": "logs_s3",
    "run_ledger_function_logs_viewer_role": "LOG_VIEWER",
}


@excluded("snowflake syntax")
def test_statements_over_files_are_snowflake(cell: Cell) -> None:
    """A1, A2, A14, A25, A26, A29, A35, A36, A58-A64, AC5, AC10, AC17."""
    project = cell.project("two_models", vars=SETTINGS, files={"macros/render.sql": RENDER})
    output = project.dbt("run-operation", "render_logs").output
    line = next(line for line in output.splitlines() if "STATEMENTS [" in line)
    statements = [
        text for each in json.loads(line.partition("STATEMENTS ")[2]) for text in flat(each)
    ]
    for statement in statements:
        assert unparsable(statement) == [], statement
    check_table(statements)
    check_alert(statements)


def sent(rows: list[tuple[object, ...]]) -> list[str]:
    """What the loader sends for rows of the raw table, to a connection that answers nothing."""
    statements: list[str] = []
    cursor = SimpleNamespace(execute=statements.append, description=None, close=lambda: None)
    warehouse = Snowflake(SimpleNamespace(cursor=lambda: cursor), is_owned=False)
    with pytest.raises(StatementError, match="took 0 of 1 rows"):
        warehouse.append("db.s.azfunctions_logs", RAW_COLUMNS, rows, stage="db.s.parts")
    return [*statements, f"remove @db.s.parts/{statements[0].split('/')[-1].partition(chr(39))[0]}"]


def test_the_loader_copies_from_a_file() -> None:
    """A27: PUT of one file, COPY INTO of that file alone; Snowflake's own words for both."""
    moment = datetime.fromisoformat("2026-01-02 14:03:04.567")
    row = ("id", "f", None, "INFO", "m", moment, 1.5, 200, {"type": "E"}, None, None)
    put, copy, remove = sent([(*row, 2026, 1, 2, 14, "x.json", 1)])
    assert put.startswith("put 'file://")
    assert put.endswith(".json.gz' @db.s.parts auto_compress = false")
    assert "$1:timestamp::timestamp_ntz, $1:duration_ms::float, $1:status_code::number" in copy
    assert "$1:exception, $1:metadata" in copy
    assert copy.endswith(".json.gz) file_format = (type = json) purge = true")
    assert [unparsable(each) for each in (put, copy, remove, "list @db.s.parts")] == [[]] * 4


def check_table(statements: list[str]) -> None:
    (table,) = (each for each in statements if each.startswith("create external table"))
    assert "partition by (year, month, day, hour)" in table
    assert "auto_refresh = true" in table
    assert "regexp_substr(metadata$filename, 'HOUR=([0-9]+)', 1, 1, 'e')" in table
    found = "\n".join(statements)
    assert "storage_integration = logs_s3" in found
    assert "azfunctions_logs_recent add search optimization on substring(message)" in found
    assert "alter external table" in found
    assert "to LOG_VIEWER" in found
    assert "modify column metadata set masking policy" in found
    assert "modify column extra set masking policy" in found
    # A line that is no object has none of it, and one without more fields than the format's has NULL.
    of_extra = table[table.index("extra variant as (") :].partition(",\n")[0]
    assert of_extra.startswith("extra variant as (nullif(object_delete(as_object(value), 'log_id',")
    assert of_extra.endswith("'line_number'), object_construct())::variant)")
    check_upgrade(statements[: statements.index(table)], of_extra)


def check_upgrade(statements: list[str], of_extra: str) -> None:
    """A24: an older external table and its copy get the column, and the viewers what hides in it."""
    added = [each for each in statements if " add column " in each]
    name = added[0].split()[2]
    assert added == [
        f"alter table {name} add column {of_extra}",
        f"alter table {name}_recent add column extra variant",
    ]
    after = "\n".join(statements[statements.index(added[1]) + 1 :])
    assert "create or replace view" in after
    assert "modify column extra set masking policy" in after
    assert "grant select on" in after
    # Which an upgrade leaves as it is.
    assert "search optimization" not in "\n".join(statements)


def check_alert(statements: list[str]) -> None:
    procedure, alert, resume, _ = statements[-4:]
    assert procedure.startswith("create or replace procedure")
    body = procedure.partition(" as '")[2].rstrip("'").replace("''", "'")
    claim, told, sent = (body.index(word) for word in ("CLAIMED", "send_snowflake", "set status"))
    assert claim < told < sent
    assert "warehouse = MONITORING_WH schedule = '10 MINUTE' if (exists (select 1 from" in alert
    assert "n.status = 'SENT'" in alert
    assert resume.endswith("high_function_error_rate resume")


@excluded("no alerts inside")
def test_other_warehouses_say_what_to_do_instead(cell: Cell) -> None:
    project = cell.project("two_models")
    args = json.dumps({"integration": "slack"})
    result = project.dbt("run-operation", "create_function_log_alert", "--args", args, expect=None)
    assert result.exit_code != 0
    assert "run-ledger notify-alerts" in result.output
