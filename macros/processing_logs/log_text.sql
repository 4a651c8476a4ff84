{#- One row of processing_logs as text, from which its digest is taken. No two rows have the same text: each text in it is
    preceded by its length. python_hooks/dbt_run_ledger/processing_logs/statements.py renders the same, and a test compares them. -#}
{% macro log_text() %}
  {%- set text = run_ledger.sql_type('text') -%}
  {%- set parts = [] -%}
  {%- for column in run_ledger.processing_logs_columns() if column.name not in ('execution_name', 'retention_class') -%}
    {%- if column.type in ('text', 'json') or column.type.startswith('varchar') -%}
      {%- set value = run_ledger.json_to_text(column.name) if column.type == 'json' else column.name -%}
      {%- do parts.append("coalesce(cast(length(" ~ value ~ ") as " ~ text ~ "), '') || ':' || coalesce(" ~ value ~ ", '')") -%}
    {%- else -%}
      {%- set value = run_ledger.milliseconds_between("cast('1970-01-01' as " ~ run_ledger.sql_type('timestamp') ~ ")", column.name)
        if column.type == 'timestamp' else column.name -%}
      {%- do parts.append("coalesce(cast(" ~ value ~ " as " ~ text ~ "), '')") -%}
    {%- endif -%}
  {%- endfor -%}
  {{- return(parts | join(" || '|' || ") ~ " || chr(10)") -}}
{% endmacro %}
