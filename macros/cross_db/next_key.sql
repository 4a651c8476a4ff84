{#- SQL for the key of the next row, '' where auto_key() numbers rows by itself. -#}
{% macro next_key(relation, column) %}
  {{- return(adapter.dispatch('next_key', 'run_ledger')(relation, column)) -}}
{% endmacro %}

{% macro default__next_key(relation, column) %}
  {{- return('') -}}
{% endmacro %}

{#- The file has one writer, so nobody else takes the number meanwhile: duckdb.org/docs/stable/connect/concurrency -#}
{% macro duckdb__next_key(relation, column) %}
  {{- return('(select coalesce(max(' ~ column ~ '), 0) + 1 from ' ~ relation ~ ')') -}}
{% endmacro %}
