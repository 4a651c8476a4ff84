{#- A timestamp moved by a number of milliseconds, which may be an expression and may be negative. -#}
{% macro milliseconds_after(timestamp_expression, milliseconds) %}
  {{- return(adapter.dispatch('milliseconds_after', 'run_ledger')(timestamp_expression, milliseconds)) -}}
{% endmacro %}

{% macro default__milliseconds_after(timestamp_expression, milliseconds) %}
  {{- return("((" ~ timestamp_expression ~ ") + (" ~ milliseconds ~ ") * interval '1 millisecond')") -}}
{% endmacro %}

{#- An interval is multiplied by 32 bits, which are 25 days: duckdb.org/docs/stable/sql/functions/interval -#}
{% macro duckdb__milliseconds_after(timestamp_expression, milliseconds) %}
  {{- return("((" ~ timestamp_expression ~ ") + to_milliseconds(" ~ milliseconds ~ "))") -}}
{% endmacro %}

{#- Intervals cannot be multiplied: docs.snowflake.com/en/sql-reference/data-types-datetime#interval-constants -#}
{% macro snowflake__milliseconds_after(timestamp_expression, milliseconds) %}
  {{- return("dateadd('millisecond', " ~ milliseconds ~ ", " ~ timestamp_expression ~ ")") -}}
{% endmacro %}
