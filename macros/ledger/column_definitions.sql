{#- The column definitions of a create table, from a column list. default: SQL for the value of a row that names none. -#}
{% macro column_definitions(relation, columns) %}
  {%- set definitions = [] -%}
  {%- for column in columns -%}
    {%- set type = run_ledger.auto_key(relation) if column.type == 'key' else run_ledger.sql_type(column.type) -%}
    {%- set default = ' default ' ~ column.default if column.default is defined else '' -%}
    {%- do definitions.append(column.name ~ ' ' ~ type ~ default ~ (' not null' if column.not_null else '')) -%}
  {%- endfor -%}
  {{- return(definitions) -}}
{% endmacro %}
