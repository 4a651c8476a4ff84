{#- The function behind json_object(); it must keep keys whose value is null. -#}
{% macro json_object_function() %}
  {{- return(adapter.dispatch('json_object_function', 'run_ledger')()) -}}
{% endmacro %}

{% macro default__json_object_function() %}
  {{- return('json_object') -}}
{% endmacro %}

{#- json_object() takes text arrays only: postgresql.org/docs/current/functions-json.html -#}
{% macro postgres__json_object_function() %}
  {{- return('jsonb_build_object') -}}
{% endmacro %}

{#- object_construct() drops keys with null values: docs.snowflake.com/en/sql-reference/functions/object_construct_keep_null -#}
{% macro snowflake__json_object_function() %}
  {{- return('object_construct_keep_null') -}}
{% endmacro %}
