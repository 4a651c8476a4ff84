{#- A select of every column of a ledger's table in its type; of no row as long as the table, or of null where the column, is
    missing, so that nobody's build depends on the order in which things came to be. -#}
{% macro ledger_rows(relation, columns) %}
  {%- set present = [] -%}
  {%- for row in (run_query(run_ledger.existing_columns(relation)).rows if execute else []) if row[0] == relation.identifier | lower -%}
    {%- do present.append(row[1]) -%}
  {%- endfor -%}
  {%- set items = [] -%}
  {%- for column in columns -%}
    {%- set type = run_ledger.sql_type('integer' if column.type == 'key' else column.type) -%}
    {%- set value = column.name if column.name in present else 'null' -%}
    {%- do items.append((value if column.type == 'json' and present else 'cast(' ~ value ~ ' as ' ~ type ~ ')') ~ ' as ' ~ column.name) -%}
  {%- endfor -%}
  {{- return('select ' ~ items | join(', ') ~ ' from ' ~ (relation if present else '(select 1 as nothing) as nothing where 1 = 0')) -}}
{% endmacro %}
