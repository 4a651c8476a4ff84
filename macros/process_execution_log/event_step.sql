{#- An element of models[] as a mapping of key to SQL expression over event_steps_query(): the keys of job_steps(). What
    only the end of the run knows is null until then. -#}
{% macro event_step() %}
  {%- set duration_ms = run_ledger.milliseconds_between('started_at', 'finished_at') -%}
  {{- return({
    'model_name': 'model_name', 'database': 'database_name', 'schema': 'schema_name', 'status': 'status',
    'start_time': run_ledger.timestamp_text('started_at'), 'end_time': run_ledger.timestamp_text('finished_at'),
    'duration_seconds': 'cast(floor(' ~ duration_ms ~ ' / 1000) as ' ~ run_ledger.sql_type('integer') ~ ')',
    'error': 'null', 'unique_id': 'unique_id', 'resource_type': 'resource_type', 'thread': 'thread_name',
    'duration_ms': duration_ms, 'wait_ms': 'null', 'compile_ms': 'null', 'execute_ms': 'null', 'rows_affected': 'null',
    'query_id': 'null', 'failures': 'null', 'dbt_status': 'null',
  }) -}}
{% endmacro %}
