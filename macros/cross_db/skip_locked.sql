{#- What makes a select take its row's lock or find no row, instead of waiting; '' where the warehouse has no such clause. -#}
{% macro skip_locked() %}
  {{- return(adapter.dispatch('skip_locked', 'run_ledger')()) -}}
{% endmacro %}

{% macro default__skip_locked() %}
  {{- return('') -}}
{% endmacro %}

{#- Row locks serialise models otherwise: postgresql.org/docs/current/sql-select.html#SQL-FOR-UPDATE-SHARE -#}
{% macro postgres__skip_locked() %}
  {{- return(' for update skip locked') -}}
{% endmacro %}
