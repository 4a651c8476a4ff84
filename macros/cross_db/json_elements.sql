{#- A join with one row an element of the JSON array at a path.
    The columns are <alias>.value (JSON) and <alias>.index (from 0). -#}
{% macro json_elements(expression, path, alias) %}
  {{- return(adapter.dispatch('json_elements', 'run_ledger')(expression, path, alias)) -}}
{% endmacro %}

{#- Lateral by itself; dbt v2 warns of the word: duckdb.org/docs/stable/data/json/json_functions#json-table-functions -#}
{% macro default__json_elements(expression, path, alias) %}
  {{- return("cross join (select value, cast(key as bigint) as index from json_each("
    ~ expression ~ ", " ~ run_ledger.sql_literal('$.' ~ path | join('.')) ~ ")) as " ~ alias) -}}
{% endmacro %}

{#- A set-returning function, counting from 1: postgresql.org/docs/current/functions-json.html -#}
{% macro postgres__json_elements(expression, path, alias) %}
  {{- return("cross join lateral (select value, ordinality - 1 as index from jsonb_array_elements("
    ~ expression ~ " #> " ~ run_ledger.sql_literal('{' ~ path | join(',') ~ '}') ~ ") with ordinality) as " ~ alias) -}}
{% endmacro %}

{#- flatten names its columns itself: docs.snowflake.com/en/sql-reference/functions/flatten -#}
{% macro snowflake__json_elements(expression, path, alias) %}
  {{- return("cross join lateral flatten(input => get_path(" ~ expression ~ ", "
    ~ run_ledger.sql_literal(path | join('.')) ~ ")) as " ~ alias) -}}
{% endmacro %}
