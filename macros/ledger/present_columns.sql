{#- What stands in the schema of a ledger: {error, names}, each name <table>.<column> in lower case. Even to look may be
    refused, and that must not raise either. -#}
{% macro present_columns(word) %}
  {%- set names = run_ledger.json_array_agg("table_name || '.' || column_name", "table_name, column_name") -%}
  {%- set answer = run_ledger.run_guarded([], "(select " ~ run_ledger.json_to_text(names) ~ " from ("
    ~ run_ledger.existing_columns(run_ledger.ledger_relation(word)) ~ ") present)") -%}
  {{- return({'error': answer.error, 'names': fromjson(answer.value or '[]')}) -}}
{% endmacro %}
