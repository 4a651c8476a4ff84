{#- An insert of one row, matched by column name, that does nothing when a row with the same key is there.
    row: a mapping of column to SQL expression. -#}
{% macro insert_once(relation, key, row) %}
  {{- return('insert into ' ~ relation ~ ' (' ~ row.keys() | join(', ') ~ ')\nselect ' ~ row.values() | join(', ')
    ~ '\nwhere not exists (select 1 from ' ~ relation ~ ' where ' ~ key ~ ' = ' ~ row[key] ~ ')') -}}
{% endmacro %}
