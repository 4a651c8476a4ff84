{#- Milliseconds by which the warehouse's clock is ahead of the client's, as an SQL expression. -#}
{% macro clock_offset() %}
  {%- set client_now = (modules.datetime.datetime.utcnow() ~ '')[:23] -%}
  {{- return(run_ledger.milliseconds_between(
    'cast(' ~ run_ledger.sql_literal(client_now) ~ ' as ' ~ run_ledger.sql_type('timestamp') ~ ')', run_ledger.now_utc())) -}}
{% endmacro %}
