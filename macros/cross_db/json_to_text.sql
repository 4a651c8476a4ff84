{#- The JSON text of a JSON column. -#}
{% macro json_to_text(expression) %}
  {{- return(adapter.dispatch('json_to_text', 'run_ledger')(expression)) -}}
{% endmacro %}

{% macro default__json_to_text(expression) %}
  {{- return('cast(' ~ expression ~ ' as ' ~ run_ledger.sql_type('text') ~ ')') -}}
{% endmacro %}

{#- A cast gives the bare text of a string instead of JSON: docs.snowflake.com/en/sql-reference/functions/to_json -#}
{% macro snowflake__json_to_text(expression) %}
  {{- return('to_json(' ~ expression ~ ')') -}}
{% endmacro %}
