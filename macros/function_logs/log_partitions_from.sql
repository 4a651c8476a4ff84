{#- The condition that reads no partition before that of a moment, over four columns of year, month, day and hour. Comparisons
    with literals alone: that is what Hive folders, Postgres partitions and Snowflake's file list are pruned by.
    moment: text YYYY-MM-DD HH..., UTC; columns: the four names. -#}
{% macro log_partitions_from(moment, columns=['log_year', 'log_month', 'log_day', 'log_hour']) %}
  {%- set parts = [moment[:4] | int, moment[5:7] | int, moment[8:10] | int, moment[11:13] | int] -%}
  {%- set y, m, d, h = columns[0], columns[1], columns[2], columns[3] -%}
  {{- return('(' ~ y ~ ' > ' ~ parts[0]
    ~ ' or (' ~ y ~ ' = ' ~ parts[0] ~ ' and ' ~ m ~ ' > ' ~ parts[1] ~ ')'
    ~ ' or (' ~ y ~ ' = ' ~ parts[0] ~ ' and ' ~ m ~ ' = ' ~ parts[1] ~ ' and ' ~ d ~ ' > ' ~ parts[2] ~ ')'
    ~ ' or (' ~ y ~ ' = ' ~ parts[0] ~ ' and ' ~ m ~ ' = ' ~ parts[1] ~ ' and ' ~ d ~ ' = ' ~ parts[2]
    ~ ' and ' ~ h ~ ' >= ' ~ parts[3] ~ '))') -}}
{% endmacro %}
