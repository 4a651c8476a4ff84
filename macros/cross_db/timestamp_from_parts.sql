{#- The UTC timestamp at which an hour begins, from expressions of year, month, day and hour. -#}
{% macro timestamp_from_parts(year, month, day, hour) %}
  {{- return(adapter.dispatch('timestamp_from_parts', 'run_ledger')(year, month, day, hour)) -}}
{% endmacro %}

{% macro default__timestamp_from_parts(year, month, day, hour) %}
  {%- set parts = [] -%}
  {%- for part in [year, month, day, hour] -%}
    {%- do parts.append('cast(' ~ part ~ ' as integer)') -%}
  {%- endfor -%}
  {{- return('make_timestamp(' ~ parts | join(', ') ~ ', 0, 0)') -}}
{% endmacro %}

{#- Another name: docs.snowflake.com/en/sql-reference/functions/timestamp_from_parts -#}
{% macro snowflake__timestamp_from_parts(year, month, day, hour) %}
  {{- return('timestamp_ntz_from_parts(' ~ [year, month, day, hour] | join(', ') ~ ', 0, 0)') -}}
{% endmacro %}
