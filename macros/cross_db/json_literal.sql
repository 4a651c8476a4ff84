{#- The one place where a mapping or list becomes a JSON value in SQL. -#}
{% macro json_literal(value) %}
  {{- return(run_ledger.parse_json(run_ledger.sql_literal(run_ledger.json_text(value)))) -}}
{% endmacro %}
