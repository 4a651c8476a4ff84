{#- A scalar inside a JSON column as a typed SQL value, null when the path is missing or JSON null.
    path: a list of keys; type: a word of sql_type(). -#}
{% macro json_value(expression, path, type='text') %}
  {{- return('cast(' ~ run_ledger.json_scalar_text(expression, path) ~ ' as ' ~ run_ledger.sql_type(type) ~ ')') -}}
{% endmacro %}
