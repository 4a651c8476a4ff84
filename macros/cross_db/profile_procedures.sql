{#- Statements that create the procedures of the profile ledger; none where the warehouse has no procedures. -#}
{% macro profile_procedures() %}
  {{- return(adapter.dispatch('profile_procedures', 'run_ledger')()) -}}
{% endmacro %}

{#- DuckDB has neither roles nor procedures, so nobody can be kept from writing: duckdb.org/docs/stable/operations_manual/securing_duckdb/overview -#}
{% macro default__profile_procedures() %}
  {{- return([]) -}}
{% endmacro %}
