"""Live progress without a hook line: the file that the ledger's page tells users to add to macros/."""

from __future__ import annotations

import json

from integration_tests.functional.docs.pages import block
from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.process_execution_log.job_reading import (
    by_name,
    job_of,
    statuses_of,
    steps_of,
)

# The root project's on-run-end comes before the package's: the last moment of a running job.
LOOK = """
{% macro look() %}
  {%- if execute and flags.WHICH == 'build' -%}
    {%- set ledger = run_ledger.ledger_relation('process_execution_log') -%}
    {%- set row = run_query('select execution_status_name, ' ~ run_ledger.json_to_text('step_execution_obj')
      ~ ' from ' ~ ledger).rows[0] -%}
    {%- do log('SEEN ' ~ tojson([row[0], row[1]]), info=true) -%}
  {%- endif -%}
{% endmacro %}
"""
NODES = {
    "raw_orders": "seed",
    "orders": "model",
    "stg_orders": "model",
    "order_history": "model",
    "orders_snapshot": "snapshot",
    "not_null_orders_order_id": "test",
    "unique_orders_order_id": "test",
    "amounts_are_positive": "test",
}


def from_the_page() -> str:
    return block("docs/process_execution_log.md", "One file instead", "jinja")


def test_one_file_covers_every_node(cell: Cell) -> None:
    """X29-X35, X55: models, seeds, snapshots and data tests are steps while the job still runs, on
    DuckDB, where nobody could look, only at the end; what dbt builds is what it builds without.
    """
    files = {
        "models/unit_tests.yml": None,
        "macros/live.sql": from_the_page(),
        "macros/look.sql": LOOK,
    }
    project = cell.project(
        "all_kinds",
        files=files,
        vars={"run_ledger_flush_seconds": 0},
        config={"on-run-end": ["{{ look() }}"]},
    )
    # One at a time: a hook leaves the row alone while another one renews it, and nobody comes after
    # the last two.
    result = project.dbt("build", threads=1)
    line = next(line for line in result.output.splitlines() if "SEEN " in line)
    status, text = json.loads(line.split("SEEN ", 1)[1])
    live = {step["model_name"]: step for step in json.loads(text)["models"]}
    assert status == "RUNNING"
    if cell.warehouse.name == "duckdb":
        assert live == {}
    else:
        assert {name: step["resource_type"] for name, step in live.items()} == NODES
        assert {step["status"] for step in live.values()} == {"SUCCESS"}
        assert all(step["end_time"] >= step["start_time"] for step in live.values())
    row = job_of(project, result)
    assert {step["model_name"]: step["resource_type"] for step in steps_of(row)} == NODES
    assert set(statuses_of(row).values()) == {"SUCCESS"}
    assert by_name(row)["unique_orders_order_id"]["failures"] == 0
    assert project.query(f"select count(*) as n from {project.name_of('orders')}") == [{"n": 3}]
