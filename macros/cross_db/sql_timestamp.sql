{#- A moment of Python or of dbt v2, UTC, as an SQL timestamp to the millisecond. -#}
{% macro sql_timestamp(moment) %}
  {%- set text = (moment ~ '').replace('T', ' ') -%}
  {%- set fraction = text[19:23] if text[19:20] == '.' else '' -%}
  {{- return('cast(' ~ run_ledger.sql_literal(text[:19] ~ fraction) ~ ' as ' ~ run_ledger.sql_type('timestamp') ~ ')') -}}
{% endmacro %}
