{#- What a root project's test materialization delegates to, so that data tests write their events:
      materialization test, default: return(run_ledger.test_with_ledger()) -#}
{% macro test_with_ledger() %}
  {%- do run_ledger.send_model_event('STARTED') -%}
  {%- set relations = dbt.materialization_test_default() -%}
  {%- do run_ledger.send_model_event('FINISHED') -%}
  {{- return(relations) -}}
{% endmacro %}
