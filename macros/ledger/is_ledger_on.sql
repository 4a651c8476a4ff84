{#- Whether a ledger is to be written. -#}
{% macro is_ledger_on(word) %}
  {%- set switches = run_ledger.setting(['run_ledger_enabled', 'run_ledger_ledgers']) -%}
  {{- return(switches[0] and word in switches[1]) -}}
{% endmacro %}
