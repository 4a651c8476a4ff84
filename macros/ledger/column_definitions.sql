{#- The column definitions of a create table, from a column list. -#}
{% macro column_definitions(relation, columns) %}
  {%- set definitions = [] -%}
  {%- for column in columns -%}
    {%- set type = run_ledger.auto_key(relation) if column.type == 'key' else run_ledger.sql_type(column.type) -%}
    {%- do definitions.append(column.name ~ ' ' ~ type ~ (' not null' if column.not_null else '')) -%}
  {%- endfor -%}
  {{- return(definitions) -}}
{% endmacro %}
