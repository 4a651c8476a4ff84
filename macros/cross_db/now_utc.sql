{#- The warehouse's clock in UTC, to the millisecond: moving inside a transaction, the same throughout a statement. -#}
{% macro now_utc() %}
  {{- return(adapter.dispatch('now_utc', 'run_ledger')()) -}}
{% endmacro %}

{% macro default__now_utc() %}
  {{- exceptions.raise_compiler_error(
    'run_ledger.now_utc(): expected snowflake, postgres or duckdb, got ' ~ adapter.type()
    ~ '. Remove the package from this target or set the var run_ledger_enabled to false.') -}}
{% endmacro %}

{#- now() stands still inside a transaction, so a finish would carry its start's time; clock_timestamp() moves within one
    statement, so the end of a row would not be its last update:
    postgresql.org/docs/current/functions-datetime.html -#}
{% macro postgres__now_utc() %}
  {{- return("cast(statement_timestamp() at time zone 'UTC' as timestamp(3))") -}}
{% endmacro %}

{#- "at time zone" needs the icu extension; epoch_ms does not: duckdb.org/docs/stable/sql/functions/timestamptz -#}
{% macro duckdb__now_utc() %}
  {{- return('make_timestamp_ms(epoch_ms(now()))') -}}
{% endmacro %}

{#- current_timestamp() carries the session's zone, sysdate() is UTC: docs.snowflake.com/en/sql-reference/functions/sysdate -#}
{% macro snowflake__now_utc() %}
  {{- return('cast(sysdate() as timestamp_ntz(3))') -}}
{% endmacro %}
