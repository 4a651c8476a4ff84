"""How long on-run-end takes for a run of 5,000 nodes, under both engines.

The results of such a run are made up by a macro and handed to `finish_job`, because building 5,000
models would measure the warehouse. Making them up without handing them over is taken off, pair by
pair; what remains is the end itself, less that of a run of two models. Bar: 3 s.
"""

from __future__ import annotations

import argparse
import json
import statistics
from functools import partial

from benchmarks.measure import Cost, cell, in_turn, print_table, process_cost
from integration_tests.functional.harness.cell import Cell

# dbt's own shape of a result, as both engines give it: a mapping, its times as texts.
MACRO = """
{% macro end_of_a_run(number, is_recorded) %}
  {%- set results = [] -%}
  {%- for each in range(number) -%}
    {%- set id = 'model.two_models.made_up_' ~ each -%}
    {%- set at = '2026-01-01T00:' ~ '%02d' % (each // 100) ~ ':' ~ '%02d' % (each % 60) -%}
    {%- do results.append({
      'status': 'error' if each % 50 == 0 else 'success', 'thread_id': 'Thread-1', 'unique_id': id,
      'execution_time': 1.5, 'message': 'Database Error in model, with some words about it',
      'adapter_response': {'rows_affected': each}, 'failures': none,
      'timing': [
        {'name': 'compile', 'started_at': at ~ '.100000Z', 'completed_at': at ~ '.200000Z'},
        {'name': 'execute', 'started_at': at ~ '.300000Z', 'completed_at': at ~ '.900000Z'},
      ],
      'node': {
        'unique_id': id, 'name': 'made_up_' ~ each, 'database': 'db', 'schema': 'schema',
        'resource_type': 'model', 'config': {'materialized': 'table'},
        'depends_on': {'nodes': ['model.two_models.made_up_' ~ (each - 1)] if each else []},
      },
    }) -%}
  {%- endfor -%}
  {%- if is_recorded -%}{%- do run_ledger.finish_job(results) -%}{%- endif -%}
{% endmacro %}
"""
HOOK = """{% if execute and flags.WHICH == 'run' %}
  {{ end_of_a_run(var('nodes') | int, var('is_recorded')) }}
{% endif %}"""


def measured(here: Cell, nodes: int, rounds: int) -> tuple[float, float]:
    """Seconds of CPU and on the clock: a run that records its end less one that does not."""
    files: dict[str, str | None] = {"macros/end_of_a_run.sql": MACRO}
    # The root project's on-run-end comes first: ours then finds the row closed.
    config = {"on-run-end": HOOK, "vars": {"nodes": nodes, "is_recorded": True}}
    project = here.project("two_models", files=files, config=config)

    def run(is_recorded: bool) -> Cost:
        return process_cost(project, "run", "--vars", json.dumps({"is_recorded": is_recorded}))

    costs = in_turn({"with": partial(run, True), "without": partial(run, False)}, rounds)
    assert max(row["step_execution_obj"]["summary"]["total"] for row in project.ledger()) == nodes
    pairs = list(zip(costs["with"], costs["without"], strict=True))
    return (
        statistics.median(a.cpu - b.cpu for a, b in pairs),
        statistics.median(a.wall - b.wall for a, b in pairs),
    )


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks job_end", description=__doc__)
    parser.add_argument("--nodes", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--warehouse", nargs="+", default=["duckdb", "postgres", "snowflake"])
    options = parser.parse_args(arguments)
    rows = []
    for warehouse in options.warehouse:
        for engine in ("core", "v2"):
            with cell(warehouse, engine) as here:
                cpu, wall = measured(here, options.nodes, options.rounds)
                rows.append([warehouse, engine, f"{cpu:.2f}", f"{wall:.2f}"])
    print_table(["warehouse", "engine", "CPU s", "wall s"], rows)
