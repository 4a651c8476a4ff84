{#- An insert of one row, matched by column name, that does nothing when a row with the same key is there.
    row: a mapping of column to SQL expression; numbered: the column that numbers the table's rows, if it has one. -#}
{% macro insert_once(relation, key, row, numbered=none) %}
  {%- set number = run_ledger.next_key(relation, numbered) if numbered else '' -%}
  {%- set columns = ([numbered] if number else []) + row.keys() | list -%}
  {%- set values = ([number] if number else []) + row.values() | list -%}
  {{- return('insert into ' ~ relation ~ ' (' ~ columns | join(', ') ~ ')\nselect ' ~ values | join(', ')
    ~ '\nwhere not exists (select 1 from ' ~ relation ~ ' where ' ~ key ~ ' = ' ~ row[key] ~ ')') -}}
{% endmacro %}
