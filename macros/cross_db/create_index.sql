{#- Statements for one index of a ledger's table, none where the warehouse has no use for it.
    index: {name, columns; optional: where, is_unique, finds_one: whether it finds single rows}. -#}
{% macro create_index(relation, index) %}
  {{- return(adapter.dispatch('create_index', 'run_ledger')(relation, index)) -}}
{% endmacro %}

{#- Snowflake prunes micro-partitions and has no index on a table of its own kind. -#}
{% macro default__create_index(relation, index) %}
  {{- return([]) -}}
{% endmacro %}

{#- A million rows without an index are a scan at every model event: postgresql.org/docs/current/indexes-partial.html -#}
{% macro postgres__create_index(relation, index) %}
  {%- set filter = ' where ' ~ index.where if index.where is defined else '' -%}
  {%- set kind = 'unique index' if index.is_unique is defined else 'index' -%}
  {{- return(['create ' ~ kind ~ ' if not exists ' ~ adapter.quote(index.name) ~ ' on ' ~ relation
    ~ ' (' ~ index.columns | join(', ') ~ ')' ~ filter]) -}}
{% endmacro %}

{#- Row groups are pruned by time; ids come in no order, so one row of a million would be a scan:
    duckdb.org/docs/stable/sql/indexes -#}
{% macro duckdb__create_index(relation, index) %}
  {{- return(run_ledger.postgres__create_index(relation, index) if index.finds_one is defined else []) -}}
{% endmacro %}
