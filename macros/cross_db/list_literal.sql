{#- A list of texts, one at least, as the value of a column of type text_list. In one macro: each costs every user's run. -#}
{% macro list_literal(words) %}
  {%- set literals = run_ledger.sql_literals(words) -%}
  {%- if target.type == 'postgres' -%}
    {#- postgresql.org/docs/current/sql-expressions.html#SQL-SYNTAX-ARRAY-CONSTRUCTORS -#}
    {{- return('cast(array[' ~ literals ~ '] as text[])') -}}
  {%- elif target.type == 'snowflake' -%}
    {#- docs.snowflake.com/en/sql-reference/functions/array_construct -#}
    {{- return('array_construct(' ~ literals ~ ')') -}}
  {%- endif -%}
  {{- return('[' ~ literals ~ ']') -}}
{% endmacro %}
