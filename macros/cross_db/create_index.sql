{#- Statements for one index of a ledger's table, none where the warehouse has no use for it.
    index: {name, columns, where (optional)}. -#}
{% macro create_index(relation, index) %}
  {{- return(adapter.dispatch('create_index', 'run_ledger')(relation, index)) -}}
{% endmacro %}

{#- Snowflake prunes micro-partitions and DuckDB row groups; neither wants an index on an append-mostly table. -#}
{% macro default__create_index(relation, index) %}
  {{- return([]) -}}
{% endmacro %}

{#- A million rows without an index are a scan at every model event: postgresql.org/docs/current/indexes-partial.html -#}
{% macro postgres__create_index(relation, index) %}
  {%- set filter = ' where ' ~ index.where if index.where is defined else '' -%}
  {{- return(['create index if not exists ' ~ adapter.quote(index.name) ~ ' on ' ~ relation
    ~ ' (' ~ index.columns | join(', ') ~ ')' ~ filter]) -}}
{% endmacro %}
