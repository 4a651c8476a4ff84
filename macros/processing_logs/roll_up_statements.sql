{#- Two statements that add counts of warm rows to a summary: to the rows that are there, and then the rows that are not.
    keys, counts: mappings of a column of the summary to SQL over the rows. -#}
{% macro roll_up_statements(suffix, keys, counts, here) %}
  {%- set summary = run_ledger.ledger_relation('processing_logs', suffix) -%}
  {%- set items, groups, same, changes = [], [], [], {} -%}
  {%- for column, expression in keys.items() -%}
    {%- do items.append(expression ~ ' as new_' ~ column) -%}
    {%- do groups.append(loop.index ~ '') -%}
    {%- do same.append(column ~ ' = new_' ~ column) -%}
  {%- endfor -%}
  {%- for column, expression in counts.items() -%}
    {%- do items.append(expression ~ ' as new_' ~ column) -%}
    {%- do changes.update({column: column ~ ' + new_' ~ column}) -%}
  {%- endfor -%}
  {%- set rows = '(select ' ~ items | join(', ') ~ ' from ' ~ run_ledger.ledger_relation('processing_logs', '_warm')
    ~ ' where ' ~ here ~ ' group by ' ~ groups | join(', ') ~ ') rolled' -%}
  {%- set columns = keys.keys() | list + counts.keys() | list -%}
  {{- return([
    'insert into ' ~ summary ~ ' (' ~ columns | join(', ') ~ ')\nselect new_' ~ keys.keys() | join(', new_')
    ~ ', 0' * (counts | length) ~ ' from ' ~ rows ~ '\nwhere not exists (select 1 from ' ~ summary ~ ' where ' ~ same | join(' and ') ~ ')',
    run_ledger.move_row(summary, changes, same | join(' and '), rows)]) -}}
{% endmacro %}
