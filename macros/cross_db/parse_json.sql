{#- A JSON value from an SQL expression that holds JSON text. -#}
{% macro parse_json(text_expression) %}
  {{- return(adapter.dispatch('parse_json', 'run_ledger')(text_expression)) -}}
{% endmacro %}

{% macro default__parse_json(text_expression) %}
  {{- return('cast(' ~ text_expression ~ ' as ' ~ run_ledger.sql_type('json') ~ ')') -}}
{% endmacro %}

{#- A cast to variant would keep the text as one string: docs.snowflake.com/en/sql-reference/functions/parse_json -#}
{% macro snowflake__parse_json(text_expression) %}
  {{- return('parse_json(' ~ text_expression ~ ')') -}}
{% endmacro %}
