{#- Whether a statement can reach another database than the one that dbt is connected to. -#}
{% macro can_cross_databases() %}
  {{- return(adapter.dispatch('can_cross_databases', 'run_ledger')()) -}}
{% endmacro %}

{% macro default__can_cross_databases() %}
  {{- return(true) -}}
{% endmacro %}

{#- A connection sees one database: postgresql.org/docs/current/manage-ag-overview.html -#}
{% macro postgres__can_cross_databases() %}
  {{- return(false) -}}
{% endmacro %}
