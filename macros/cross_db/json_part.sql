{#- A part of a JSON document as JSON, by one key. -#}
{% macro json_part(expression, key) %}
  {{- return(adapter.dispatch('json_part', 'run_ledger')(expression, key)) -}}
{% endmacro %}

{% macro default__json_part(expression, key) %}
  {{- return("json_extract(" ~ expression ~ ", " ~ run_ledger.sql_literal('$.' ~ key) ~ ")") -}}
{% endmacro %}

{#- An operator instead of a path: postgresql.org/docs/current/functions-json.html -#}
{% macro postgres__json_part(expression, key) %}
  {{- return("((" ~ expression ~ ") -> " ~ run_ledger.sql_literal(key) ~ ")") -}}
{% endmacro %}

{#- There is no json_extract: docs.snowflake.com/en/sql-reference/functions/get_path -#}
{% macro snowflake__json_part(expression, key) %}
  {{- return("get_path(" ~ expression ~ ", " ~ run_ledger.sql_literal(key) ~ ")") -}}
{% endmacro %}
