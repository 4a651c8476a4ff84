{#- How many characters of JSON one statement may carry; the rest goes into further statements. -#}
{% macro statement_limit() %}
  {{- return(adapter.dispatch('statement_limit', 'run_ledger')()) -}}
{% endmacro %}

{% macro default__statement_limit() %}
  {{- return(50000000) -}}
{% endmacro %}

{#- A statement's text stops at 1 MB, may hold two such documents, and quoting twice can make four characters of one:
    docs.snowflake.com/en/user-guide/query-size-limits -#}
{% macro snowflake__statement_limit() %}
  {{- return(100000) -}}
{% endmacro %}
