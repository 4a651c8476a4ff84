{#- Milliseconds by which the warehouse's clock is ahead of the client's, as an SQL expression. Too large by the time that the
    statement travels. -#}
{% macro clock_offset() %}
  {{- return(adapter.dispatch('clock_offset', 'run_ledger')()) -}}
{% endmacro %}

{% macro default__clock_offset() %}
  {{- return(run_ledger.milliseconds_between(
    run_ledger.sql_timestamp(modules.datetime.datetime.utcnow()), run_ledger.now_utc())) -}}
{% endmacro %}

{#- The client and the database are one process with one clock: duckdb.org/docs/stable/connect/concurrency -#}
{% macro duckdb__clock_offset() %}
  {{- return('0') -}}
{% endmacro %}
