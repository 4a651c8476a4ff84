{#- Whether model hooks write progress: somebody else must be able to read it while dbt runs. -#}
{% macro has_live_hooks() %}
  {{- return(adapter.dispatch('has_live_hooks', 'run_ledger')()) -}}
{% endmacro %}

{% macro default__has_live_hooks() %}
  {{- return(true) -}}
{% endmacro %}

{#- The file belongs to one process, so nobody could see the progress: duckdb.org/docs/stable/connect/concurrency -#}
{% macro duckdb__has_live_hooks() %}
  {{- return(false) -}}
{% endmacro %}
