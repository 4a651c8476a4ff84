{#- A timestamp as the text that the JSON documents carry: YYYY-MM-DD HH24:MI:SS.FF3. -#}
{% macro timestamp_text(expression) %}
  {{- return(adapter.dispatch('timestamp_text', 'run_ledger')(expression)) -}}
{% endmacro %}

{% macro default__timestamp_text(expression) %}
  {{- return("to_char(" ~ expression ~ ", 'YYYY-MM-DD HH24:MI:SS.MS')") -}}
{% endmacro %}

{#- No to_char: duckdb.org/docs/stable/sql/functions/dateformat -#}
{% macro duckdb__timestamp_text(expression) %}
  {{- return("strftime(" ~ expression ~ ", '%Y-%m-%d %H:%M:%S.%g')") -}}
{% endmacro %}

{#- Milliseconds are FF3 here: docs.snowflake.com/en/sql-reference/functions/to_char -#}
{% macro snowflake__timestamp_text(expression) %}
  {{- return("to_char(cast(" ~ expression ~ " as timestamp_ntz(3)), 'YYYY-MM-DD HH24:MI:SS.FF3')") -}}
{% endmacro %}
