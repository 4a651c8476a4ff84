{#- What follows the columns of a create table that is cut into months, kept in order or updated in place, from an entry of ledger_tables(). -#}
{% macro partition_clause(table) %}
  {{- return(adapter.dispatch('partition_clause', 'run_ledger')(table)) -}}
{% endmacro %}

{#- Snowflake and DuckDB prune by the times that their storage keeps of each block of rows. -#}
{% macro default__partition_clause(table) %}
  {{- return('') -}}
{% endmacro %}

{#- A month that is detached is gone in an instant: postgresql.org/docs/current/ddl-partitioning.html. Where a page has room, an
    update writes no index: postgresql.org/docs/current/storage-hot.html -#}
{% macro postgres__partition_clause(table) %}
  {{- return(' partition by range (' ~ table.month_column ~ ')' if table.month_column is defined
    else ' with (fillfactor = ' ~ table.fill_percent ~ ')' if table.fill_percent is defined else '') -}}
{% endmacro %}

{#- In place of an index, for questions that do not go by time: docs.snowflake.com/en/user-guide/tables-clustering-keys -#}
{% macro snowflake__partition_clause(table) %}
  {{- return(' cluster by (' ~ table.cluster_by | join(', ') ~ ')' if table.cluster_by is defined else '') -}}
{% endmacro %}
