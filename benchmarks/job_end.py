"""How long on-run-end takes for a run of 5,000 nodes, under both engines.

The results of such a run are made up by a macro and handed to `finish_job`, because building 5,000
models would measure the warehouse. Bar: 3 s.
"""

from __future__ import annotations

import argparse
import re
import statistics

from benchmarks.measure import cell, print_table

# dbt's own shape of a result, as both engines give it: a mapping, its times as texts.
MACRO = """
{% macro end_of_a_run(number) %}
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
  {%- set began = modules.datetime.datetime.utcnow() -%}
  {%- do run_ledger.finish_job(results) -%}
  {%- set ended = modules.datetime.datetime.utcnow() -%}
  {%- do log('ENDED ' ~ number ~ ' NODES IN ' ~ (ended - began).total_seconds(), info=true) -%}
{% endmacro %}
"""
HOOK = "{% if execute and flags.WHICH == 'run' %}{{ end_of_a_run(var('nodes') | int) }}{% endif %}"
ENDED = re.compile(r"ENDED \d+ NODES IN ([0-9.]+)")


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks job_end", description=__doc__)
    parser.add_argument("--nodes", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args(arguments)
    rows = []
    for warehouse in ("duckdb", "postgres", "snowflake"):
        for engine in ("core", "v2"):
            with cell(warehouse, engine) as here:
                files: dict[str, str | None] = {"macros/end_of_a_run.sql": MACRO}
                # The root project's on-run-end comes first: ours then finds the row closed.
                config = {"on-run-end": HOOK, "vars": {"nodes": options.nodes}}
                project = here.project("two_models", files=files, config=config)
                seconds = []
                for _ in range(options.rounds):
                    found = ENDED.search(project.dbt("run", timeout=300).output)
                    assert found, "the macro did not run"
                    seconds.append(float(found[1]))
                steps = project.ledger()[-1]["step_execution_obj"]["summary"]["total"]
                assert steps == options.nodes, steps
            median = statistics.median(seconds)
            rows.append([warehouse, engine, f"{median:.2f}", f"{max(seconds):.2f}"])
    print_table(["warehouse", "engine", "seconds (median)", "seconds (slowest)"], rows)
