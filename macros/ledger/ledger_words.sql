{#- The ledgers by their words, in the order in which they are created. -#}
{% macro ledger_words() %}
  {{- return(run_ledger.setting_specs()['run_ledger_ledgers'].allowed) -}}
{% endmacro %}
