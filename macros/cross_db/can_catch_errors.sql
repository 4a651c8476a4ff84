{#- Whether run_guarded() catches errors in SQL. Where it is false, look before you write. -#}
{% macro can_catch_errors() %}
  {{- return(adapter.dispatch('can_catch_errors', 'run_ledger')()) -}}
{% endmacro %}

{% macro default__can_catch_errors() %}
  {{- return(true) -}}
{% endmacro %}

{#- No exception handling in SQL, and Jinja cannot catch: duckdb.org/docs/stable/sql/introduction -#}
{% macro duckdb__can_catch_errors() %}
  {{- return(false) -}}
{% endmacro %}
