{#- The insert of one event of the node that is being built. -#}
{% macro insert_event_statement(event_name) %}
  {#- dbt v2 calls every thread the same, so a name from it would join nodes that ran side by side. -#}
  {%- set thread_name = none if dbt_version.startswith('2.') else thread_id -%}
  {%- set row = {
    'process_step_id': run_ledger.sql_literal(run_ledger.process_step_id()),
    'event_name': run_ledger.sql_literal(event_name),
    'event_at': run_ledger.now_utc(),
    'unique_id': run_ledger.sql_literal(model.unique_id),
    'resource_type': run_ledger.sql_literal(model.resource_type ~ ''),
    'model_name': run_ledger.sql_literal(model.name),
    'database_name': run_ledger.sql_literal(model.database if model.database else none),
    'schema_name': run_ledger.sql_literal(model.schema if model.schema else none),
    'thread_name': run_ledger.sql_literal(thread_name),
  } -%}
  {{- return('insert into ' ~ run_ledger.ledger_relation('process_execution_log', '_events')
    ~ ' (' ~ row.keys() | join(', ') ~ ') values (' ~ row.values() | join(', ') ~ ')') -}}
{% endmacro %}
