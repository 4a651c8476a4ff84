{#- The statement that stores a column's comment. -#}
{% macro comment_on_column(relation, column, comment) %}
  {{- return(adapter.dispatch('comment_on_column', 'run_ledger')(relation, column, comment)) -}}
{% endmacro %}

{% macro default__comment_on_column(relation, column, comment) %}
  {{- return('comment on column ' ~ relation ~ '.' ~ column ~ ' is ' ~ run_ledger.sql_literal(comment)) -}}
{% endmacro %}

{#- The form that also runs where "comment on column" needs the object to be resolved first:
    docs.snowflake.com/en/sql-reference/sql/alter-table-column -#}
{% macro snowflake__comment_on_column(relation, column, comment) %}
  {{- return('alter table ' ~ relation ~ ' alter column ' ~ column ~ ' comment ' ~ run_ledger.sql_literal(comment)) -}}
{% endmacro %}
