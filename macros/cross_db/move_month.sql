{#- Statements that take the rows of one month out of a table and into another of the same columns.
    here: the condition that names the month's rows. -#}
{% macro move_month(source, target, month, next_month, columns, here) %}
  {{- return(adapter.dispatch('move_month', 'run_ledger')(source, target, month, next_month, columns, here)) -}}
{% endmacro %}

{#- By key: a row that arrives between the two statements stays where it is, and is moved the next time. -#}
{% macro default__move_month(source, target, month, next_month, columns, here) %}
  {%- set names = columns | map(attribute='name') | join(', ') -%}
  {{- return([
    'insert into ' ~ target ~ ' (' ~ names ~ ') select ' ~ names ~ ' from ' ~ source ~ ' where ' ~ here,
    'delete from ' ~ source ~ ' where ' ~ here ~ ' and log_id in (select log_id from ' ~ target ~ ' where ' ~ here ~ ')']) -}}
{% endmacro %}

{#- The partition changes its parent and no row is copied: postgresql.org/docs/current/ddl-partitioning.html -#}
{% macro postgres__move_month(source, target, month, next_month, columns, here) %}
  {%- set partition = run_ledger.month_relation(source, month) -%}
  {{- return([
    'alter table ' ~ source ~ ' detach partition ' ~ partition,
    'alter table ' ~ target ~ ' attach partition ' ~ partition ~ ' for values from ('
    ~ run_ledger.sql_literal(month) ~ ') to (' ~ run_ledger.sql_literal(next_month) ~ ')']) -}}
{% endmacro %}
