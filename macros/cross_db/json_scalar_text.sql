{#- The text of a scalar inside a JSON column, null when the path is missing or JSON null. -#}
{% macro json_scalar_text(expression, path) %}
  {{- return(adapter.dispatch('json_scalar_text', 'run_ledger')(expression, path)) -}}
{% endmacro %}

{% macro default__json_scalar_text(expression, path) %}
  {{- return("json_extract_string(" ~ expression ~ ", " ~ run_ledger.sql_literal('$.' ~ path | join('.')) ~ ")") -}}
{% endmacro %}

{#- Operators instead of functions: postgresql.org/docs/current/functions-json.html -#}
{% macro postgres__json_scalar_text(expression, path) %}
  {{- return("((" ~ expression ~ ") #>> " ~ run_ledger.sql_literal('{' ~ path | join(',') ~ '}') ~ ")") -}}
{% endmacro %}

{#- get_path and not the colon, which a scripting block may take for a variable:
    docs.snowflake.com/en/sql-reference/functions/get_path -#}
{% macro snowflake__json_scalar_text(expression, path) %}
  {{- return("get_path(" ~ expression ~ ", " ~ run_ledger.sql_literal(path | join('.')) ~ ")::varchar") -}}
{% endmacro %}
