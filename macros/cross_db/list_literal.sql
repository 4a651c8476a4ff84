{#- A list of texts, one at least, as the value of a column of type text_list. -#}
{% macro list_literal(words) %}
  {{- return(adapter.dispatch('list_literal', 'run_ledger')(run_ledger.sql_literals(words))) -}}
{% endmacro %}

{% macro default__list_literal(literals) %}
  {{- return('[' ~ literals ~ ']') -}}
{% endmacro %}

{#- The constructor has a word before it: postgresql.org/docs/current/sql-expressions.html#SQL-SYNTAX-ARRAY-CONSTRUCTORS -#}
{% macro postgres__list_literal(literals) %}
  {{- return('cast(array[' ~ literals ~ '] as text[])') -}}
{% endmacro %}

{#- A function: docs.snowflake.com/en/sql-reference/functions/array_construct -#}
{% macro snowflake__list_literal(literals) %}
  {{- return('array_construct(' ~ literals ~ ')') -}}
{% endmacro %}
