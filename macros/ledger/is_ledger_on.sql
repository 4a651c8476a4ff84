{#- Whether a ledger is to be written. -#}
{% macro is_ledger_on(word) %}
  {{- return(run_ledger.setting('run_ledger_enabled') and word in run_ledger.setting('run_ledger_ledgers')) -}}
{% endmacro %}
