{#- A variable of a procedure inside an SQL statement of it. -#}
{% macro procedure_variable(name) %}
  {{- return(adapter.dispatch('procedure_variable', 'run_ledger')(name)) -}}
{% endmacro %}

{% macro default__procedure_variable(name) %}
  {{- return(name) -}}
{% endmacro %}

{#- A colon tells it from a column: docs.snowflake.com/en/developer-guide/snowflake-scripting/variables -#}
{% macro snowflake__procedure_variable(name) %}
  {{- return(':' ~ name) -}}
{% endmacro %}
