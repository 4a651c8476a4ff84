{#- Whether there is a JSON array at a path. Ask before json_elements(): a row that somebody else wrote must not fail a query
    over all rows. -#}
{% macro json_is_array(expression, path) %}
  {{- return(adapter.dispatch('json_is_array', 'run_ledger')(expression, path)) -}}
{% endmacro %}

{% macro default__json_is_array(expression, path) %}
  {{- return("(json_type(" ~ expression ~ ", " ~ run_ledger.sql_literal('$.' ~ path | join('.')) ~ ") = 'ARRAY')") -}}
{% endmacro %}

{#- Types have other names and functions: postgresql.org/docs/current/functions-json.html -#}
{% macro postgres__json_is_array(expression, path) %}
  {{- return("(jsonb_typeof(" ~ expression ~ " #> " ~ run_ledger.sql_literal('{' ~ path | join(',') ~ '}') ~ ") = 'array')") -}}
{% endmacro %}

{#- A predicate of its own, because typeof() gives the stored type's name: docs.snowflake.com/en/sql-reference/functions/is_array -#}
{% macro snowflake__json_is_array(expression, path) %}
  {{- return("is_array(get_path(" ~ expression ~ ", " ~ run_ledger.sql_literal(path | join('.')) ~ "))") -}}
{% endmacro %}
