{#- run-operation: creates the function logs or keeps them in shape, and says what was done. Postgres: partitions ahead, old
    months dropped; Snowflake: the external table's files and the copy of seven days; DuckDB: the view on the files. -#}
{% macro refresh_function_logs() %}
  {%- if execute -%}
    {%- do run_ledger.check_settings() -%}
    {%- set created = run_ledger.create_ledger('function_logs') -%}
    {%- set statements = run_ledger.log_upkeep(run_ledger.ledger_relation('function_logs'), run_ledger.function_logs_columns()) -%}
    {%- set answer = created if created.error else run_ledger.run_guarded(statements) -%}
    {%- if answer.error -%}
      {{- exceptions.raise_compiler_error('run_ledger.refresh_function_logs(): ' ~ run_ledger.redact(answer.error)) -}}
    {%- endif -%}
    {%- do log('run_ledger: ' ~ created.changed | join('; ') or 'refreshed function_logs', info=true) -%}
  {%- endif -%}
{% endmacro %}
