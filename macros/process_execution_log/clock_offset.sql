{#- Milliseconds by which the warehouse's clock is ahead of the client's, as an SQL expression. -#}
{% macro clock_offset() %}
  {{- return(run_ledger.milliseconds_between(
    run_ledger.sql_timestamp(modules.datetime.datetime.utcnow()), run_ledger.now_utc())) -}}
{% endmacro %}
