{#- A guarded move: an update that changes rows only while they are in a state they may leave.
    row: a mapping of column to SQL expression. from_item: a further relation that the expressions may read. -#}
{% macro move_row(relation, row, where, from_item=none) %}
  {%- set changes = [] -%}
  {%- for column, expression in row.items() -%}
    {%- do changes.append(column ~ ' = ' ~ expression) -%}
  {%- endfor -%}
  {{- return('update ' ~ relation ~ ' set\n  ' ~ changes | join(',\n  ') ~ ('\nfrom ' ~ from_item if from_item else '')
    ~ '\nwhere ' ~ where) -}}
{% endmacro %}
