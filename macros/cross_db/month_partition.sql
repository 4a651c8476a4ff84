{#- Statements that make the partition of one month, none where there are no partitions. month, next_month: YYYY-MM-DD. -#}
{% macro month_partition(relation, month, next_month) %}
  {{- return(adapter.dispatch('month_partition', 'run_ledger')(relation, month, next_month)) -}}
{% endmacro %}

{% macro default__month_partition(relation, month, next_month) %}
  {{- return([]) -}}
{% endmacro %}

{#- Rows without a partition are refused, and a trigger for truncate is not inherited: postgresql.org/docs/current/sql-createtrigger.html -#}
{% macro postgres__month_partition(relation, month, next_month) %}
  {%- set partition = run_ledger.month_relation(relation, month) -%}
  {{- return(['create table if not exists ' ~ partition ~ ' partition of ' ~ relation ~ ' for values from ('
    ~ run_ledger.sql_literal(month) ~ ') to (' ~ run_ledger.sql_literal(next_month) ~ ')',
    run_ledger.refuse_truncate(partition, relation)]) -}}
{% endmacro %}
