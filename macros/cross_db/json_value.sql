{#- A scalar inside a JSON column as a typed SQL value, null when the path is missing, JSON null or of another type.
    path: a list of keys; type: a word of sql_type(). -#}
{% macro json_value(expression, path, type='text') %}
  {%- set text = run_ledger.json_scalar_text(expression, path) -%}
  {{- return('cast(' ~ text ~ ' as ' ~ run_ledger.sql_type(type) ~ ')' if type == 'text' else run_ledger.try_cast(text, type)) -}}
{% endmacro %}
