{#- The words of the ledgers that are kept, in the order of the list in setting_specs(). The job ledger always is. -#}
{% macro ledgers_on() %}
  {%- set chosen = run_ledger.setting('run_ledger_ledgers') + ['process_execution_log'] -%}
  {{- return(run_ledger.setting_specs()['run_ledger_ledgers'].allowed | select('in', chosen) | list) -}}
{% endmacro %}
