{#- One element of a JSON array by its position, from 0; null when there is no such element or no array. -#}
{% macro json_element(expression, position) %}
  {{- return(adapter.dispatch('json_element', 'run_ledger')(expression, position)) -}}
{% endmacro %}

{% macro default__json_element(expression, position) %}
  {{- return("json_extract(" ~ expression ~ ", " ~ run_ledger.sql_literal('$[' ~ position ~ ']') ~ ")") -}}
{% endmacro %}

{#- An operator instead of a path: postgresql.org/docs/current/functions-json.html -#}
{% macro postgres__json_element(expression, position) %}
  {{- return("((" ~ expression ~ ") -> " ~ position ~ ")") -}}
{% endmacro %}

{#- get() takes a position, and there is no json_extract: docs.snowflake.com/en/sql-reference/functions/get -#}
{% macro snowflake__json_element(expression, position) %}
  {{- return("get(" ~ expression ~ ", " ~ position ~ ")") -}}
{% endmacro %}
